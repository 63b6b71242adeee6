import { beforeAll, describe, expect, it } from "vitest";
import type { Kernel } from "../../../src/hls/ir/types.js";
import { compile, kernelsOf, problemsOf } from "./compile.js";
import { int, run } from "./run.js";

const source = `
struct Two { __local int *l; __global int *g; };
__kernel void both_kinds(__global int *o, int n) {
  __local int t[8];
  struct Two all[3];
  for (int k = 0; k < 3; k++) { all[k].l = t + k; all[k].g = o + k; }
  for (int k = 0; k < 8; k++) t[k] = 10 * k;
  all[n % 3].g[0] = *all[(n + 1) % 3].l;
}
__kernel void table(__global int *o, int n) {
  __local int t[8], u[8];
  int *all[3];
  for (int k = 0; k < 3; k++) all[k] = k & n ? t + k : u;
  for (int k = 0; k < 8; k++) { t[k] = n; u[k] = 2 * n; }
  int *p = all[n % 3];
  for (int k = 0; k < n; k++) { p = k & 1 ? p : t; p[k & 3] += 1; }
  o[0] = p[0] + all[0][1];
  o[1] = t[2];
}
__attribute__((noinline)) int *step(int **at, int k) { return k & 1 ? *at : *at + 1; }
__kernel void of_private(__global int *o, int n) {
  int a[6];
  int *head = a;
  int **at = &head;
  for (int k = 0; k < 6; k++) a[k] = k * k;
  for (int k = 0; k < n; k++) { *at = step(at, k); **at += 100; }
  o[0] = *head;
  o[1] = a[1];
}
`;
const mixed = `
__kernel void k(__global int *o, int n) {
  __local int t[8];
  int *all[2];
  all[n & 1] = t;
  all[~n & 1] = o;
  all[(n >> 1) & 1][2] = 4;
}`;

describe("pointers that a kernel keeps in memory", () => {
  let kernels: ReadonlyMap<string, Kernel>;
  beforeAll(async () => {
    kernels = await kernelsOf(source, { std: "CL2.0" });
  });
  const results = (name: string, n: number, words: number) => {
    const o = new Int32Array(words);
    run(kernels.get(name)!, { global: [1] }, [o, int(n)]);
    return [...o];
  };

  it("to two kinds of memory side by side, as their types say", () => {
    expect(results("both_kinds", 0, 3)).toEqual([10, 0, 0]);
    expect(results("both_kinds", 1, 3)).toEqual([0, 20, 0]);
    expect(results("both_kinds", 5, 3)).toEqual([0, 0, 0]);
  });

  it("to local memory, generic ones", () => {
    // n = 4: all = u, u, u; the loop adds one to t[0], t[1], t[2], t[3] and ends at t.
    expect(results("table", 4, 2)).toEqual([5 + 8, 5]);
    // n = 0: nothing but p = all[0] = u.
    expect(results("table", 0, 2)).toEqual([0, 0]);
  });

  it("to private memory, pointers to pointers", () => {
    // head: a[1] (0), stays (1), a[2] (2); each gets 100.
    expect(results("of_private", 3, 2)).toEqual([104, 201]);
  });

  it("not to any of several kinds", async () => {
    const [problem] = problemsOf(await compile(mixed, { std: "CL2.0" }), "k");
    expect(problem).toMatchObject({ code: "unsupported/mixed-pointer", span: { line: 7 } });
    expect(problem!.message).toMatch(/global.*local|local.*global/);
  });
});
