// diffuse of cuda_stencil.cu in OpenCL C, for PoCL: straight from global memory. What the CUDA source has in
// variables and dynamic shared memory are parameters behind the kernel's own.
#define RADIUS 2
#define WIDTH 5

__kernel void diffuse(__global const float *from, __global float *to, int width, int height,
                      __global const float *weights, __global int *hottest, __local float *part) {
  int column = get_global_id(0), row = get_global_id(1);
  if (column >= width || row >= height) return;
  float sum = 0.0f;
  for (int dy = 0; dy < WIDTH; dy++) {
    for (int dx = 0; dx < WIDTH; dx++) {
      int x = clamp(column + dx - RADIUS, 0, width - 1), y = clamp(row + dy - RADIUS, 0, height - 1);
      sum += weights[dy * WIDTH + dx] * from[y * width + x];
    }
  }
  to[row * width + column] = sum;
  atomic_max(hottest, as_int(fmax(sum, 0.0f)));
}
