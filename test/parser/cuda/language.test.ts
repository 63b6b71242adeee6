/** CUDA's language on the interpreter: each kernel against what the CPU computes. */
import { beforeAll, describe, expect, it } from "vitest";
import { matchKernels } from "../../../src/hls/cuda/names.js";
import { importKernels } from "../../../src/hls/import/import.js";
import type { Kernel } from "../../../src/hls/ir/types.js";
import { compileCu, launch } from "./run.js";

const source = `
#include <cuda_runtime.h>
#include <cooperative_groups.h>
#include <stdint.h>
#include <limits>
namespace cg = cooperative_groups;

__constant__ float coefficients[5] = {1, 2, 3, 4, 5};
__constant__ float weights[16];
__constant__ int table[4] = {10, 20, 30, 40};
__device__ unsigned counter;
__device__ int best = 7;
static const int offsets[4] = {1, -1, 2, -2};

__global__ void constants(float *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) out[i] = coefficients[i % 5] + weights[i % 16] + table[i & 3];
  if (i == 0) best = 3;
  atomicAdd(&counter, 1u);
}

template <typename T> struct SharedMemory;
template <> struct SharedMemory<float> { __device__ float *get() { extern __shared__ float floats[]; return floats; } };
template <> struct SharedMemory<int> { __device__ int *get() { extern __shared__ int ints[]; return ints; } };
template <typename T> __global__ void reverse(T *d, int n) {
  SharedMemory<T> memory;
  T *s = memory.get();
  int t = threadIdx.x;
  s[t] = d[t];
  __syncthreads();
  d[t] = s[n - 1 - t];
}
template __global__ void reverse<float>(float *, int);
template __global__ void reverse<int>(int *, int);

extern __shared__ float both[];
__global__ void cut(float *d, int n) {
  float *a = both;
  int *b = (int *)&both[n];
  int t = threadIdx.x;
  a[t] = d[t];
  b[t] = t * 2;
  __syncthreads();
  d[t] = a[t ^ 1] + b[t ^ 3];
}

__global__ void votes(const int *in, int *out) {
  int t = threadIdx.x;
  in += blockIdx.x * blockDim.x, out += 3 * blockIdx.x * blockDim.x;
  int count = __syncthreads_count(in[t]);
  int all = __syncthreads_and(in[t] > -5);
  int any = __syncthreads_or(in[t] > 90);
  out[3 * t] = count, out[3 * t + 1] = all, out[3 * t + 2] = any;
}

__global__ void vectors(const float4 *a, float4 *b, float4 k, dim3 d) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  float4 v = a[i];
  v.x += k.x;
  v.w *= k.w;
  b[i] = make_float4(v.w, v.y, v.z, v.x + d.y);
}

__global__ void group(int *x) {
  cg::thread_block block = cg::this_thread_block();
  __shared__ int s[64];
  s[block.thread_rank()] = x[block.thread_rank()];
  cg::sync(block);
  x[threadIdx.x] = s[63 - threadIdx.x] + block.size();
}

__global__ void indices(int *x) {
  uint3 t = threadIdx;
  dim3 b = blockDim;
  int i = ((blockIdx.z * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x) * (b.x * b.y * b.z) + (t.z * b.y + t.y) * b.x + t.x;
  x[i] = 1000000 * blockIdx.z + 100000 * blockIdx.y + 10000 * blockIdx.x + 100 * t.z + 10 * t.y + t.x;
}

class Accumulator {
  float sum;
public:
  __device__ Accumulator(float s) : sum(s) {}
  __device__ Accumulator &operator+=(float x) { sum += x; return *this; }
  __device__ float value() const { return sum; }
};
__global__ void classes(const float *x, float *y, int n) {
  Accumulator a(1.0f);
  for (int i = 0; i < n; i++) a += x[i * blockDim.x + threadIdx.x] * offsets[i & 3];
  y[threadIdx.x] = a.value();
}

extern "C" __global__ void plain_name(unsigned n, uint8_t *p, double *q) {
  unsigned i = threadIdx.x;
  if (i < n) p[i] = 255 - p[i], q[i] = q[i] * 0.5 + std::numeric_limits<short>::max();
}

struct Job { int n; float scale; const float *in; float *out; };
__global__ void pointers(Job job) {
  int i = threadIdx.x;
  if (i < job.n) job.out[i] = job.in[i] * job.scale;
}
struct Plain { int n; float scale; };
__global__ void plain(Plain p, float *x) { x[threadIdx.x] = p.n * p.scale; }

struct Times { __device__ float operator()(float a, float b) const { return a * b; } };
template <class F> __global__ void zip(float *x, F f) { x[threadIdx.x] = f(x[threadIdx.x], 3.0f); }
template <class F> __global__ void each(int n, F f) {
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x) f(i);
}

__device__ __noinline__ float helper(float *p, int i) { return p[i] + coefficients[i % 5] + counter; }
__global__ void calls(float *p) { p[threadIdx.x] = helper(p, threadIdx.x); }

namespace inner { template <typename T, int N, bool up> __global__ void step(T *x) { x[threadIdx.x] += up ? N : -N; } }

template <typename T> void driver(T *p, T by) {
  inner::step<T, 4, true><<<1, 32>>>(p);
  each<<<4, 64>>>(100, [=] __device__(int i) { p[i] = p[i] * by + i; });
}

int main() {
  zip<<<1, 2>>>((float *)0, Times());
  cudaMemcpyToSymbol(weights, 0, sizeof(weights));
  cudaMemcpyToSymbol(table, 0, sizeof(table), 0, cudaMemcpyHostToDevice);
  driver((double *)nullptr, 2.0);
}
`;

