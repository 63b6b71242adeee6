// A guard that lets most work-items leave at once, and returns from the middle of loops.
// Work-items that leave early must not hold up or overtake the others.
__kernel void guarded(__global const int *in, __global int *out, const uint n, const int threshold)
{
    const uint i = get_global_id(0);
    if (i >= n)
        return;
    if (in[i] < threshold)
        return;
    out[i] = in[i] * 3 + 1;
}

__kernel void find_in_rows(__global const ushort *matrix, const int columns, const ushort wanted, __global short *where)
{
    const int row = get_global_id(0);
    for (int c = 0; c < columns; c++) {
        if (matrix[row * columns + c] == wanted) {
            where[row] = (short)c;
            return;
        }
    }
    where[row] = -1;
}

__kernel void deep_return(__global const int *limits, __global int *out)
{
    const int i = get_global_id(0);
    out[i] = -1;
    for (int a = 1; a <= limits[i]; a++) {
        for (int b = a; b <= limits[i]; b++) {
            if (a * a + b * b == limits[i]) {
                out[i] = a * 1000 + b;
                return;
            }
            if (a * a + b * b > limits[i])
                break;
        }
        if (2 * a * a > limits[i])
            return;
    }
    out[i] = 0;
}
