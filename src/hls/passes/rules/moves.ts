/** Casts, selects and pointer arithmetic. */

import type { Instruction } from "../../ir/types.js";
import { constOf, sameType, widthOf } from "../../ir/types.js";
import {
  type CastInstruction,
  castOf,
  invertedCondition,
  isConst,
  type Rewrite,
  type RuleContext,
  type Select,
  sameOperand,
} from "./rule.js";

export function castRule(context: RuleContext, instruction: CastInstruction): Rewrite {
  const { kind, value, result } = instruction;
  const inner = castOf(context, value);
  const to = widthOf(result.type);
  // a bit pattern read as its own type
  if (kind === "bitcast" && sameType(context.typeOf(value), result.type)) return value;
  if (!inner) return undefined;
  const from = context.typeOf(inner.value);
  const width = widthOf(from);
  switch (kind) {
    case "trunc":
      // low bits of low bits
      if (inner.kind === "trunc") return { ...instruction, value: inner.value };
      if (inner.kind !== "zext" && inner.kind !== "sext") return undefined;
      // low bits of an extension: the value, fewer bits of it, or a shorter extension
      if (to === width) return inner.value;
      return { ...instruction, kind: to < width ? "trunc" : inner.kind, value: inner.value };
    case "zext":
      return inner.kind === "zext" ? { ...instruction, value: inner.value } : undefined;
    case "sext":
      // the sign of a zero extension is 0
      return inner.kind === "zext" || inner.kind === "sext"
        ? { ...instruction, kind: inner.kind, value: inner.value }
        : undefined;
    case "bitcast":
      return inner.kind === "bitcast" ? { ...instruction, value: inner.value } : undefined;
    case "ptrtoint":
      return inner.kind === "inttoptr" && width === 64 && to === 64 ? inner.value : undefined;
    case "inttoptr":
      // the pointer keeps its address space only when it is the same
      return inner.kind === "ptrtoint" && widthOf(inner.result.type) === 64 && sameType(from, result.type)
        ? inner.value
        : undefined;
    default:
      return undefined;
  }
}

export function selectRule(context: RuleContext, instruction: Select): Rewrite {
  const { condition, whenTrue, whenFalse, result, span } = instruction;
  // both arms are one value, or the condition is known
  if (sameOperand(whenTrue, whenFalse)) return whenTrue;
  if (isConst(condition)) return condition.bits ? whenTrue : whenFalse;
  const inverted = invertedCondition(context, condition);
  if (inverted) return { ...instruction, condition: inverted, whenTrue: whenFalse, whenFalse: whenTrue };
  if (result.type.kind !== "int" || result.type.bits !== 1) return undefined;
  // c ? 1 : y = c | y, c ? x : 0 = c & x, and with both c itself
  if (isConst(whenTrue, 1n) && isConst(whenFalse, 0n)) return condition;
  if (isConst(whenTrue, 0n) && isConst(whenFalse, 1n))
    return { op: "binary", kind: "xor", result, left: condition, right: constOf(result.type, 1n), span };
  if (isConst(whenTrue, 1n)) return { op: "binary", kind: "or", result, left: condition, right: whenFalse, span };
  if (isConst(whenFalse, 0n)) return { op: "binary", kind: "and", result, left: condition, right: whenTrue, span };
  return undefined;
}

export function ptraddRule(context: RuleContext, instruction: Extract<Instruction, { op: "ptradd" }>): Rewrite {
  const { pointer, offset } = instruction;
  // p + 0 = p
  if (isConst(offset, 0n)) return pointer;
  // (p + a) + b = p + (a + b) for constants
  const inner = context.definitionOf(pointer);
  if (inner?.op !== "ptradd" || !isConst(inner.offset) || !isConst(offset)) return undefined;
  return { ...instruction, pointer: inner.pointer, offset: constOf(offset.type, inner.offset.bits + offset.bits) };
}
