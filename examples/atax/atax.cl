// y = transpose(A) * (A * x), in two kernels: rows first, then columns.
// The first reads A along a row in each work-item, the second along a column.
__kernel void atax_rows(__global const float *A, __global const float *x, __global float *tmp, int nx, int ny)
{
    int i = get_global_id(0);
    if (i < nx) {
        float acc = 0.0f;
        for (int j = 0; j < ny; j++)
            acc += A[i * ny + j] * x[j];
        tmp[i] = acc;
    }
}

__kernel void atax_columns(__global const float *A, __global float *y, __global const float *tmp, int nx, int ny)
{
    int j = get_global_id(0);
    if (j < ny) {
        y[j] = 0.0f;
        for (int i = 0; i < nx; i++)
            y[j] += A[i * ny + j] * tmp[i];
    }
}
