// y = alpha * A * x + beta * B * x; A and B are n x n.
__kernel void gesummv(int n, float alpha, float beta, __global const float *A, __global const float *B,
                      __global const float *x, __global float *y)
{
    int i = get_global_id(0);
    if (i < n) {
        float a = 0.0f;
        float b = 0.0f;
        for (int j = 0; j < n; j++) {
            a += A[i * n + j] * x[j];
            b += B[i * n + j] * x[j];
        }
        y[i] = alpha * a + beta * b;
    }
}
