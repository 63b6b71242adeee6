/** What OpenCL C 1.2, section 6.12.3 says of integer functions, written with unbounded integers. */
import type { Case } from "./harness.js";
import { shapeOf } from "./harness.js";

interface Int {
  readonly bits: number;
  readonly min: bigint;
  readonly max: bigint;
  wrap(value: bigint): bigint;
}

function intOf(type: string): Int {
  const { bytes, signed } = shapeOf(type);
  const bits = bytes * 8;
  return {
    bits,
    min: signed ? -(1n << BigInt(bits - 1)) : 0n,
    max: signed ? (1n << BigInt(bits - 1)) - 1n : (1n << BigInt(bits)) - 1n,
    wrap: (value) => (signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value)),
  };
}

const bigMin = (a: bigint, b: bigint) => (a < b ? a : b);
const bigMax = (a: bigint, b: bigint) => (a > b ? a : b);
/** Rounds towards minus infinity. */
const half = (value: bigint) => (value - (((value % 2n) + 2n) % 2n)) / 2n;

/** The lanes that a mask names among twice as many as `data` has. */
const chosenLanes = (data: readonly bigint[], mask: readonly bigint[]) =>
  mask.map((each) => Number(each % BigInt(2 * data.length)));

export const integerTypes = ["char", "uchar", "short", "ushort", "int", "uint", "long", "ulong"];
const unsignedOf = (type: string) => (type.startsWith("u") ? type : `u${type}`);

/** All integer functions for one scalar type and number of lanes. */
export function integerCases(scalar: string, lanes: number): Case[] {
  const suffix = lanes === 1 ? "" : String(lanes);
  const type = scalar + suffix;
  const unsigned = unsignedOf(scalar) + suffix;
  const t = intOf(scalar);
  const u = intOf(unsignedOf(scalar));
  const saturate = (value: bigint) => bigMax(t.min, bigMin(t.max, value));
  const width = BigInt(t.bits);
  const binaryDigits = (value: bigint) => u.wrap(value).toString(2).padStart(t.bits, "0");
  const cases: Case[] = [
    { name: "abs", parameters: [type], result: unsigned, expected: (a: bigint) => (a < 0n ? -a : a) },
    {
      name: "abs_diff",
      parameters: [type, type],
      result: unsigned,
      expected: (a: bigint, b: bigint) => (a > b ? a - b : b - a),
    },
    { name: "add_sat", parameters: [type, type], result: type, expected: (a: bigint, b: bigint) => saturate(a + b) },
    { name: "sub_sat", parameters: [type, type], result: type, expected: (a: bigint, b: bigint) => saturate(a - b) },
    { name: "hadd", parameters: [type, type], result: type, expected: (a: bigint, b: bigint) => half(a + b) },
    { name: "rhadd", parameters: [type, type], result: type, expected: (a: bigint, b: bigint) => half(a + b + 1n) },
    { name: "min", parameters: [type, type], result: type, expected: bigMin },
    { name: "max", parameters: [type, type], result: type, expected: bigMax },
    { name: "mul_hi", parameters: [type, type], result: type, expected: (a: bigint, b: bigint) => (a * b) >> width },
    {
      name: "mad_hi",
      parameters: [type, type, type],
      result: type,
      expected: (a: bigint, b: bigint, c: bigint) => t.wrap(((a * b) >> width) + c),
    },
    {
      name: "mad_sat",
      parameters: [type, type, type],
      result: type,
      expected: (a: bigint, b: bigint, c: bigint) => saturate(a * b + c),
    },
    {
      name: "rotate",
      parameters: [type, type],
      result: type,
      expected: (a: bigint, b: bigint) => {
        const digits = binaryDigits(a);
        const by = Number(((b % width) + width) % width);
        return t.wrap(BigInt(`0b${digits.slice(by)}${digits.slice(0, by)}`));
      },
    },
    {
      name: "clz",
      parameters: [type],
      result: type,
      expected: (a: bigint) => BigInt(/^0*/.exec(binaryDigits(a))![0].length),
    },
    {
      name: "ctz",
      parameters: [type],
      result: type,
      expected: (a: bigint) => BigInt(/0*$/.exec(binaryDigits(a))![0].length),
    },
    {
      name: "popcount",
      parameters: [type],
      result: type,
      expected: (a: bigint) => BigInt(binaryDigits(a).replaceAll("0", "").length),
    },
  ];
  const chooses = (condition: bigint) => (lanes === 1 ? condition !== 0n : BigInt.asIntN(t.bits, condition) < 0n);
  for (const condition of new Set([type, unsigned])) {
    cases.push({
      name: "select",
      parameters: [type, type, condition],
      result: type,
      expected: (a: bigint, b: bigint, c: bigint) => (chooses(c) ? b : a),
    });
  }
  cases.push({
    name: "bitselect",
    parameters: [type, type, type],
    result: type,
    expected: (a: bigint, b: bigint, c: bigint) => t.wrap((a & ~c) | (b & c)),
  });
  if (scalar === unsignedOf(scalar) && [2, 4, 8, 16].includes(lanes)) {
    cases.push({
      name: "shuffle",
      parameters: [type, type],
      result: type,
      whole: true,
      expected: (data: bigint[], mask: bigint[]) => chosenLanes(data, mask).map((lane) => data[lane % lanes]!),
    });
    cases.push({
      name: "shuffle2",
      parameters: [type, type, type],
      result: type,
      whole: true,
      expected: (low: bigint[], high: bigint[], mask: bigint[]) =>
        chosenLanes(low, mask).map((lane) => [...low, ...high][lane]!),
    });
  }
  if (scalar !== unsignedOf(scalar) && lanes > 1) {
    const result = "int";
    cases.push(
      {
        name: "any",
        parameters: [type],
        result,
        whole: true,
        expected: (a: bigint[]) => [a.some((each) => each < 0n) ? 1n : 0n],
      },
      {
        name: "all",
        parameters: [type],
        result,
        whole: true,
        expected: (a: bigint[]) => [a.every((each) => each < 0n) ? 1n : 0n],
      },
    );
  }
  if (lanes > 1) {
    cases.push({ name: "min", parameters: [type, scalar], result: type, expected: bigMin });
    cases.push({ name: "max", parameters: [type, scalar], result: type, expected: bigMax });
  }
  const wider: Record<string, string> = {
    char: "short",
    uchar: "ushort",
    short: "int",
    ushort: "uint",
    int: "long",
    uint: "ulong",
  };
  if (wider[scalar]) {
    cases.push({
      name: "upsample",
      parameters: [type, unsigned],
      result: wider[scalar] + suffix,
      expected: (high: bigint, low: bigint) => (high << width) + low,
    });
  }
  if (t.bits === 32) {
    const low24 = (value: bigint) => (scalar === "int" ? BigInt.asIntN(24, value) : BigInt.asUintN(24, value));
    cases.push(
      {
        name: "mul24",
        parameters: [type, type],
        result: type,
        expected: (a: bigint, b: bigint) => t.wrap(low24(a) * low24(b)),
      },
      {
        name: "mad24",
        parameters: [type, type, type],
        result: type,
        expected: (a: bigint, b: bigint, c: bigint) => t.wrap(low24(a) * low24(b) + c),
      },
    );
  }
  return cases;
}
