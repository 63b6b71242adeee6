// Iterations until a point of the plane escapes.
// A divergent loop: neighbouring work-items leave it after very different numbers of rounds.
__kernel void mandelbrot(__global uint *iterations, const float x0, const float y0, const float dx,
                         const float dy, const uint limit)
{
    const size_t px = get_global_id(0);
    const size_t py = get_global_id(1);
    const float cx = x0 + (float)px * dx;
    const float cy = y0 + (float)py * dy;

    float zx = 0.0f, zy = 0.0f;
    uint n = 0;
    while (n < limit && zx * zx + zy * zy <= 4.0f) {
        float t = zx * zx - zy * zy + cx;
        zy = 2.0f * zx * zy + cy;
        zx = t;
        n++;
    }
    iterations[py * get_global_size(0) + px] = n;
}
