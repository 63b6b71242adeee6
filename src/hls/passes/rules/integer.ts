/** Algebra of integers modulo 2^w. Constants of commutative operations stand on the right by now. */
import { negated, swapped } from "../../analysis/range.js";
import { constOf, type IntBinary, type Operand, widthOf } from "../../ir/types.js";
import {
  allOnes,
  type Binary,
  binaryOf,
  type Compare,
  castOf,
  invertedCondition,
  isAllOnes,
  isConst,
  powerOfTwo,
  type Rewrite,
  type RuleContext,
  sameOperand,
  zero,
} from "./rule.js";

const commutative: ReadonlySet<string> = new Set([
  "add",
  "mul",
  "and",
  "or",
  "xor",
  "umin",
  "umax",
  "smin",
  "smax",
  "fadd",
  "fmul",
]);

/** Constants to the right. `fmin` and `fmax` commute too, but for two NaNs nothing is to be gained. */
export function canonicalOrder(instruction: Binary): Rewrite {
  const { kind, left, right } = instruction;
  if (!commutative.has(kind) || left.kind === "value" || right.kind !== "value") return undefined;
  return { ...instruction, left: right, right: left };
}

export function integerBinaryRule(context: RuleContext, instruction: Binary, kind: IntBinary): Rewrite {
  const { left: x, right: y } = instruction;
  const { type } = instruction.result;
  const bits = BigInt(widthOf(type));
  const become = (kind: IntBinary, left: Operand, right: Operand): Rewrite => ({ ...instruction, kind, left, right });
  const same = sameOperand(x, y);
  const power = powerOfTwo(y);
  switch (kind) {
    case "add":
      // x + 0 = x
      if (isConst(y, 0n)) return x;
      return reassociate(context, instruction, kind, (a, b) => a + b);
    case "sub":
      // x - x = 0
      if (same) return zero(type);
      // x - c = x + (-c)
      if (isConst(y)) return become("add", x, constOf(type, -y.bits));
      return undefined;
    case "mul":
      // x · 0 = 0
      if (isConst(y, 0n)) return y;
      // x · 2^k = x << k, which for k = 0 is x
      if (power === 0n) return x;
      if (power !== undefined) return become("shl", x, constOf(type, power));
      return reassociate(context, instruction, kind, (a, b) => a * b);
    case "and":
      // x & x = x, x & 0 = 0, x & 1…1 = x
      if (same || isAllOnes(y)) return x;
      if (isConst(y, 0n)) return y;
      return reassociate(context, instruction, kind, (a, b) => a & b);
    case "or":
      // x | x = x, x | 0 = x, x | 1…1 = 1…1
      if (same || isConst(y, 0n)) return x;
      if (isAllOnes(y)) return y;
      return reassociate(context, instruction, kind, (a, b) => a | b);
    case "xor": {
      // x ^ x = 0, x ^ 0 = x
      if (same) return zero(type);
      if (isConst(y, 0n)) return x;
      // ¬(a ~ b) = a ≁ b for integers
      const compared = bits === 1n && isConst(y, 1n) ? context.definitionOf(x) : undefined;
      if (compared?.op === "icmp")
        return { ...compared, predicate: negated[compared.predicate], result: instruction.result };
      return reassociate(context, instruction, kind, (a, b) => a ^ b);
    }
    case "shl":
    case "lshr":
    case "ashr":
      return shiftRule(context, instruction, kind, bits);
    case "udiv":
      // x / 2^k = x >> k
      if (power === 0n) return x;
      return power === undefined ? undefined : become("lshr", x, constOf(type, power));
    case "sdiv":
      // x / 1 = x; for 2^k the quotient rounds to zero, a shift does not
      return power === 0n && bits > 1n ? x : undefined;
    case "urem":
      // x mod 2^k = x & (2^k - 1)
      return isConst(y) && power !== undefined ? become("and", x, constOf(type, y.bits - 1n)) : undefined;
    case "srem":
      // x mod 1 = 0
      return power === 0n && bits > 1n ? zero(type) : undefined;
    case "umin":
      // min(x, x) = x, min(x, 0) = 0, min(x, 1…1) = x
      if (same || isAllOnes(y)) return x;
      return isConst(y, 0n) ? y : undefined;
    case "umax":
      if (same || isConst(y, 0n)) return x;
      return isAllOnes(y) ? y : undefined;
    case "smin":
    case "smax":
      return same ? x : undefined;
  }
}

