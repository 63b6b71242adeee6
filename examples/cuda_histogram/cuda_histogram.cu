// Histogram of bytes in two ways: with a copy of the bins for each block in shared memory, and straight in
// global memory. How a byte becomes a bin is a function object.
#include <ctype.h>
#include <cuda_runtime.h>
#include <stdint.h>
#include <stdio.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace histogram {

constexpr int BINS = 64;

// The upper six bits.
struct Shift {
  __host__ __device__ unsigned operator()(uint8_t value) const { return value >> 2; }
};
// Whatever a table says.
struct Lookup {
  const uint8_t *table;
  __host__ __device__ unsigned operator()(uint8_t value) const { return table[value] % BINS; }
};

template <class Bin>
__global__ void inShared(const uchar4 *bytes, int count, unsigned *bins, Bin bin) {
  __shared__ unsigned mine[BINS];
  for (int i = threadIdx.x; i < BINS; i += blockDim.x) mine[i] = 0;
  __syncthreads();
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < count; i += gridDim.x * blockDim.x) {
    const uchar4 four = bytes[i];
    atomicAdd(&mine[bin(four.x)], 1u);
    atomicAdd(&mine[bin(four.y)], 1u);
    atomicAdd(&mine[bin(four.z)], 1u);
    atomicAdd(&mine[bin(four.w)], 1u);
  }
  __syncthreads();
  for (int i = threadIdx.x; i < BINS; i += blockDim.x) {
    if (mine[i] > 0) atomicAdd(&bins[i], mine[i]);
  }
}

template <class Bin>
__global__ void inGlobal(const uint8_t *bytes, int count, unsigned *bins, Bin bin) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < count) atomicAdd(bins + bin(bytes[i]), 1u);
}

}  // namespace histogram

static std::vector<uint8_t> read(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  return std::vector<uint8_t>(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

int main(int argc, char **argv) {
  using namespace histogram;
  auto bytes = read(argc > 1 ? argv[1] : argv[0]);
  bytes.resize(bytes.size() / 4 * 4);
  const int count = static_cast<int>(bytes.size());
  uint8_t *device;
  unsigned *bins;
  cudaMalloc(&device, count);
  cudaMalloc(&bins, BINS * sizeof(unsigned));
  uint8_t *table;
  cudaMallocManaged(&table, 256);
  for (int i = 0; i < 256; i++) table[i] = isalpha(i) ? tolower(i) - 'a' : 63;
  cudaMemcpy(device, bytes.data(), count, cudaMemcpyHostToDevice);

  cudaStream_t stream;
  cudaStreamCreate(&stream);
  const auto start = std::chrono::high_resolution_clock::now();
  cudaMemsetAsync(bins, 0, BINS * sizeof(unsigned), stream);
  inShared<<<32, 256, 0, stream>>>(reinterpret_cast<const uchar4 *>(device), count / 4, bins, Shift());
  cudaMemsetAsync(bins, 0, BINS * sizeof(unsigned), stream);
  inGlobal<<<(count + 255) / 256, 256, 0, stream>>>(device, count, bins, Lookup{table});
  cudaStreamSynchronize(stream);
  const std::chrono::duration<double, std::milli> time = std::chrono::high_resolution_clock::now() - start;

  std::vector<unsigned> host(BINS);
  cudaMemcpy(host.data(), bins, BINS * sizeof(unsigned), cudaMemcpyDeviceToHost);
  printf("%.3f ms\n", time.count());
  for (int i = 0; i < BINS; i++) printf("%3d %u\n", i, host[i]);
  cudaStreamDestroy(stream);
  cudaFree(device);
  cudaFree(bins);
  cudaFree(table);
  return 0;
}
