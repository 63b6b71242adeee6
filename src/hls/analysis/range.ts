/**
 * Ranges of integers: an unsigned and a signed interval that both hold. Every rule below gives a
 * range that contains the result for all operands within their ranges, by the semantics of the IR
 * (`ir/types.ts`): wrap-around, shifts by too much, division by zero.
 */
import type { IntBinary, IntPredicate, IntUnary } from "../ir/types.js";

/** `umin <= v <= umax` for the value read as unsigned, `smin <= v <= smax` read as two's complement. */
export interface Range {
  readonly umin: bigint;
  readonly umax: bigint;
  readonly smin: bigint;
  readonly smax: bigint;
}

const power = (bits: number) => 1n << BigInt(bits);
const least = (...values: bigint[]) => values.reduce((a, b) => (b < a ? b : a));
const greatest = (...values: bigint[]) => values.reduce((a, b) => (b > a ? b : a));
const magnitude = (value: bigint) => (value < 0n ? -value : value);

export function full(bits: number): Range {
  const half = power(bits - 1);
  return { umin: 0n, umax: power(bits) - 1n, smin: -half, smax: half - 1n };
}

export function exactly(bits: number, value: bigint): Range {
  const unsigned = BigInt.asUintN(bits, value);
  const signed = BigInt.asIntN(bits, value);
  return { umin: unsigned, umax: unsigned, smin: signed, smax: signed };
}

/** The value is congruent to an integer in [low, high] modulo 2^bits. */
export function fromUnsigned(bits: number, low: bigint, high: bigint): Range {
  const turn = low >> BigInt(bits);
  if (high >> BigInt(bits) !== turn) return fullUnless(bits, low, high);
  const base = turn << BigInt(bits);
  return tighten(bits, { ...full(bits), umin: low - base, umax: high - base })!;
}

export function fromSigned(bits: number, low: bigint, high: bigint): Range {
  const half = power(bits - 1);
  const turn = (low + half) >> BigInt(bits);
  if ((high + half) >> BigInt(bits) !== turn) return full(bits);
  const base = turn << BigInt(bits);
  return tighten(bits, { ...full(bits), smin: low - base, smax: high - base })!;
}

/** An interval that crosses a multiple of 2^bits may still be one of signed numbers. */
function fullUnless(bits: number, low: bigint, high: bigint): Range {
  const half = power(bits - 1);
  const turn = (low + half) >> BigInt(bits);
  return (high + half) >> BigInt(bits) === turn ? fromSigned(bits, low, high) : full(bits);
}

/** What the two intervals say about each other. Undefined when no value satisfies both. */
function tighten(bits: number, range: Range): Range | undefined {
  let { umin, umax, smin, smax } = range;
  const whole = power(bits);
  const half = power(bits - 1);
  for (let round = 0; round < 2; round++) {
    if (smin >= 0n || smax < 0n) {
      const base = smax < 0n ? whole : 0n;
      umin = greatest(umin, smin + base);
      umax = least(umax, smax + base);
    }
    if (umax < half || umin >= half) {
      const base = umin >= half ? whole : 0n;
      smin = greatest(smin, umin - base);
      smax = least(smax, umax - base);
    }
  }
  return umin > umax || smin > smax ? undefined : { umin, umax, smin, smax };
}

export function union(a: Range, b: Range): Range {
  return {
    umin: least(a.umin, b.umin),
    umax: greatest(a.umax, b.umax),
    smin: least(a.smin, b.smin),
    smax: greatest(a.smax, b.smax),
  };
}

/** Undefined when no value is in both: the place is never reached. */
export function intersect(bits: number, a: Range, b: Range): Range | undefined {
  return tighten(bits, {
    umin: greatest(a.umin, b.umin),
    umax: least(a.umax, b.umax),
    smin: greatest(a.smin, b.smin),
    smax: least(a.smax, b.smax),
  });
}

export function sameRange(a: Range, b: Range): boolean {
  return a.umin === b.umin && a.umax === b.umax && a.smin === b.smin && a.smax === b.smax;
}

export function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}

/** Bits of the shortest unsigned number that holds the range (0 for the constant 0). */
export function unsignedBits(range: Range): number {
  return bitLength(range.umax);
}

/** Bits of the shortest two's complement number that holds the range, at least 1. */
export function signedBits(range: Range): number {
  const span = greatest(range.smin < 0n ? ~range.smin : range.smin, range.smax < 0n ? ~range.smax : range.smax);
  return bitLength(span) + 1;
}

const both = (bits: number, unsigned: Range, signed: Range): Range => intersect(bits, unsigned, signed) ?? unsigned;

