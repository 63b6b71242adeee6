import { InternalError } from "../../support/errors.js";
import type { LlvmType, LlvmValue } from "./module.js";

const i1: LlvmType = { kind: "int", bits: 1 };

/** i1, or a vector of it where the operands are vectors. */
export function comparisonType(operand: LlvmType): LlvmType {
  return operand.kind === "vector" ? { kind: "vector", length: operand.length, element: i1 } : i1;
}

/** A pointer in the base's address space; a vector of them when any operand is a vector. */
export function gepType(base: LlvmValue, indices: readonly LlvmValue[]): LlvmType {
  if (base.type.kind === "vector") return base.type;
  const wide = indices.find((index) => index.type.kind === "vector")?.type;
  return wide?.kind === "vector" ? { kind: "vector", length: wide.length, element: base.type } : base.type;
}

export function elementType(vector: LlvmType): LlvmType {
  if (vector.kind !== "vector") throw new InternalError(`extractelement from a ${vector.kind}`);
  return vector.element;
}

/** The type at the path of an extractvalue. */
export function memberType(
  aggregate: LlvmType,
  path: readonly number[],
  types: ReadonlyMap<string, LlvmType | undefined>,
): LlvmType {
  let type = aggregate;
  for (const index of path) {
    const whole = type.kind === "named" ? types.get(type.name) : type;
    const member = whole?.kind === "struct" ? whole.fields[index] : whole?.kind === "array" ? whole.element : undefined;
    if (!member) throw new InternalError(`no member ${path.join(", ")} in a ${aggregate.kind}`);
    type = member;
  }
  return type;
}

/** Lanes of a shufflevector's mask; -1 is poison. */
export function shuffleMask(mask: LlvmValue): number[] {
  const length = mask.type.kind === "vector" ? mask.type.length : 0;
  switch (mask.kind) {
    case "aggregate":
      return mask.elements.map(lane);
    case "zero":
      return new Array<number>(length).fill(0);
    case "poison":
    case "undef":
      return new Array<number>(length).fill(-1);
    case "splat":
      return new Array<number>(length).fill(lane(mask.element));
    default:
      throw new InternalError(`shufflevector mask of kind ${mask.kind}`);
  }
}

function lane(value: LlvmValue): number {
  if (value.kind === "int") return Number(value.value);
  if (value.kind === "poison" || value.kind === "undef") return -1;
  throw new InternalError(`shufflevector lane of kind ${value.kind}`);
}
