// Sorts one block a group in local memory.
__kernel void bitonic_sort(__global int *data, __local int *block) {
  int l = get_local_id(0);
  int size = 2 * get_local_size(0);
  int base = get_group_id(0) * size;
  block[l] = data[base + l];
  block[l + size / 2] = data[base + l + size / 2];
  for (int k = 2; k <= size; k *= 2) {
    for (int j = k / 2; j > 0; j /= 2) {
      barrier(CLK_LOCAL_MEM_FENCE);
      int at = 2 * l - (l & (j - 1));
      int other = at + j;
      int a = block[at];
      int b = block[other];
      if ((a > b) == ((at & k) == 0)) {
        block[at] = b;
        block[other] = a;
      }
    }
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  data[base + l] = block[l];
  data[base + l + size / 2] = block[l + size / 2];
}

// One step of the sort in global memory, for arrays larger than a group.
__kernel void bitonic_step(__global int *data, int j, int k) {
  int i = get_global_id(0);
  int other = i ^ j;
  if (other <= i) return;
  int a = data[i];
  int b = data[other];
  int ascending = (i & k) == 0;
  data[i] = (a > b) == ascending ? b : a;
  data[other] = (a > b) == ascending ? a : b;
}
