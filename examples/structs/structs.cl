// Arrays of structs behind a pointer, with fields of different widths, padding and a nested array.
// A packed struct of bytes shows that neighbours in memory stay as they are.
typedef struct {
    float x, y, z;
    uchar alive;
    ushort kind;
    long energy;
    int history[3];
} particle;

__kernel void step_particles(__global particle *p, const float dt)
{
    const size_t i = get_global_id(0);
    if (!(p[i].alive & 1))
        return;
    p[i].x += dt * (float)p[i].kind;
    p[i].y -= dt * p[i].z;
    p[i].energy += p[i].kind;
    p[i].history[2] = p[i].history[1];
    p[i].history[1] = p[i].history[0];
    p[i].history[0] = (int)p[i].kind;
    p[i].alive ^= 2;
}

typedef struct __attribute__((packed)) {
    uchar tag;
    ushort length;
    uint offset;
    uchar flags;
} header;

__kernel void read_headers(__global const header *h, __global uint *out, __global header *copy)
{
    const size_t i = get_global_id(0);
    out[i] = h[i].tag * 3u + h[i].length * 5u + h[i].offset * 7u;
    copy[i].length = (ushort)(h[i].length + 1);
    copy[i].flags = h[i].flags | 0x80;
}

typedef struct {
    int count;
    float scale;
    short2 range;
    long bias;
} settings;

__kernel void by_value(const settings s, __global const short *in, __global float *out)
{
    const size_t i = get_global_id(0);
    float v = 0.0f;
    if (in[i] >= s.range.x && in[i] <= s.range.y)
        v = (float)in[i] * s.scale + (float)s.bias;
    out[i] = i < (size_t)s.count ? v : -1.0f;
}
