/** One computation of a value is enough: pure operations that an equal one dominates are replaced by it. */
import { dominatorTree } from "../analysis/loops.js";
import { compact } from "../ir/compact.js";
import { printType } from "../ir/print.js";
import type { Block, BlockId, Instruction, Kernel, Operand, Phi, ValueId } from "../ir/types.js";
import { isPure, mapBlockOperands, mapOperands, operandsOf, resultsOf } from "../ir/walk.js";
import type { Pass } from "./pass.js";

export const cse: Pass = {
  name: "cse",
  description: "compute equal values once (dominance-based value numbering)",
  run: (kernel) => compact(shareValues(kernel)),
};

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

function shareValues(kernel: Kernel): Kernel {
  const tree = dominatorTree(kernel);
  const children: BlockId[][] = kernel.blocks.map(() => []);
  for (const block of tree.order as readonly BlockId[]) if (block !== 0) children[tree.immediate[block]!]!.push(block);
  const replaced = new Map<ValueId, Operand>();
  const resolve = (operand: Operand) => (operand.kind === "value" ? (replaced.get(operand.id) ?? operand) : operand);
  const available = new Map<string, ValueId>();
  const blocks: Block[] = [...kernel.blocks];

  const number = (key: string, id: ValueId, added: string[]): boolean => {
    const known = available.get(key);
    if (known !== undefined) {
      replaced.set(id, { kind: "value", id: known });
      return true;
    }
    available.set(key, id);
    added.push(key);
    return false;
  };
  // Children are visited with what their dominators computed, and forget it afterwards.
  const work: { block: BlockId; added?: string[] }[] = [{ block: 0 as BlockId }];
  for (let task = work.pop(); task; task = work.pop()) {
    if (task.added) {
      for (const key of task.added) available.delete(key);
      continue;
    }
    const block = kernel.blocks[task.block]!;
    const added: string[] = [];
    const phis = block.phis.filter((phi) => !number(phiKey(block.id, phi, resolve), phi.result.id, added));
    const instructions = block.instructions.flatMap((instruction) => {
      const mapped = mapOperands(instruction, resolve);
      const [result] = resultsOf(mapped);
      const isShared = isPure(mapped) && number(keyOf(mapped), result!.id, added);
      return isShared ? [] : [mapped];
    });
    blocks[task.block] = { ...block, phis, instructions };
    work.push({ block: task.block, added });
    for (const child of children[task.block]!) work.push({ block: child });
  }
  return { ...kernel, blocks: blocks.map((block) => mapBlockOperands(block, resolve)) };
}

function operandKey(operand: Operand): string {
  switch (operand.kind) {
    case "value":
      return `%${operand.id}`;
    case "const":
      return `${printType(operand.type)} ${operand.bits}`;
    case "object":
      return `@${operand.object} ${printType(operand.type)}`;
  }
}

function phiKey(block: BlockId, phi: Phi, resolve: (operand: Operand) => Operand): string {
  const incoming = phi.incoming.map((edge) => `${edge.block}:${operandKey(resolve(edge.value))}`).sort();
  return `phi ${block} ${printType(phi.result.type)} ${incoming.join(" ")}`;
}

function keyOf(instruction: Instruction): string {
  const operands = operandsOf(instruction).map(operandKey);
  const type = printType(resultsOf(instruction)[0]!.type);
  switch (instruction.op) {
    case "binary":
      return `${instruction.kind} ${type} ${(commutative.has(instruction.kind) ? operands.sort() : operands).join(" ")}`;
    case "unary":
    case "cast":
      return `${instruction.kind} ${type} ${operands.join(" ")}`;
    case "icmp":
    case "fcmp":
      return `${instruction.op} ${instruction.predicate} ${operands.join(" ")}`;
    case "workitem":
      return `workitem ${instruction.query} ${instruction.dimension}`;
    default:
      return `${instruction.op} ${type} ${operands.join(" ")}`;
  }
}
