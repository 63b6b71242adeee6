import { doubleCoefficients, singleCoefficients } from "./coefficients.js";

/** Tables and polynomials of one format: integers in hexadecimal with spaces between them. */
export interface Coefficients {
  /** Rows of a polynomial for each segment, lowest power first. */
  readonly exp2: readonly string[];
  readonly sine: readonly string[];
  readonly cosine: readonly string[];
  readonly arcsine: readonly string[];
  readonly arctangent: readonly string[];
  readonly erf: readonly string[];
  readonly erfcx: readonly string[];
  readonly expm1: readonly string[];
  readonly stirling: readonly string[];
  readonly gamma: readonly string[];
  /** Reciprocals of mantissas, their logarithms (in one word of twice the width, or in two words), and log2(1 + t) / t. */
  readonly logInverse: string;
  readonly logTable?: string;
  readonly logTableHigh?: string;
  readonly logTableLow?: string;
  readonly log2: string;
  /** The bits of 2 / pi in words, after some zeros. */
  readonly twoOverPi: string;
  readonly constants: Readonly<Record<string, string>>;
}

/**
 * What the text of the math functions is written for: a float format, and integers of its width (WORD) and
 * of twice that (WIDE) for fixed-point arithmetic.
 */
export interface Format {
  /** Ends the names of helper functions. */
  readonly suffix: "f" | "d";
  readonly types: Readonly<Record<"REAL" | "WORD" | "SWORD" | "WIDE" | "SWIDE", string>>;
  /** Bits of a word, of the fraction; largest exponent. */
  readonly width: number;
  readonly fraction: number;
  readonly bias: number;
  /** Logarithms have this many bits after the point, their tables 2^logBits rows. */
  readonly logUnit: number;
  readonly logBits: number;
  /** Zeros in front of the bits of 2 / pi. */
  readonly piPad: number;
  readonly coefficients: Coefficients;
}

export const single: Format = {
  suffix: "f",
  types: { REAL: "float", WORD: "uint", SWORD: "int", WIDE: "ulong", SWIDE: "long" },
  width: 32,
  fraction: 23,
  bias: 127,
  logUnit: 54,
  logBits: 5,
  piPad: 64,
  coefficients: singleCoefficients,
};

export const double: Format = {
  suffix: "d",
  types: { REAL: "double", WORD: "ulong", SWORD: "long", WIDE: "__soff_u128", SWIDE: "__soff_s128" },
  width: 64,
  fraction: 52,
  bias: 1023,
  logUnit: 115,
  logBits: 7,
  piPad: 96,
  coefficients: doubleCoefficients,
};

/** A word constant. */
export const word = (f: Format, value: bigint | string): string =>
  `${typeof value === "string" ? value : `0x${value.toString(16)}`}${f.width === 32 ? "u" : "ul"}`;

/** A constant of twice the width; `hex` of up to 128 bits. */
export function wide(f: Format, hex: string): string {
  if (f.width === 32) return `${hex}ul`;
  const value = BigInt(hex);
  return `(((WIDE)0x${(value >> 64n).toString(16)}ul << 64) | 0x${(value & 0xffff_ffff_ffff_ffffn).toString(16)}ul)`;
}

export const topBit = (f: Format): string => word(f, 1n << BigInt(f.width - 1));
export const magnitudeMask = (f: Format): string => word(f, (1n << BigInt(f.width - 1)) - 1n);
export const fractionMask = (f: Format): string => word(f, (1n << BigInt(f.fraction)) - 1n);
export const implicitBit = (f: Format): string => word(f, 1n << BigInt(f.fraction));
export const infinityBits = (f: Format): string =>
  word(f, ((1n << BigInt(f.width - 1 - f.fraction)) - 1n) << BigInt(f.fraction));
export const quietNaNBits = (f: Format): string =>
  word(f, ((1n << BigInt(f.width - f.fraction)) - 1n) << BigInt(f.fraction - 1));
/** The bits of 2^exponent. */
export const powerBits = (f: Format, exponent: number): string =>
  word(f, BigInt(exponent + f.bias) << BigInt(f.fraction));

/** What a helper is called in the text. */
export const helperName = (name: string, f: Format): string => `__soff_${name}_${f.suffix}`;
