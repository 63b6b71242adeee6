// Sparse matrix times vector; the matrix is in compressed row form, its rows are of very uneven length.
// The trip count of the loop and the addresses of x come from memory.
__kernel void spmv_csr(const uint rows, __global const uint *row_start, __global const uint *column,
                       __global const float *value, __global const float *x, __global float *y)
{
    const uint row = get_global_id(0);
    if (row < rows) {
        float sum = 0.0f;
        const uint end = row_start[row + 1];
        for (uint k = row_start[row]; k < end; ++k)
            sum += value[k] * x[column[k]];
        y[row] = sum;
    }
}
