import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { integerRanges } from "../../../src/hls/analysis/ranges.js";
import { valueWidths } from "../../../src/hls/analysis/width.js";
import { parseKernel } from "../../../src/hls/ir/parse.js";
import type { Kernel } from "../../../src/hls/ir/types.js";
import { widthOf } from "../../../src/hls/ir/types.js";
import { definitionsOf } from "../../../src/hls/ir/walk.js";
import { runNaively } from "../naive.js";
import { randomKernel, randomLaunch } from "../random-kernel.js";

/** `name → "bits"` (unsigned) or `"bits s"` of every named value. */
function widthsByName(kernel: Kernel): Record<string, string> {
  const widths = valueWidths(kernel);
  return Object.fromEntries(
    definitionsOf(kernel).flatMap((d) => {
      const width = d && widths.get(d.def.id);
      return width ? [[d.def.name, `${width.bits}${width.signed ? " s" : ""}`]] : [];
    }),
  );
}

const loop = (compare: string, start: string, guard: string) => `kernel k {
  param n "int" scalar bytes 4 element int 32 x 1 values %n: i32 @ 0
  param m "uint" scalar bytes 4 element int 32 x 1 values %m: i32 @ 0

b0.entry:
  %wide = zext i32 %n to i64
  %start = zext i32 %m to i64
  %g = ${guard}
  condbr %g, b1, b2

b1.loop:
  %i = phi i64 [b0: ${start}, b1: %next]
  %next = add i64 %i, 1
  %again = icmp ${compare}
  condbr %again, b1, b2

b2.end:
  ret
}`;

describe("valueWidths", () => {
  it("follows operations", () => {
    const kernel = parseKernel(`kernel k {
  param x "char" scalar bytes 1 element int 8 x 1 values %x: i8 @ 0

b0.entry:
  %gid = workitem i64 global_id 0
  %lid = workitem i64 local_id 1
  %dims = workitem i32 work_dim 0
  %s = sext i8 %x to i64
  %z = zext i8 %x to i64
  %sum = add i64 %s, %z
  %address = shl i64 %gid, 2
  %product = mul i64 %lid, %z
  %masked = and i64 %s, 15
  %rest = urem i64 %gid, 10
  %less = sub i64 %rest, 3
  %count = ctpop i64 %gid
  %all = mul i64 %s, %gid
  ret
}`);
    expect(widthsByName(kernel)).toEqual({
      x: "8",
      gid: "48",
      lid: "10",
      dims: "2",
      s: "8 s",
      z: "8",
      sum: "10 s",
      address: "50",
      product: "18",
      masked: "4",
      rest: "4",
      less: "4 s",
      count: "6",
      all: "56 s",
    });
  });

  it("bounds a counted loop by its exit comparison", () => {
    const widths = (compare: string, start = "0", guard = "icmp sgt i32 %n, 0") => {
      const { i, next } = widthsByName(parseKernel(loop(compare, start, guard)));
      return [i, next];
    };
    expect(widths("ult i64 %next, 100")).toEqual(["7", "7"]);
    expect(widths("ult i64 %next, %wide")).toEqual(["31", "31"]);
    expect(widths("ne i64 %next, 100")).toEqual(["7", "7"]);
    expect(widths("ne i64 %next, %wide")).toEqual(["31", "31"]);
    expect(widths("ne i64 %next, %wide", "%start", "icmp ult i32 %m, %n")).toEqual(["32", "32"]);
  });

  it("does not believe a loop that may pass its end", () => {
    const { i } = widthsByName(parseKernel(loop("ne i64 %next, %wide", "0", "icmp sge i32 %n, 0")));
    expect(i).toBe("64");
    const unguarded = widthsByName(parseKernel(loop("ne i64 %next, %wide", "%start", "icmp ne i32 %m, %n")));
    expect(unguarded.i).toBe("64");
  });

  it("holds for every value that random kernels compute", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 1, max: 100 }), (seed, size) => {
        const kernel = randomKernel(seed, size);
        const definitions = definitionsOf(kernel);
        const widths = valueWidths(kernel);
        const ranges = integerRanges(kernel);
        runNaively(kernel, randomLaunch(seed), {
          onValue: (id, value) => {
            const width = widths.get(id);
            if (!width) return;
            const whole = widthOf(definitions[id]!.def.type);
            const low = BigInt.asUintN(width.bits, value);
            const extended = width.signed ? BigInt.asUintN(whole, BigInt.asIntN(width.bits, low)) : low;
            const range = ranges.of(id)!;
            const signed = BigInt.asIntN(whole, value);
            if (
              extended !== value ||
              value < range.umin ||
              value > range.umax ||
              signed < range.smin ||
              signed > range.smax
            )
              expect(`%${id} = ${value}`).toBe(`${width.bits} bits, signed: ${width.signed}`);
          },
        });
      }),
      { numRuns: Number(process.env.SOFF_FUZZ_RUNS ?? 40) },
    );
  });
});
