/** What OpenCL C 1.2, section 6.2.3 says of explicit conversions, with exact arithmetic. */
import { type Case, type Lane, shapeOf } from "./harness.js";
import { bitsOf, exactly, isReal, neighbour, type Real, rounded } from "./reals.js";

type Rounding = "" | "_rte" | "_rtz" | "_rtp" | "_rtn";

function rangeOf(type: string): {
  readonly min: bigint;
  readonly max: bigint;
  readonly bits: number;
  readonly signed: boolean;
} {
  const { bytes, signed } = shapeOf(type);
  const bits = bytes * 8;
  const one = 1n << BigInt(bits - 1);
  return signed ? { min: -one, max: one - 1n, bits, signed } : { min: 0n, max: 2n * one - 1n, bits, signed };
}

/** A finite float as an integer, rounded as asked. */
function integral(value: number, rounding: Rounding): bigint {
  const below = Math.floor(value);
  const rest = value - below;
  switch (rounding) {
    case "_rtn":
      return BigInt(below);
    case "_rtp":
      return BigInt(Math.ceil(value));
    case "_rte":
      return BigInt(rest > 0.5 || (rest === 0.5 && below % 2 !== 0) ? below + 1 : below);
    default:
      return BigInt(Math.trunc(value));
  }
}

/** A number as the float that the rounding asks for, found among the neighbours of the nearest. */
function toReal(real: Real, value: number | bigint, rounding: Rounding): number {
  if (typeof value === "number" && (!Number.isFinite(value) || value === 0)) return value;
  if (value === 0n) return 0;
  // Number() rounds once, and once more is harmless for a start.
  const start = rounded(real, Number(value));
  const near = [neighbour(real, start, -1), start, neighbour(real, start, 1)];
  const exact = exactly(value);
  const side = (each: number) =>
    each === Infinity ? 1 : each === -Infinity ? -1 : Math.sign(Number(exactly(each) - exact));
  const zero = exact < 0n ? -0 : 0;
  const signed = (each: number) => (each === 0 ? zero : each);
  const same = near.find((each) => side(each) === 0);
  if (same !== undefined) return same;
  const below = signed(near.filter((each) => side(each) < 0).at(-1)!);
  const above = signed(near.find((each) => side(each) > 0)!);
  if (rounding === "_rtn") return below;
  if (rounding === "_rtp") return above;
  if (rounding === "_rtz") return exact > 0n ? below : above;
  // Infinity is as far away as the number that would follow the largest.
  const place = (each: number) =>
    Number.isFinite(each)
      ? exactly(each)
      : 2n * exactly(near.find(Number.isFinite)!) -
        exactly(neighbour(real, near.find(Number.isFinite)!, each > 0 ? -1 : 1));
  const low = exact - place(below);
  const high = place(above) - exact;
  if (low !== high) return low < high ? below : above;
  return bitsOf(real, below) % 2n === 0n ? below : above;
}

export function convertCase(from: string, to: string, saturate: boolean, rounding: Rounding): Case {
  const scalarTo = shapeOf(to).scalar;
  const range = isReal(scalarTo) ? undefined : rangeOf(scalarTo);
  const expected = (value: Lane): Lane => {
    if (!range) return isReal(scalarTo) ? toReal(scalarTo, value, rounding) : value;
    if (typeof value === "number") {
      // Also without _sat: soff defines what the language leaves open.
      if (Number.isNaN(value)) return 0n;
      if (value === Infinity) return range.max;
      if (value === -Infinity) return range.min;
      const exact = integral(value, rounding);
      return exact > range.max ? range.max : exact < range.min ? range.min : exact;
    }
    if (saturate) return value > range.max ? range.max : value < range.min ? range.min : value;
    return range.signed ? BigInt.asIntN(range.bits, value) : BigInt.asUintN(range.bits, value);
  };
  return { name: `convert_${to}${saturate ? "_sat" : ""}${rounding}`, parameters: [from], result: to, expected };
}

const scalars = ["char", "uchar", "short", "ushort", "int", "uint", "long", "ulong", "float", "double", "half"];

/** Every pair of types once, with the modifiers taking turns; all modifiers between floats and 32-bit integers. */
export function convertCases(): Case[] {
  const cases: Case[] = [];
  const roundings: readonly Rounding[] = ["", "_rte", "_rtz", "_rtp", "_rtn"];
  scalars.forEach((from, row) => {
    scalars.forEach((to, column) => {
      if (from === to && isReal(from)) return;
      const suffix = ["", "2", "3", "4"][(row + column) % 4];
      const rounding = roundings[(row + 2 * column) % 5]!;
      cases.push(convertCase(from + suffix, to + suffix, !isReal(to) && (row + column) % 3 !== 0, rounding));
    });
  });
  for (const rounding of roundings) {
    for (const integer of ["int", "uint", "long", "ulong"]) {
      cases.push(convertCase("float", integer, rounding !== "_rtp", rounding));
      cases.push(convertCase(integer, "float", false, rounding));
    }
    cases.push(convertCase("double", "long", true, rounding), convertCase("ulong", "double", false, rounding));
    cases.push(convertCase("double", "float", false, rounding), convertCase("double2", "half2", false, rounding));
    cases.push(convertCase("float", "half", false, rounding), convertCase("half", "char", true, rounding));
    cases.push(convertCase("long", "half", false, rounding), convertCase("ushort", "half", false, rounding));
  }
  return cases;
}
