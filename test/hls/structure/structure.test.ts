/** If-conversion: the structured form does what the control-flow graph does, on random kernels and on shapes by hand. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseKernel } from "../../../src/hls/ir/parse.js";
import type { Kernel } from "../../../src/hls/ir/types.js";
import { printStructured } from "../../../src/hls/structure/print.js";
import { structureKernel } from "../../../src/hls/structure/structure.js";
import type { Launch } from "../../../src/launch/launch.js";
import { runNaively } from "../naive.js";
import { copyLaunch, randomKernel, randomLaunch } from "../random-kernel.js";
import { runStructured } from "../run-structured.js";

const runs = Number(process.env.SOFF_FUZZ_RUNS ?? 150);

function expectSame(kernel: Kernel, launch: Launch): void {
  const expected = runNaively(kernel, launch);
  const actual = copyLaunch(launch);
  runStructured(structureKernel(kernel), actual);
  for (const a of actual.arguments) if (a.kind === "buffer") expect(a.bytes, a.name).toEqual(expected.get(a.name));
}

describe("structureKernel", () => {
  it("keeps the meaning of random kernels", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 1, max: 120 }), (seed, size) => {
        expectSame(randomKernel(seed, size, { simple: true }), randomLaunch(seed));
      }),
      { numRuns: runs },
    );
  });

  it("gives a join the predicate of its branch and a phi the branch's condition", () => {
    const kernel = parseKernel(`
kernel diamond {
  param p "int*" buffer bytes 8 values %0.p: ptr @ 0
  param n "int" scalar bytes 4 element int 32 x 1 values %1.n: i32 @ 0
b0:
  %2 = icmp slt i32 %1, 5
  condbr %2, b1, b2
b1:
  br b3
b2:
  br b3
b3:
  %3.v = phi i32 [b1: 7, b2: 9]
  store i32 %3 to %0 align 4
  ret
}
`);
    const text = printStructured(structureKernel(kernel));
    expect(text).toContain("select %2, 7, 9");
    expect(text).toMatch(/store \[%0\] = %\d+ align 4 if 1/);
  });

  it("takes a loop with an exit in the middle, one at the end and one over two levels", () => {
    const kernel = parseKernel(`
kernel exits {
  param p "int*" buffer bytes 8 values %0.p: ptr @ 0
  param n "int" scalar bytes 4 element int 32 x 1 values %1.n: i32 @ 0
b0:
  br b1
b1:
  %2.i = phi i32 [b0: 0, b5: %8]
  %3.s = phi i32 [b0: 0, b5: %7]
  %4 = icmp eq i32 %2, %1
  condbr %4, b6, b2
b2:
  %5.j = phi i32 [b1: 0, b4: %9]
  %6.t = phi i32 [b1: %3, b4: %10]
  %11 = icmp ugt i32 %6, 1000
  condbr %11, b7, b3
b3:
  %12 = icmp uge i32 %5, %2
  condbr %12, b5, b4
b4:
  %9 = add i32 %5, 1
  %10 = add i32 %6, %9
  br b2
b5:
  %7 = add i32 %6, 3
  %8 = add i32 %2, 1
  br b1
b6:
  store i32 %3 to %0 align 4
  ret
b7:
  %13 = mul i32 %6, 100
  store i32 %13 to %0 align 4
  ret
}
`);
    for (const n of [0, 1, 3, 7, 40]) {
      const bytes = new Uint8Array(new Int32Array([n]).buffer);
      expectSame(kernel, {
        kernel: "exits",
        range: { workDim: 1, global: [1, 1, 1], local: [1, 1, 1], offset: [0, 0, 0] },
        arguments: [
          { kind: "buffer", name: "p", address: 4096n, bytes: new Uint8Array(4) },
          { kind: "scalar", name: "n", bytes },
        ],
      });
    }
  });

  it("refuses a jump into the middle of a loop, naming the place", () => {
    const kernel = parseKernel(`
kernel jump !"k.cl":1:1 {
  param p "int*" buffer bytes 8 values %0.p: ptr @ 0
  param n "int" scalar bytes 4 element int 32 x 1 values %1.n: i32 @ 0
b0:
  %2 = icmp slt i32 %1, 5
  condbr %2, b1, b2
b1:
  br b2 !7:3
b2:
  %3 = icmp slt i32 %1, 9
  condbr %3, b1, b3 !8:3
b3:
  ret
}
`);
    expect(() => structureKernel(kernel)).toThrowError(/jumps into the middle of a loop/);
  });
});