let kernel: (name: string) => Kernel;
beforeAll(async () => {
  const { module, kernels } = await compileCu(source);
  kernel = (name) => {
    const found = matchKernels(kernels, name);
    expect(found.map(({ display }) => display)).toHaveLength(1);
    return importKernels(module, { kernels: [found[0]!.id] })[0]!;
  };
}, 60_000);

const floats = (count: number, of: (i: number) => number) => Float32Array.from({ length: count }, (_, i) => of(i));
const ints = (count: number, of: (i: number) => number) => Int32Array.from({ length: count }, (_, i) => of(i));
const shape = (k: Kernel) => k.parameters.map(({ name, passing }) => `${passing} ${name}`);

describe("device variables", () => {
  it("become buffers behind the kernel's parameters; a table that nobody writes stays one", () => {
    const k = kernel("constants");
    expect(shape(k)).toEqual([
      "buffer out",
      "scalar n",
      "buffer weights",
      "buffer table",
      "buffer counter",
      "buffer best",
    ]);
    expect(k.objects.map(({ name }) => name)).toEqual(["coefficients"]);
    const out = new Float32Array(40);
    const weights = floats(16, (i) => i / 4);
    const counter = Uint32Array.of(5);
    const best = Int32Array.of(7);
    launch(k, [5, 8], [out, 37, weights, ints(4, (i) => 100 * i), counter, best]);
    expect(out).toEqual(floats(40, (i) => (i < 37 ? 1 + (i % 5) + weights[i % 16]! + 100 * (i & 3) : 0)));
    expect([counter[0], best[0]]).toEqual([45, 3]);
  });

  it("are passed on to functions that are not inlined", () => {
    const k = kernel("calls");
    const p = floats(8, (i) => i);
    launch(k, [1, 8], [p, Uint32Array.of(100)]);
    expect(p).toEqual(floats(8, (i) => i + 1 + (i % 5) + 100));
  });
});

describe("shared memory", () => {
  it("of the launch's size is a local parameter with the array's name", () => {
    expect(shape(kernel("reverse<float>"))).toEqual(["buffer d", "scalar n", "local floats"]);
    const k = kernel("reverse<int>");
    expect(shape(k).at(-1)).toBe("local ints");
    const d = ints(32, (i) => i * i);
    launch(k, [1, 32], [d, 32, { local: 128 }]);
    expect(d).toEqual(ints(32, (i) => (31 - i) ** 2));
  });

  it("is cut into arrays by hand", () => {
    const d = floats(16, (i) => i / 2);
    launch(kernel("cut"), [1, 16], [d, 16, { local: 128 }]);
    expect(d).toEqual(floats(16, (i) => (i ^ 1) / 2 + 2 * (i ^ 3)));
  });

  it("counts the votes of a block", () => {
    const input = ints(64, (i) => ((i * 37) % 101) - 3);
    const out = new Int32Array(3 * 64);
    launch(kernel("votes"), [4, 16], [input, out]);
    const expected = [...input].flatMap((_, i) => {
      const block = [...input.subarray(16 * (i >> 4), 16 * (i >> 4) + 16)];
      return [block.filter((v) => v !== 0).length, +block.every((v) => v > -5), +block.some((v) => v > 90)];
    });
    expect([...out]).toEqual(expected);
  });

  it("meets in a cooperative group", () => {
    const x = ints(64, (i) => 3 * i);
    launch(kernel("group"), [1, 64], [x]);
    expect(x).toEqual(ints(64, (i) => 3 * (63 - i) + 64));
  });
});

