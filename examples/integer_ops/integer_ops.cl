// Every integer operator for every width from 8 to 64 bits, signed and unsigned.
// Arithmetic that may overflow is done on unsigned values; no divisor is zero, and none is -1.
#define UNSIGNED_OPERATORS(NAME, T)                                                                         \
    __kernel void NAME(__global const T *a, __global const T *b, __global T *out)                           \
    {                                                                                                       \
        const size_t i = get_global_id(0);                                                                  \
        const T x = a[i], y = b[i];                                                                         \
        const T shift = y % (T)(8 * sizeof(T));                                                             \
        const T divisor = y == 0 ? (T)3 : y;                                                                \
        __global T *o = out + i * 20;                                                                       \
        o[0] = x + y;                                                                                       \
        o[1] = x - y;                                                                                       \
        o[2] = (T)(1u * x * y);                                                                             \
        o[3] = x / divisor;                                                                                 \
        o[4] = x % divisor;                                                                                 \
        o[5] = x & y;                                                                                       \
        o[6] = x | y;                                                                                       \
        o[7] = x ^ y;                                                                                       \
        o[8] = ~x;                                                                                          \
        o[9] = -x;                                                                                          \
        o[10] = x << shift;                                                                                 \
        o[11] = x >> shift;                                                                                 \
        o[12] = (T)((x < y) | (x <= y) << 1 | (x > y) << 2 | (x >= y) << 3 | (x == y) << 4 | (x != y) << 5); \
        o[13] = (T)((x && y) | (x || y) << 1 | (!x) << 2);                                                  \
        o[14] = x < y ? x : y;                                                                              \
        o[15] = max(x, y);                                                                                  \
        o[16] = x / (T)10 + x % (T)7;                                                                       \
        o[17] = x * (T)100 + (x >> 3);                                                                      \
        T z = x;                                                                                            \
        z += y;                                                                                             \
        z ^= (T)(z << 1);                                                                                   \
        z++;                                                                                                \
        o[18] = z--;                                                                                        \
        o[19] = z;                                                                                          \
    }

UNSIGNED_OPERATORS(operators_uchar, uchar)
UNSIGNED_OPERATORS(operators_ushort, ushort)
UNSIGNED_OPERATORS(operators_uint, uint)
UNSIGNED_OPERATORS(operators_ulong, ulong)

#define SIGNED_OPERATORS(NAME, T, U)                                                                        \
    __kernel void NAME(__global const T *a, __global const T *b, __global T *out)                           \
    {                                                                                                       \
        const size_t i = get_global_id(0);                                                                  \
        const T x = a[i], y = b[i];                                                                         \
        const U shift = (U)y % (U)(8 * sizeof(T));                                                          \
        const T divisor = y == 0 ? (T)5 : y == (T)-1 ? (T)-3 : y;                                           \
        __global T *o = out + i * 17;                                                                       \
        o[0] = (T)((U)x + (U)y);                                                                            \
        o[1] = (T)((U)x - (U)y);                                                                            \
        o[2] = (T)(1u * (U)x * (U)y);                                                                       \
        o[3] = x / divisor;                                                                                 \
        o[4] = x % divisor;                                                                                 \
        o[5] = x & y;                                                                                       \
        o[6] = x | y;                                                                                       \
        o[7] = x ^ y;                                                                                       \
        o[8] = ~x;                                                                                          \
        o[9] = (T)((U)x << shift);                                                                          \
        o[10] = x >> shift;                                                                                 \
        o[11] = (T)((x < y) | (x <= y) << 1 | (x > y) << 2 | (x >= y) << 3 | (x == y) << 4 | (x != y) << 5); \
        o[12] = min(x, y);                                                                                  \
        o[13] = max(x, y);                                                                                  \
        o[14] = x / (T)10 - x % (T)7;                                                                       \
        o[15] = x / (T)8 + x % (T)16;                                                                       \
        o[16] = (T)abs(x);                                                                                  \
    }

SIGNED_OPERATORS(operators_char, char, uchar)
SIGNED_OPERATORS(operators_short, short, ushort)
SIGNED_OPERATORS(operators_int, int, uint)
SIGNED_OPERATORS(operators_long, long, ulong)

// Every way from one width to another, with and without sign.
__kernel void conversions(__global const ulong *in, __global ulong *out)
{
    const size_t i = get_global_id(0);
    const ulong x = in[i];
    __global ulong *o = out + i * 12;
    o[0] = (uchar)x;
    o[1] = (ulong)(char)x;
    o[2] = (ushort)x;
    o[3] = (ulong)(short)x;
    o[4] = (uint)x;
    o[5] = (ulong)(int)x;
    o[6] = (ulong)(long)(short)(char)(x >> 5);
    o[7] = (ushort)(char)(x >> 9);
    o[8] = (uint)(short)(x >> 17);
    o[9] = (ulong)(bool)(x & 0x10);
    o[10] = (ulong)convert_uchar_sat((int)x) | (ulong)convert_ushort_sat((int)x) << 16 | (ulong)convert_uint_sat((long)x) << 32;
    o[11] = (ulong)(uchar)convert_char_sat((int)x) | (ulong)(ushort)convert_short_sat((int)x) << 16 |
            (ulong)(uint)convert_int_sat((long)x) << 32;
}

// Counting, rotating and the other integer functions.
__kernel void integer_functions(__global const uint *a, __global const uint *b, __global uint *out)
{
    const size_t i = get_global_id(0);
    const uint x = a[i], y = b[i];
    __global uint *o = out + i * 14;
    o[0] = popcount(x);
    o[1] = clz(x);
    o[2] = rotate(x, y);
    o[3] = mul_hi(x, y);
    o[4] = (uint)mul_hi((int)x, (int)y);
    o[5] = mad24(x & 0xffffffu, y & 0xffffu, 77u);
    o[6] = hadd(x, y);
    o[7] = rhadd(x, y);
    o[8] = add_sat(x, y);
    o[9] = (uint)add_sat((int)x, (int)y);
    o[10] = sub_sat(x, y);
    o[11] = abs_diff((int)x, (int)y);
    o[12] = clamp(x, 1000u, 0x80000000u);
    o[13] = (uint)upsample((ushort)x, (ushort)y) ^ bitselect(x, y, 0x0ff0f00fu);
}
