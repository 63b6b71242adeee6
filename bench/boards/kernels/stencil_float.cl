// Weighted mean of three neighbours.
__kernel void stencil_float(__global const float *a, __global float *b, int n) {
  int i = get_global_id(0);
  float left = i > 0 ? a[i - 1] : 0.0f;
  float right = i + 1 < n ? a[i + 1] : 0.0f;
  b[i] = 0.25f * left + 0.5f * a[i] + 0.25f * right;
}
