#define TILE 16
#define ROWS 4

// Transposes through local memory whose rows are one element longer, so that columns lie in different banks.
__kernel __attribute__((reqd_work_group_size(TILE, ROWS, 1)))
void transpose_padded(__global const float *in, __global float *out, int width, int height) {
  __local float tile[TILE][TILE + 1];
  int x = get_group_id(0) * TILE + get_local_id(0);
  int y = get_group_id(1) * TILE + get_local_id(1);
  for (int k = 0; k < TILE; k += ROWS)
    if (x < width && y + k < height) tile[get_local_id(1) + k][get_local_id(0)] = in[(y + k) * width + x];
  barrier(CLK_LOCAL_MEM_FENCE);
  x = get_group_id(1) * TILE + get_local_id(0);
  y = get_group_id(0) * TILE + get_local_id(1);
  for (int k = 0; k < TILE; k += ROWS)
    if (x < height && y + k < width) out[(y + k) * height + x] = tile[get_local_id(0)][get_local_id(1) + k];
}
