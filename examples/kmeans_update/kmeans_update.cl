#define DIMENSIONS 3
#define MOST 8

// The sums and counts from which the host makes the new centroids: of each group in local memory, then of all. The
// coordinates are whole numbers, so that the order of the sums does not matter.
__kernel void kmeans_update(__global const int *points, __global const int *nearest, volatile __global int *sums,
                            volatile __global int *counts, int n, int clusters) {
  __local int sum[MOST * DIMENSIONS];
  __local int count[MOST];
  int l = get_local_id(0);
  for (int k = l; k < MOST * DIMENSIONS; k += get_local_size(0)) sum[k] = 0;
  for (int k = l; k < MOST; k += get_local_size(0)) count[k] = 0;
  barrier(CLK_LOCAL_MEM_FENCE);
  int i = get_global_id(0);
  if (i < n) {
    int cluster = nearest[i];
    for (int d = 0; d < DIMENSIONS; d++) atomic_add(&sum[cluster * DIMENSIONS + d], points[i * DIMENSIONS + d]);
    atomic_inc(&count[cluster]);
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int k = l; k < clusters * DIMENSIONS; k += get_local_size(0)) atomic_add(&sums[k], sum[k]);
  for (int k = l; k < clusters; k += get_local_size(0)) atomic_add(&counts[k], count[k]);
}
