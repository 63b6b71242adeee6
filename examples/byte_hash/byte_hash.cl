// Hashes of byte strings: FNV-1a with 64 bits, a CRC of 16 bits and a 32-bit rotate-multiply hash.
// Bytes in, and arithmetic on uchar, ushort, uint and ulong.
__kernel void fnv1a(__global const uchar *text, const uint stride, __global const uchar *length, __global ulong *hash)
{
    const uint id = get_global_id(0);
    ulong h = 0xcbf29ce484222325UL;
    const uint n = min((uint)length[id], stride);
    for (uint i = 0; i < n; i++) {
        h ^= text[id * stride + i];
        h *= 0x100000001b3UL;
    }
    hash[id] = h;
}

__kernel void crc16(__global const uchar *text, const uint stride, __global ushort *crc)
{
    const uint id = get_global_id(0);
    ushort c = 0xffff;
    for (uint i = 0; i < stride; i++) {
        c ^= (ushort)text[id * stride + i] << 8;
        for (int bit = 0; bit < 8; bit++)
            c = (c & 0x8000) ? (ushort)((c << 1) ^ 0x1021) : (ushort)(c << 1);
    }
    crc[id] = c;
}

__kernel void mix32(__global const uchar *text, const uint stride, const uint seed, __global uint *hash)
{
    const uint id = get_global_id(0);
    __global const uchar *p = text + id * stride;
    uint h = seed;
    uint left = stride;
    while (left >= 4) {
        uint k = p[0] | (uint)p[1] << 8 | (uint)p[2] << 16 | (uint)p[3] << 24;
        k *= 0xcc9e2d51u;
        k = rotate(k, 15u);
        h ^= k * 0x1b873593u;
        h = rotate(h, 13u) * 5 + 0xe6546b64u;
        p += 4;
        left -= 4;
    }
    uchar tail = 0;
    while (left-- > 0)
        tail = (uchar)(tail * 33 + *p++);
    h ^= tail;
    hash[id] = h ^ (h >> 16);
}
