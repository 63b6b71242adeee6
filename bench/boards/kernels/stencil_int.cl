__kernel void stencil_int(__global const int* a, __global int* b, int n) {
  int i = get_global_id(0);
  int left = i > 0 ? a[i - 1] : 0;
  int right = i + 1 < n ? a[i + 1] : 0;
  b[i] = left + 2 * a[i] + right;
}
