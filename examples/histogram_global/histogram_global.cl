// Bins of several kinds, each kept by another atomic operation.
__kernel void histogram_global(__global const int *data, volatile __global uint *bins, volatile __global int *least,
                               volatile __global int *most, volatile __global uint *seen, int n) {
  int i = get_global_id(0);
  if (i >= n) return;
  int value = data[i];
  uint bin = (uint)value % 13u;
  atomic_inc(&bins[bin]);
  atomic_min(&least[bin], value);
  atomic_max(&most[bin], value);
  atomic_or(&seen[bin & 3], 1u << (value & 31));
  atomic_xor(&seen[4 + (bin & 3)], (uint)value);
  atomic_sub(&least[13], value);
}

// A place in the output for each positive number, in the order in which they come by; then sorted out by the host.
__kernel void compact(__global const int *data, volatile __global int *count, __global int *flags) {
  int i = get_global_id(0);
  if (data[i] > 0) {
    int place = atomic_add(count, 1);
    flags[place] = 1;
  }
}
