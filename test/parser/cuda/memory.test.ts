/** Where CUDA data lies: structs by value, arrays of a thread, pointers that change, half precision; and what is warned of. */
import { beforeAll, describe, expect, it } from "vitest";
import { matchKernels } from "../../../src/hls/cuda/names.js";
import { warpSynchronous } from "../../../src/hls/cuda/refusals.js";
import { importKernels } from "../../../src/hls/import/import.js";
import type { Kernel } from "../../../src/hls/ir/types.js";
import { type Diagnostic, type SoffError, UnsupportedError } from "../../../src/support/errors.js";
import { compileCu, launch } from "./run.js";

const source = `
#include <cuda_fp16.h>
#include <math.h>
static const float SCALE = 2.5f;
const double HALF = 0.5;
constexpr int N = 16;
static constexpr float steps[3] = {1.5f, 2.5f, 3.5f};
struct One { float x; };
struct Big { float w[10]; int n; };
struct Nested { One a; struct { float *p; int k[2]; } b; };
__constant__ Big big_constant;

__global__ void constants(float *x) { x[threadIdx.x] = SCALE * x[threadIdx.x] + (float)HALF + N + steps[threadIdx.x % 3]; }
__global__ void big(Big b, float *x) { x[threadIdx.x] = b.w[threadIdx.x % b.n]; }
__global__ void symbol(float *x) { x[threadIdx.x] = big_constant.w[threadIdx.x % big_constant.n]; }
__global__ void nested(Nested s, float *x) { x[threadIdx.x] = s.a.x + s.b.p[threadIdx.x] + s.b.k[threadIdx.x & 1]; }
__global__ void flags(bool b, char c, unsigned short s, long long l, One o, float *x) { x[0] = b ? c + o.x : s + l; }

__device__ void scale(float (&a)[4], int k) { for (int i = 0; i < 4; i++) a[i] *= k; }
__global__ void by_reference(float *x, int n) {
  float a[4] = {1, 2, 3, 4};
  scale(a, n);
  x[threadIdx.x] = a[(threadIdx.x * n) & 3];
}
__global__ void swapped(float *x, int n) {
  __shared__ float a[32], b[32];
  float *from = a, *to = b;
  from[threadIdx.x] = x[threadIdx.x];
  __syncthreads();
  for (int i = 0; i < n; i++) {
    to[threadIdx.x] = from[(threadIdx.x + 1) % 32] + 1;
    float *other = from;
    from = to;
    to = other;
    __syncthreads();
  }
  x[threadIdx.x] = from[threadIdx.x];
}
__device__ __host__ float4 operator+(const float4 &a, const float4 &b) {
  return make_float4(a.x + b.x, a.y + b.y, a.z + b.z, a.w + b.w);
}
__global__ void operators(float4 *a) {
  __shared__ float4 tile[8];
  tile[threadIdx.x] = a[threadIdx.x];
  __syncthreads();
  a[threadIdx.x] = a[threadIdx.x] + tile[7 - threadIdx.x];
}
template <typename T> class Stack {
  T data[8];
  int top;
public:
  __device__ Stack() : top(0) {}
  __device__ void push(T v) { data[top++] = v; }
  __device__ T pop() { return data[--top]; }
  __device__ bool empty() const { return top == 0; }
};
__global__ void stack(const int *x, int *y, int n) {
  Stack<int> s;
  for (int i = 0; i < n; i++) s.push(x[i] * threadIdx.x);
  int sum = 0;
  while (!s.empty()) sum = sum * 3 + s.pop();
  y[threadIdx.x] = sum;
}
__global__ void halves(half a, const half *x, half2 *y) {
  int i = threadIdx.x;
  half2 v = y[i];
  v.x = __hfma(a, x[i], v.x);
  v.y = v.y * __float2half(3.0f) - x[i];
  y[i] = __hgt(v.x, v.y) ? v : __halves2half2(v.y, v.x);
}
__global__ void sums(unsigned *once, unsigned *rolled, float *total, int *bits, long long *wide) {
  atomicInc(rolled, 6u);
  atomicDec(rolled + 1, 10u);
  atomicAdd(total, 0.5f);
  atomicXor(bits, 1 << (threadIdx.x & 7));
  atomicOr(bits + 1, 1 << (threadIdx.x & 7));
  atomicMin(bits + 2, (int)threadIdx.x - 5);
  atomicMax((unsigned long long *)wide, (unsigned long long)threadIdx.x << 40);
  atomicAdd((unsigned long long *)wide + 1, 1ull << 33);
  if (atomicCAS(once, 0u, threadIdx.x + 1) == 0) once[1] = atomicExch(once + 2, 7u);
}
__global__ void warp_synchronous(float *x) {
  extern __shared__ float s[];
  int t = threadIdx.x;
  s[t] = x[t];
  __syncthreads();
  if (t < 16) {
    volatile float *v = s;
    v[t] += v[t + 16];
    v[t] += v[t + 8];
  }
  __syncthreads();
  x[t] = s[t];
}
__global__ void overloaded(int *x) { x[0] = 1; }
__global__ void overloaded(float *x) { x[0] = 1; }
namespace { __global__ void hidden(int *x) { x[0] = 2; } }
namespace a { __global__ void twice(int *x) { x[0] = 2; } }
namespace b { __global__ void twice(int *x) { x[0] = 3; } }
`;

