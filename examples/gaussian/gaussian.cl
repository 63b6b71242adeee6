// Gaussian elimination without pivoting, one column a launch: the factors, then the rows.
__kernel void gaussian_factors(__global const float *a, __global float *factors, int n, int column) {
  int row = get_global_id(0) + column + 1;
  if (row < n) factors[row] = a[row * n + column] / a[column * n + column];
}

__kernel void gaussian_rows(__global float *a, __global float *b, __global const float *factors, int n, int column) {
  __local float pivot[32];
  int x = get_global_id(0);
  int row = get_global_id(1) + column + 1;
  if (get_local_id(1) == 0 && x < n) pivot[get_local_id(0)] = a[column * n + x];
  barrier(CLK_LOCAL_MEM_FENCE);
  if (row >= n) return;
  float factor = factors[row];
  if (x < n && x >= column) a[row * n + x] -= factor * pivot[get_local_id(0)];
  if (x == 0) b[row] -= factor * b[column];
}

// LU decomposition of one small matrix a group, all of it in local memory.
__kernel void lu_block(__global float *matrices, __local float *m, int n) {
  int l = get_local_id(0);
  __global float *own = matrices + get_group_id(0) * n * n;
  for (int k = l; k < n * n; k += get_local_size(0)) m[k] = own[k];
  for (int step = 0; step < n - 1; step++) {
    barrier(CLK_LOCAL_MEM_FENCE);
    if (l > step && l < n) {
      float factor = m[l * n + step] / m[step * n + step];
      m[l * n + step] = factor;
      for (int x = step + 1; x < n; x++) m[l * n + x] -= factor * m[step * n + x];
    }
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int k = l; k < n * n; k += get_local_size(0)) own[k] = m[k];
}
