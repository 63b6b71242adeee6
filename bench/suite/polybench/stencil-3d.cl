// Seven points on a grid of n x n x n; the boundary of the result stays as it is.
__kernel void stencil3d(int n, long c0, long c1, __global const long *orig, __global long *sol)
{
    int k = get_global_id(0) + 1;
    int j = get_global_id(1) + 1;
    int i = get_global_id(2) + 1;
    int at = (i * n + j) * n + k;
    long neighbours = orig[at - 1] + orig[at + 1] + orig[at - n] + orig[at + n] + orig[at - n * n] + orig[at + n * n];
    sol[at] = c0 * orig[at] + c1 * neighbours;
}