let kernel: (name: string) => Kernel;
let warnings: (name: string) => readonly Diagnostic[];
let ids: readonly string[];
beforeAll(async () => {
  const { module, kernels } = await compileCu(source);
  ids = kernels.map(({ id }) => id);
  kernel = (name) => importKernels(module, { kernels: [matchKernels(kernels, name)[0]!.id] })[0]!;
  warnings = (name) => warpSynchronous(module, [name]);
}, 60_000);

const floats = (count: number, of: (i: number) => number) => Float32Array.from({ length: count }, (_, i) => of(i));

describe("constants of the host's", () => {
  it("are values", () => {
    const x = floats(8, (i) => i);
    launch(kernel("constants"), [1, 8], [x]);
    expect(x).toEqual(floats(8, (i) => 2.5 * i + 0.5 + 16 + [1.5, 2.5, 3.5][i % 3]!));
  });

  it("in a struct, by value and as a symbol, indexed by a variable", () => {
    const bytes = new Uint8Array(44);
    bytes.set(new Uint8Array(floats(10, (i) => i * i).buffer));
    bytes[40] = 7;
    for (const [name, args] of [
      ["big", (x: Float32Array) => [bytes, x]],
      ["symbol", (x: Float32Array) => [x, bytes]],
    ] as const) {
      const x = new Float32Array(20);
      launch(kernel(name), [1, 20], args(x));
      expect(x, name).toEqual(floats(20, (i) => (i % 7) ** 2));
    }
  });
});

describe("parameters", () => {
  it("of a struct in a struct, with an array", () => {
    const k = kernel("nested");
    expect(k.parameters.map(({ name, passing }) => `${passing} ${name}`)).toEqual([
      "scalar s_0",
      "buffer s_1",
      "scalar s_2",
      "scalar s_3",
      "buffer x",
    ]);
    const x = new Float32Array(8);
    launch(k, [1, 8], [0.5, floats(8, (i) => 10 * i), 1000, 2000, x]);
    expect(x).toEqual(floats(8, (i) => 0.5 + 10 * i + (i & 1 ? 2000 : 1000)));
  });

  it("of every small type; a struct of one number is the number", () => {
    const k = kernel("flags");
    expect(k.parameters.map(({ typeName, bytes, element }) => [typeName, bytes, element?.kind])).toEqual([
      ["bool", 1, "uint"],
      ["char", 1, "int"],
      ["ushort", 2, "uint"],
      ["long", 8, "int"],
      ["One", 4, "float"],
      ["float*", 8, undefined],
    ]);
    const x = new Float32Array(1);
    const small = (byte: number) => Uint8Array.of(byte);
    const short = new Uint8Array(Uint16Array.of(65535).buffer);
    launch(k, [1, 1], [small(1), small(0xfd), short, -70000, 0.25, x]);
    expect(x[0]).toBe(-2.75);
    launch(k, [1, 1], [small(0), small(0xfd), short, -70000, 0.25, x]);
    expect(x[0]).toBe(-4465);
  });

  it("in half precision", () => {
    const k = kernel("halves");
    expect(k.parameters.map(({ bytes, element }) => [bytes, element?.bits])).toEqual([
      [2, 16],
      [8, undefined],
      [8, undefined],
    ]);
    // 1.0, 2.0, 0.5, 3.0 and, as results, 2.0, 5.0, 8.5, 10.0, 7.0.
    const half = {
      0.5: 0x3800,
      1: 0x3c00,
      2: 0x4000,
      3: 0x4200,
      5: 0x4500,
      7: 0x4700,
      8.5: 0x4840,
      10: 0x4900,
      1.5: 0x3e00,
    };
    const pack = (...values: (keyof typeof half)[]) => new Uint8Array(Uint16Array.from(values, (v) => half[v]).buffer);
    const y = pack(1, 2, 1, 3);
    launch(k, [1, 2], [pack(3), pack(3, 0.5), y]);
    // 3*3+1 = 10 > 2*3-3 = 3; 3*0.5+1 = 2.5 < 3*3-0.5 = 8.5.
    expect([...new Uint16Array(y.buffer)]).toEqual([0x4900, 0x4200, 0x4840, 0x4100]);
  });
});

