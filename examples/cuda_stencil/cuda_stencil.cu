/*
 * One step of heat diffusion on a plate: a 5 x 5 stencil whose weights are in constant memory, with the
 * block's part of the plate and its rim in dynamic shared memory.
 */
#include <cuda.h>
#include <cuda_runtime.h>
#include <device_launch_parameters.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#define RADIUS 2
#define WIDTH (2 * RADIUS + 1)
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))

__constant__ float weights[WIDTH][WIDTH];
__device__ int hottest;

__device__ __forceinline__ int inside(int at, int size) { return min(max(at, 0), size - 1); }

__global__ void diffuse(const float *__restrict__ from, float *__restrict__ to, int width, int height) {
  extern __shared__ float part[];
  const int pitch = blockDim.x + 2 * RADIUS;
  const int x0 = blockIdx.x * blockDim.x - RADIUS;
  const int y0 = blockIdx.y * blockDim.y - RADIUS;
  for (int y = threadIdx.y; y < blockDim.y + 2 * RADIUS; y += blockDim.y) {
    for (int x = threadIdx.x; x < pitch; x += blockDim.x) {
      part[y * pitch + x] = from[inside(y0 + y, height) * width + inside(x0 + x, width)];
    }
  }
  __syncthreads();
  const int column = blockIdx.x * blockDim.x + threadIdx.x;
  const int row = blockIdx.y * blockDim.y + threadIdx.y;
  if (column >= width || row >= height) return;
  float sum = 0.0f;
#pragma unroll
  for (int dy = 0; dy < WIDTH; dy++) {
#pragma unroll
    for (int dx = 0; dx < WIDTH; dx++) {
      sum += weights[dy][dx] * part[(threadIdx.y + dy) * pitch + threadIdx.x + dx];
    }
  }
  to[row * width + column] = sum;
  /* Positive floats are in the order of their bits. */
  atomicMax(&hottest, __float_as_int(fmaxf(sum, 0.0f)));
}

static double seconds(void) {
  struct timeval now;
  gettimeofday(&now, NULL);
  return now.tv_sec + 1e-6 * now.tv_usec;
}

static void die(const char *what, cudaError_t status) {
  if (status == cudaSuccess) return;
  fprintf(stderr, "%s: %s\n", what, cudaGetErrorString(status));
  exit(1);
}

int main(int argc, char *argv[]) {
  int width = 512, height = 512, steps = 10;
  if (argc == 4) {
    width = atoi(argv[1]);
    height = atoi(argv[2]);
    steps = atoi(argv[3]);
  } else if (argc != 1) {
    printf("usage: %s [width height steps]\n", argv[0]);
    return 1;
  }
  const size_t bytes = sizeof(float) * width * height;
  float *plate = (float *)malloc(bytes);
  for (int i = 0; i < width * height; i++) plate[i] = (float)rand() / (float)RAND_MAX;
  float host_weights[WIDTH][WIDTH];
  float total = 0;
  for (int y = -RADIUS; y <= RADIUS; y++)
    for (int x = -RADIUS; x <= RADIUS; x++) total += host_weights[y + RADIUS][x + RADIUS] = expf(-0.5f * (x * x + y * y));
  for (int i = 0; i < WIDTH * WIDTH; i++) ((float *)host_weights)[i] /= total;
  die("weights", cudaMemcpyToSymbol(weights, host_weights, sizeof(host_weights)));
  float *buffers[2];
  for (int i = 0; i < 2; i++) die("malloc", cudaMalloc((void **)&buffers[i], bytes));
  die("copy", cudaMemcpy(buffers[0], plate, bytes, cudaMemcpyHostToDevice));
  dim3 block(16, 8);
  dim3 grid((width + block.x - 1) / block.x, (height + block.y - 1) / block.y);
  const size_t shared = sizeof(float) * (block.x + 2 * RADIUS) * (block.y + 2 * RADIUS);
  double start = seconds();
  for (int step = 0; step < steps; step++) {
    diffuse<<<grid, block, shared>>>(buffers[step % 2], buffers[(step + 1) % 2], width, height);
  }
  die("launch", cudaGetLastError());
  die("wait", cudaDeviceSynchronize());
  printf("%d steps in %f s\n", steps, seconds() - start);
  int bits = 0;
  die("hottest", cudaMemcpyFromSymbol(&bits, hottest, sizeof(bits)));
  die("copy", cudaMemcpy(plate, buffers[steps % 2], bytes, cudaMemcpyDeviceToHost));
  float value;
  memcpy(&value, &bits, sizeof(value));
  printf("centre %f, hottest ever %f\n", plate[(height / 2) * width + width / 2], value);
  for (int i = 0; i < 2; i++) cudaFree(buffers[i]);
  free(plate);
  return 0;
}
