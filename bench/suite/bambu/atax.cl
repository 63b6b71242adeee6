// y = A^T * (A * x); A has m rows and n columns.
__kernel void atax_first(int m, int n, __global const float *A, __global const float *x, __global float *tmp)
{
    int i = get_global_id(0);
    if (i < m) {
        float sum = 0.0f;
        for (int j = 0; j < n; j++)
            sum += A[i * n + j] * x[j];
        tmp[i] = sum;
    }
}

__kernel void atax_second(int m, int n, __global const float *A, __global const float *tmp, __global float *y)
{
    int j = get_global_id(0);
    if (j < n) {
        float sum = 0.0f;
        for (int i = 0; i < m; i++)
            sum += A[i * n + j] * tmp[i];
        y[j] = sum;
    }
}
