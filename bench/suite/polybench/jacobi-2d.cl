// One half step of Jacobi's method on an n x n grid; the next half step swaps the buffers.
__kernel void jacobi(int n, __global const double *A, __global double *B)
{
    int j = get_global_id(0);
    int i = get_global_id(1);
    if (i > 0 && i < n - 1 && j > 0 && j < n - 1)
        B[i * n + j] = 0.2 * (A[i * n + j] + A[i * n + j - 1] + A[i * n + j + 1] + A[(i + 1) * n + j] + A[(i - 1) * n + j]);
}
