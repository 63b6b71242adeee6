// Sums of work-groups by a tree in local memory.
__kernel void reduce(__global const int *in, __global int *out, __local int *part, int n) {
  int l = get_local_id(0);
  int sum = 0;
  for (int i = get_global_id(0); i < n; i += get_global_size(0)) sum += in[i];
  part[l] = sum;
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int half_size = get_local_size(0) / 2; half_size > 0; half_size /= 2) {
    if (l < half_size) part[l] += part[l + half_size];
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  if (l == 0) out[get_group_id(0)] = part[0];
}

// The same of floats, with the group's size fixed.
__kernel __attribute__((reqd_work_group_size(32, 1, 1)))
void reduce_float(__global const float *in, __global float *out) {
  __local float part[32];
  int l = get_local_id(0);
  part[l] = in[get_global_id(0)];
  for (int half_size = 16; half_size > 0; half_size >>= 1) {
    barrier(CLK_LOCAL_MEM_FENCE);
    if (l < half_size) part[l] = part[l] + part[l + half_size];
  }
  if (l == 0) out[get_group_id(0)] = part[0];
}
