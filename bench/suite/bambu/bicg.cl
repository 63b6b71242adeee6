// s = A^T * r and q = A * p; A has n rows and m columns.
__kernel void bicg_s(int m, int n, __global const float *A, __global const float *r, __global float *s)
{
    int j = get_global_id(0);
    if (j < m) {
        float sum = 0.0f;
        for (int i = 0; i < n; i++)
            sum += r[i] * A[i * m + j];
        s[j] = sum;
    }
}

__kernel void bicg_q(int m, int n, __global const float *A, __global const float *p, __global float *q)
{
    int i = get_global_id(0);
    if (i < n) {
        float sum = 0.0f;
        for (int j = 0; j < m; j++)
            sum += A[i * m + j] * p[j];
        q[i] = sum;
    }
}
