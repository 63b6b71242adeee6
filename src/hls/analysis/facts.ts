/** What a branch taken says about integers: comparisons known to hold in a block or on an edge. */
import type { Dominators } from "../../support/graph.js";
import type { BlockId, IntPredicate, Kernel, Operand, ValueId } from "../ir/types.js";
import { constOf, widthOf } from "../ir/types.js";
import { type Definition, predecessorsOf, typeOf } from "../ir/walk.js";
import { negated, swapped } from "./range.js";

/** `subject predicate other` holds. */
export interface Fact {
  readonly subject: ValueId;
  readonly predicate: IntPredicate;
  readonly other: Operand;
}

export interface Facts {
  /**
   * Known to hold in a block because the only edge to it says so, or the only edge to a loop's header from outside:
   * what that one speaks of is computed outside the loop. Those of its dominators hold too.
   */
  readonly block: readonly (readonly Fact[])[];
  /** Known to hold whenever control goes from one block to the other. */
  edge(from: BlockId, to: BlockId): readonly Fact[];
  /** Known to hold when the condition has this value. */
  condition(condition: Operand, holds: boolean): readonly Fact[];
}

/** How deep conjunctions and negations are taken apart. */
const maximumDepth = 6;

export function branchFacts(kernel: Kernel, definitions: readonly (Definition | undefined)[], tree: Dominators): Facts {
  const collect = (condition: Operand, holds: boolean, depth: number, into: Fact[]): void => {
    if (condition.kind !== "value") return;
    into.push({ subject: condition.id, predicate: "eq", other: constOf({ kind: "int", bits: 1 }, holds ? 1n : 0n) });
    const definition = definitions[condition.id];
    if (depth === 0 || definition?.kind !== "instruction") return;
    const { instruction } = definition;
    if (instruction.op === "icmp") {
      if (typeOf(instruction.left, definitions).kind !== "int") return;
      const predicate = holds ? instruction.predicate : negated[instruction.predicate];
      const { left, right } = instruction;
      if (left.kind === "value") into.push({ subject: left.id, predicate, other: right });
      if (right.kind === "value") into.push({ subject: right.id, predicate: swapped[predicate], other: left });
    } else if (instruction.op === "binary" && instruction.kind === (holds ? "and" : "or")) {
      collect(instruction.left, holds, depth - 1, into);
      collect(instruction.right, holds, depth - 1, into);
    } else if (instruction.op === "binary" && instruction.kind === "xor" && isOne(instruction.right)) {
      collect(instruction.left, !holds, depth - 1, into);
    } else if (instruction.op === "select") {
      // `a && b` is select a, b, false; `a || b` is select a, true, b.
      if (holds && isConst(instruction.whenFalse, 0n)) {
        collect(instruction.condition, true, depth - 1, into);
        collect(instruction.whenTrue, true, depth - 1, into);
      } else if (!holds && isOne(instruction.whenTrue)) {
        collect(instruction.condition, false, depth - 1, into);
        collect(instruction.whenFalse, false, depth - 1, into);
      }
    }
  };
  const condition = (operand: Operand, holds: boolean): readonly Fact[] => {
    const facts: Fact[] = [];
    collect(operand, holds, maximumDepth, facts);
    return facts;
  };
  const edge = (from: BlockId, to: BlockId): readonly Fact[] => {
    const terminator = kernel.blocks[from]!.terminator;
    if (terminator.op === "condbr" && terminator.whenTrue !== terminator.whenFalse)
      return condition(terminator.condition, to === terminator.whenTrue);
    if (terminator.op !== "switch" || terminator.value.kind !== "value") return [];
    const subject = terminator.value.id;
    const type = typeOf(terminator.value, definitions);
    if (to === terminator.defaultTarget)
      return terminator.cases
        .filter((c) => c.target !== to)
        .map((c) => ({ subject, predicate: "ne" as const, other: constOf(type, c.value) }));
    const values = terminator.cases.filter((c) => c.target === to).map((c) => BigInt.asUintN(widthOf(type), c.value));
    if (values.length === 0) return [];
    const low = values.reduce((a, b) => (b < a ? b : a));
    const high = values.reduce((a, b) => (b > a ? b : a));
    return [
      { subject, predicate: "uge", other: constOf(type, low) },
      { subject, predicate: "ule", other: constOf(type, high) },
    ];
  };
  const block = predecessorsOf(kernel).map((from, to) => {
    const outside = from.filter((block) => !tree.dominates(to, block));
    return outside.length === 1 ? edge(outside[0]!, to as BlockId) : [];
  });
  return { block, edge, condition };
}

const isConst = (operand: Operand, bits: bigint) => operand.kind === "const" && operand.bits === bits;
const isOne = (operand: Operand) => isConst(operand, 1n);
