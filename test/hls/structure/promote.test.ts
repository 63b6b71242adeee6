/** Locations that a loop keeps in a register instead of in memory. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseKernel } from "../../../src/hls/ir/parse.js";
import type { Kernel } from "../../../src/hls/ir/types.js";
import { promoteAccumulators } from "../../../src/hls/structure/promote.js";
import { structureKernel } from "../../../src/hls/structure/structure.js";
import type { LoopNode, Region } from "../../../src/hls/structure/types.js";
import type { Launch } from "../../../src/launch/launch.js";
import { runNaively } from "../naive.js";
import { copyLaunch, randomKernel, randomLaunch } from "../random-kernel.js";
import { runStructured } from "../run-structured.js";

const runs = Number(process.env.SOFF_FUZZ_RUNS ?? 100);

function expectSame(kernel: Kernel, launch: Launch): void {
  const expected = runNaively(kernel, launch);
  const actual = copyLaunch(launch);
  runStructured(promoteAccumulators(structureKernel(kernel)), actual);
  for (const a of actual.arguments) if (a.kind === "buffer") expect(a.bytes, a.name).toEqual(expected.get(a.name));
}

/** for j < m: for k < n: { t = c[i]; if (a[k] odd) t += a[k]; c[i] = t + j }, with c in memory all the time; `extra` stands in the loop. */
const sums = (extra: string): Kernel =>
  parseKernel(`
kernel sums {
  param a "int*" buffer bytes 8 values %0.a: ptr @ 0
  param c "int*" buffer bytes 8 values %1.c: ptr @ 0
  param n "int" scalar bytes 4 element int 32 x 1 values %2.n: i32 @ 0
  param m "int" scalar bytes 4 element int 32 x 1 values %3.m: i32 @ 0
b0:
  %4.i = workitem i64 global_id 0
  %5 = shl i64 %4, 2
  %6 = ptradd ptr %1, %5
  %7 = icmp sgt i32 %2, 0
  %8 = icmp sgt i32 %3, 0
  %9 = and i1 %7, %8
  condbr %9, b1, b6
b1:
  %10.j = phi i32 [b0: 0, b5: %11]
  br b2
b2:
  %12.k = phi i32 [b1: 0, b4: %13]
  %14 = sext i32 %12 to i64
  %15 = shl i64 %14, 2
  %16 = ptradd ptr %0, %15
  %17 = load i32 %16 align 4
  %18 = load i32 %6 align 4
  %19 = add i32 %18, %10
  store i32 %19 to %6 align 4
  %20 = and i32 %17, 1
  %21 = icmp eq i32 %20, 1
  condbr %21, b3, b4
b3:
  %22 = load i32 %6 align 4
  %23 = add i32 %22, %17
  store i32 %23 to %6 align 4
  br b4
b4:
  ${extra}
  %13 = add i32 %12, 1
  %24 = icmp slt i32 %13, %2
  condbr %24, b2, b5
b5:
  %11 = add i32 %10, 1
  %25 = icmp slt i32 %11, %3
  condbr %25, b1, b6
b6:
  ret
}
`);

const launchOf = (n: number, m: number): Launch => ({
  kernel: "sums",
  range: { workDim: 1, global: [5, 1, 1], local: [5, 1, 1], offset: [0, 0, 0] },
  arguments: [
    { kind: "buffer", name: "a", address: 4096n, bytes: new Uint8Array(Int32Array.from([3, 8, 5, 2, 7, 1]).buffer) },
    { kind: "buffer", name: "c", address: 8192n, bytes: new Uint8Array(Int32Array.from([1, 2, 3, 4, 5, 6]).buffer) },
    { kind: "scalar", name: "n", bytes: new Uint8Array(Int32Array.of(n).buffer) },
    { kind: "scalar", name: "m", bytes: new Uint8Array(Int32Array.of(m).buffer) },
  ],
});

const accessesIn = (region: Region): string[] =>
  region.nodes.flatMap((n) =>
    n.kind === "loop" ? accessesIn(n.body) : n.kind === "load" || n.kind === "store" ? [n.kind] : [],
  );
const loopsOf = (kernel: Kernel): LoopNode[] =>
  promoteAccumulators(structureKernel(kernel)).body.nodes.filter((n): n is LoopNode => n.kind === "loop");

describe("promoteAccumulators", () => {
  it("loads before all loops around, stores after them", () => {
    const kernel = sums("");
    const [outer] = loopsOf(kernel);
    // The input is all that is still read inside.
    expect(accessesIn(outer!.body)).toEqual(["load"]);
    for (const [n, m] of [
      [6, 3],
      [1, 1],
      [0, 3],
      [3, 0],
    ] as const)
      expectSame(kernel, launchOf(n, m));
  });

  it("leaves memory alone where another access may meet it, or other work-items may look", () => {
    for (const extra of ["%30 = ptradd ptr %1, 4\n  store i32 7 to %30 align 4", "barrier"]) {
      const [outer] = loopsOf(sums(extra));
      expect(accessesIn(outer!.body).length, extra).toBeGreaterThan(4);
    }
  });

  it("keeps the meaning of random kernels", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 1, max: 90 }), (seed, size) => {
        expectSame(randomKernel(seed, size, { simple: true }), randomLaunch(seed));
      }),
      { numRuns: runs },
    );
  });
});
