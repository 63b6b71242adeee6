// C = A B of 32-bit integers, square matrices of n x n.
__kernel void gemm_int(__global const int *a, __global const int *b, __global int *c, int n) {
  int column = get_global_id(0);
  int row = get_global_id(1);
  int sum = 0;
  for (int k = 0; k < n; k++) sum += a[row * n + k] * b[k * n + column];
  c[row * n + column] = sum;
}
