// x1 = x1 + A * y1 and x2 = x2 + A^T * y2; A is n x n.
__kernel void mvt_rows(int n, __global const double *A, __global const double *y1, __global double *x1)
{
    int i = get_global_id(0);
    if (i < n) {
        double sum = x1[i];
        for (int j = 0; j < n; j++)
            sum += A[i * n + j] * y1[j];
        x1[i] = sum;
    }
}

__kernel void mvt_columns(int n, __global const double *A, __global const double *y2, __global double *x2)
{
    int i = get_global_id(0);
    if (i < n) {
        double sum = x2[i];
        for (int j = 0; j < n; j++)
            sum += A[j * n + i] * y2[j];
        x2[i] = sum;
    }
}
