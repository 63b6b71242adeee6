// s = A^T * r and q = A * p; A has n rows and m columns.
__kernel void bicg_s(int m, int n, __global const double *A, __global const double *r, __global double *s)
{
    int j = get_global_id(0);
    if (j < m) {
        double sum = 0.0;
        for (int i = 0; i < n; i++)
            sum += r[i] * A[i * m + j];
        s[j] = sum;
    }
}

__kernel void bicg_q(int m, int n, __global const double *A, __global const double *p, __global double *q)
{
    int i = get_global_id(0);
    if (i < n) {
        double sum = 0.0;
        for (int j = 0; j < m; j++)
            sum += A[i * m + j] * p[j];
        q[i] = sum;
    }
}
