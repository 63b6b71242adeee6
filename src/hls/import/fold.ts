/** Values of operations on constants, as the head comment of `ir/types.ts` defines them. Enough to keep addresses and lane moves tidy. */
import type { Cast, IntBinary, IntPredicate } from "../ir/types.js";

const unsigned = (bits: bigint, width: number): bigint => BigInt.asUintN(width, bits);
const signed = (bits: bigint, width: number): bigint => BigInt.asIntN(width, bits);

/** Undefined when the operation is not folded here. */
export function foldBinary(kind: IntBinary, left: bigint, right: bigint, width: number): bigint | undefined {
  const shift = right >= BigInt(width) ? undefined : right;
  switch (kind) {
    case "add":
      return unsigned(left + right, width);
    case "sub":
      return unsigned(left - right, width);
    case "mul":
      return unsigned(left * right, width);
    case "and":
      return left & right;
    case "or":
      return left | right;
    case "xor":
      return left ^ right;
    case "shl":
      return shift === undefined ? 0n : unsigned(left << shift, width);
    case "lshr":
      return shift === undefined ? 0n : left >> shift;
    case "ashr":
      return unsigned(signed(left, width) >> (shift ?? BigInt(width)), width);
    case "umin":
      return left < right ? left : right;
    case "umax":
      return left > right ? left : right;
    case "urem":
      return right === 0n ? left : left % right;
    case "udiv":
    case "sdiv":
    case "srem":
    case "smin":
    case "smax":
      return undefined;
  }
}

/** The other operand when one is neutral: `x + 0`, `x | 0`, `x * 1`, … */
export function isNeutralRight(kind: IntBinary, right: bigint): boolean {
  switch (kind) {
    case "add":
    case "sub":
    case "or":
    case "xor":
    case "shl":
    case "lshr":
    case "ashr":
      return right === 0n;
    case "mul":
      return right === 1n;
    default:
      return false;
  }
}

export function foldIcmp(predicate: IntPredicate, left: bigint, right: bigint, width: number): boolean {
  const l = signed(left, width);
  const r = signed(right, width);
  switch (predicate) {
    case "eq":
      return left === right;
    case "ne":
      return left !== right;
    case "ult":
      return left < right;
    case "ule":
      return left <= right;
    case "ugt":
      return left > right;
    case "uge":
      return left >= right;
    case "slt":
      return l < r;
    case "sle":
      return l <= r;
    case "sgt":
      return l > r;
    case "sge":
      return l >= r;
  }
}

/** Casts that only move bits; undefined for conversions of numbers. */
export function foldCast(kind: Cast, bits: bigint, from: number, to: number): bigint | undefined {
  switch (kind) {
    case "trunc":
      return unsigned(bits, to);
    case "zext":
    case "bitcast":
    case "ptrtoint":
    case "inttoptr":
      return bits;
    case "sext":
      return unsigned(signed(bits, from), to);
    default:
      return undefined;
  }
}
