import type { Operand } from "../ir/types.js";
import type { PureInstruction } from "./types.js";

/** The same instruction with every operand replaced by `f(operand)`. */
export function mapOperands(x: PureInstruction, f: (operand: Operand) => Operand): PureInstruction {
  switch (x.op) {
    case "binary":
    case "icmp":
    case "fcmp":
      return { ...x, left: f(x.left), right: f(x.right) };
    case "unary":
    case "cast":
      return { ...x, value: f(x.value) };
    case "fma":
      return { ...x, a: f(x.a), b: f(x.b), c: f(x.c) };
    case "select":
      return { ...x, condition: f(x.condition), whenTrue: f(x.whenTrue), whenFalse: f(x.whenFalse) };
    case "ptradd":
      return { ...x, pointer: f(x.pointer), offset: f(x.offset) };
    case "workitem":
      return x;
    default:
      return x satisfies never;
  }
}
