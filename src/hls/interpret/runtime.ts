/**
 * What generated code calls: arithmetic that JavaScript's numbers do not do in one operation.
 *
 * Numbers stand for floats of 16, 32 and 64 bits. Doubles have 53 significant bits, more than twice those
 * of a float and two to spare, so that + - * / and square root computed in double and rounded again give
 * the correctly rounded float. A number cannot tell NaNs apart: it stands for the canonical one.
 */
import type { IntBinary } from "../ir/types.js";

const words = new Int32Array(2);
const singles = new Float32Array(words.buffer, 0, 1);
const doubles = new Float64Array(words.buffer);

/** Results of 64 bits: functions return the low word and leave the high one here. */
export const high = new Int32Array(1);

export function singleBits(value: number): number {
  if (value !== value) return 0x7fc00000;
  singles[0] = value;
  return words[0]!;
}

export function singleOf(bits: number): number {
  words[0] = bits;
  return singles[0]!;
}

/** Low word; the high one in `high`. */
export function doubleBits(value: number): number {
  if (value !== value) {
    high[0] = 0x7ff80000;
    return 0;
  }
  doubles[0] = value;
  high[0] = words[1]!;
  return words[0]!;
}

export function doubleOf(low: number, highWord: number): number {
  words[0] = low;
  words[1] = highWord;
  return doubles[0]!;
}

export function halfOf(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const size =
    exponent === 31
      ? fraction
        ? Number.NaN
        : Number.POSITIVE_INFINITY
      : exponent === 0
        ? fraction * 2 ** -24
        : (fraction + 1024) * 2 ** (exponent - 25);
  return bits & 0x8000 ? -size : size;
}

/** Bits of a number that is a half. */
export function halfBits(value: number): number {
  if (value !== value) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size === Number.POSITIVE_INFINITY) return sign | 0x7c00;
  if (size < 2 ** -14) return sign | (size * 2 ** 24);
  doubles[0] = size;
  const exponent = (words[1]! >>> 20) - 1023;
  return sign | ((exponent + 15) << 10) | (size * 2 ** (10 - exponent) - 1024);
}

/** The nearest half, ties to even. */
export function roundHalf(value: number): number {
  const size = Math.abs(value);
  if (!(size < 65520)) return size >= 65520 ? value * Number.POSITIVE_INFINITY : value;
  doubles[0] = size;
  const exponent = Math.max((words[1]! >>> 20) - 1023, -14);
  const unit = 2 ** (exponent - 10);
  const rounded = rint(size / unit) * unit;
  return value < 0 || Object.is(value, -0) ? -rounded : rounded;
}

/** To an integral value, ties to even; keeps the sign of zero. */
export function rint(value: number): number {
  const size = Math.abs(value);
  if (!(size < 2 ** 52)) return value;
  const rounded = size + 2 ** 52 - 2 ** 52;
  return value < 0 || Object.is(value, -0) ? -rounded : rounded;
}

/** To an integral value, halves away from zero; keeps the sign of zero. */
export function round(value: number): number {
  const whole = Math.trunc(value);
  return Math.abs(value - whole) >= 0.5 ? whole + Math.sign(value) : whole;
}

/** a + b rounded to odd: of the two neighbouring doubles the one with the odd last bit when the sum is not exact. */
function addToOdd(a: number, b: number): number {
  const sum = a + b;
  const error = sumError(a, b, sum);
  if (!(error !== 0) || error !== error) return sum;
  doubles[0] = sum;
  if (words[0]! & 1) return sum;
  // Towards the exact sum: away from zero adds one to the magnitude's bits (the last is 0), towards zero takes one.
  if (error > 0 === sum > 0) words[0]! |= 1;
  else {
    if (words[0] === 0) words[1]!--;
    words[0]!--;
  }
  return doubles[0]!;
}

/** One rounding: the product of floats is exact in double, and a sum rounded to odd rounds on as if it were exact. */
export function fma32(a: number, b: number, c: number): number {
  return Math.fround(addToOdd(a * b, c));
}

