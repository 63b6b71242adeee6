/**
 * Algebra of IEEE floats: only what is exact for every value, signed zeros, infinities and NaNs included. An
 * operation makes the canonical NaN of any NaN, so x + (-0) is x only when x has no other NaN: when
 * arithmetic made it.
 */
import { toBits, toNumber } from "../../interpret/evaluate.js";
import {
  constOf,
  type FloatBinary,
  type FloatUnary,
  type Instruction,
  type Operand,
  type Type,
} from "../../ir/types.js";
import { type Binary, isConst, type Rewrite, type RuleContext, sameOperand, type Unary } from "./rule.js";

type Fma = Extract<Instruction, { op: "fma" }>;

const isNumber = (operand: Operand, value: number) =>
  isConst(operand) && operand.type.kind === "float" && Object.is(toNumber(operand.type, operand.bits), value);

/** Whether a NaN of this value is the canonical one, seen from its definition alone. */
function isArithmetic(context: RuleContext, operand: Operand): boolean {
  if (isConst(operand)) return toBits(operand.type, toNumber(operand.type, operand.bits)) === operand.bits;
  const definition = context.definitionOf(operand);
  switch (definition?.op) {
    case "binary":
      return definition.kind !== "copysign";
    case "unary":
      return definition.kind !== "fneg" && definition.kind !== "fabs";
    case "fma":
      return true;
    case "cast":
      return definition.kind !== "bitcast";
    default:
      return false;
  }
}

export function floatBinaryRule(context: RuleContext, instruction: Binary, kind: FloatBinary): Rewrite {
  const { left: x, right: y } = instruction;
  const { type } = instruction.result;
  switch (kind) {
    case "fadd":
      // x + (-0) = x: for x = +0 the sum is +0, for x = -0 it is -0
      return isNumber(y, -0) && isArithmetic(context, x) ? x : undefined;
    case "fsub":
      // x - (+0) = x + (-0)
      return isNumber(y, 0) && isArithmetic(context, x) ? x : undefined;
    case "fmul":
      // x · 1 = x
      return isNumber(y, 1) && isArithmetic(context, x) ? x : undefined;
    case "fdiv": {
      // x / 1 = x
      if (isNumber(y, 1) && isArithmetic(context, x)) return x;
      // x / 2^k = x · 2^-k: both round the same exact quotient
      const reciprocal = isConst(y) ? exactReciprocal(type, y.bits) : undefined;
      return reciprocal === undefined ? undefined : { ...instruction, kind: "fmul", right: constOf(type, reciprocal) };
    }
    case "fmin":
    case "fmax":
      // min(x, x) = x
      return sameOperand(x, y) && isArithmetic(context, x) ? x : undefined;
    case "copysign":
      // copysign(x, x) = x
      return sameOperand(x, y) ? x : undefined;
  }
}

/** Bits of 1/c when c is a power of two whose reciprocal the type has. */
function exactReciprocal(type: Type, bits: bigint): bigint | undefined {
  const value = toNumber(type, bits);
  const inverse = 1 / value;
  if (!Number.isFinite(value) || value === 0 || !Number.isFinite(inverse)) return undefined;
  const size = Math.abs(value);
  if (2 ** Math.round(Math.log2(size)) !== size) return undefined;
  const result = toBits(type, inverse);
  return toNumber(type, result) === inverse && inverse !== 0 ? result : undefined;
}

export function floatUnaryRule(context: RuleContext, instruction: Unary, kind: FloatUnary): Rewrite {
  const inner = context.definitionOf(instruction.value);
  if (inner?.op !== "unary") return undefined;
  // -(-x) = x
  if (kind === "fneg" && inner.kind === "fneg") return inner.value;
  // ||x|| = |x|, |-x| = |x|
  if (kind === "fabs" && inner.kind === "fabs") return instruction.value;
  if (kind === "fabs" && inner.kind === "fneg") return { ...instruction, value: inner.value };
  // rounding an integral value again changes nothing
  const rounding: readonly string[] = ["floor", "ceil", "ftrunc", "rint", "round"];
  if (rounding.includes(kind) && rounding.includes(inner.kind)) return instruction.value;
  return undefined;
}

export function fmaRule(instruction: Fma): Rewrite {
  const { a, b, c, result, span } = instruction;
  // 1 · b + c = b + c and a · 1 + c = a + c: the product is exact
  if (isNumber(a, 1)) return { op: "binary", kind: "fadd", result, left: b, right: c, span };
  if (isNumber(b, 1)) return { op: "binary", kind: "fadd", result, left: a, right: c, span };
  // a · b + (-0) = a · b: a zero product keeps its sign, any other is rounded once
  if (isNumber(c, -0)) return { op: "binary", kind: "fmul", result, left: a, right: b, span };
  return undefined;
}
