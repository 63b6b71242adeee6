/** The result of one operation on constants, by the IR's semantics. For constant folding, and as a second reading of the semantics. */
import { unreachable } from "../../support/errors.js";
import { isFloatBinary, isFloatUnary } from "../ir/operations.js";
import type { Cast, FloatPredicate, IntPredicate, PureInstruction, Type } from "../ir/types.js";
import { widthOf } from "../ir/types.js";
import { isOddNaN } from "./representation.js";
import {
  bigToFloat,
  bigToPair,
  binaryBig,
  doubleBits,
  doubleOf,
  floatToBig,
  fma16,
  fma32,
  fma64,
  halfBits,
  halfOf,
  high,
  maximum,
  minimum,
  pairToBig,
  rint,
  round,
  roundHalf,
  singleBits,
  singleOf,
  unaryBig,
} from "./runtime.js";

/** Operations whose result depends on their operands alone. */
export type Pure = Exclude<PureInstruction, { op: "workitem" }>;

/**
 * `operands`: their bits, in the order of `operandsOf`; `type`: that of the first operand (of `left` for comparisons,
 * the source of a cast). Returns the bits of the result.
 */
export function evaluate(instruction: Pure, operands: readonly bigint[], type: Type): bigint {
  const [a, b, c] = operands as [bigint, bigint, bigint];
  const bits = widthOf(type);
  switch (instruction.op) {
    case "binary": {
      if (!isFloatBinary(instruction.kind)) return binaryBig(instruction.kind, bits, a, b);
      const sign = 1n << BigInt(bits - 1);
      if (instruction.kind === "copysign") return (a & (sign - 1n)) | (b & sign);
      const [x, y] = [toNumber(type, a), toNumber(type, b)];
      const result = {
        fadd: () => x + y,
        fsub: () => x - y,
        fmul: () => x * y,
        fdiv: () => x / y,
        fmin: () => minimum(x, y),
        fmax: () => maximum(x, y),
      }[instruction.kind]();
      return toBits(type, result);
    }
    case "unary": {
      if (!isFloatUnary(instruction.kind)) return unaryBig(instruction.kind, bits, a);
      const sign = 1n << BigInt(bits - 1);
      const x = toNumber(type, a);
      switch (instruction.kind) {
        case "fneg":
          return a ^ sign;
        case "fabs":
          return a & (sign - 1n);
        case "fsqrt":
          return toBits(type, Math.sqrt(x));
        case "floor":
          return toBits(type, Math.floor(x));
        case "ceil":
          return toBits(type, Math.ceil(x));
        case "ftrunc":
          return toBits(type, Math.trunc(x));
        case "rint":
          return toBits(type, rint(x));
        case "round":
          return toBits(type, round(x));
        default:
          return unreachable(instruction.kind);
      }
    }
    case "fma": {
      const fused = bits === 16 ? fma16 : bits === 32 ? fma32 : fma64;
      return toBits(type, fused(toNumber(type, a), toNumber(type, b), toNumber(type, c)));
    }
    case "icmp":
      return compareIntegers(instruction.predicate, bits, a, b) ? 1n : 0n;
    case "fcmp":
      return compareNumbers(instruction.predicate, toNumber(type, a), toNumber(type, b)) ? 1n : 0n;
    case "cast":
      return castBits(instruction.kind, type, instruction.result.type, a);
    case "select":
      return a ? b : c;
    case "ptradd":
      return BigInt.asUintN(64, a + b);
    default:
      return unreachable(instruction);
  }
}

export function toNumber(type: Type, bits: bigint): number {
  if (isOddNaN(type, bits)) return Number.NaN;
  const width = widthOf(type);
  if (width === 16) return halfOf(Number(bits));
  return width === 32 ? singleOf(Number(BigInt.asIntN(32, bits))) : doubleOf(bigToPair(bits), high[0]!);
}

/** Rounds to the type. A NaN becomes the canonical one. */
export function toBits(type: Type, value: number): bigint {
  const width = widthOf(type);
  if (width === 16) return BigInt(halfBits(roundHalf(value)));
  if (width === 32) return BigInt(singleBits(Math.fround(value)) >>> 0);
  const low = doubleBits(value);
  return pairToBig(low, high[0]!);
}

function compareIntegers(predicate: IntPredicate, bits: number, a: bigint, b: bigint): boolean {
  const [x, y] = predicate.startsWith("s") ? [BigInt.asIntN(bits, a), BigInt.asIntN(bits, b)] : [a, b];
  switch (predicate) {
    case "eq":
      return x === y;
    case "ne":
      return x !== y;
    case "ult":
    case "slt":
      return x < y;
    case "ule":
    case "sle":
      return x <= y;
    case "ugt":
    case "sgt":
      return x > y;
    case "uge":
    case "sge":
      return x >= y;
    default:
      return unreachable(predicate);
  }
}

function compareNumbers(predicate: FloatPredicate, x: number, y: number): boolean {
  const unordered = Number.isNaN(x) || Number.isNaN(y);
  switch (predicate) {
    case "ord":
      return !unordered;
    case "uno":
      return unordered;
    case "oeq":
    case "ueq":
      return unordered ? predicate === "ueq" : x === y;
    case "one":
    case "une":
      return unordered ? predicate === "une" : x !== y;
    case "olt":
    case "ult":
      return unordered ? predicate === "ult" : x < y;
    case "ole":
    case "ule":
      return unordered ? predicate === "ule" : x <= y;
    case "ogt":
    case "ugt":
      return unordered ? predicate === "ugt" : x > y;
    case "oge":
    case "uge":
      return unordered ? predicate === "uge" : x >= y;
    default:
      return unreachable(predicate);
  }
}

function castBits(kind: Cast, from: Type, to: Type, a: bigint): bigint {
  const [source, target] = [widthOf(from), widthOf(to)];
  switch (kind) {
    case "trunc":
    case "ptrtoint":
      return BigInt.asUintN(target, a);
    case "zext":
    case "bitcast":
      return a;
    case "inttoptr":
      return BigInt.asUintN(64, a);
    case "sext":
      return BigInt.asUintN(target, BigInt.asIntN(source, a));
    case "fptosi":
    case "fptoui":
      return BigInt.asUintN(target, floatToBig(toNumber(from, a), target, kind === "fptosi"));
    case "sitofp":
    case "uitofp": {
      const value = kind === "sitofp" ? BigInt.asIntN(source, a) : a;
      return toBits(to, bigToFloat(value, target as 16 | 32 | 64));
    }
    case "fptrunc":
    case "fpext":
      return toBits(to, toNumber(from, a));
    default:
      return unreachable(kind);
  }
}
