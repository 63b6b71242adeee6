// Finite differences in time: a step updates ey, ex and hz, all nx x ny, one kernel after the other.
__kernel void fdtd_ey(int nx, int ny, int t, __global const float *fict, __global const float *hz,
                      __global float *ey)
{
    int j = get_global_id(0);
    int i = get_global_id(1);
    if (i < nx && j < ny) {
        if (i == 0)
            ey[j] = fict[t];
        else
            ey[i * ny + j] -= 0.5f * (hz[i * ny + j] - hz[(i - 1) * ny + j]);
    }
}

__kernel void fdtd_ex(int nx, int ny, __global const float *hz, __global float *ex)
{
    int j = get_global_id(0);
    int i = get_global_id(1);
    if (i < nx && j > 0 && j < ny)
        ex[i * ny + j] -= 0.5f * (hz[i * ny + j] - hz[i * ny + j - 1]);
}

__kernel void fdtd_hz(int nx, int ny, __global const float *ex, __global const float *ey, __global float *hz)
{
    int j = get_global_id(0);
    int i = get_global_id(1);
    if (i < nx - 1 && j < ny - 1)
        hz[i * ny + j] -= 0.7f * (ex[i * ny + j + 1] - ex[i * ny + j] + ey[(i + 1) * ny + j] - ey[i * ny + j]);
}
