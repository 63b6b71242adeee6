#define BINS 64

// A histogram a group in local memory, added to the one histogram at the end.
__kernel void histogram_local(__global const uchar *data, volatile __global uint *bins, uint n) {
  volatile __local uint mine[BINS];
  for (uint b = get_local_id(0); b < BINS; b += get_local_size(0)) mine[b] = 0;
  barrier(CLK_LOCAL_MEM_FENCE);
  for (uint i = get_global_id(0); i < n; i += get_global_size(0)) atomic_inc(&mine[data[i] & (BINS - 1)]);
  barrier(CLK_LOCAL_MEM_FENCE);
  for (uint b = get_local_id(0); b < BINS; b += get_local_size(0)) atomic_add(&bins[b], mine[b]);
}
