/** What OpenCL C 1.2, section 6.2.3 says of explicit conversions, with exact arithmetic. */
import { type Case, type Lane, shapeOf } from "./harness.js";

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

/** An integer as the float that the rounding asks for, found among the neighbours of the nearest. */
function toFloat(value: bigint, rounding: Rounding): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, Math.fround(Number(value)));
  const bits = view.getInt32(0);
  const neighbours = [bits - 2, bits - 1, bits, bits + 1, bits + 2]
    .map((each) => {
      view.setInt32(0, each);
      return view.getFloat32(0);
    })
    .filter(Number.isInteger)
    .sort((a, b) => a - b);
  if (value === 0n) return 0;
  const exact = neighbours.find((each) => BigInt(each) === value);
  if (exact !== undefined) return exact;
  const below = neighbours.filter((each) => BigInt(each) < value).at(-1)!;
  const above = neighbours.find((each) => BigInt(each) > value)!;
  if (rounding === "_rtn") return below;
  if (rounding === "_rtp") return above;
  if (rounding === "_rtz") return value > 0n ? below : above;
  const low = value - BigInt(below);
  const high = BigInt(above) - value;
  if (low !== high) return low < high ? below : above;
  view.setFloat32(0, below);
  return view.getInt32(0) % 2 === 0 ? below : above;
}

export function convertCase(from: string, to: string, saturate: boolean, rounding: Rounding): Case {
  const scalarTo = shapeOf(to).scalar;
  const scalarFrom = shapeOf(from).scalar;
  const range = scalarTo === "float" ? undefined : rangeOf(scalarTo);
  const expected = (value: Lane): Lane => {
    if (!range) return scalarFrom === "float" ? value : toFloat(BigInt(value), rounding);
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

const scalars = ["char", "uchar", "short", "ushort", "int", "uint", "long", "ulong", "float"];

/** Every pair of types once, with the modifiers taking turns; all modifiers between floats and 32-bit integers. */
export function convertCases(): Case[] {
  const cases: Case[] = [];
  const roundings: readonly Rounding[] = ["", "_rte", "_rtz", "_rtp", "_rtn"];
  scalars.forEach((from, row) => {
    scalars.forEach((to, column) => {
      if (from === "float" && to === "float") return;
      const suffix = ["", "2", "3", "4"][(row + column) % 4];
      const rounding = roundings[(row + 2 * column) % 5]!;
      cases.push(convertCase(from + suffix, to + suffix, to !== "float" && (row + column) % 3 !== 0, rounding));
    });
  });
  for (const rounding of roundings) {
    for (const integer of ["int", "uint", "long", "ulong"]) {
      cases.push(convertCase("float", integer, rounding !== "_rtp", rounding));
      cases.push(convertCase(integer, "float", false, rounding));
    }
  }
  return cases;
}