/** (x ∘ a) ∘ b = x ∘ (a ∘ b) for constants a and b of an associative operation. */
function reassociate(
  context: RuleContext,
  instruction: Binary,
  kind: IntBinary,
  combine: (a: bigint, b: bigint) => bigint,
): Rewrite {
  const inner = binaryOf(context, instruction.left);
  if (!isConst(instruction.right) || inner?.kind !== kind || !isConst(inner.right)) return undefined;
  const constant = constOf(instruction.result.type, combine(inner.right.bits, instruction.right.bits));
  return { ...instruction, left: inner.left, right: constant };
}

function shiftRule(context: RuleContext, instruction: Binary, kind: "shl" | "lshr" | "ashr", bits: bigint): Rewrite {
  const { left: x, right: y } = instruction;
  const { type } = instruction.result;
  // 0 shifted is 0, and so are all sign bits of 0
  if (isConst(x, 0n) || isConst(y, 0n)) return x;
  if (!isConst(y)) return undefined;
  // a shift by the width or more: 0, or all sign bits
  if (y.bits >= bits && kind !== "ashr") return zero(type);
  if (y.bits >= bits) return { ...instruction, right: constOf(type, bits - 1n) };
  // (x << a) << b = x << (a + b) and alike, as long as the sum is an amount that the type can write
  const inner = binaryOf(context, x);
  if (inner?.kind !== kind || !isConst(inner.right) || inner.right.bits >= bits) return undefined;
  const sum = inner.right.bits + y.bits;
  if (sum >= bits && kind !== "ashr") return zero(type);
  const amount = sum >= bits ? bits - 1n : sum;
  return { ...instruction, left: inner.left, right: constOf(type, amount) };
}

export function integerCompareRule(context: RuleContext, instruction: Compare): Rewrite {
  const { left, right, predicate, result } = instruction;
  // constants to the right: a < b = b > a
  if (left.kind !== "value" && right.kind === "value")
    return { ...instruction, left: right, right: left, predicate: swapped[predicate] };
  // x ~ x is decided by whether the predicate allows equality
  if (sameOperand(left, right))
    return constOf(result.type, predicate === "eq" || (predicate.endsWith("e") && predicate !== "ne") ? 1n : 0n);
  const type = context.typeOf(left);
  if (type.kind === "int" && type.bits === 1 && isConst(right)) {
    // a bit compared with a constant is the bit or its inverse
    if (predicate === "eq" || predicate === "ne") {
      if ((right.bits === 1n) === (predicate === "eq")) return left;
      const inner = invertedCondition(context, left);
      return inner ?? { op: "binary", kind: "xor", result, left, right: allOnes(type), span: instruction.span };
    }
    return undefined;
  }
  // ext(a) = ext(b) exactly when a = b, for two extensions of one kind from one type; order is kept too: of zero
  // extensions the unsigned one (which is both orders of the results), of sign extensions both as they are
  const a = castOf(context, left);
  if (!a || (a.kind !== "zext" && a.kind !== "sext")) return undefined;
  const from = context.typeOf(a.value);
  const unsigned = predicate.startsWith("s") ? (`u${predicate.slice(1)}` as Compare["predicate"]) : predicate;
  const narrow = a.kind === "zext" ? unsigned : predicate;
  const b = castOf(context, right);
  if (b && b.kind === a.kind && widthOf(context.typeOf(b.value)) === widthOf(from))
    return { ...instruction, predicate: narrow, left: a.value, right: b.value };
  if (!isConst(right)) return undefined;
  const small = BigInt.asUintN(widthOf(from), right.bits);
  const extended = a.kind === "zext" ? small : BigInt.asUintN(widthOf(type), BigInt.asIntN(widthOf(from), small));
  // only when the constant is the extension of a short one
  if (extended !== right.bits) return undefined;
  return { ...instruction, predicate: narrow, left: a.value, right: constOf(from, small) };
}
