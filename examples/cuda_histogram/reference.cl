// The kernels of cuda_histogram.cu in OpenCL C, for PoCL: both straight in global memory.
#define BINS 64

__kernel void inShared(__global const uchar4 *bytes, int count, __global uint *bins) {
  for (int i = get_global_id(0); i < count; i += get_global_size(0)) {
    uchar4 four = bytes[i];
    atomic_inc(&bins[four.x >> 2]);
    atomic_inc(&bins[four.y >> 2]);
    atomic_inc(&bins[four.z >> 2]);
    atomic_inc(&bins[four.w >> 2]);
  }
}

__kernel void inGlobal(__global const uchar *bytes, int count, __global uint *bins, __global const uchar *table) {
  int i = get_global_id(0);
  if (i < count) atomic_inc(&bins[table[bytes[i]] % BINS]);
}
