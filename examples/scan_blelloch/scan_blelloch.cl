#define SIZE 128

// Exclusive scan of 128 numbers a group: sums up the tree, then partial sums down again.
__kernel __attribute__((reqd_work_group_size(SIZE / 2, 1, 1)))
void scan_blelloch(__global const uint *in, __global uint *out, __global uint *totals) {
  __local uint tree[SIZE];
  uint l = get_local_id(0);
  uint base = get_group_id(0) * SIZE;
  tree[2 * l] = in[base + 2 * l];
  tree[2 * l + 1] = in[base + 2 * l + 1];
  uint offset = 1;
  for (uint d = SIZE / 2; d > 0; d >>= 1) {
    barrier(CLK_LOCAL_MEM_FENCE);
    if (l < d) tree[offset * (2 * l + 2) - 1] += tree[offset * (2 * l + 1) - 1];
    offset *= 2;
  }
  if (l == 0) {
    totals[get_group_id(0)] = tree[SIZE - 1];
    tree[SIZE - 1] = 0;
  }
  for (uint d = 1; d < SIZE; d *= 2) {
    offset >>= 1;
    barrier(CLK_LOCAL_MEM_FENCE);
    if (l < d) {
      uint left = offset * (2 * l + 1) - 1;
      uint right = offset * (2 * l + 2) - 1;
      uint t = tree[left];
      tree[left] = tree[right];
      tree[right] += t;
    }
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  out[base + 2 * l] = tree[2 * l];
  out[base + 2 * l + 1] = tree[2 * l + 1];
}
