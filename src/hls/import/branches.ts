import type { LlvmInstruction } from "../../parser/llvm/module.js";

/** Labels that a terminator may go to, as often as it names them. */
export function branchTargets(terminator: LlvmInstruction | undefined): readonly string[] {
  switch (terminator?.op) {
    case "br":
      return [terminator.target];
    case "condbr":
      return [terminator.whenTrue, terminator.whenFalse];
    case "switch":
      return [terminator.defaultTarget, ...terminator.cases.map((c) => c.target)];
    default:
      return [];
  }
}
