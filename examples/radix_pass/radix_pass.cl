#define DIGITS 16

// How many numbers of each group have which digit.
__kernel void radix_count(__global const uint *in, __global uint *counts, int shift) {
  __local uint mine[DIGITS];
  int l = get_local_id(0);
  if (l < DIGITS) mine[l] = 0;
  barrier(CLK_LOCAL_MEM_FENCE);
  atomic_inc(&mine[(in[get_global_id(0)] >> shift) & (DIGITS - 1)]);
  barrier(CLK_LOCAL_MEM_FENCE);
  if (l < DIGITS) counts[l * get_num_groups(0) + get_group_id(0)] = mine[l];
}

// One pass of a stable radix sort within a group: numbers with a smaller digit, or the same digit and a smaller index,
// come first. A split for each bit of the digit, by a scan of the flags.
__kernel __attribute__((reqd_work_group_size(64, 1, 1)))
void radix_sort_block(__global uint *data, int shift) {
  __local uint keys[64];
  __local uint ranks[2][64];
  int l = get_local_id(0);
  keys[l] = data[get_global_id(0)];
  for (int bit = shift; bit < shift + 4; bit++) {
    barrier(CLK_LOCAL_MEM_FENCE);
    uint key = keys[l];
    uint zero = ~(key >> bit) & 1;
    ranks[0][l] = zero;
    barrier(CLK_LOCAL_MEM_FENCE);
    int from = 0;
    for (int step = 1; step < 64; step *= 2) {
      ranks[1 - from][l] = ranks[from][l] + (l >= step ? ranks[from][l - step] : 0);
      from = 1 - from;
      barrier(CLK_LOCAL_MEM_FENCE);
    }
    uint before = ranks[from][l] - zero;
    uint zeros = ranks[from][63];
    keys[zero ? before : zeros + l - before] = key;
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  data[get_global_id(0)] = keys[l];
}
