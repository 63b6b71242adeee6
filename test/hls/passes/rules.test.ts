/** Every operation with every constant on short integers, and with the corners of floats: before = after, for all operands. */
import { describe, expect, it } from "vitest";
import { KernelBuilder } from "../../../src/hls/ir/build.js";
import { constOf, f32, i, type Kernel, type Operand, type Type, widthOf } from "../../../src/hls/ir/types.js";
import { allPasses, kernelPasses } from "../../../src/hls/passes/index.js";
import { type Pass, runPasses } from "../../../src/hls/passes/pass.js";
import type { Launch } from "../../../src/launch/launch.js";
import { expectSameMemory } from "../agreement.js";
import { runNaively } from "../naive.js";
import { Random } from "../random-kernel.js";

const binaries = [
  "add",
  "sub",
  "mul",
  "udiv",
  "sdiv",
  "urem",
  "srem",
  "and",
  "or",
  "xor",
  "shl",
  "lshr",
  "ashr",
  "umin",
  "umax",
  "smin",
  "smax",
] as const;
const predicates = ["eq", "ne", "ult", "ule", "ugt", "uge", "slt", "sle", "sgt", "sge"] as const;
/** The passes with rules, each alone, and everything together. */
const suites: readonly (readonly Pass[])[] = [
  ...allPasses.filter(({ name }) => ["fold", "range-fold", "narrow"].includes(name)).map((pass) => [pass]),
  kernelPasses,
];

/** A kernel that computes results from a value of each work-item, and stores them all. */
function kernelOf(
  type: Type,
  make: (b: KernelBuilder, x: Operand) => readonly Operand[],
): { kernel: Kernel; results: number } {
  const b = new KernelBuilder("rules");
  const [input, output] = [b.buffer("IN"), b.buffer("OUT")];
  b.block("entry");
  const id = b.workItem("global_id");
  const x = b.load(type, b.ptradd(input, b.binary("mul", id, constOf(i(64), 4n))), 4)[0]!;
  const results = make(b, x);
  const mine = b.ptradd(output, b.binary("mul", id, constOf(i(64), BigInt(8 * results.length))));
  results.forEach((value, n) => {
    b.store([value], b.ptradd(mine, 8 * n), 1);
  });
  b.ret();
  return { kernel: b.finish(), results: results.length };
}

function check(made: { kernel: Kernel; results: number }, inputs: readonly bigint[]): void {
  const bytes = new Uint8Array(4 * inputs.length);
  inputs.forEach((value, n) => {
    new DataView(bytes.buffer).setUint32(4 * n, Number(value), true);
  });
  const launch: Launch = {
    kernel: "rules",
    range: { workDim: 1, global: [inputs.length, 1, 1], local: [8, 1, 1], offset: [0, 0, 0] },
    arguments: [
      { kind: "buffer", name: "IN", address: 4096n, bytes },
      { kind: "buffer", name: "OUT", address: 1n << 20n, bytes: new Uint8Array(8 * made.results * inputs.length) },
    ],
  };
  const expected = runNaively(made.kernel, launch);
  for (const passes of suites) expectSameMemory(runPasses(made.kernel, passes), launch, expected);
}

const every = (bits: number) => Array.from({ length: 2 ** bits }, (_, n) => BigInt(n));

describe("rules keep the meaning", () => {
  it.each([1, 2, 3])("of every operation with every constant of %i bits", (bits) => {
    const type = i(bits);
    const made = kernelOf(type, (b, x) =>
      every(bits).flatMap((value) => {
        const c = constOf(type, value);
        return [
          ...binaries.flatMap((kind) => [b.binary(kind, x, c), b.binary(kind, c, x), b.binary(kind, x, x)]),
          ...predicates.flatMap((p) => [b.icmp(p, x, c), b.icmp(p, c, x), b.icmp(p, x, x)]),
        ];
      }),
    );
    check(made, every(bits));
  });

  it("of two operations in a row, through truncations and extensions", () => {
    const random = new Random(11);
    const type = i(3);
    const made = kernelOf(type, (b, x) =>
      Array.from({ length: 250 }, () => {
        const wide = i(random.pick([5, 9, 33]));
        const constant = (t: Type) => constOf(t, random.bits(widthOf(t)));
        const first = random.chance(50) ? b.binary(random.pick(binaries), x, constant(type)) : x;
        const extended = b.cast(random.pick(["zext", "sext"]), first, wide);
        const second = random.chance(70)
          ? b.binary(random.pick(binaries), extended, random.chance(70) ? constant(wide) : b.cast("zext", x, wide))
          : extended;
        const third = random.chance(50) ? b.binary(random.pick(binaries), second, constant(wide)) : second;
        const choice = random.below(3);
        if (choice === 0) return b.icmp(random.pick(predicates), third, random.chance(60) ? constant(wide) : extended);
        if (choice === 1) return b.cast("trunc", third, i(random.pick([1, 2, 3, 4])));
        return b.select(
          b.binary("xor", b.icmp(random.pick(predicates), third, constant(wide)), constOf(i(1), 1n)),
          third,
          extended,
        );
      }),
    );
    check(made, every(3));
  });

  it("of float operations with special constants, on loaded and on computed numbers", () => {
    const specials = [
      0n,
      0x80000000n,
      0x3f800000n,
      0xbf800000n,
      0x40000000n,
      0x3e800000n,
      0x7f800000n,
      0x7fc00000n,
      0x7f800001n,
      0x00000001n,
      0x7f000000n,
      0x40400000n,
    ];
    const made = kernelOf(f32, (b, loaded) => {
      const computed = b.binary("fmul", loaded, constOf(f32, 0x40000000n));
      const negative = b.unary("fneg", computed);
      return [loaded, computed, negative].flatMap((x) =>
        specials.flatMap((value) => {
          const c = constOf(f32, value);
          return [
            ...(["fadd", "fsub", "fmul", "fdiv", "fmin", "fmax", "copysign"] as const).flatMap((kind) => [
              b.binary(kind, x, c),
              b.binary(kind, c, x),
              b.binary(kind, x, x),
            ]),
            b.fma(x, c, computed),
            b.fma(c, x, c),
            b.fma(x, x, c),
            b.unary("fneg", b.unary("fneg", x)),
            b.unary("fabs", b.unary("fneg", x)),
            b.unary("rint", b.unary("floor", x)),
          ];
        }),
      );
    });
    const random = new Random(3);
    check(made, [...specials, 0xffc12345n, ...Array.from({ length: 30 }, () => random.floatBits(32))]);
  });

  it("makes constants of operations on constants", () => {
    const { kernel } = kernelOf(i(8), (b) =>
      binaries.map((kind) => b.binary(kind, constOf(i(8), 200n), constOf(i(8), 7n))),
    );
    const folded = runPasses(kernel, kernelPasses).blocks[0]!.instructions.flatMap((x) =>
      x.op === "store" ? x.values : [],
    );
    // 200 and 7, -56 and 7 where signed; shifts by 7
    const expected = [207, 193, 1400, 28, -8, 4, 0, 0, 207, 207, 0, 1, -1, 7, 200, 200, 7];
    expect(folded).toEqual(expected.map((value) => constOf(i(8), BigInt(value))));
  });
});
