// D = alpha * A * B * C + beta * D in two phases. A is ni x nk, B is nk x nj, C is nj x nl, D is ni x nl.
__kernel void mm2_first(int ni, int nj, int nk, double alpha, __global const double *A, __global const double *B,
                        __global double *tmp)
{
    int j = get_global_id(0);
    int i = get_global_id(1);
    if (i < ni && j < nj) {
        double sum = 0.0;
        for (int k = 0; k < nk; k++)
            sum += alpha * A[i * nk + k] * B[k * nj + j];
        tmp[i * nj + j] = sum;
    }
}

__kernel void mm2_second(int ni, int nj, int nl, double beta, __global const double *tmp, __global const double *C,
                         __global double *D)
{
    int j = get_global_id(0);
    int i = get_global_id(1);
    if (i < ni && j < nl) {
        double sum = beta * D[i * nl + j];
        for (int k = 0; k < nj; k++)
            sum += tmp[i * nj + k] * C[k * nl + j];
        D[i * nl + j] = sum;
    }
}
