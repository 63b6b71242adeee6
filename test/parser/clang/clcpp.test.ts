/** C++ for OpenCL on the interpreter: each kernel against what the CPU computes. */
import { beforeAll, describe, expect, it } from "vitest";
import { importKernels } from "../../../src/hls/import/import.js";
import type { Kernel } from "../../../src/hls/ir/types.js";
import { compileToLlvm } from "../../../src/parser/clang/compile.js";
import { parseLlvm } from "../../../src/parser/llvm/parse.js";
import { MemoryHost } from "../../support/memory-host.js";
import { launch } from "../cuda/run.js";

const source = `
template <typename T, int N> struct Vector {
  T v[N];
  T dot(const Vector &o) const { T s = 0; for (int i = 0; i < N; i++) s += v[i] * o.v[i]; return s; }
};
constexpr int square(int x) { return x * x; }
template <typename T> T clamped(const T &x, const T &low, const T &high) { return x < low ? low : x > high ? high : x; }
class Accumulator {
public:
  Accumulator(float s) : sum(s) {}
  void operator+=(float x) { sum += x; }
  operator float() const { return sum; }
private:
  float sum;
};
template <class F> void each(int n, F f) { for (int i = 0; i < n; i++) f(i); }
namespace operations { struct Twice { int operator()(int x) const { return 2 * x; } }; }
__constant int table[4] = {square(1), square(2), square(3), square(4)};

kernel void lambdas(__global float *x, __global const float *y, int n) {
  int i = get_global_id(0);
  Accumulator a(1.0f);
  each(n, [&](int k) { a += y[i * n + k]; });
  x[i] = a;
}
kernel void templates(__global float *x) {
  Vector<float, 4> a, b;
  int i = get_global_id(0);
  for (int k = 0; k < 4; k++) a.v[k] = x[i] + k, b.v[k] = k;
  x[i] = clamped(a.dot(b), -10.0f, 100.0f);
}
kernel void objects(__global int *x) {
  operations::Twice twice;
  auto &r = x[get_global_id(0)];
  r = twice(r) + table[r & 3];
  if constexpr (sizeof(int) == 4) r++;
}
kernel void spaces(__global float *g, __local float *l) {
  int t = get_local_id(0);
  l[t] = g[t];
  barrier(CLK_LOCAL_MEM_FENCE);
  __local float &other = l[get_local_size(0) - 1 - t];
  float p[4];
  for (int i = 0; i < 4; i++) p[i] = other + i;
  barrier(CLK_LOCAL_MEM_FENCE);
  g[t] = p[t & 3] + sqrt(other) + ((float4)(1, 2, 3, 4)).wzyx.y;
}
kernel void votes(__global uint *x) {
  local uint s[16];
  int t = get_local_id(0);
  s[t] = x[t];
  barrier(CLK_LOCAL_MEM_FENCE);
  atomic_add(&s[t & 3], 1u);
  barrier(CLK_LOCAL_MEM_FENCE);
  x[t] = s[t];
}
`;

let kernels: ReadonlyMap<string, Kernel>;
beforeAll(async () => {
  const { llvm } = await compileToLlvm(new MemoryHost({ "k.clcpp": source }), { file: "k.clcpp" });
  kernels = new Map(importKernels(parseLlvm(llvm)).map((kernel) => [kernel.name, kernel]));
}, 60_000);
const floats = (count: number, of: (i: number) => number) => Float32Array.from({ length: count }, (_, i) => of(i));

describe("C++ for OpenCL", () => {
  it("lambdas that capture by reference, classes with operators", () => {
    const x = new Float32Array(4);
    launch(kernels.get("lambdas")!, [1, 4], [x, floats(12, (i) => i), 3]);
    expect([...x]).toEqual([4, 13, 22, 31]);
  });

  it("templates, member functions, references", () => {
    const x = floats(5, (i) => 10 * i - 20);
    const expected = x.map((v) => Math.min(Math.max(v + 1 + 2 * (v + 2) + 3 * (v + 3), -10), 100));
    launch(kernels.get("templates")!, [1, 5], [x]);
    expect(x).toEqual(expected);
  });

  it("function objects, constexpr, constant tables", () => {
    const x = Int32Array.of(0, 1, 2, 3, -1);
    launch(kernels.get("objects")!, [1, 5], [x]);
    expect([...x]).toEqual([2, 7, 14, 23, 15]);
  });

  it("references into address spaces", () => {
    const g = floats(8, (i) => i * i);
    launch(kernels.get("spaces")!, [1, 8], [g, { local: 32 }]);
    expect(g).toEqual(floats(8, (i) => (7 - i) ** 2 + (i & 3) + (7 - i) + 3));
  });

  it("local memory and atomics", () => {
    const x = Uint32Array.from({ length: 16 }, (_, i) => i);
    launch(kernels.get("votes")!, [1, 16], [x]);
    expect([...x]).toEqual(Array.from(x, (_, i) => i + (i < 4 ? 4 : 0)));
  });
});
