// y = M * x for a sparse matrix in compressed rows; one work-item a row.
__kernel void spmv(int rows, __global const int *starts, __global const int *columns, __global const float *values,
                   __global const float *x, __global float *y)
{
    int row = get_global_id(0);
    if (row < rows) {
        float sum = 0.0f;
        for (int k = starts[row]; k < starts[row + 1]; k++)
            sum += values[k] * x[columns[k]];
        y[row] = sum;
    }
}
