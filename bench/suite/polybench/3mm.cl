// G = (A * B) * (C * D): three products. P is rows x inner, Q is inner x columns.
__kernel void product(int rows, int columns, int inner, __global const double *P, __global const double *Q,
                      __global double *R)
{
    int j = get_global_id(0);
    int i = get_global_id(1);
    if (i < rows && j < columns) {
        double sum = 0.0;
        for (int k = 0; k < inner; k++)
            sum += P[i * inner + k] * Q[k * columns + j];
        R[i * columns + j] = sum;
    }
}
