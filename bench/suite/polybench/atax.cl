// y = A^T * (A * x); A has m rows and n columns.
__kernel void atax_first(int m, int n, __global const double *A, __global const double *x, __global double *tmp)
{
    int i = get_global_id(0);
    if (i < m) {
        double sum = 0.0;
        for (int j = 0; j < n; j++)
            sum += A[i * n + j] * x[j];
        tmp[i] = sum;
    }
}

__kernel void atax_second(int m, int n, __global const double *A, __global const double *tmp, __global double *y)
{
    int j = get_global_id(0);
    if (j < n) {
        double sum = 0.0;
        for (int i = 0; i < m; i++)
            sum += A[i * n + j] * tmp[i];
        y[j] = sum;
    }
}
