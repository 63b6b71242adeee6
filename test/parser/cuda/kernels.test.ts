/** CUDA kernels with the host code that comes with them, on the interpreter. Expectations are the CPU's own arithmetic. */
import { describe, expect, it } from "vitest";
import { kernelOf, launch } from "./run.js";

describe("a source as users have it", () => {
  it("saxpy with its main", async () => {
    const kernel = await kernelOf(
      `#include <cuda_runtime.h>
#include <stdio.h>
#include <stdlib.h>
#include <iostream>
#include <vector>

__global__ void saxpy(int n, float a, const float *x, float *y) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = a * x[i] + y[i];
}

int main() {
  const int n = 1 << 20;
  std::vector<float> x(n, 1.0f), y(n, 2.0f);
  float *dx, *dy;
  cudaMalloc(&dx, n * sizeof(float));
  cudaMalloc((void **)&dy, n * sizeof(float));
  cudaMemcpy(dx, x.data(), n * sizeof(float), cudaMemcpyHostToDevice);
  saxpy<<<(n + 255) / 256, 256>>>(n, 2.0f, dx, dy);
  if (cudaGetLastError() != cudaSuccess) { fprintf(stderr, "failed"); return EXIT_FAILURE; }
  for (float v : y) std::cout << v << std::endl;
  return 0;
}
`,
      "saxpy",
    );
    expect(
      kernel.parameters.map(({ name, typeName, passing, readOnly }) => [name, typeName, passing, readOnly]),
    ).toEqual([
      ["n", "int", "scalar", true],
      ["a", "float", "scalar", true],
      ["x", "float*", "buffer", true],
      ["y", "float*", "buffer", false],
    ]);
    const x = Float32Array.from({ length: 64 }, (_, i) => i / 3);
    const y = Float32Array.from({ length: 64 }, (_, i) => 100 - i);
    const expected = y.map((value, i) => (i < 50 ? Math.fround(Math.fround(2.5 * x[i]!) + value) : value));
    launch(kernel, [4, 16], [50, 2.5, x, y]);
    expect(y).toEqual(expected);
  });
});