describe("a thread's own memory", () => {
  it("is passed by reference", () => {
    const x = new Float32Array(8);
    launch(kernel("by_reference"), [1, 8], [x, 5]);
    expect(x).toEqual(floats(8, (i) => 5 * (1 + ((i * 5) & 3))));
  });

  it("may be in a class", () => {
    const x = Int32Array.of(3, -1, 4, 1, -5);
    const y = new Int32Array(6);
    launch(kernel("stack"), [1, 6], [x, y, 5]);
    expect([...y]).toEqual(Array.from(y, (_, t) => [...x].reduceRight((sum, value) => sum * 3 + value * t, 0)));
  });
});

describe("shared memory", () => {
  it("behind pointers that change places", () => {
    const x = floats(32, (i) => i * i);
    launch(kernel("swapped"), [1, 32], [x, 5]);
    expect(x).toEqual(floats(32, (i) => ((i + 5) % 32) ** 2 + 5));
  });

  it("of vectors, with an operator of the user's", () => {
    const a = floats(32, (i) => i);
    launch(kernel("operators"), [1, 8], [a]);
    expect(a).toEqual(floats(32, (i) => i + (7 - (i >> 2)) * 4 + (i & 3)));
  });

  it("without barriers between the threads of a warp is warned of", () => {
    expect(warnings("warp_synchronous").map(({ code, severity }) => [code, severity])).toEqual([
      ["cuda/volatile-shared", "warning"],
    ]);
    expect(warnings("swapped")).toEqual([]);
  });
});

describe("atomics", () => {
  it("of every kind", () => {
    const once = new Uint32Array(3);
    const rolled = Uint32Array.of(4, 3);
    const total = Float32Array.of(1);
    const bits = Int32Array.of(0, 0, 100);
    const wide = new BigUint64Array(2);
    launch(kernel("sums"), [2, 12], [once, rolled, total, bits, new Uint8Array(wide.buffer)]);
    expect(once[0]).toBeGreaterThan(0);
    expect([...once.subarray(1)]).toEqual([0, 7]);
    // 24 steps modulo 7 from 4, and modulo 11 downwards from 3.
    expect([...rolled]).toEqual([(4 + 24) % 7, (3 - 24 + 33) % 11]);
    expect(total[0]).toBe(13);
    // Of twelve threads 0 to 3 meet bits twice, 4 to 7 once; two blocks undo one another.
    expect([...bits]).toEqual([0, 255, -5]);
    expect([...wide]).toEqual([11n << 40n, 24n << 33n]);
  });
});

describe("names", () => {
  it("are the source's where they are unique, else with what tells them apart", () => {
    expect(ids).toContain("hidden");
    expect(ids.filter((id) => /overloaded|twice/.test(id))).toEqual([
      "overloaded_int_p",
      "overloaded_float_p",
      "a_twice",
      "b_twice",
    ]);
  });
});

it("a library of NVIDIA's is refused by name", async () => {
  const error = await compileCu(
    "#include <curand_kernel.h>\n__global__ void k(float *x) { curandState s; curand_init(1, threadIdx.x, 0, &s); x[0] = curand_uniform(&s); }\n",
  ).then(
    () => undefined,
    (reason: unknown) => reason as SoffError,
  );
  expect(error).toBeInstanceOf(UnsupportedError);
  expect(error!.diagnostics[0]).toMatchObject({ code: "unsupported/device-library" });
  expect(error!.diagnostics[0]!.notes![0]!.span).toMatchObject({ line: 2 });
});
