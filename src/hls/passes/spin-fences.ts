/**
 * Locks by hand: `while (atomic_xchg(lock, 1)) ; … ; atomic_xchg(lock, 0);`.
 *
 * OpenCL 1.x and CUDA promise no order between an atomic operation and the accesses around it, and many such programs
 * have no fence either, because the machines that they were written for kept the order. Here buffers have units of
 * their own, so that a lock would be free before what it protects has been written. So where a loop goes on until an
 * atomic operation finds what it waits for, all atomic operations of the kernel are fences too.
 */
import { loopForest } from "../analysis/loops.js";
import type { Block, Instruction, Kernel, Operand, ValueId } from "../ir/types.js";
import { definitionsOf, operandsOf, terminatorOperands } from "../ir/walk.js";
import type { Pass } from "./pass.js";

export const spinFences: Pass = {
  name: "spin-fences",
  description: "order memory around the atomics of a kernel that waits for one in a loop",
  run: (kernel) => (waitsForAtomic(kernel) ? withFences(kernel) : kernel),
};

type Atomic = Extract<Instruction, { op: "atomic" }>;

/**
 * A loop that branches on a comparison of an atomic's result, where the atomic brings the same operands every time and its
 * result is only compared. A compare-and-swap that is retried brings a new value each time; a counter that deals out work gives its
 * result away: neither waits for others.
 */
function waitsForAtomic(kernel: Kernel): boolean {
  if (!kernel.blocks.some(({ instructions }) => instructions.some(({ op }) => op === "atomic"))) return false;
  const compared = comparedOnly(kernel);
  const definitions = definitionsOf(kernel);
  return loopForest(kernel).loops.some((loop) => {
    const inside = new Set<ValueId>();
    const members = new Set(loop.blocks);
    for (const id of members) {
      const { phis, instructions } = kernel.blocks[id]!;
      for (const { result } of phis) inside.add(result.id);
      for (const instruction of instructions) {
        if ("result" in instruction) inside.add(instruction.result.id);
        else if ("results" in instruction) for (const { id: result } of instruction.results) inside.add(result);
      }
    }
    const isFixed = (o: Operand | undefined) => o?.kind !== "value" || !inside.has(o.id);
    const waits = ({ result, value, compare }: Atomic) =>
      inside.has(result.id) && compared.has(result.id) && isFixed(value) && isFixed(compare);
    const seen = new Set<ValueId>();
    const comesFromWait = (operand: Operand): boolean => {
      if (operand.kind !== "value" || !inside.has(operand.id) || seen.has(operand.id)) return false;
      seen.add(operand.id);
      const definition = definitions[operand.id]!;
      if (definition.kind === "phi") return definition.phi.incoming.some(({ value }) => comesFromWait(value));
      if (definition.kind !== "instruction") return false;
      const { instruction } = definition;
      if (instruction.op === "atomic") return waits(instruction);
      return instruction.op !== "load" && operandsOf(instruction).some(comesFromWait);
    };
    return loop.blocks.some((id) => terminatorOperands(kernel.blocks[id]!.terminator).some(comesFromWait));
  });
}

/** Results of atomics that nothing but comparisons use. */
function comparedOnly(kernel: Kernel): ReadonlySet<ValueId> {
  const results = new Set<ValueId>();
  for (const { instructions } of kernel.blocks)
    for (const instruction of instructions) if (instruction.op === "atomic") results.add(instruction.result.id);
  const given = (operand: Operand) => {
    if (operand.kind === "value") results.delete(operand.id);
  };
  for (const { phis, instructions, terminator } of kernel.blocks) {
    for (const { incoming } of phis) for (const { value } of incoming) given(value);
    for (const instruction of instructions) if (instruction.op !== "icmp") operandsOf(instruction).forEach(given);
    terminatorOperands(terminator).forEach(given);
  }
  return results;
}

function withFences(kernel: Kernel): Kernel {
  const blocks = kernel.blocks.map((block): Block => {
    const instructions: Instruction[] = [];
    const fence = ({ span }: Instruction) => {
      const last = instructions.at(-1)?.op;
      if (last !== "fence" && last !== "barrier") instructions.push({ op: "fence", span });
    };
    block.instructions.forEach((instruction, at) => {
      if (instruction.op === "atomic") fence(instruction);
      if (instruction.op !== "fence" || instructions.at(-1)?.op !== "fence") instructions.push(instruction);
      if (instruction.op === "atomic" && block.instructions[at + 1]?.op !== "barrier") fence(instruction);
    });
    return { ...block, instructions };
  });
  return { ...kernel, blocks };
}