export function binaryRange(kind: IntBinary, bits: number, a: Range, b: Range): Range {
  switch (kind) {
    case "add":
      return both(
        bits,
        fromUnsigned(bits, a.umin + b.umin, a.umax + b.umax),
        fromSigned(bits, a.smin + b.smin, a.smax + b.smax),
      );
    case "sub":
      return both(
        bits,
        fromUnsigned(bits, a.umin - b.umax, a.umax - b.umin),
        fromSigned(bits, a.smin - b.smax, a.smax - b.smin),
      );
    case "mul": {
      const products = [a.smin * b.smin, a.smin * b.smax, a.smax * b.smin, a.smax * b.smax];
      return both(
        bits,
        fromUnsigned(bits, a.umin * b.umin, a.umax * b.umax),
        fromSigned(bits, least(...products), greatest(...products)),
      );
    }
    case "udiv":
      // Division by zero gives all ones.
      return b.umin === 0n ? full(bits) : fromUnsigned(bits, a.umin / b.umax, a.umax / b.umin);
    case "sdiv": {
      if (b.smin > 0n) {
        const quotients = [a.smin / b.smin, a.smin / b.smax, a.smax / b.smin, a.smax / b.smax];
        return fromSigned(bits, least(...quotients), greatest(...quotients));
      }
      // |a / b| <= |a|; a / 0 = -1; INT_MIN / -1 = INT_MIN, which is the clamp below.
      const most = greatest(magnitude(a.smin), magnitude(a.smax), 1n);
      return fromSigned(bits, greatest(-most, -power(bits - 1)), least(most, power(bits - 1) - 1n));
    }
    case "urem":
      if (a.umax < b.umin) return a;
      // a rem 0 = a.
      return fromUnsigned(bits, 0n, b.umin === 0n ? a.umax : least(a.umax, b.umax - 1n));
    case "srem": {
      const zero = b.smin <= 0n && b.smax >= 0n;
      const bound = greatest(magnitude(b.smin), magnitude(b.smax)) - 1n;
      const low = a.smin >= 0n ? 0n : zero ? a.smin : greatest(a.smin, -bound);
      const high = a.smax <= 0n ? 0n : zero ? a.smax : least(a.smax, bound);
      return fromSigned(bits, low, high);
    }
    case "and":
      return both(bits, fromUnsigned(bits, 0n, least(a.umax, b.umax)), signExtended(bits, a, b));
    case "or": {
      const ones = power(bitLength(greatest(a.umax, b.umax))) - 1n;
      return both(bits, fromUnsigned(bits, greatest(a.umin, b.umin), ones), signExtended(bits, a, b));
    }
    case "xor": {
      const ones = power(bitLength(greatest(a.umax, b.umax))) - 1n;
      return both(bits, fromUnsigned(bits, 0n, ones), signExtended(bits, a, b));
    }
    case "shl": {
      if (b.umax >= BigInt(bits)) return b.umin >= BigInt(bits) ? exactly(bits, 0n) : full(bits);
      const ends = [a.smin << b.umin, a.smin << b.umax, a.smax << b.umin, a.smax << b.umax];
      return both(
        bits,
        fromUnsigned(bits, a.umin << b.umin, a.umax << b.umax),
        fromSigned(bits, least(...ends), greatest(...ends)),
      );
    }
    case "lshr":
      return fromUnsigned(bits, a.umin >> shiftAmount(bits, b.umax), a.umax >> shiftAmount(bits, b.umin));
    case "ashr": {
      const [few, many] = [shiftAmount(bits, b.umin), shiftAmount(bits, b.umax)];
      const ends = [a.smin >> few, a.smin >> many, a.smax >> few, a.smax >> many];
      return fromSigned(bits, least(...ends), greatest(...ends));
    }
    case "umin":
      return fromUnsigned(bits, least(a.umin, b.umin), least(a.umax, b.umax));
    case "umax":
      return fromUnsigned(bits, greatest(a.umin, b.umin), greatest(a.umax, b.umax));
    case "smin":
      return fromSigned(bits, least(a.smin, b.smin), least(a.smax, b.smax));
    case "smax":
      return fromSigned(bits, greatest(a.smin, b.smin), greatest(a.smax, b.smax));
  }
}

/** A shift by the width or more moves everything out: the same as a shift by the width. */
function shiftAmount(bits: number, amount: bigint): bigint {
  return least(amount, BigInt(bits));
}

/** Bitwise operations of two numbers that are sign-extended from n bits give one that is. */
function signExtended(bits: number, a: Range, b: Range): Range {
  const n = Math.max(signedBits(a), signedBits(b));
  return fromSigned(bits, -power(n - 1), power(n - 1) - 1n);
}

