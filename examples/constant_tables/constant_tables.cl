// Tables in constant memory: at file scope, two-dimensional, of structs, and as a kernel argument.
// Indexes come from data; a bounded table becomes a small ROM of the circuit.
__constant uchar sbox[16] = { 0x6, 0x4, 0xc, 0x5, 0x0, 0x7, 0x2, 0xe, 0x1, 0xf, 0x3, 0xd, 0x8, 0xa, 0x9, 0xb };
__constant int kernel3[3][3] = { { 1, 2, 1 }, { 2, 4, 2 }, { 1, 2, 1 } };
__constant float powers[] = { 1.0f, 0.1f, 0.01f, 0.001f, 1e-4f, 1e-5f, 1e-6f, 1e-7f };

struct rule {
    ushort mask;
    char shift;
    int bias;
};
__constant struct rule rules[4] = { { 0x00ff, 0, 5 }, { 0xff00, 8, -7 }, { 0x0ff0, 4, 100000 }, { 0xffff, 1, 0 } };

__kernel void substitute(__global const uint *in, __global uint *out)
{
    const size_t i = get_global_id(0);
    uint x = in[i], y = 0;
    for (int nibble = 0; nibble < 8; nibble++)
        y |= (uint)sbox[x >> (4 * nibble) & 15] << (4 * nibble);
    out[i] = y;
}

__kernel void blur(__global const uchar *image, __global uchar *out)
{
    const int x = get_global_id(0), y = get_global_id(1);
    const int w = get_global_size(0), h = get_global_size(1);
    int sum = 0, weight = 0;
    for (int r = 0; r < 3; r++) {
        for (int c = 0; c < 3; c++) {
            int sx = x + c - 1, sy = y + r - 1;
            if (sx < 0 || sy < 0 || sx >= w || sy >= h)
                continue;
            sum += kernel3[r][c] * image[sy * w + sx];
            weight += kernel3[r][c];
        }
    }
    out[y * w + x] = (uchar)(sum / weight);
}

__kernel void apply_rules(__global const ushort *in, __global int *out, __global float *scaled, __constant float *scale)
{
    const size_t i = get_global_id(0);
    const struct rule r = rules[in[i] & 3];
    const int v = ((in[i] & r.mask) >> r.shift) + r.bias;
    out[i] = v;
    scaled[i] = (float)v * powers[in[i] & 7] * scale[i & 1];
}
