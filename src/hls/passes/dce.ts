/** Removes what nobody needs: values that reach no effect, branch or switch, loads of nothing but such included. */
import { compact } from "../ir/compact.js";
import type { Kernel, Operand, ValueId } from "../ir/types.js";
import { definitionsOf, hasEffect, operandsOf, resultsOf, terminatorOperands } from "../ir/walk.js";
import type { Pass } from "./pass.js";

export const dce: Pass = {
  name: "dce",
  description: "remove values that nothing observable depends on",
  run: removeDeadCode,
};

function removeDeadCode(kernel: Kernel): Kernel {
  const definitions = definitionsOf(kernel);
  const live = new Uint8Array(kernel.valueCount);
  const work: ValueId[] = [];
  const need = (operand: Operand) => {
    if (operand.kind !== "value" || live[operand.id]) return;
    live[operand.id] = 1;
    work.push(operand.id);
  };
  for (const block of kernel.blocks) {
    terminatorOperands(block.terminator).forEach(need);
    for (const instruction of block.instructions) if (hasEffect(instruction)) operandsOf(instruction).forEach(need);
  }
  for (let id = work.pop(); id !== undefined; id = work.pop()) {
    const definition = definitions[id]!;
    if (definition.kind === "phi") for (const edge of definition.phi.incoming) need(edge.value);
    else if (definition.kind === "instruction") operandsOf(definition.instruction).forEach(need);
  }
  const blocks = kernel.blocks.map((block) => ({
    ...block,
    phis: block.phis.filter((phi) => live[phi.result.id]),
    instructions: block.instructions.filter(
      (instruction) => hasEffect(instruction) || resultsOf(instruction).some((def) => live[def.id]),
    ),
  }));
  return compact({ ...kernel, blocks });
}
