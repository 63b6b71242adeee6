/** The three float types on numbers of JavaScript: rounding to them, their bits, their neighbours. */
import { convert, formats } from "../../hls/exact-float.js";

export type Real = "half" | "float" | "double";
export const realBytes: Readonly<Record<Real, 2 | 4 | 8>> = { half: 2, float: 4, double: 8 };
export const isReal = (scalar: string): scalar is Real => Object.hasOwn(realBytes, scalar);

const formatOf = { half: formats[16], float: formats[32], double: formats[64] } as const;

const doubleBits = (value: number) => new BigUint64Array(new Float64Array([value]).buffer)[0]!;
const doubleOf = (bits: bigint) => new Float64Array(new BigUint64Array([bits]).buffer)[0]!;

export const bitsOf = (real: Real, value: number): bigint => convert(formats[64], formatOf[real], doubleBits(value));
export const ofBits = (real: Real, bits: bigint): number => doubleOf(convert(formatOf[real], formats[64], bits));

/** To nearest even. */
export function rounded(real: Real, value: number): number {
  if (real === "double" || Number.isNaN(value)) return value;
  return real === "float" ? Math.fround(value) : ofBits("half", bitsOf("half", value));
}

export const smallestNormal: Readonly<Record<Real, number>> = { half: 2 ** -14, float: 2 ** -126, double: 2 ** -1022 };

/** A finite number as whole * 2^-1100. */
const scaled = (value: number): bigint => {
  const bits = doubleBits(Math.abs(value));
  const field = bits >> 52n;
  const fraction = bits & ((1n << 52n) - 1n);
  const size = field === 0n ? fraction << 26n : (fraction | (1n << 52n)) << (field + 25n);
  return value < 0 ? -size : size;
};

/** An integer or a number, exactly, for comparisons. */
export const exactly = (value: number | bigint): bigint => (typeof value === "bigint" ? value << 1100n : scaled(value));

/** The float next to a number, up or down; NaN stays. */
export function neighbour(real: Real, value: number, direction: 1 | -1): number {
  if (Number.isNaN(value) || value === direction * Infinity) return value;
  const top = 1n << BigInt(8 * realBytes[real] - 1);
  if (value === 0) return direction * ofBits(real, 1n);
  const bits = bitsOf(real, value);
  return ofBits(real, ((bits & top) === 0n) === direction > 0 ? bits + 1n : bits - 1n);
}
