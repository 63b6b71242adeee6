/** Numbers the values 0, 1, 2, … in the order of their definitions, so that there are no gaps after a pass. */
import type { Def, Instruction, Kernel, Operand, ValueId } from "./types.js";
import { mapBlockOperands } from "./walk.js";

export function compact(kernel: Kernel): Kernel {
  const ids = new Map<ValueId, ValueId>();
  const renumber = (def: Def): Def => {
    const id = ids.size as ValueId;
    ids.set(def.id, id);
    return def.id === id ? def : { ...def, id };
  };
  const parameters = kernel.parameters.map((parameter) => ({
    ...parameter,
    values: parameter.values.map(({ def, offset }) => ({ def: renumber(def), offset })),
  }));
  const defined = kernel.blocks.map((block) => ({
    ...block,
    phis: block.phis.map((phi) => ({ ...phi, result: renumber(phi.result) })),
    instructions: block.instructions.map((instruction) => mapResults(instruction, renumber)),
  }));
  const map = (operand: Operand): Operand =>
    operand.kind === "value" ? { kind: "value", id: ids.get(operand.id)! } : operand;
  return { ...kernel, parameters, blocks: defined.map((block) => mapBlockOperands(block, map)), valueCount: ids.size };
}

function mapResults(instruction: Instruction, map: (def: Def) => Def): Instruction {
  switch (instruction.op) {
    case "load":
      return { ...instruction, results: instruction.results.map(map) };
    case "store":
    case "barrier":
    case "fence":
    case "print":
      return instruction;
    default:
      return { ...instruction, result: map(instruction.result) };
  }
}
