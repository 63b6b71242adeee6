/** Splitting vectors leaves lanes behind that nobody reads; what no effect, branch or live value needs goes. */
import type { Block, Kernel, Operand, Phi } from "../ir/types.js";
import { type Definition, definitionsOf, hasEffect, operandsOf, resultsOf, terminatorOperands } from "../ir/walk.js";

/** The kernel without instructions and phis whose results are not needed. Loads have no effect of their own. */
export function removeDead(kernel: Kernel): Kernel {
  const definitions = definitionsOf(kernel);
  const live = new Uint8Array(kernel.valueCount);
  const work: Operand[] = kernel.blocks.flatMap((block) => [
    ...terminatorOperands(block.terminator),
    ...block.instructions.flatMap((inst) => (hasEffect(inst) ? operandsOf(inst) : [])),
  ]);
  for (let operand = work.pop(); operand; operand = work.pop()) {
    if (operand.kind !== "value" || live[operand.id]) continue;
    live[operand.id] = 1;
    work.push(...inputsOf(definitions[operand.id]));
  }
  const isLive = (phi: Phi): boolean => live[phi.result.id] === 1;
  const blocks = kernel.blocks.map(
    (block): Block => ({
      ...block,
      phis: block.phis.filter(isLive),
      instructions: block.instructions.filter(
        (inst) => hasEffect(inst) || resultsOf(inst).some((def) => live[def.id] === 1),
      ),
    }),
  );
  return { ...kernel, blocks };
}

function inputsOf(definition: Definition | undefined): readonly Operand[] {
  switch (definition?.kind) {
    case "instruction":
      return operandsOf(definition.instruction);
    case "phi":
      return definition.phi.incoming.map(({ value }) => value);
    default:
      return [];
  }
}