export function unaryRange(kind: IntUnary, bits: number, a: Range): Range {
  switch (kind) {
    case "ctlz":
      return fromUnsigned(bits, BigInt(bits - bitLength(a.umax)), BigInt(bits - bitLength(a.umin)));
    case "cttz":
      // Zero has `bits` of them; another value fewer than its own length.
      return fromUnsigned(bits, 0n, a.umin === 0n ? BigInt(bits) : BigInt(bitLength(a.umax) - 1));
    case "ctpop":
      return fromUnsigned(bits, a.umin === 0n ? 0n : 1n, BigInt(bitLength(a.umax)));
    case "bitreverse":
    case "bswap":
      return full(bits);
    case "abs":
      return fromUnsigned(
        bits,
        a.smin > 0n ? a.smin : a.smax < 0n ? -a.smax : 0n,
        greatest(magnitude(a.smin), magnitude(a.smax)),
      );
  }
}

/** Truncation to `to` bits. */
export function truncRange(to: number, a: Range): Range {
  return both(to, fromUnsigned(to, a.umin, a.umax), fromSigned(to, a.smin, a.smax));
}

/** Whether the comparison has one answer for all values; undefined when it depends. */
export function decide(predicate: IntPredicate, a: Range, b: Range): boolean | undefined {
  switch (predicate) {
    case "eq":
      if (a.umin === a.umax && b.umin === b.umax && a.umin === b.umin) return true;
      return a.umax < b.umin || b.umax < a.umin || a.smax < b.smin || b.smax < a.smin ? false : undefined;
    case "ne":
      return not(decide("eq", a, b));
    case "ult":
      return a.umax < b.umin ? true : a.umin >= b.umax ? false : undefined;
    case "ule":
      return a.umax <= b.umin ? true : a.umin > b.umax ? false : undefined;
    case "slt":
      return a.smax < b.smin ? true : a.smin >= b.smax ? false : undefined;
    case "sle":
      return a.smax <= b.smin ? true : a.smin > b.smax ? false : undefined;
    case "ugt":
      return decide("ult", b, a);
    case "uge":
      return decide("ule", b, a);
    case "sgt":
      return decide("slt", b, a);
    case "sge":
      return decide("sle", b, a);
  }
}

const not = (answer: boolean | undefined) => (answer === undefined ? undefined : !answer);

export const negated = {
  eq: "ne",
  ne: "eq",
  ult: "uge",
  uge: "ult",
  ule: "ugt",
  ugt: "ule",
  slt: "sge",
  sge: "slt",
  sle: "sgt",
  sgt: "sle",
} as const satisfies Record<IntPredicate, IntPredicate>;

/** The predicate that holds for (b, a) when the given one holds for (a, b). */
export const swapped = {
  eq: "eq",
  ne: "ne",
  ult: "ugt",
  ugt: "ult",
  ule: "uge",
  uge: "ule",
  slt: "sgt",
  sgt: "slt",
  sle: "sge",
  sge: "sle",
} as const satisfies Record<IntPredicate, IntPredicate>;

/** The values of `a` for which `a predicate b` can hold. Undefined when there is none. */
export function refine(predicate: IntPredicate, bits: number, a: Range, b: Range): Range | undefined {
  switch (predicate) {
    case "eq":
      return intersect(bits, a, b);
    case "ne": {
      if (b.umin !== b.umax) return a;
      let { umin, umax, smin, smax } = a;
      if (umin === b.umin) umin++;
      if (umax === b.umin) umax--;
      if (smin === b.smin) smin++;
      if (smax === b.smin) smax--;
      return tighten(bits, { umin, umax, smin, smax });
    }
    case "ult":
      return tighten(bits, { ...a, umax: least(a.umax, b.umax - 1n) });
    case "ule":
      return tighten(bits, { ...a, umax: least(a.umax, b.umax) });
    case "ugt":
      return tighten(bits, { ...a, umin: greatest(a.umin, b.umin + 1n) });
    case "uge":
      return tighten(bits, { ...a, umin: greatest(a.umin, b.umin) });
    case "slt":
      return tighten(bits, { ...a, smax: least(a.smax, b.smax - 1n) });
    case "sle":
      return tighten(bits, { ...a, smax: least(a.smax, b.smax) });
    case "sgt":
      return tighten(bits, { ...a, smin: greatest(a.smin, b.smin + 1n) });
    case "sge":
      return tighten(bits, { ...a, smin: greatest(a.smin, b.smin) });
  }
}
