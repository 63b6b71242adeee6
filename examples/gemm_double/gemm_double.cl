// C = alpha * A * B + beta * C in double precision.
__kernel void gemm_double(__global const double *a, __global const double *b, __global double *c, double alpha,
                          double beta, int n, int k) {
  int column = get_global_id(0);
  int row = get_global_id(1);
  double sum = 0.0;
  for (int i = 0; i < k; i++) sum += a[row * k + i] * b[i * n + column];
  c[row * n + column] = alpha * sum + beta * c[row * n + column];
}
