// In the style of scientific mini-applications: structures of arrays, unions, atomics by compare and swap, a
// generator of random numbers for each thread, error macros with blocks.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <chrono>
#include <vector>
#include <cuda.h>
#include "physics.h"

#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 600
#else
__device__ double atomicAdd(double *address, double value) { return value + *address; }
#endif

#define check(answer) { verify((answer), __FILE__, __LINE__); }
inline void verify(cudaError_t code, const char *file, int line, bool stop = true) {
  if (code != cudaSuccess) {
    fprintf(stderr, "%s %s %d\n", cudaGetErrorString(code), file, line);
    if (stop) exit(code);
  }
}

struct Particles {
  double *energy;
  float *angle;
  unsigned long long *seed;
  int count;
};

union Bits {
  float value;
  unsigned bits;
  unsigned char bytes[4];
};

__constant__ double cross_sections[8];
__device__ unsigned long long lost;

__device__ float atomicMaxFloat(float *address, float value) {
  int *as_int = (int *)address;
  int old = *as_int, assumed;
  while (value > __int_as_float(old)) {
    assumed = old;
    old = atomicCAS(as_int, assumed, __float_as_int(value));
    if (old == assumed) break;
  }
  return __int_as_float(old);
}

__host__ __device__ unsigned next(unsigned long long *seed) {
  const unsigned long long a = 2806196910506780709ULL, c = 1ULL;
  *seed = (a * *seed + c) & ((1ULL << 63) - 1);
  return (unsigned)(*seed >> 32);
}

template <unsigned STEPS>
__global__ void move(Particles particles, double *__restrict__ tally, float *__restrict__ widest) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= particles.count) return;
  unsigned long long seed = particles.seed[i];
  double energy = particles.energy[i];
  double deposits[8] = {0};
  for (unsigned step = 0; step < STEPS; step++) {
    const unsigned kind = next(&seed) & 7;
    const double part = energy * cross_sections[kind];
    deposits[kind] += part;
    energy -= part;
    if (energy < 1.0) {
      atomicAdd(&lost, 1ULL);
      break;
    }
  }
  for (int kind = 0; kind < 8; kind++)
    if (deposits[kind] != 0.0) atomicAdd(tally + kind, deposits[kind]);
  Bits bits;
  bits.value = particles.angle[i];
  bits.bytes[0] &= 0xf0;
  atomicMaxFloat(widest, std::fabs(bits.value));
  particles.energy[i] = energy;
  particles.seed[i] = seed;
}

int main(int argc, char *argv[]) {
  const int repeat = argc > 1 ? atoi(argv[1]) : 1;
  Particles particles;
  physics::Material material = physics::load("water");
  std::vector<double> sections(material.begin(), material.end());
  check(cudaMemcpyToSymbol(cross_sections, sections.data(), 8 * sizeof(double)));
  double *tally;
  float *widest;
  check(cudaMalloc(&tally, 8 * sizeof(double)));
  auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < repeat; i++) move<20><<<dim3(4), dim3(64)>>>(particles, tally, widest);
  check(cudaDeviceSynchronize());
  auto end = std::chrono::steady_clock::now();
  auto time = std::chrono::duration_cast<std::chrono::nanoseconds>(end - start).count();
  printf("%f us\n", (time * 1e-3f) / repeat);
  return 0;
}
