// A 3x3 convolution of an image; pixels beyond the border repeat the edge.
// Nine loads a work-item, most of them of lines that a neighbour has just fetched.
__kernel void stencil3x3(__global const float *in, __global float *out, int width, int height,
                         __constant float *weights)
{
    int x = get_global_id(0);
    int y = get_global_id(1);
    if (x >= width || y >= height)
        return;

    float acc = 0.0f;
    for (int dy = -1; dy <= 1; dy++) {
        for (int dx = -1; dx <= 1; dx++) {
            int sx = clamp(x + dx, 0, width - 1);
            int sy = clamp(y + dy, 0, height - 1);
            acc += weights[(dy + 1) * 3 + (dx + 1)] * in[sy * width + sx];
        }
    }
    out[y * width + x] = acc;
}

// The interior is smoothed with its four neighbours, the border is copied.
__kernel void jacobi_step(__global const float *restrict in, __global float *restrict out)
{
    const size_t x = get_global_id(0), y = get_global_id(1);
    const size_t w = get_global_size(0), h = get_global_size(1);
    const size_t at = y * w + x;
    if (x == 0 || y == 0 || x == w - 1 || y == h - 1)
        out[at] = in[at];
    else
        out[at] = 0.25f * (in[at - 1] + in[at + 1] + in[at - w] + in[at + w]);
}