describe("values", () => {
  it("index variables in three dimensions", () => {
    const x = new Int32Array(2 * 3 * 2 * 4 * 2 * 3);
    launch(
      kernel("indices"),
      [
        [2, 3, 2],
        [4, 2, 3],
      ],
      [x],
    );
    const expected: number[] = [];
    for (let bz = 0; bz < 2; bz++)
      for (let by = 0; by < 3; by++)
        for (let bx = 0; bx < 2; bx++)
          for (let z = 0; z < 3; z++)
            for (let y = 0; y < 2; y++)
              for (let t = 0; t < 4; t++) expected.push(1000000 * bz + 100000 * by + 10000 * bx + 100 * z + 10 * y + t);
    expect([...x]).toEqual(expected);
  });

  it("vectors, in memory and by value", () => {
    const k = kernel("vectors");
    expect(k.parameters.map(({ element }) => element?.lanes)).toEqual([undefined, undefined, 4, 3]);
    const a = floats(32, (i) => i);
    const b = new Float32Array(32);
    const by = new Uint8Array(floats(4, (i) => i + 2).buffer);
    launch(k, [2, 4], [a, b, by, new Uint8Array(Uint32Array.of(7, 8, 9).buffer)]);
    expect(b).toEqual(
      floats(32, (i) => {
        const at = i & ~3;
        return [a[at + 3]! * 5, a[at + 1]!, a[at + 2]!, a[at]! + 2 + 8][i & 3]!;
      }),
    );
  });

  it("classes and tables", () => {
    const x = floats(40, (i) => i);
    const y = new Float32Array(8);
    launch(kernel("classes"), [1, 8], [x, y, 5]);
    expect(y).toEqual(floats(8, (i) => 1 + i - (8 + i) + 2 * (16 + i) - 2 * (24 + i) + (32 + i)));
  });

  it("kernels with C's names, whose types are read from the source", () => {
    const k = kernel("plain_name");
    expect(k.parameters.map(({ typeName }) => typeName)).toEqual(["unsigned", "uint8_t *", "double *"]);
    expect(k.parameters[0]!.element?.kind).toBe("uint");
    const p = Uint8Array.from({ length: 8 }, (_, i) => 30 * i);
    const q = Float64Array.from({ length: 8 }, (_, i) => i / 3);
    const expected = q.map((v, i) => (i < 6 ? v * 0.5 + 32767 : v));
    launch(k, [1, 8], [6, p, q]);
    expect([...p]).toEqual([255, 225, 195, 165, 135, 105, 180, 210]);
    expect(q).toEqual(expected);
  });
});

describe("structs by value", () => {
  it("that hold pointers are an argument a member", () => {
    const k = kernel("pointers");
    expect(shape(k)).toEqual(["scalar job_0", "scalar job_1", "buffer job_2", "buffer job_3"]);
    expect(k.parameters.map(({ readOnly }) => readOnly)).toEqual([true, true, true, false]);
    const out = new Float32Array(8);
    launch(k, [1, 8], [6, 2.5, floats(8, (i) => i), out]);
    expect(out).toEqual(floats(8, (i) => (i < 6 ? 2.5 * i : 0)));
  });

  it("of plain data are their bytes, and without members nothing", () => {
    const k = kernel("plain");
    expect(k.parameters[0]).toMatchObject({ name: "p", typeName: "Plain", passing: "scalar", bytes: 8 });
    expect(shape(kernel("zip"))).toEqual(["buffer x"]);
    const x = floats(4, (i) => i);
    launch(kernel("zip"), [1, 4], [x]);
    expect(x).toEqual(floats(4, (i) => 3 * i));
  });

  it("of a lambda are what it captures", () => {
    const k = kernel("each");
    expect(shape(k)).toEqual(["scalar n", "buffer f_0", "scalar f_1"]);
    const p = Float64Array.from({ length: 128 }, (_, i) => i / 7);
    const expected = p.map((v, i) => (i < 100 ? v * 2.5 + i : v));
    launch(k, [1, 16], [100, p, 2.5]);
    expect(p).toEqual(expected);
  });
});

describe("templates", () => {
  it("have the names that the source gives them", async () => {
    const { kernels } = await compileCu(source, { instances: ["inner::step<unsigned int, -3, false>"] });
    const found = kernels.filter(({ id }) => id.startsWith("step"));
    expect(found.map(({ display, id }) => [display, id])).toEqual([
      ["inner::step<double,4,true>", "step_double_4_true"],
      ["inner::step<uint,-3,false>", "step_uint_m3_false"],
    ]);
    for (const name of ["inner::step<unsigned int, -3, false>", "step<unsigned,-3,false>", "step_uint_m3_false"]) {
      expect(matchKernels(kernels, name).map(({ id }) => id)).toEqual(["step_uint_m3_false"]);
    }
    expect(matchKernels(kernels, "inner::step")).toHaveLength(2);
    expect(matchKernels(kernels, "step<float,4,true>")).toEqual([]);
  });
});
