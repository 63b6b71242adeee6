// Sum, largest element and scaled dot product of vectors with one reduction template. How an element is
// fetched and how two are combined are lambdas that the host passes to the kernel by value.
#include <cuda_runtime.h>

#include <algorithm>
#include <cfloat>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <vector>

#define CHECK(call)                                                                       \
  do {                                                                                    \
    const cudaError_t status = (call);                                                    \
    if (status != cudaSuccess) {                                                          \
      std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, cudaGetErrorString(status)); \
      std::exit(EXIT_FAILURE);                                                            \
    }                                                                                     \
  } while (0)

// Each thread folds its share of the elements, then the block folds its threads in a tree.
template <typename T, int BLOCK, typename Fetch, typename Combine>
__global__ void __launch_bounds__(BLOCK)
    reduce(T *__restrict__ partial, int n, T identity, Fetch fetch, Combine combine) {
  __shared__ T tree[BLOCK];
  T mine = identity;
  for (int i = blockIdx.x * BLOCK + threadIdx.x; i < n; i += gridDim.x * BLOCK) mine = combine(mine, fetch(i));
  tree[threadIdx.x] = mine;
  __syncthreads();
  for (int half = BLOCK / 2; half > 0; half >>= 1) {
    if (threadIdx.x < half) tree[threadIdx.x] = combine(tree[threadIdx.x], tree[threadIdx.x + half]);
    __syncthreads();
  }
  if (threadIdx.x == 0) partial[blockIdx.x] = tree[0];
}

template <typename T, typename Fetch, typename Combine>
T reduceOnDevice(int n, T identity, Fetch fetch, Combine combine) {
  constexpr int block = 64;
  const int blocks = std::min(8, (n + block - 1) / block);
  T *partial = nullptr;
  CHECK(cudaMalloc(&partial, blocks * sizeof(T)));
  reduce<T, block><<<blocks, block>>>(partial, n, identity, fetch, combine);
  CHECK(cudaGetLastError());
  std::vector<T> host(blocks);
  CHECK(cudaMemcpy(host.data(), partial, blocks * sizeof(T), cudaMemcpyDeviceToHost));
  CHECK(cudaFree(partial));
  return std::accumulate(host.begin(), host.end(), identity, combine);
}

static float sum(const float *x, int n) {
  return reduceOnDevice(
      n, 0.0f, [=] __device__(int i) { return x[i]; }, [] __host__ __device__(float p, float q) { return p + q; });
}

static float largest(const float *x, int n) {
  return reduceOnDevice(
      n, -FLT_MAX, [=] __device__(int i) { return x[i]; },
      [] __host__ __device__(float p, float q) { return p > q ? p : q; });
}

static float dot(const float *x, const float *y, float scale, int n) {
  return reduceOnDevice(
      n, 0.0f, [=] __device__(int i) { return scale * x[i] * y[i]; },
      [] __host__ __device__(float p, float q) { return p + q; });
}

int main(int argc, char **argv) {
  const int n = argc > 1 ? std::atoi(argv[1]) : 1000;
  std::vector<float> a(n), b(n);
  for (int i = 0; i < n; i++) {
    a[i] = static_cast<float>(std::rand()) / RAND_MAX;
    b[i] = static_cast<float>(i % 17);
  }
  float *x, *y;
  CHECK(cudaMalloc(&x, n * sizeof(float)));
  CHECK(cudaMalloc(&y, n * sizeof(float)));
  CHECK(cudaMemcpy(x, a.data(), n * sizeof(float), cudaMemcpyHostToDevice));
  CHECK(cudaMemcpy(y, b.data(), n * sizeof(float), cudaMemcpyHostToDevice));
  std::printf("sum %f, largest %f, dot %f\n", sum(x, n), largest(x, n), dot(x, y, 0.5f, n));
  CHECK(cudaFree(x));
  CHECK(cudaFree(y));
  return 0;
}
