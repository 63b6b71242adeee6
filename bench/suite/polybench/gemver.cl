// A = A + u1 * v1^T + u2 * v2^T;  x = x + beta * A^T * y + z;  w = w + alpha * A * x.  A is n x n.
__kernel void gemver_update(int n, __global double *A, __global const double *u1, __global const double *v1,
                            __global const double *u2, __global const double *v2)
{
    int j = get_global_id(0);
    int i = get_global_id(1);
    if (i < n && j < n)
        A[i * n + j] += u1[i] * v1[j] + u2[i] * v2[j];
}

__kernel void gemver_x(int n, double beta, __global const double *A, __global const double *y,
                       __global const double *z, __global double *x)
{
    int i = get_global_id(0);
    if (i < n) {
        double sum = x[i];
        for (int j = 0; j < n; j++)
            sum += beta * A[j * n + i] * y[j];
        x[i] = sum + z[i];
    }
}

__kernel void gemver_w(int n, double alpha, __global const double *A, __global const double *x, __global double *w)
{
    int i = get_global_id(0);
    if (i < n) {
        double sum = w[i];
        for (int j = 0; j < n; j++)
            sum += alpha * A[i * n + j] * x[j];
        w[i] = sum;
    }
}
