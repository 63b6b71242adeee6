// Vector types of 2, 3, 4, 8 and 16 lanes: loads, stores, swizzles, arithmetic, comparisons, conversions.
// A vector of three takes the room of four; vload and vstore also work on addresses that are not aligned.
__kernel void swizzles(__global const float4 *in, __global float4 *out, __global float2 *halves)
{
    const size_t i = get_global_id(0);
    const float4 v = in[i];
    float4 w = v.wzyx + v.xxyy * 2.0f;
    w.xz = w.zx;
    w.y = v.s3;
    out[i] = w;
    halves[2 * i] = v.lo - w.odd;
    halves[2 * i + 1] = (float2)(v.x * w.y, v.hi.y);
}

__kernel void threes(__global const int3 *in, __global int3 *out, __global int *packed)
{
    const size_t i = get_global_id(0);
    int3 v = in[i];
    v = v.zxy - (int3)(1, 2, 3);
    out[i] = v;
    vstore3(v * v, i, packed);
}

__kernel void unaligned(__global const short *in, __global short *out)
{
    const size_t i = get_global_id(0);
    short4 v = vload4(0, in + 4 * i + 1);
    short3 t = vload3(i, in);
    v.xyz += t;
    vstore4(v, i, out + 1);
}

__kernel void eights(__global const ushort8 *in, __global uint8 *out, __global int8 *masks, const uint4 scale)
{
    const size_t i = get_global_id(0);
    const ushort8 v = in[i];
    uint8 w = convert_uint8(v) * (uint8)(scale, scale.wzyx);
    w.s0246 ^= w.s1357;
    out[i] = w;
    masks[i] = (convert_int8(v) > (int8)(1000)) ^ (w == w.s76543210);
}

__kernel void sixteens(__global const uchar16 *in, __global uchar16 *out, __global uint *sums)
{
    const size_t i = get_global_id(0);
    uchar16 v = in[i];
    uchar8 low = v.even, high = v.odd;
    v = (uchar16)(high, low) + (uchar16)(1);
    v.s5aF = (uchar3)(9, 8, 7);
    v = v < (uchar16)(128) ? v : (uchar16)(255) - v;
    out[i] = v;
    uint4 s = convert_uint4(v.s0123) + convert_uint4(v.s4567) + convert_uint4(v.s89ab) + convert_uint4(v.scdef);
    sums[i] = s.x + s.y + s.z + s.w;
}

__kernel void two_longs(__global const long2 *in, __global long2 *out)
{
    const size_t i = get_global_id(0);
    long2 v = in[i].yx;
    v += (long2)(v.y, -1) & (long2)(0xffff);
    out[i] = v >> (long2)(3, 9);
}

__kernel void geometry(__global const float3 *a, __global const float3 *b, __global float3 *c, __global float *d)
{
    const size_t i = get_global_id(0);
    const float3 u = a[i], v = b[i];
    c[i] = (float3)(u.y * v.z - u.z * v.y, u.z * v.x - u.x * v.z, u.x * v.y - u.y * v.x);
    const int3 order = u < v;
    d[i] = any(order) ? fmax(u.x, v.x) : u.x;
    d[i] += all(order) ? 1.0f : -1.0f;
    d[i] += select(u, v, order).y;
}
