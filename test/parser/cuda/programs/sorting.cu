// In the style of NVIDIA's samples: checked calls, cooperative groups, templates over types and directions.
#include <helper_cuda.h>
#include <helper_functions.h>
#include <cooperative_groups.h>
namespace cg = cooperative_groups;

#define SHARED_SIZE 64U

template <typename Key, bool ascending>
__device__ inline void compare(Key &keyA, uint &valueA, Key &keyB, uint &valueB, bool up) {
  if ((ascending ? keyA > keyB : keyA < keyB) == up) {
    Key key = keyA;
    keyA = keyB;
    keyB = key;
    uint value = valueA;
    valueA = valueB;
    valueB = value;
  }
}

template <typename Key, bool ascending>
__global__ void sortShared(Key *keys, uint *values) {
  cg::thread_block cta = cg::this_thread_block();
  __shared__ Key sharedKeys[SHARED_SIZE];
  __shared__ uint sharedValues[SHARED_SIZE];
  keys += blockIdx.x * SHARED_SIZE + threadIdx.x;
  values += blockIdx.x * SHARED_SIZE + threadIdx.x;
  sharedKeys[threadIdx.x] = keys[0];
  sharedValues[threadIdx.x] = values[0];
  sharedKeys[threadIdx.x + SHARED_SIZE / 2] = keys[SHARED_SIZE / 2];
  sharedValues[threadIdx.x + SHARED_SIZE / 2] = values[SHARED_SIZE / 2];
  for (uint size = 2; size <= SHARED_SIZE; size <<= 1) {
    bool up = size == SHARED_SIZE || (threadIdx.x & (size / 2)) == 0;
    for (uint stride = size / 2; stride > 0; stride >>= 1) {
      cg::sync(cta);
      uint at = 2 * threadIdx.x - (threadIdx.x & (stride - 1));
      compare<Key, ascending>(sharedKeys[at], sharedValues[at], sharedKeys[at + stride], sharedValues[at + stride], up);
    }
  }
  cg::sync(cta);
  keys[0] = sharedKeys[threadIdx.x];
  values[0] = sharedValues[threadIdx.x];
  keys[SHARED_SIZE / 2] = sharedKeys[threadIdx.x + SHARED_SIZE / 2];
  values[SHARED_SIZE / 2] = sharedValues[threadIdx.x + SHARED_SIZE / 2];
}

template <typename Key>
static void sort(Key *keys, uint *values, uint blocks, bool ascending) {
  if (ascending)
    sortShared<Key, true><<<blocks, SHARED_SIZE / 2>>>(keys, values);
  else
    sortShared<Key, false><<<blocks, SHARED_SIZE / 2>>>(keys, values);
  getLastCudaError("sortShared() failed\n");
}

int main(int argc, char **argv) {
  StopWatchInterface *timer = NULL;
  printf("%s starting\n\n", argv[0]);
  int device = findCudaDevice(argc, (const char **)argv);
  cudaDeviceProp properties;
  checkCudaErrors(cudaGetDeviceProperties(&properties, device));
  sdkCreateTimer(&timer);
  float *keys;
  uint *values;
  checkCudaErrors(cudaMallocManaged(&keys, 1024 * sizeof(float)));
  checkCudaErrors(cudaMallocManaged(&values, 1024 * sizeof(uint)));
  sdkResetTimer(&timer);
  sdkStartTimer(&timer);
  sort(keys, values, 16, true);
  sort(reinterpret_cast<int *>(keys), values, 16, checkCmdLineFlag(argc, (const char **)argv, "up"));
  checkCudaErrors(cudaDeviceSynchronize());
  sdkStopTimer(&timer);
  printf("%.3f ms\n", sdkGetTimerValue(&timer));
  exit(properties.warpSize == 32 ? EXIT_SUCCESS : EXIT_FAILURE);
}
