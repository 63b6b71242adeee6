/** What CUDA has and a circuit has not: refused by name, with place and remedy. */
import { beforeAll, describe, expect, it } from "vitest";
import { refuseDeviceFunctions } from "../../../src/hls/cuda/refusals.js";
import { importKernels } from "../../../src/hls/import/import.js";
import { type Diagnostic, SoffError } from "../../../src/support/errors.js";
import { compileCu } from "./run.js";

const source = `#include <cooperative_groups.h>
namespace cg = cooperative_groups;
__global__ void shuffle(float *x) {
  float v = x[threadIdx.x];
  v += __shfl_down_sync(0xffffffff, v, 4);
  x[threadIdx.x] = v;
}
__global__ void vote(int *x) { x[0] = __ballot_sync(~0u, x[1]) + __any_sync(~0u, x[2]); }
__global__ void warp(int *x) { x[0] = 1; __syncwarp(); x[1] = __activemask(); }
__global__ void heap(float *x) { float *p = new float[(int)x[0]]; p[(int)x[1]] = 1; x[2] = p[(int)x[3]]; }
__global__ void lib(float *x) { float *p = (float *)malloc((int)x[0]); p[(int)x[1]] = 1; x[2] = p[(int)x[3]]; }
__global__ void time_it(long long *x) { x[0] = clock64(); x[1] = clock(); }
__global__ void tile(float *x) { x[0] = cg::tiled_partition<32>(cg::this_thread_block()).shfl_down(x[1], 3); }
__global__ void grid(float *x) { x[0] = 1; cg::this_grid().sync(); x[1] = 1; }
__global__ void object(cudaTextureObject_t t, float *x) { x[0] = tex1Dfetch<float>(t, 3); }
texture<float, 2> image;
__global__ void reference(float *x) { x[0] = tex2D(image, 0.5f, 0.5f); }
__global__ void rounding(float *x) { x[0] = __fadd_rz(x[1], x[2]); }
__device__ int fibonacci(int n) { return n < 2 ? 1 : fibonacci(n - 1) + fibonacci(n - 2); }
__global__ void recursion(int *x) { x[0] = fibonacci(x[1]); }
struct Shape { virtual __device__ int area(int) = 0; };
struct Square : Shape { int k; __device__ int area(int x) { return x + k; } };
struct Disc : Shape { __device__ int area(int x) { return 3 * x * x; } };
__global__ void virtuals(int *x) {
  Square s;
  Disc d;
  s.k = x[3];
  Shape *p = x[2] ? (Shape *)&s : (Shape *)&d;
  x[0] = p->area(x[1]);
}
typedef int (*Function)(int);
__device__ int one(int x) { return x + 1; }
__device__ int two(int x) { return x * 2; }
__device__ Function functions[2] = {one, two};
__global__ void indirect(int *x) { x[0] = functions[x[1]](x[2]); }
__global__ void assembly(int *x) {
  int lane;
  asm volatile("mov.u32 %0, %%laneid;" : "=r"(lane));
  x[0] = lane * 4 + 1;
}
`;

let refusal: (kernel: string) => readonly Diagnostic[];
beforeAll(async () => {
  const { module } = await compileCu(source);
  refusal = (kernel) => {
    try {
      refuseDeviceFunctions(module, [kernel]);
      importKernels(module, { kernels: [kernel] });
      return [];
    } catch (error) {
      expect(error).toBeInstanceOf(SoffError);
      expect((error as SoffError).exitCode).toBe(3);
      return (error as SoffError).diagnostics;
    }
  };
}, 60_000);

describe("refused with exit code 3", () => {
  it.each([
    ["shuffle", "unsupported/warp-function", "__shfl_down_sync", 5],
    ["vote", "unsupported/warp-function", "__ballot_sync", 8],
    ["warp", "unsupported/warp-function", "__syncwarp", 9],
    ["heap", "unsupported/allocation", "operator new[]", 10],
    ["lib", "unsupported/allocation", "malloc", 11],
    ["time_it", "unsupported/clock", "clock64", 12],
    ["tile", "unsupported/cooperative-group", "tiled_partition", 13],
    ["grid", "unsupported/cooperative-group", "this_grid", 14],
    ["object", "unsupported/texture", "tex1Dfetch", 15],
    ["reference", "unsupported/texture", "tex2D", 17],
    ["rounding", "unsupported/rounding-mode", "__fadd_rz", 18],
    ["recursion", "unsupported/recursion", "fibonacci", 19],
    ["virtuals", "unsupported/indirect-call", "function pointer", 29],
    ["indirect", "unsupported/indirect-call", "function pointer", 35],
    ["assembly", "unsupported/instruction", "inline assembly", 38],
  ])("%s", (kernel, code, part, line) => {
    const found = refusal(kernel).find((each) => each.code === code && each.message.includes(part));
    expect(found).toBeDefined();
    expect(found!.span).toMatchObject({ file: "k.cu", line });
    expect(found!.help).toMatch(/\.$/);
  });

  it.each([
    [
      "a launch",
      "__global__ void child(int *x) { x[0] = 1; }\n__global__ void parent(int *x) { child<<<1, 1>>>(x); }",
      2,
    ],
    ["the runtime API", "__global__ void parent(int *x) {\n  cudaDeviceSynchronize();\n}", 2],
  ])("%s in a kernel", async (_, text, line) => {
    const error = await compileCu(text).then(
      () => undefined,
      (reason: unknown) => reason as SoffError,
    );
    expect(error).toBeInstanceOf(SoffError);
    expect(error!.exitCode).toBe(3);
    expect(error!.diagnostics[0]).toMatchObject({ code: "unsupported/dynamic-parallelism", span: { line } });
  });
});
