// Dense and sparse linear algebra, a work-item an element or a row.

__kernel void matmul_alpha_beta(__global const float *a, __global const float *b, __global float *c, float alpha,
                                float beta, int ni, int nj, int nk) {
  int j = get_global_id(0);
  int i = get_global_id(1);
  if (i < ni && j < nj) {
    c[i * nj + j] *= beta;
    for (int k = 0; k < nk; k++)
      c[i * nj + j] += alpha * a[i * nk + k] * b[k * nj + j];
  }
}

__kernel void row_times_vector(__global const float *a, __global const float *x, __global float *t, int nx, int ny) {
  int i = get_global_id(0);
  if (i >= nx)
    return;
  float sum = 0.0f;
  for (int j = 0; j < ny; j++)
    sum += a[i * ny + j] * x[j];
  t[i] = sum;
}

__kernel void column_times_vector(__global const float *a, __global const float *t, __global float *y, int nx, int ny) {
  int j = get_global_id(0);
  if (j < ny) {
    y[j] = 0;
    for (int i = 0; i < nx; i++)
      y[j] += a[i * ny + j] * t[i];
  }
}

__kernel void symmetric_rank_2k(__global const float *a, __global const float *b, __global float *c, float alpha,
                                int n, int m) {
  int i = get_global_id(1), j = get_global_id(0);
  if (j > i)
    return;
  float acc = c[i * n + j];
  for (int k = 0; k < m; ++k) {
    acc = fma(alpha * a[i * m + k], b[j * m + k], acc);
    acc = fma(alpha * b[i * m + k], a[j * m + k], acc);
  }
  c[i * n + j] = acc;
}

__kernel void column_mean_and_deviation(__global const float *data, __global float *mean, __global float *deviation,
                                        float n, float eps, int rows, int columns) {
  int j = get_global_id(0);
  if (j >= columns)
    return;
  float m = 0.0f, s = 0.0f;
  for (int i = 0; i < rows; i++)
    m += data[i * columns + j];
  m /= n;
  for (int i = 0; i < rows; i++) {
    float d = data[i * columns + j] - m;
    s += d * d;
  }
  s = sqrt(s / n);
  mean[j] = m;
  deviation[j] = s <= eps ? 1.0f : s;
}

__kernel void gram_schmidt_step(__global float *a, __global float *r, __global const float *q, int k, int m, int n) {
  int j = get_global_id(0);
  if (j <= k || j >= n)
    return;
  float dot_product = 0.0f;
  for (int i = 0; i < m; i++)
    dot_product += q[i * n + k] * a[i * n + j];
  r[k * n + j] = dot_product;
  for (int i = 0; i < m; i++)
    a[i * n + j] -= q[i * n + k] * dot_product;
}

__kernel void sparse_rows(__global const int *restrict start, __global const int *restrict column,
                          __global const float *restrict value, __global const float *restrict x,
                          __global float *restrict y, int rows) {
  for (int row = get_global_id(0); row < rows; row += get_global_size(0)) {
    float sum = 0.0f;
    for (int k = start[row], end = start[row + 1]; k < end; k++)
      sum += value[k] * x[column[k]];
    y[row] = sum;
  }
}

__kernel void jagged_diagonals(__global float *result, __constant int *jds_start, __constant int *length,
                               __global const float *data, __global const int *index, __global const int *permutation,
                               __global const float *x, int dim) {
  int i = get_global_id(0);
  if (i < dim) {
    float sum = 0;
    int bound = length[i / 32];
    for (int k = 0; k < bound; k++) {
      int j = jds_start[k] + i;
      sum += data[j] * x[index[j]];
    }
    result[permutation[i]] = sum;
  }
}