export function fma16(a: number, b: number, c: number): number {
  return roundHalf(addToOdd(a * b, c));
}

/**
 * Boldo and Melquiond's algorithm where nothing can overflow or underflow (product and addend split exactly
 * into two doubles each, the small parts added to odd), exact integers elsewhere.
 */
export function fma64(a: number, b: number, c: number): number {
  const product = a * b;
  if (moderate(a, 500) && moderate(b, 500) && moderate(product, 800) && moderate(c, 800)) {
    const error = productError(a, b, product);
    const upper = c + error;
    const lower = sumError(c, error, upper);
    const sum = product + upper;
    return sum + addToOdd(sumError(product, upper, sum), lower);
  }
  return fma64Exact(a, b, c);
}

function moderate(value: number, exponent: number): boolean {
  const size = Math.abs(value);
  return size < 2 ** exponent && size > 2 ** -exponent;
}

/** a + b - sum, exactly (Knuth). */
function sumError(a: number, b: number, sum: number): number {
  const shifted = sum - a;
  return a - (sum - shifted) + (b - shifted);
}

/** a * b - product, exactly (Veltkamp, Dekker). */
function productError(a: number, b: number, product: number): number {
  const aBig = a * 134217729;
  const aHigh = aBig - (aBig - a);
  const aLow = a - aHigh;
  const bBig = b * 134217729;
  const bHigh = bBig - (bBig - b);
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

export function fma64Exact(a: number, b: number, c: number): number {
  if (!Number.isFinite(a) || !Number.isFinite(b) || a === 0 || b === 0) return a * b + c;
  if (!Number.isFinite(c)) return c;
  if (c === 0) return a * b;
  const x = decompose(a);
  const y = decompose(b);
  const z = decompose(c);
  const exponent = Math.min(x.exponent + y.exponent, z.exponent);
  const product = (x.significand * y.significand) << BigInt(x.exponent + y.exponent - exponent);
  return roundBig(product + (z.significand << BigInt(z.exponent - exponent)), exponent, 53, -1074);
}

/** A finite number as significand * 2^exponent. */
function decompose(value: number): { significand: bigint; exponent: number } {
  doubles[0] = value;
  const field = (words[1]! >>> 20) & 0x7ff;
  const fraction = (BigInt(words[1]! & 0xfffff) << 32n) | BigInt(words[0]! >>> 0);
  const size = field === 0 ? fraction : fraction | (1n << 52n);
  return { significand: value < 0 ? -size : size, exponent: Math.max(field, 1) - 1075 };
}

/** significand * 2^exponent to `precision` bits, ties to even, nothing finer than 2^least. Beyond double's range: infinity. */
export function roundBig(significand: bigint, exponent: number, precision: number, least: number): number {
  const negative = significand < 0n;
  const size = negative ? -significand : significand;
  const drop = Math.max(size.toString(2).length - precision, least - exponent, 0);
  let kept = size >> BigInt(drop);
  if (drop > 0) {
    const half = 1n << BigInt(drop - 1);
    const rest = size & ((1n << BigInt(drop)) - 1n);
    if (rest > half || (rest === half && kept & 1n)) kept++;
  }
  const scale = exponent + drop;
  const value = Number(kept) * 2 ** Math.max(-1074, Math.min(scale, 1023));
  const result = kept === 0n ? 0 : scale > 1023 ? Number.POSITIVE_INFINITY : value;
  return negative ? -result : result;
}

/** An integer to a float of 16, 32 or 64 bits. */
export function bigToFloat(value: bigint, bits: 16 | 32 | 64): number {
  if (bits === 16) return roundHalf(roundBig(value, 0, 53, -1074));
  if (bits === 64) return roundBig(value, 0, 53, -1074);
  return Math.fround(roundBig(value, 0, 24, -1074));
}

/** Truncates and saturates; NaN gives 0. */
export function floatToInt(value: number, least: number, most: number): number {
  return value !== value ? 0 : value <= least ? least : value >= most ? most : Math.trunc(value);
}

export function floatToBig(value: number, bits: number, signed: boolean): bigint {
  if (value !== value) return 0n;
  const least = signed ? -(1n << BigInt(bits - 1)) : 0n;
  const most = (1n << BigInt(signed ? bits - 1 : bits)) - 1n;
  if (value === Number.POSITIVE_INFINITY) return most;
  if (value === Number.NEGATIVE_INFINITY) return least;
  const whole = BigInt(Math.trunc(value));
  return whole < least ? least : whole > most ? most : whole;
}

export function floatToSigned64(value: number): number {
  if (!(Math.abs(value) < 2 ** 63)) {
    high[0] = value !== value ? 0 : value > 0 ? 0x7fffffff : -0x80000000;
    return value > 0 ? -1 : 0;
  }
  const whole = Math.trunc(value);
  high[0] = Math.floor(whole / 2 ** 32);
  return whole | 0;
}

export function floatToUnsigned64(value: number): number {
  if (!(value > 0) || value >= 2 ** 64) {
    high[0] = value > 0 ? -1 : 0;
    return value > 0 ? -1 : 0;
  }
  const whole = Math.trunc(value);
  high[0] = Math.floor(whole / 2 ** 32);
  return whole | 0;
}

/** A 64-bit integer to a double (one rounding), `highWord` signed or unsigned as the caller reads it. */
export function pairToDouble(low: number, highWord: number): number {
  return highWord * 2 ** 32 + (low >>> 0);
}

/**
 * A 64-bit integer to a float: bits that a float cannot hold are first gathered in one sticky bit, so
 * that the double is exact and the only rounding is the last.
 */
export function pairToSingle(low: number, highWord: number): number {
  if (highWord >= -0x200000 && highWord < 0x200000) return Math.fround(pairToDouble(low, highWord));
  const sticky = low & 0xfff ? 0x800 : 0;
  return Math.fround(pairToDouble((low & ~0xfff) | sticky, highWord));
}

export function pairToBig(low: number, highWord: number): bigint {
  return (BigInt(highWord >>> 0) << 32n) | BigInt(low >>> 0);
}

/** Low word of a BigInt; the high one in `high`. */
export function bigToPair(value: bigint): number {
  high[0] = Number(BigInt.asIntN(32, value >> 32n));
  return Number(BigInt.asIntN(32, value));
}

/** High word of the product of two unsigned words. */
export function mulHigh(a: number, b: number): number {
  const [a0, a1, b0, b1] = [a & 0xffff, a >>> 16, b & 0xffff, b >>> 16];
  const first = a1 * b0 + ((a0 * b0) >>> 16);
  const second = a0 * b1 + (first & 0xffff);
  return (a1 * b1 + (first >>> 16) + (second >>> 16)) | 0;
}

/** Shifts of a pair by a pair of any size. */
export function shiftPair(
  kind: "shl" | "lshr" | "ashr",
  low: number,
  highWord: number,
  by: number,
  byHigh: number,
): number {
  const sign = kind === "ashr" ? highWord >> 31 : 0;
  if (byHigh !== 0 || by >>> 0 >= 64) {
    high[0] = sign;
    return sign;
  }
  const n = by & 31;
  if (kind === "shl") {
    high[0] = by >= 32 ? low << n : n === 0 ? highWord : (highWord << n) | (low >>> (32 - n));
    return by >= 32 ? 0 : low << n;
  }
  const shifted = kind === "ashr" ? highWord >> n : highWord >>> n;
  high[0] = by >= 32 ? sign : shifted;
  return by >= 32 ? shifted | 0 : n === 0 ? low : (low >>> n) | (highWord << (32 - n));
}

/** Division of pairs; the quotients and remainders by zero are those of the IR. */
export function dividePair(
  kind: "udiv" | "sdiv" | "urem" | "srem",
  low: number,
  highWord: number,
  byLow: number,
  byHigh: number,
): number {
  if (highWord >= 0 && highWord < 0x200000 && byHigh >= 0 && byHigh < 0x200000 && (byLow !== 0 || byHigh !== 0)) {
    const a = pairToDouble(low, highWord);
    const b = pairToDouble(byLow, byHigh);
    const rest = a % b;
    const value = kind === "udiv" || kind === "sdiv" ? (a - rest) / b : rest;
    high[0] = Math.floor(value / 2 ** 32);
    return value | 0;
  }
  return bigToPair(binaryBig(kind, 64, pairToBig(low, highWord), pairToBig(byLow, byHigh)));
}

/** Any integer operation on zero-extended BigInts. The result is zero-extended. */
export function binaryBig(kind: IntBinary, bits: number, a: bigint, b: bigint): bigint {
  const wrap = (value: bigint) => BigInt.asUintN(bits, value);
  const signed = (value: bigint) => BigInt.asIntN(bits, value);
  const ones = wrap(-1n);
  switch (kind) {
    case "add":
      return wrap(a + b);
    case "sub":
      return wrap(a - b);
    case "mul":
      return wrap(a * b);
    case "udiv":
      return b === 0n ? ones : a / b;
    case "sdiv":
      return b === 0n ? ones : wrap(signed(a) / signed(b));
    case "urem":
      return b === 0n ? a : a % b;
    case "srem":
      return b === 0n ? a : wrap(signed(a) % signed(b));
    case "and":
      return a & b;
    case "or":
      return a | b;
    case "xor":
      return a ^ b;
    case "shl":
      return b >= BigInt(bits) ? 0n : wrap(a << b);
    case "lshr":
      return b >= BigInt(bits) ? 0n : a >> b;
    case "ashr":
      return wrap(signed(a) >> (b >= BigInt(bits) ? BigInt(bits) : b));
    case "umin":
      return a < b ? a : b;
    case "umax":
      return a > b ? a : b;
    case "smin":
      return signed(a) < signed(b) ? a : b;
    case "smax":
      return signed(a) > signed(b) ? a : b;
  }
}

export function unaryBig(
  kind: "ctlz" | "cttz" | "ctpop" | "bitreverse" | "bswap" | "abs",
  bits: number,
  a: bigint,
): bigint {
  const digits = a.toString(2).padStart(bits, "0");
  switch (kind) {
    case "ctlz":
      return BigInt(a === 0n ? bits : digits.indexOf("1"));
    case "cttz":
      return BigInt(a === 0n ? bits : bits - 1 - digits.lastIndexOf("1"));
    case "ctpop":
      return BigInt(digits.replaceAll("0", "").length);
    case "bitreverse":
      return BigInt(`0b${[...digits].reverse().join("")}`);
    case "bswap": {
      let result = 0n;
      for (let at = 0; at < bits; at += 8) result = (result << 8n) | ((a >> BigInt(at)) & 255n);
      return result;
    }
    case "abs":
      return BigInt.asIntN(bits, a) < 0n ? BigInt.asUintN(bits, -a) : a;
  }
}

export function popCount(value: number): number {
  let x = value - ((value >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** The 32 bits of a word in the opposite order, as a signed number. */
export function reverseWord(value: number): number {
  let x = ((value >>> 1) & 0x55555555) | ((value & 0x55555555) << 1);
  x = ((x >>> 2) & 0x33333333) | ((x & 0x33333333) << 2);
  x = ((x >>> 4) & 0x0f0f0f0f) | ((x & 0x0f0f0f0f) << 4);
  return swapWord(x);
}

/** The four bytes of a word in the opposite order, as a signed number. */
export function swapWord(x: number): number {
  return (x << 24) | ((x & 0xff00) << 8) | ((x >>> 8) & 0xff00) | (x >>> 24);
}

export function minimum(a: number, b: number): number {
  return a !== a ? b : b !== b ? a : Math.min(a, b);
}

export function maximum(a: number, b: number): number {
  return a !== a ? b : b !== b ? a : Math.max(a, b);
}
