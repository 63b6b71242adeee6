#define TILE 8

// C = A * B of n x n matrices, tile by tile through local memory. n is a multiple of the tile.
__kernel __attribute__((reqd_work_group_size(TILE, TILE, 1)))
void gemm_tiled(__global const float *a, __global const float *b, __global float *c, int n) {
  __local float left[TILE][TILE];
  __local float right[TILE][TILE];
  int x = get_local_id(0);
  int y = get_local_id(1);
  int column = get_global_id(0);
  int row = get_global_id(1);
  float sum = 0.0f;
  for (int t = 0; t < n / TILE; t++) {
    left[y][x] = a[row * n + t * TILE + x];
    right[y][x] = b[(t * TILE + y) * n + column];
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int k = 0; k < TILE; k++) sum += left[y][k] * right[k][x];
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  c[row * n + column] = sum;
}
