/**
 * The math functions: errors on samples within the specification's limits, on the CPU; and the interpreter of
 * compiled kernels agrees with the CPU bit for bit. The full measurement is bench/builtins.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { buildSweep, type Call, evaluate, runSweep } from "../../../bench/builtins/build.js";
import { type Measured, measured } from "../../../bench/builtins/functions.js";
import type { FormatName } from "../../../bench/builtins/native.js";
import type { Kernel } from "../../../src/hls/ir/types.js";
import { kernelsOf } from "../../hls/import/compile.js";
import { run } from "../../hls/import/run.js";
import { random } from "./samples.js";

/** Compiling each of them takes a second: the rest has its turn with SOFF_EXHAUSTIVE. */
const some: Readonly<Record<FormatName, readonly string[]>> = {
  float: ["sin", "exp", "expm1", "log1p", "pow", "rootn", "asin", "atan2", "erfc", "fmod"],
  double: ["log", "cos", "hypot"],
};
const everything = process.env.SOFF_EXHAUSTIVE !== undefined;
const compared = (["float", "double"] as const).flatMap((type) =>
  measured.filter((each) => everything || some[type].includes(each.name)).map((each) => ({ each, type })),
);

const kernelName = (each: Measured, type: FormatName) => `${each.name}_${type}`;
const source = compared
  .map(({ each, type }) => {
    const given = { unary: "x[i]", binary: "x[i], y[i]", int: "x[i], n[i]" }[each.operands];
    return `__kernel void ${kernelName(each, type)}(__global const ${type} *x, __global const ${type} *y, __global const int *n, __global ${type} *r) {
  size_t i = get_global_id(0); r[i] = ${each.name}(${given}); }`;
  })
  .join("\n");

const specials = {
  float: [
    0n,
    1n,
    0x7fffffn,
    0x800000n,
    0x3f800000n,
    0x3f7fffffn,
    0x3f800001n,
    0x3f000000n,
    0x40490fdbn,
    0x3fc90fdbn,
    0x40400000n,
    0x42000000n,
    0x4b000001n,
    0x7f7fffffn,
    0x7f800000n,
    0x7fc00000n,
  ],
  double: [
    0n,
    1n,
    0xfffffffffffffn,
    0x10000000000000n,
    0x3ff0000000000000n,
    0x3fefffffffffffffn,
    0x3ff0000000000001n,
    0x3fe0000000000000n,
    0x400921fb54442d18n,
    0x4008000000000000n,
    0x4040000000000000n,
    0x4340000000000001n,
    0x7fefffffffffffffn,
    0x7ff0000000000000n,
    0x7ff8000000000000n,
  ],
} as const;

/** All pairs of special values with both signs, then random bits and moderate numbers. */
function operandsOf(type: FormatName, count: number): { x: bigint[]; y: bigint[]; n: number[] } {
  const bits = type === "float" ? 32 : 64;
  const next = random(type === "float" ? 7 : 8);
  const word = () => BigInt(Math.floor(next() * 2 ** 32));
  const any = () => BigInt.asUintN(bits, (word() << 32n) | word());
  const moderate = () => {
    const value = (next() - 0.5) * 2 ** (next() * 16 - 6);
    return type === "float"
      ? BigInt(new Uint32Array(new Float32Array([value]).buffer)[0]!)
      : new BigUint64Array(new Float64Array([value]).buffer)[0]!;
  };
  const signed = specials[type].flatMap((v) => [v, v | (1n << BigInt(bits - 1))]);
  const x = signed.flatMap((v) => signed.map(() => v));
  const y = signed.flatMap(() => signed);
  for (let k = 0; k < count; k++) {
    x.push(k % 3 === 0 ? any() : moderate());
    y.push(k % 4 === 0 ? any() : moderate());
  }
  const n = x.map((_, k) => [0, 1, -1, 2, 3, -3, 2 ** 31 - 1, -(2 ** 31), 150, -1000][k % 10]!);
  return { x, y, n };
}

function buffer(type: FormatName, bits: readonly bigint[]): Uint32Array | BigUint64Array {
  return type === "float" ? Uint32Array.from(bits, Number) : BigUint64Array.from(bits);
}

/** The canonical one: the CPU's arithmetic gives NaNs of either sign. */
function canonical(type: FormatName, bits: bigint): bigint {
  const [infinity, quiet, sign] =
    type === "float" ? [0x7f800000n, 0x7fc00000n, 31] : [0x7ff0000000000000n, 0x7ff8000000000000n, 63];
  return BigInt.asUintN(sign as number, bits) > infinity ? quiet : bits;
}

describe("math functions", { timeout: 300_000 }, () => {
  let program: string;
  let kernels: Map<string, Kernel>;
  beforeAll(async () => {
    program = await buildSweep();
    kernels = await kernelsOf(source);
  }, 600_000);

  it.each(measured)("$name is as accurate as the specification asks", async (each) => {
    for (const type of ["float", "double"] as const) {
      const mode = type === "double" ? "20000" : each.operands === "unary" ? "all/16411" : "100000";
      const { ulp, at } = await runSweep(program, each.name, type, mode, 42);
      const limit = each[type];
      if (limit !== undefined) expect(ulp ?? Number.POSITIVE_INFINITY, `at ${at.join(" ")}`).toBeLessThanOrEqual(limit);
    }
  });

  it.each(compared)("$each.name of $type is the same in the interpreter", async ({ each, type }) => {
    const { x, y, n } = operandsOf(type, 300);
    const expected = await evaluate(x.map((_, k): Call => ({ name: each.name, type, x: x[k]!, y: y[k]!, n: n[k]! })));
    const result = buffer(type, x);
    run(kernels.get(kernelName(each, type))!, { global: [x.length], local: [1] }, [
      buffer(type, x),
      buffer(type, y),
      Int32Array.from(n),
      result,
    ]);
    const show = (k: number, bits: bigint) =>
      `${each.name}(${x[k]!.toString(16)}, ${y[k]!.toString(16)}, ${n[k]}) = ${canonical(type, bits).toString(16)}`;
    expect(Array.from(x, (_, k) => show(k, BigInt(result[k]!)))).toEqual(expected.map((bits, k) => show(k, bits)));
  });
});
