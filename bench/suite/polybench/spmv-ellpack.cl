// out = M * vec for a sparse matrix with `width` entries a row, row after row.
__kernel void ellpack(int rows, int width, __global const double *values, __global const int *columns,
                      __global const double *vec, __global double *out)
{
    int i = get_global_id(0);
    if (i < rows) {
        double sum = 0.0;
        for (int j = 0; j < width; j++)
            sum += values[i * width + j] * vec[columns[i * width + j]];
        out[i] = sum;
    }
}
