// y = alpha * A * x + beta * B * x; A and B are n x n.
__kernel void gesummv(int n, double alpha, double beta, __global const double *A, __global const double *B,
                      __global const double *x, __global double *y)
{
    int i = get_global_id(0);
    if (i < n) {
        double a = 0.0;
        double b = 0.0;
        for (int j = 0; j < n; j++) {
            a += A[i * n + j] * x[j];
            b += B[i * n + j] * x[j];
        }
        y[i] = alpha * a + beta * b;
    }
}
