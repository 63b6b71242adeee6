// Inclusive scan of each group: in every step a work-item adds what lies `step` places to the left.
__kernel void scan_hillis_steele(__global const int *in, __global int *out, __local int *a, __local int *b) {
  int l = get_local_id(0);
  int size = get_local_size(0);
  a[l] = in[get_global_id(0)];
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int step = 1; step < size; step *= 2) {
    b[l] = l >= step ? a[l] + a[l - step] : a[l];
    barrier(CLK_LOCAL_MEM_FENCE);
    __local int *t = a;
    a = b;
    b = t;
  }
  out[get_global_id(0)] = a[l];
}
