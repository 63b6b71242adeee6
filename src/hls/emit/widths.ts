import { constant, type Expr } from "../../rtl/expr.js";
import { type Operand, type Type, type ValueId, widthOf } from "../ir/types.js";
import { scratchAddressBits } from "../memory/scratch.js";

/** Where the value of an operand is found: values by id; constants and table addresses are literals. */
export type Lookup = (id: ValueId) => Expr;

/** Bits of a value in hardware: a pointer has the address width of its memory, everything else its own. */
export function hardwareWidth(type: Type, addressBits: number): number {
  if (type.kind !== "ptr") return widthOf(type);
  return type.space === "local" || type.space === "private" ? scratchAddressBits : addressBits;
}

export interface OperandContext {
  readonly addressBits: number;
  /** Address of a constant table in the constant segment, or of a variable in local or private memory. */
  readonly objectAddress: (name: string) => number;
}

export function operandExpr(operand: Operand, lookup: Lookup, context: OperandContext): Expr {
  switch (operand.kind) {
    case "value":
      return lookup(operand.id);
    case "const":
      return constant(operand.bits, hardwareWidth(operand.type, context.addressBits));
    case "object":
      return constant(context.objectAddress(operand.object), hardwareWidth(operand.type, context.addressBits));
    default:
      return operand satisfies never;
  }
}
