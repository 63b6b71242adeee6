// C = alpha * A * B^T + alpha * B * A^T + beta * C, lower triangle; A and B are n x m, C is n x n.
__kernel void syr2k(int n, int m, double alpha, double beta, __global const double *A, __global const double *B,
                    __global double *C)
{
    int j = get_global_id(0);
    int i = get_global_id(1);
    if (i < n && j <= i) {
        double sum = beta * C[i * n + j];
        for (int k = 0; k < m; k++)
            sum += A[j * m + k] * alpha * B[i * m + k] + B[j * m + k] * alpha * A[i * m + k];
        C[i * n + j] = sum;
    }
}
