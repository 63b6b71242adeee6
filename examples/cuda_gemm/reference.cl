// gemm<float, 8> and gemm<double, 8> of cuda_gemm.cu in OpenCL C, for PoCL: no tiles, the same order of additions.
typedef struct {
  uint x, y, z;
} Size;

#define GEMM(NAME, T)                                                                                       \
  __kernel void NAME(__global const T *a, __global const T *b, __global T *c, Size size, T alpha, T beta) { \
    int m = size.x, n = size.y, k = size.z;                                                                 \
    int row = get_global_id(1), column = get_global_id(0);                                                  \
    if (row >= m || column >= n) return;                                                                    \
    T sum = 0;                                                                                              \
    for (int i = 0; i < k; i++) sum += a[row * k + i] * b[i * n + column];                                  \
    c[row * n + column] = alpha * sum + beta * c[row * n + column];                                         \
  }
GEMM(gemm_float, float)
GEMM(gemm_double, double)
