/**
 * Built-in functions end to end: OpenCL C through clang, importer and interpreter, against
 * expectations that are written from the specification.
 */
import { describe, expect, it } from "vitest";
import { convertCases } from "./convert-cases.js";
import { floatCases } from "./float-cases.js";
import { type Case, compileCases, type Lane, run, shapeOf } from "./harness.js";
import { integerCases, integerTypes } from "./integer-cases.js";
import { random, sample } from "./samples.js";

const ROWS = 120;

async function check(cases: readonly Case[]): Promise<string[]> {
  const { module, kernels } = await compileCases(cases);
  const failures: string[] = [];
  // Nothing but work-item functions and LLVM's own intrinsics may be left.
  for (const name of module.functions.keys()) {
    if (!/^(?:t\d+|__clang_ocl_kern_imp_t\d+|_Z13get_global_idj|llvm\..*)$/.test(name))
      failures.push(`left over: ${name}`);
  }
  cases.forEach((each, index) => {
    const next = random(index + 1);
    const lanesOf = (type: string) => shapeOf(type).lanes;
    const rows = Array.from({ length: ROWS }, (_, row) =>
      each.parameters.map((type) => Array.from({ length: lanesOf(type) }, (_, lane) => sample(type, row + lane, next))),
    );
    const results = run(kernels.find(({ name }) => name === `t${index}`)!, each, rows);
    results.forEach((lanes, row) => {
      const expected = each.whole
        ? (each.expected as (...args: Lane[][]) => unknown)(...rows[row]!)
        : lanes.map((_, lane) =>
            (each.expected as (...args: Lane[]) => Lane)(...rows[row]!.map((values) => values[lane] ?? values[0]!)),
          );
      if (failures.length < 20 && !same(lanes, expected as Lane[])) {
        failures.push(
          `${each.name}(${rows[row]!.map((values) => `[${values}]`).join(", ")}) = [${lanes}], expected [${expected}]`,
        );
      }
    });
  });
  return failures;
}

/** Bits decide, but every NaN is alike. */
function same(actual: readonly Lane[], expected: readonly Lane[]): boolean {
  return actual.every((value, lane) => Object.is(value, expected[lane]));
}

/** Compiling takes most of the time: a choice of types for every run, all of them when asked for. */
const everything = process.env.SOFF_EXHAUSTIVE !== undefined;
const scalars = everything ? integerTypes : ["char", "uint", "long"];
const vectors: readonly [string, number][] = everything
  ? [
      ["char", 3],
      ["ushort", 2],
      ["int", 4],
      ["uint", 3],
      ["long", 2],
      ["uchar", 16],
    ]
  : [["ushort", 4]];

describe("built-in functions", { timeout: 400_000 }, () => {
  it.each(scalars)("of integers: %s", async (type) => {
    expect(await check(integerCases(type, 1))).toEqual([]);
  });
  it.each(vectors)("of integers: vectors of %s, %d", async (type, lanes) => {
    expect(await check(integerCases(type, lanes))).toEqual([]);
  });
  it.each(everything ? [1, 2, 3, 4, 8, 16] : [1, 3])("of floats, %d lanes", async (lanes) => {
    expect(await check(floatCases(lanes))).toEqual([]);
  });
  it.each(everything ? [1, 2, 3, 4, 8, 16] : [2])("of doubles, %d lanes", async (lanes) => {
    expect(await check(floatCases(lanes, "double"))).toEqual([]);
  });
  it.each(everything ? [1, 2, 3, 4, 8, 16] : [1])("of halves, %d lanes", async (lanes) => {
    expect(await check(floatCases(lanes, "half"))).toEqual([]);
  });
  it("convert in all directions", async () => {
    expect(await check(convertCases().filter((_, index) => everything || index % 3 === 0))).toEqual([]);
  });
});
