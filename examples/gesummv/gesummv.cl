// y = alpha * A * x + beta * B * x.
// Two dot products in one loop share the vector x.
__kernel void gesummv(__global const float *A, __global const float *B, __global const float *x,
                      __global float *y, float alpha, float beta, int n)
{
    int i = get_global_id(0);
    if (i < n) {
        float t = 0.0f;
        float s = 0.0f;
        for (int j = 0; j < n; j++) {
            t += A[i * n + j] * x[j];
            s += B[i * n + j] * x[j];
        }
        y[i] = alpha * t + beta * s;
    }
}
