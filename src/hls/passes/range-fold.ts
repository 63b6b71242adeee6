/**
 * Uses what is known of integers at a place: comparisons with one outcome, masks that keep every bit, remainders of
 * numbers below the divisor, signed operations on numbers that are never negative. Apart from `narrow`, because a
 * value that is used in place of another must be right in all its bits.
 */
import { decide, type Range, unsignedBits } from "../analysis/range.js";
import { integerRanges } from "../analysis/ranges.js";
import { compact } from "../ir/compact.js";
import { isIntBinary } from "../ir/operations.js";
import { type BlockId, constOf, type Instruction, type Kernel, type Operand, type ValueId } from "../ir/types.js";
import { isPure, mapBlockOperands } from "../ir/walk.js";
import type { Pass } from "./pass.js";

export const rangeFold: Pass = {
  name: "range-fold",
  description: "decide comparisons, drop masks and signs by the ranges of values",
  run: foldByRange,
};

type RangeAt = (operand: Operand) => Range | undefined;

function foldByRange(kernel: Kernel): Kernel {
  const ranges = integerRanges(kernel);
  const replaced = new Map<ValueId, Operand>();
  const blocks = kernel.blocks.map((block) => {
    const at: RangeAt = (operand) => ranges.at(operand, block.id as BlockId);
    const instructions = block.instructions.flatMap((instruction) => {
      const found = rewrite(instruction, at);
      if ("op" in found) return [found];
      if (isPure(instruction)) replaced.set(instruction.result.id, found);
      return [];
    });
    return { ...block, instructions };
  });
  const resolve = (operand: Operand): Operand => {
    let at = operand;
    for (;;) {
      const next = at.kind === "value" ? replaced.get(at.id) : undefined;
      if (!next) return at;
      at = next;
    }
  };
  return compact({ ...kernel, blocks: blocks.map((block) => mapBlockOperands(block, resolve)) });
}

/** The instruction, a simpler one, or the operand that the result equals. */
function rewrite(instruction: Instruction, at: RangeAt): Instruction | Operand {
  switch (instruction.op) {
    case "icmp": {
      const [x, y] = [at(instruction.left), at(instruction.right)];
      const answer = x && y && decide(instruction.predicate, x, y);
      return answer === undefined ? instruction : constOf(instruction.result.type, answer ? 1n : 0n);
    }
    case "cast": {
      // The sign of a number that is never negative is 0.
      const range = instruction.kind === "sext" || instruction.kind === "sitofp" ? at(instruction.value) : undefined;
      if (!range || range.smin < 0n) return instruction;
      return { ...instruction, kind: instruction.kind === "sext" ? "zext" : "uitofp" };
    }
    case "binary":
      return isIntBinary(instruction.kind) ? binary(instruction, at) : instruction;
    default:
      return instruction;
  }
}

function binary(instruction: Extract<Instruction, { op: "binary" }>, at: RangeAt): Instruction | Operand {
  const { kind, left, right, result } = instruction;
  const [x, y] = [at(left), at(right)];
  if (!x || !y) return instruction;
  switch (kind) {
    case "and":
      if (right.kind === "const" && keepsAll(right.bits, x)) return left;
      return left.kind === "const" && keepsAll(left.bits, y) ? right : instruction;
    case "urem":
      return x.umax < y.umin ? left : instruction;
    case "sdiv":
    case "srem":
      if (x.smin < 0n || y.smin < 0n || (kind === "sdiv" && y.smin === 0n)) return instruction;
      return { ...instruction, kind: kind === "sdiv" ? "udiv" : "urem" };
    case "ashr":
      return x.smin >= 0n ? { ...instruction, kind: "lshr" } : instruction;
    case "lshr":
      return y.umin >= BigInt(unsignedBits(x)) ? constOf(result.type, 0n) : instruction;
    case "umin":
      return decide("ule", x, y) ? left : decide("ule", y, x) ? right : instruction;
    case "umax":
      return decide("uge", x, y) ? left : decide("uge", y, x) ? right : instruction;
    case "smin":
      return decide("sle", x, y) ? left : decide("sle", y, x) ? right : instruction;
    case "smax":
      return decide("sge", x, y) ? left : decide("sge", y, x) ? right : instruction;
    default:
      return instruction;
  }
}

function keepsAll(mask: bigint, range: Range): boolean {
  const ones = (1n << BigInt(unsignedBits(range))) - 1n;
  return (mask & ones) === ones;
}
