// C = alpha * A * B + beta * C; A is ni x nk, B is nk x nj, C is ni x nj. One work-item an element of C.
__kernel void gemm(int ni, int nj, int nk, double alpha, double beta, __global const double *A,
                   __global const double *B, __global double *C)
{
    int j = get_global_id(0);
    int i = get_global_id(1);
    if (i < ni && j < nj) {
        double sum = beta * C[i * nj + j];
        for (int k = 0; k < nk; k++)
            sum += alpha * A[i * nk + k] * B[k * nj + j];
        C[i * nj + j] = sum;
    }
}
