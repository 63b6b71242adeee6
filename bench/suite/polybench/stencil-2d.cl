// A 3x3 filter over a grid of integers; the last two rows and columns of the result stay as they are.
__kernel void stencil2d(int rows, int columns, __global const int *filter, __global const int *orig,
                        __global int *sol)
{
    int c = get_global_id(0);
    int r = get_global_id(1);
    if (r < rows - 2 && c < columns - 2) {
        int sum = 0;
        for (int k1 = 0; k1 < 3; k1++)
            for (int k2 = 0; k2 < 3; k2++)
                sum += filter[k1 * 3 + k2] * orig[(r + k1) * columns + c + k2];
        sol[r * columns + c] = sum;
    }
}
