// The two products of the biconjugate gradient method: q = A * p and s = transpose(A) * r.
// They are independent of one another and share the matrix.
#ifndef DATA_TYPE
#define DATA_TYPE float
#endif

__kernel void bicg_q(__global DATA_TYPE *A, __global DATA_TYPE *p, __global DATA_TYPE *q, int nx, int ny)
{
    int i = get_global_id(0);

    if (i < nx) {
        q[i] = 0;
        for (int j = 0; j < ny; j++) {
            q[i] += A[i * ny + j] * p[j];
        }
    }
}

__kernel void bicg_s(__global DATA_TYPE *A, __global DATA_TYPE *r, __global DATA_TYPE *s, int nx, int ny)
{
    int j = get_global_id(0);

    if (j < ny) {
        s[j] = 0;
        for (int i = 0; i < nx; i++) {
            s[j] += A[i * ny + j] * r[i];
        }
    }
}
