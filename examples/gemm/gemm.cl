// C = alpha * A * B + beta * C for row-major matrices of any size.
// One work-item computes one element of C; the inner loop is a dot product.
__kernel void gemm(const int M, const int N, const int K, const float alpha, __global const float *A,
                   __global const float *B, const float beta, __global float *C)
{
    const int col = get_global_id(0);
    const int row = get_global_id(1);
    if (row >= M || col >= N)
        return;

    float sum = 0.0f;
    for (int k = 0; k < K; k++)
        sum += A[row * K + k] * B[k * N + col];
    C[row * N + col] = alpha * sum + beta * C[row * N + col];
}
