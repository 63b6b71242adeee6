#define N 64

// N complex numbers a group, radix 2, in place in local memory. The roots of unity come from the host.
__kernel __attribute__((reqd_work_group_size(N / 2, 1, 1)))
void fft_local(__global const float2 *in, __global float2 *out, __constant float2 *roots) {
  __local float2 x[N];
  uint l = get_local_id(0);
  uint base = get_group_id(0) * N;
  for (uint k = l; k < N; k += N / 2) {
    uint reversed = 0;
    for (uint bit = 1, mirror = N / 2; bit < N; bit *= 2, mirror /= 2) reversed |= k & bit ? mirror : 0;
    x[reversed] = in[base + k];
  }
  for (uint half_size = 1; half_size < N; half_size *= 2) {
    barrier(CLK_LOCAL_MEM_FENCE);
    uint k = l & (half_size - 1);
    uint at = 2 * l - k;
    float2 w = roots[k * (N / 2 / half_size)];
    float2 a = x[at];
    float2 b = x[at + half_size];
    float2 t = (float2)(b.x * w.x - b.y * w.y, b.x * w.y + b.y * w.x);
    x[at] = a + t;
    x[at + half_size] = a - t;
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  out[base + l] = x[l];
  out[base + l + N / 2] = x[l + N / 2];
}
