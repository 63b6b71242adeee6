/** Work-items that share a token compute what they compute alone. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseKernel } from "../../../src/hls/ir/parse.js";
import type { Kernel } from "../../../src/hls/ir/types.js";
import { joinNeighbours } from "../../../src/hls/memory/neighbours.js";
import { shareTokens } from "../../../src/hls/simd/lanes.js";
import { settleAddresses } from "../../../src/hls/simd/settle-addresses.js";
import { withLanes } from "../../../src/hls/simd/with-lanes.js";
import { structureKernel } from "../../../src/hls/structure/structure.js";
import type { Node, Region, StructuredKernel } from "../../../src/hls/structure/types.js";
import type { Launch } from "../../../src/launch/launch.js";
import { runNaively } from "../naive.js";
import { copyLaunch, randomKernel, randomLaunch } from "../random-kernel.js";
import { runStructured } from "../run-structured.js";

const runs = Number(process.env.SOFF_FUZZ_RUNS ?? 150);

function expectSame(kernel: Kernel, structured: StructuredKernel, launch: Launch): void {
  const expected = runNaively(kernel, launch);
  const actual = copyLaunch(launch);
  runStructured(structured, actual);
  for (const a of actual.arguments) if (a.kind === "buffer") expect(a.bytes, a.name).toEqual(expected.get(a.name));
}

/** c[y][x] = sum over k of a[y][k] * b[k][x], and 1 where x is odd. */
const product = parseKernel(`
kernel product {
  param a "int*" buffer bytes 8 values %0.a: ptr @ 0
  param b "int*" buffer bytes 8 values %1.b: ptr @ 0
  param c "int*" buffer bytes 8 values %2.c: ptr @ 0
  param n "int" scalar bytes 4 element int 32 x 1 values %3.n: i32 @ 0
b0:
  %4.x64 = workitem i64 global_id 0
  %5.y64 = workitem i64 global_id 1
  %6.x = trunc i64 %4 to i32
  %7.y = trunc i64 %5 to i32
  %8.width64 = workitem i64 global_size 0
  %9.width = trunc i64 %8 to i32
  %10.row = mul i32 %7, %3
  br b1
b1:
  %11.k = phi i32 [b0: 0, b1: %12]
  %13.s = phi i32 [b0: 0, b1: %14]
  %15 = add i32 %10, %11
  %16 = sext i32 %15 to i64
  %17 = shl i64 %16, 2
  %18 = ptradd ptr %0, %17
  %19 = load i32 %18 align 4
  %20 = mul i32 %11, %9
  %21 = add i32 %20, %6
  %22 = sext i32 %21 to i64
  %23 = shl i64 %22, 2
  %24 = ptradd ptr %1, %23
  %25 = load i32 %24 align 4
  %26 = mul i32 %19, %25
  %14 = add i32 %13, %26
  %12 = add i32 %11, 1
  %27 = icmp slt i32 %12, %3
  condbr %27, b1, b2
b2:
  %28 = mul i32 %7, %9
  %29 = add i32 %28, %6
  %30 = sext i32 %29 to i64
  %31 = shl i64 %30, 2
  %32 = ptradd ptr %2, %31
  %33 = and i32 %6, 1
  %34 = icmp eq i32 %33, 0
  condbr %34, b3, b4
b3:
  store i32 %14 to %32 align 4
  ret
b4:
  store i32 1 to %32 align 4
  ret
}
`);

function launchOf(width: number, height: number, n: number, local: [number, number, number]): Launch {
  const filled = (count: number, seed: number): Uint8Array =>
    new Uint8Array(Int32Array.from({ length: count }, (_, k) => (k * 7919 + seed) % 1000).buffer);
  return {
    kernel: "product",
    range: { workDim: 2, global: [width, height, 1], local, offset: [0, 0, 0] },
    arguments: [
      { kind: "buffer", name: "a", address: 4096n, bytes: filled(height * n, 1) },
      { kind: "buffer", name: "b", address: 1n << 20n, bytes: filled(n * width, 2) },
      { kind: "buffer", name: "c", address: 1n << 24n, bytes: filled(width * height, 3) },
      { kind: "scalar", name: "n", bytes: new Uint8Array(Int32Array.of(n).buffer) },
    ],
  };
}

function nodesOf(region: Region): Node[] {
  return region.nodes.flatMap((n) => (n.kind === "loop" ? [n, ...nodesOf(n.body)] : [n]));
}

