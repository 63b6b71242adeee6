/** Accesses to neighbouring places become one wide access, and the kernel computes what it did. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseKernel } from "../../../src/hls/ir/parse.js";
import type { Kernel } from "../../../src/hls/ir/types.js";
import { joinNeighbours } from "../../../src/hls/memory/neighbours.js";
import { settleAddresses } from "../../../src/hls/simd/settle-addresses.js";
import { withLanes } from "../../../src/hls/simd/with-lanes.js";
import { structureKernel } from "../../../src/hls/structure/structure.js";
import { isAccess, type Node, type Region } from "../../../src/hls/structure/types.js";
import type { Launch } from "../../../src/launch/launch.js";
import { runNaively } from "../naive.js";
import { copyLaunch, randomKernel, randomLaunch } from "../random-kernel.js";
import { runStructured } from "../run-structured.js";

const runs = Number(process.env.SOFF_FUZZ_RUNS ?? 50);

function expectSame(kernel: Kernel, lanes: number, launch: Launch): readonly Node[] {
  const joined = settleAddresses(joinNeighbours(withLanes(structureKernel(kernel), [lanes, 1, 1]), 192));
  const expected = runNaively(kernel, launch);
  const actual = copyLaunch(launch);
  runStructured(joined, actual);
  for (const a of actual.arguments) if (a.kind === "buffer") expect(a.bytes, a.name).toEqual(expected.get(a.name));
  const all = (region: Region): Node[] => region.nodes.flatMap((n) => (n.kind === "loop" ? all(n.body) : [n]));
  return all(joined.body).filter(isAccess);
}

/** out[4 i …] of in[i - 1 …], the middle one twice, with `between` between the two stores of a pair. */
const kernelWith = (between: string, enable = ""): Kernel =>
  parseKernel(`
kernel k {
  param a "int*" buffer bytes 8 values %0.a: ptr @ 0
  param o "int*" buffer bytes 8 values %1.o: ptr @ 0
b0:
  %2.x = workitem i64 global_id 0
  %3 = shl i64 %2, 2
  %4 = ptradd ptr %0, %3
  %5 = ptradd ptr %4, 8
  %6 = load i32 %5 align 4
  %7 = ptradd ptr %5, -4
  %8 = load i32 %7 align 4
  %9 = ptradd ptr %4, 12
  %10 = load i32 %9 align 4
  %11 = load i32 %5 align 4
  %12 = shl i64 %2, 4
  %13 = ptradd ptr %1, %12
  %14 = add i32 %6, %8
  %15 = mul i32 %10, %11
  store i32 %14 to %13 align 4
  ${between}
  %16 = ptradd ptr %13, 4
  ${enable === "" ? "" : `%30 = icmp ${enable}\n  condbr %30, b1, b2\nb1:`}
  store i32 %15 to %16 align 4
  ${enable === "" ? "" : "br b2\nb2:"}
  ret
}
`);
const launch = (): Launch => ({
  kernel: "k",
  range: { workDim: 1, global: [37, 1, 1], local: [16, 1, 1], offset: [0, 0, 0] },
  arguments: [
    {
      kind: "buffer",
      name: "a",
      address: 0x10000n,
      bytes: new Uint8Array(Int32Array.from({ length: 40 }, (_, k) => k * k + 7).buffer),
    },
    { kind: "buffer", name: "o", address: 0x20000n, bytes: new Uint8Array(4 * 4 * 37) },
  ],
});
const shapes = (nodes: readonly Node[]): string[] =>
  nodes.map((n) => `${n.kind} ${n.kind === "load" || n.kind === "store" ? (n.laneEnables?.length ?? 1) : 0}`);

describe("accesses to neighbouring places", () => {
  it.each([1, 4])(
    "are one load and one store (%i work-items a token: the loads, whose work-items are neighbours too)",
    (lanes) => {
      const expected = lanes === 1 ? ["load 3", "store 2"] : ["load 6", ...Array.from({ length: 8 }, () => "store 1")];
      expect(shapes(expectSame(kernelWith(""), lanes, launch()))).toEqual(expected);
    },
  );
  it("stay apart when a load of the same memory stands between the stores", () => {
    const between = "%20 = load i32 %13 align 4\n  %21 = ptradd ptr %13, 8\n  store i32 %20 to %21 align 4";
    expect(shapes(expectSame(kernelWith(between), 1, launch()))).toEqual(["load 3", "store 1", "load 1", "store 2"]);
  });
  it("stay apart when they overlap, and the later store wins", () => {
    expect(shapes(expectSame(kernelWith("store i32 %15 to %13 align 4"), 1, launch()))).toEqual([
      "load 3",
      "store 1",
      "store 2",
    ]);
  });
  it("keep their own enables", () => {
    const nodes = expectSame(kernelWith("", "ugt i32 %15, 900"), 1, launch());
    expect(shapes(nodes)).toEqual(["load 3", "store 2"]);
  });
});

it("random kernels compute the same", () => {
  let joined = 0;
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 30 }), fc.integer({ min: 4, max: 60 }), (seed, size) => {
      const accesses = expectSame(randomKernel(seed, size, { simple: true }), 1, randomLaunch(seed));
      if (accesses.some((a) => (a.kind === "load" || a.kind === "store") && a.laneEnables)) joined++;
    }),
    { numRuns: runs },
  );
  expect(joined).toBeGreaterThan(0);
});
