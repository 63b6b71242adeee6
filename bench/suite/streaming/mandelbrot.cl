// Iterations until a point leaves the circle of radius 2, at most `most`.
__kernel void mandelbrot(int width, int height, int most, __global int *counts)
{
    int x = get_global_id(0);
    int y = get_global_id(1);
    float cr = -2.0f + 2.5f * x / width;
    float ci = -1.25f + 2.5f * y / height;
    float zr = 0.0f;
    float zi = 0.0f;
    int n = 0;
    while (n < most && zr * zr + zi * zi < 4.0f) {
        float t = zr * zr - zi * zi + cr;
        zi = 2.0f * zr * zi + ci;
        zr = t;
        n++;
    }
    counts[y * width + x] = n;
}