describe("shareTokens", () => {
  it("keeps the meaning of random kernels, whatever the number of lanes", () => {
    let shared = 0;
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e9 }),
        fc.integer({ min: 1, max: 90 }),
        fc.integer({ min: 2, max: 9 }),
        (seed, size, width) => {
          const kernel = randomKernel(seed, size, { simple: true });
          const lanes = shareTokens(structureKernel(kernel), 0, width);
          if (!lanes) return;
          shared++;
          expectSame(kernel, settleAddresses(lanes), randomLaunch(seed));
        },
      ),
      { numRuns: runs },
    );
    expect(shared).toBeGreaterThan(runs / 20);
  });

  it.each([[[4, 1, 1]], [[1, 3, 1]], [[8, 2, 1]], [[3, 5, 1]], [[24, 4, 1]]] as [[number, number, number]][])(
    "shares in two dimensions: %j",
    (simd) => {
      const structured = settleAddresses(withLanes(structureKernel(product), simd));
      for (const local of [
        [1, 1, 1],
        [5, 2, 1],
        [32, 8, 1],
      ] as [number, number, number][])
        expectSame(product, structured, launchOf(13, 7, 5, local));
    },
  );

  it("makes one access of neighbours, one of equals, and masks what only some lanes do", () => {
    const nodes = nodesOf(withLanes(structureKernel(product), [4, 2, 1]).body);
    const loads = nodes.flatMap((n) => (n.kind === "load" ? [n] : []));
    // a: one a row, b: four lanes at once for both rows.
    expect(loads.map((l) => [l.results.length, l.laneEnables?.length])).toEqual([
      [1, undefined],
      [1, undefined],
      [4, 4],
    ]);
    // Both stores of both rows.
    const stores = nodes.flatMap((n) => (n.kind === "store" ? [n] : []));
    expect(stores.map((s) => [s.values.length, s.laneEnables?.length])).toEqual([
      [4, 4],
      [4, 4],
      [4, 4],
      [4, 4],
    ]);
    for (const s of stores) expect(new Set(s.laneEnables!.map((e) => JSON.stringify(e, bigint))).size).toBe(4);
  });

  it("takes the address of a wide access from a lane that is on, where indices wrap between lanes", () => {
    // unsigned x = id - 5; if (id >= 5) o[x] = a[x] + a[x + 1];
    const guarded = parseKernel(`
kernel guarded {
  param a "int*" buffer bytes 8 values %0.a: ptr @ 0
  param o "int*" buffer bytes 8 values %1.o: ptr @ 0
b0:
  %2 = workitem i64 global_id 0
  %3 = trunc i64 %2 to i32
  %4.x = sub i32 %3, 5
  %5 = icmp uge i32 %3, 5
  condbr %5, b1, b2
b1:
  %6 = zext i32 %4 to i64
  %7 = shl i64 %6, 2
  %8 = ptradd ptr %0, %7
  %9 = load i32 %8 align 4
  %10 = ptradd ptr %8, 4
  %11 = load i32 %10 align 4
  %12 = add i32 %9, %11
  %13 = ptradd ptr %1, %7
  store i32 %12 to %13 align 4
  ret
b2:
  ret
}
`);
    for (const [width, joined] of [
      [4, false],
      [8, true],
    ] as const) {
      const laned = withLanes(structureKernel(guarded), [width, 1, 1]);
      const structured = settleAddresses(joined ? joinNeighbours(laned, 192) : laned);
      expect(nodesOf(structured.body).filter((n) => n.kind === "load")).toHaveLength(joined ? 1 : 2);
      expectSame(guarded, structured, {
        kernel: "guarded",
        range: { workDim: 1, global: [37, 1, 1], local: [37, 1, 1], offset: [0, 0, 0] },
        arguments: [
          {
            kind: "buffer",
            name: "a",
            address: 4096n,
            bytes: new Uint8Array(Int32Array.from({ length: 33 }, (_, k) => k * k).buffer),
          },
          { kind: "buffer", name: "o", address: 1n << 20n, bytes: new Uint8Array(4 * 33) },
        ],
      });
    }
  });

  it("does not share where loops run differently", () => {
    const own = parseKernel(`
kernel own {
  param p "int*" buffer bytes 8 values %0.p: ptr @ 0
b0:
  %1 = workitem i64 global_id 0
  br b1
b1:
  %2.k = phi i64 [b0: 0, b1: %3]
  %3 = add i64 %2, 1
  %4 = icmp ult i64 %3, %1
  condbr %4, b1, b2
b2:
  store i64 %3 to %0 align 8
  ret
}
`);
    expect(shareTokens(structureKernel(own), 0, 4)).toBeUndefined();
    expect(shareTokens(structureKernel(own), 1, 4)).toBeDefined();
  });
});

const bigint = (_: string, value: unknown): unknown => (typeof value === "bigint" ? String(value) : value);
