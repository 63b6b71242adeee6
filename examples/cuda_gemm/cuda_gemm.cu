// C = alpha A B + beta C with tiles in shared memory, for any sizes.
#include <cuda_runtime.h>
#include <helper_cuda.h>
#include <helper_timer.h>

#include <cmath>
#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <memory>
#include <random>
#include <vector>

constexpr int TILE = 8;

template <typename T, int N>
class Matrix {
 public:
  __device__ Matrix(const T *data, int rows, int columns) : data_(data), rows_(rows), columns_(columns) {}
  // Outside of the matrix there are zeros.
  __device__ T at(int row, int column) const {
    return row < rows_ && column < columns_ ? data_[row * columns_ + column] : T(0);
  }

 private:
  const T *data_;
  int rows_, columns_;
};

template <typename T, int N>
__global__ void gemm(const T *__restrict__ a, const T *__restrict__ b, T *__restrict__ c, dim3 size, T alpha, T beta) {
  __shared__ T tileA[N][N + 1];
  __shared__ T tileB[N][N + 1];
  const int m = size.x, n = size.y, k = size.z;
  const Matrix<T, N> left(a, m, k), right(b, k, n);
  const int row = blockIdx.y * N + threadIdx.y;
  const int column = blockIdx.x * N + threadIdx.x;
  T sum = 0;
  for (int tile = 0; tile < k; tile += N) {
    tileA[threadIdx.y][threadIdx.x] = left.at(row, tile + threadIdx.x);
    tileB[threadIdx.y][threadIdx.x] = right.at(tile + threadIdx.y, column);
    __syncthreads();
#pragma unroll
    for (int i = 0; i < N; i++) sum += tileA[threadIdx.y][i] * tileB[i][threadIdx.x];
    __syncthreads();
  }
  if (row < m && column < n) c[row * n + column] = alpha * sum + beta * c[row * n + column];
}

template <typename T>
struct DeviceDeleter {
  void operator()(T *p) const { cudaFree(p); }
};
template <typename T>
using DeviceArray = std::unique_ptr<T[], DeviceDeleter<T>>;

template <typename T>
DeviceArray<T> toDevice(const std::vector<T> &host) {
  T *p = nullptr;
  checkCudaErrors(cudaMalloc(reinterpret_cast<void **>(&p), host.size() * sizeof(T)));
  checkCudaErrors(cudaMemcpy(p, host.data(), host.size() * sizeof(T), cudaMemcpyHostToDevice));
  return DeviceArray<T>(p);
}

template <typename T>
double run(int m, int n, int k) {
  std::mt19937 engine(42);
  std::uniform_real_distribution<T> uniform(-1, 1);
  std::vector<T> a(m * k), b(k * n), c(m * n);
  for (auto *each : {&a, &b, &c}) {
    for (T &value : *each) value = uniform(engine);
  }
  auto da = toDevice(a);
  auto db = toDevice(b);
  auto dc = toDevice(c);
  cudaEvent_t start, stop;
  checkCudaErrors(cudaEventCreate(&start));
  checkCudaErrors(cudaEventCreate(&stop));
  const dim3 threads(TILE, TILE);
  const dim3 blocks((n + TILE - 1) / TILE, (m + TILE - 1) / TILE);
  checkCudaErrors(cudaEventRecord(start));
  gemm<T, TILE><<<blocks, threads>>>(da.get(), db.get(), dc.get(), dim3(m, n, k), T(1.5), T(0.25));
  checkCudaErrors(cudaEventRecord(stop));
  checkCudaErrors(cudaEventSynchronize(stop));
  float ms = 0;
  checkCudaErrors(cudaEventElapsedTime(&ms, start, stop));
  std::cout << m << " x " << n << " x " << k << ": " << std::setprecision(3) << 2e-6 * m * n * k / ms << " GFLOP/s\n";
  std::vector<T> result(m * n);
  checkCudaErrors(cudaMemcpy(result.data(), dc.get(), result.size() * sizeof(T), cudaMemcpyDeviceToHost));
  double worst = 0;
  for (int i = 0; i < m; i++) {
    for (int j = 0; j < n; j++) {
      T sum = 0;
      for (int l = 0; l < k; l++) sum += a[i * k + l] * b[l * n + j];
      worst = std::max(worst, std::abs(double(T(1.5) * sum + T(0.25) * c[i * n + j] - result[i * n + j])));
    }
  }
  return worst;
}

int main(int argc, const char **argv) {
  findCudaDevice(argc, argv);
  cudaDeviceProp properties;
  checkCudaErrors(cudaGetDeviceProperties(&properties, 0));
  std::cout << properties.name << ", " << properties.multiProcessorCount << " multiprocessors\n";
  const bool good = run<float>(100, 120, 80) < 1e-3 && run<double>(33, 65, 20) < 1e-12;
  std::cout << (good ? "passed" : "FAILED") << std::endl;
  return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
