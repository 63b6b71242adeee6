// Every float operator, comparison and conversion, on ordinary and on special values.
// Infinities, NaN, signed zeros and subnormals go in; results are IEEE 754 to the bit.
__kernel void arithmetic(__global const float *a, __global const float *b, __global float *out)
{
    const size_t i = get_global_id(0);
    const float x = a[i], y = b[i];
    __global float *o = out + i * 10;
    o[0] = x + y;
    o[1] = x - y;
    o[2] = x * y;
    o[3] = x / y;
    o[4] = -x;
    o[5] = fma(x, y, 1.5f);
    o[6] = fma(x, -y, x);
    o[7] = sqrt(x);
    o[8] = x * y + x;
    o[9] = 1.0f / x - 3.0f * y;
}

__kernel void comparisons(__global const float *a, __global const float *b, __global uint *out)
{
    const size_t i = get_global_id(0);
    const float x = a[i], y = b[i];
    uint r = 0;
    r |= (uint)(x < y) << 0;
    r |= (uint)(x <= y) << 1;
    r |= (uint)(x > y) << 2;
    r |= (uint)(x >= y) << 3;
    r |= (uint)(x == y) << 4;
    r |= (uint)(x != y) << 5;
    r |= (uint)!(x < y) << 6;
    r |= (uint)!(x >= y) << 7;
    r |= (uint)isnan(x) << 8;
    r |= (uint)isinf(x) << 9;
    r |= (uint)isfinite(y) << 10;
    r |= (uint)isunordered(x, y) << 11;
    r |= (uint)isless(x, y) << 12;
    r |= (uint)islessgreater(x, y) << 13;
    r |= (uint)signbit(x) << 14;
    r |= (uint)isnormal(x) << 15;
    r |= (uint)(bool)x << 16;
    r |= (uint)(x && y) << 17;
    r |= (uint)isordered(x, y) << 18;
    r |= (uint)isgreaterequal(x, y) << 19;
    r |= (uint)isnotequal(x, y) << 20;
    out[i] = r;
}

__kernel void rounding(__global const float *a, __global float *out)
{
    const size_t i = get_global_id(0);
    const float x = a[i];
    __global float *o = out + i * 7;
    o[0] = floor(x);
    o[1] = ceil(x);
    o[2] = trunc(x);
    o[3] = rint(x);
    o[4] = round(x);
    o[5] = fabs(x);
    o[6] = copysign(2.0f, x);
}

// The larger of two zeros of different sign is left open by OpenCL, so equal operands are told apart first.
__kernel void extremes(__global const float *a, __global const float *b, __global float *out)
{
    const size_t i = get_global_id(0);
    const float x = a[i], y = b[i];
    __global float *o = out + i * 5;
    o[0] = x == y ? x : fmin(x, y);
    o[1] = x == y ? x : fmax(x, y);
    o[2] = x < y ? x : y;
    o[3] = select(x, y, (int)isless(x, y));
    o[4] = isnan(x) || x == 0.0f ? -1.0f : clamp(x, -2.0f, 2.0f);
}

// Out of range the plain conversion is undefined: _sat is used, or the value is tested before.
__kernel void to_integer(__global const float *a, __global int *signed_out, __global uint *unsigned_out,
                         __global long *long_out, __global ulong *ulong_out)
{
    const size_t i = get_global_id(0);
    const float x = a[i];
    signed_out[4 * i + 0] = convert_int_sat(x);
    signed_out[4 * i + 1] = (int)convert_short_sat(x);
    signed_out[4 * i + 2] = (int)convert_char_sat(x);
    signed_out[4 * i + 3] = fabs(x) < 2.0e9f ? (int)x : -1;
    unsigned_out[4 * i + 0] = convert_uint_sat(x);
    unsigned_out[4 * i + 1] = convert_ushort_sat(x);
    unsigned_out[4 * i + 2] = convert_uchar_sat(x);
    unsigned_out[4 * i + 3] = x > -1.0f && x < 4.0e9f ? (uint)x : 7u;
    long_out[i] = fabs(x) < 9.0e18f ? (long)x : -1;
    ulong_out[i] = x > -1.0f && x < 1.8e19f ? (ulong)x : 9ul;
}

__kernel void from_integer(__global const ulong *in, __global float *out)
{
    const size_t i = get_global_id(0);
    const ulong x = in[i];
    __global float *o = out + i * 8;
    o[0] = (float)(char)x;
    o[1] = (float)(uchar)x;
    o[2] = (float)(short)x;
    o[3] = (float)(ushort)x;
    o[4] = (float)(int)x;
    o[5] = (float)(uint)x;
    o[6] = (float)(long)x;
    o[7] = (float)x;
}

// Bits of a float seen as an integer and back.
__kernel void reinterpret(__global const float *a, __global float *out, __global uint *bits)
{
    const size_t i = get_global_id(0);
    const uint u = as_uint(a[i]);
    bits[i] = (u >> 23 & 0xff) | (u & 0x7fffff) << 8 | (u & 0x80000000);
    out[i] = as_float((u & 0x7fffffff) ^ 0x00400000);
}
