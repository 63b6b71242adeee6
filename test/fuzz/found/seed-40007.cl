// seed 40007: a table at a launch-wide address was read from global memory
uint rem_uint(uint a, uint b) { return b == 0 ? a : (uint)(a % b); }
short to_short(float x) { return x > -32767.0f && x < 32767.0f ? (short)x : (short)1; }
int to_int(float x) { return x > -2.0e9f && x < 2.0e9f ? (int)x : (int)1; }
uint to_uint(float x) { return x > -1.0f && x < 4.0e9f ? (uint)x : (uint)1; }
uint bits_of(float x) { return x != x ? 0x7fc00000u : as_uint(x); }
float finite_from(uint x) { return as_float((x & 0x80ffffffu) | ((x & 0x3f000000u) + 0x20000000u)); }
float most(float a, float b) { return a == b ? a : fmax(a, b); }
__constant float table0[8] = { INFINITY, 1e10f, 0.0f, 3.25f, 1.0f, INFINITY, 3.25f, 1e-39f };
uint2 helper0(long a0)
{
    float v0 = ((- (float)(a0)) - (1.0f + (float)(a0)));
    return ((bool)(((uchar)(a0) <= (uchar)(a0))) ? convert_uint2((uint2)((uint)0x80000000u)) : (uint2)(to_uint(v0)));
}

ushort helper1(ulong2 a0)
{
    {
        uint fuel0 = ((uint)((ulong)(~(ulong)0x3UL))) & 7u;
        while (fuel0-- > 0 && (bool)((1.0f >= most((float)(fuel0), (float)(fuel0))))) {
            switch (((uint)(clamp(fuel0, (uint)3, (uint)100) ^ bits_of(-1.5f)) % 40u)) {
                case 0: {
                    a0 = a0;
                    uint v1 = (uint)((uint)(1u * (uint)fuel0 * (uint)fuel0) ^ min(fuel0, fuel0));
                    break;
                }
                case 11: {
                    a0 = (ulong2)((ulong)0xffffffffffffffffUL, (ulong)(fuel0));
                    a0 = (ulong2)((ulong)((ulong)0x8000000000000000UL >> ((ulong)0x3UL & 63)));
                    break;
                }
                default: {
                    float2 v2 = convert_float2(as_short2(as_ushort2((short2)((short)0x8558u)) | as_ushort2((short2)((short)0x2u))));
                    v2 = select(select(v2, v2, (int2)((int)0x7fffffffu)), v2, (int2)((int)0x0u, (int)(fuel0)));
                }
            }
            int v3 = (int)((uint)clamp((int)(fuel0), (int)3, (int)100) << ((uint)0x2u & 31));
            short v4 = (short)(to_short((float)(v3)) % (short)3);
            v4 = (short)((char)((char)(v4) >> ((uchar)(v4) & 7)));
        }
    }
    a0 = a0;
    return (ushort)((ushort)((ushort)0xffffu >> ((ushort)0xddedu & 15)) >> ((ushort)0x0u & 15));
}

__kernel void fuzz(__global const uchar *in0,
                   __global const uchar *in1,
                   __global ulong *rw2,
                   __global uint *out3,
                   const float p4,
                   const char p5)
{
    const uint gid = (uint)(((get_global_id(2) - get_global_offset(2)) * get_global_size(1) + get_global_id(1) - get_global_offset(1)) * get_global_size(0) + get_global_id(0) - get_global_offset(0));
    const uint lid = (uint)((get_local_id(2) * get_local_size(1) + get_local_id(1)) * get_local_size(0) + get_local_id(0));
    float v0 = table0[max(to_uint(p4), to_uint(p4)) & 7u];
    int v1 = (int)((int)(true ? to_int(v0) : to_int(p4)) >> (lid & 31));
    uint v2 = (uint)((uint)(1u * (uint)lid + (uint)gid) | (uint)((ushort)0x504au));
    uchar arr3[2]; for (uint q = 0; q < 2u; q++) arr3[q] = (uchar)((uchar)(v1) % (uchar)5);
    for (uint i4 = 2; i4 < ((uint)(1u * (uint)to_uint(v0) + (uint)min(gid, v2)) & 3u); i4++) {
        if ((bool)(((bool)(p4) | (bool)(v1)))) {
            v2 &= bits_of(p4);
            switch (((uint)((uint)(uint)(i4 ^ i4) << (to_uint(v0) & 31)) & 7u) * 10u) {
                case 0: {
                    v0 = table0[(uint)(1u * (uint)i4 + (uint)i4) & 7u];
                    float v5 = ((- p4) - finite_from((uint)0xb99fd869u));
                }
                case 11: {
                    float v6 = ((0.1f - 1e10f) + 3.25f);
                    v2 = rem_uint((uint)(true ? lid : v2), bits_of((float)(gid)));
                    break;
                }
                case 26: {
                    char v7 = ((__global const char *)rw2)[(gid * 8 + (to_uint(p4) & 7u)) * 8 + 3];
                    float8 v8 = (float8)(16777216.0f, (float)(v1), v0, p4, v0, p4, v0, p4);
                    break;
                }
                case 33: {
                    short4 v9 = as_short4(as_ushort4(((ushort4)((ushort)0x7fffu) == (ushort4)((ushort)0x8000u))) ^ as_ushort4(as_short4(as_ushort4((short4)((short)0x1fu)) + as_ushort4((short4)((short)0x7fffu)))));
                    int v10 = (int)((bool)((3.25f < v0)) ? clamp((int)0xf1b475abu, (int)3, (int)100) : max(v1, v1));
                    break;
                }
                case 44: {
                    v0 = trunc(rint((float)(lid)));
                    break;
                }
            }
        }
    }
    for (uint i11 = 1; i11 < ((uint)((ulong)((bool)(v1) ? (ulong)0x64433b67a98fddb3UL : (ulong)0xaUL)) & 7u); i11++) {
        if ((bool)(((bool)(((ulong)(lid) <= (ulong)0x48299dbf6c969a7eUL)) == (bool)(!(bool)(p4))))) break;
        float3 v12 = select(((float3)(1e-39f) + (float3)(0.0f)), ((float3)(0.1f) / (float3)(-1.5f)), convert_int3((ulong3)((ulong)0x2UL)));
    }
    v1 = (int)(~v1);
    rw2[gid * 8 + 7u] = rw2[gid * 8 + (2u & 7u)];
    out3[gid * 8 + 0u] = gid;
    out3[gid * 8 + 1u] = lid;
    out3[gid * 8 + 2u] = v2;
    out3[gid * 8 + 7u] = lid;
}
