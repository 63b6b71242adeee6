// C = alpha * A * A^T + beta * C, lower triangle; A is n x m, C is n x n.
__kernel void syrk(int n, int m, double alpha, double beta, __global const double *A, __global double *C)
{
    int j = get_global_id(0);
    int i = get_global_id(1);
    if (i < n && j <= i) {
        double sum = beta * C[i * n + j];
        for (int k = 0; k < m; k++)
            sum += alpha * A[i * m + k] * A[j * m + k];
        C[i * n + j] = sum;
    }
}
