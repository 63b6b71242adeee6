/**
 * Fewer bits: computes integers in the width that their range and their users need.
 *
 * - Modular operations (sum, product, bitwise, left shift, select, phi): the low n bits of the result depend on the
 *   low n bits of the operands alone. n is what users demand, or what holds the result's range. The value is
 *   computed in n bits and extended again, by zeros or the sign as its range asks.
 * - The others (comparison, division, right shift, minimum, conversion to float) look at all bits of their
 *   operands, whose ranges then must fit n bits.
 *
 * Operands are truncated for it; `fold` and `dce` then remove truncations of extensions. Demanded bits and ranges
 * work together because an operation that looks at all bits demands them all, so that its operands keep them.
 */

import type { SourceSpan } from "../../support/source.js";
import { demandedBits } from "../analysis/demanded.js";
import { type Range, signedBits, unsignedBits } from "../analysis/range.js";
import { integerRanges, type Ranges } from "../analysis/ranges.js";
import { compact } from "../ir/compact.js";
import { isIntBinary } from "../ir/operations.js";
import {
  type Block,
  type BlockId,
  constOf,
  type Def,
  type Instruction,
  i,
  type Kernel,
  type Operand,
  type Phi,
  type ValueId,
  valueOperand,
  widthOf,
} from "../ir/types.js";
import { type Definition, definitionsOf } from "../ir/walk.js";
import type { Pass } from "./pass.js";

export const narrow: Pass = narrowTo(64);

/**
 * For a memory that looks at the low `addressBits` bits of an address only: offsets are computed modulo that. What
 * comes out means the same to such a memory alone, not to the interpreter, whose addresses have 64 bits.
 */
export function narrowTo(addressBits: number): Pass {
  return {
    name: "narrow",
    description: "compute integers in as few bits as ranges and users allow",
    run: (kernel) => compact(new Narrower(kernel, addressBits).run()),
  };
}

/** Saving fewer bits than this is not worth the casts. */
const leastSaving = 4;

interface Width {
  readonly bits: number;
  readonly extend: "zext" | "sext";
}

class Narrower {
  private readonly definitions: readonly (Definition | undefined)[];
  private readonly ranges: Ranges;
  private readonly demanded: ReadonlyMap<ValueId, number>;
  private next: number;
  /** What stands in the block now being rewritten. */
  private out: Instruction[] = [];
  private block = 0 as BlockId;
  private span: SourceSpan;
  /** Truncations that narrowed phis need at the end of blocks. */
  private readonly atEnd = new Map<BlockId, Instruction[]>();

  constructor(
    private readonly kernel: Kernel,
    addressBits: number,
  ) {
    this.definitions = definitionsOf(kernel);
    this.ranges = integerRanges(kernel);
    this.demanded = demandedBits(kernel, { addressBits });
    this.next = kernel.valueCount;
    this.span = kernel.span;
  }

  run(): Kernel {
    const blocks = this.kernel.blocks.map((block) => this.rewrite(block));
    const finished = blocks.map((block) => {
      const added = this.atEnd.get(block.id);
      return added ? { ...block, instructions: [...block.instructions, ...added] } : block;
    });
    return { ...this.kernel, blocks: finished, valueCount: this.next };
  }

  private rewrite(block: Block): Block {
    this.out = [];
    this.block = block.id;
    const phis = block.phis.map((phi) => this.phi(phi));
    for (const instruction of block.instructions) {
      this.span = instruction.span;
      this.out.push(this.instruction(instruction));
    }
    return { ...block, phis, instructions: this.out };
  }

  /** The last instruction of what the given one becomes; those before it are written to `out`. */
  private instruction(instruction: Instruction): Instruction {
    switch (instruction.op) {
      case "binary":
        return this.binary(instruction);
      case "select": {
        const width = this.modularWidth(instruction.result);
        if (!width) return instruction;
        const [whenTrue, whenFalse] = [
          this.truncated(instruction.whenTrue, width.bits),
          this.truncated(instruction.whenFalse, width.bits),
        ];
        return this.extended(instruction.result, width, (result) => ({ ...instruction, result, whenTrue, whenFalse }));
      }
      case "icmp": {
        const [x, y] = [this.rangeOf(instruction.left), this.rangeOf(instruction.right)];
        if (!x || !y) return instruction;
        const signed = Math.max(signedBits(x), signedBits(y));
        const unsigned = Math.max(1, unsignedBits(x), unsignedBits(y));
        // Both sign-extended from n bits: both orders are kept. Both zero-extended: the unsigned order.
        const bits = instruction.predicate.startsWith("s") ? signed : Math.min(signed, unsigned);
        if (!this.saves(bits, this.bitsOf(instruction.left))) return instruction;
        return {
          ...instruction,
          left: this.truncated(instruction.left, bits),
          right: this.truncated(instruction.right, bits),
        };
      }
      case "cast":
        return this.cast(instruction);
      default:
        return instruction;
    }
  }

  private cast(instruction: Extract<Instruction, { op: "cast" }>): Instruction {
    const { kind, value } = instruction;
    const range = kind === "sitofp" || kind === "uitofp" ? this.rangeOf(value) : undefined;
    if (!range) return instruction;
    const bits = kind === "sitofp" ? signedBits(range) : Math.max(1, unsignedBits(range));
    return this.saves(bits, this.bitsOf(value)) ? { ...instruction, value: this.truncated(value, bits) } : instruction;
  }

  private binary(instruction: Extract<Instruction, { op: "binary" }>): Instruction {
    const { kind, left, right, result } = instruction;
    if (!isIntBinary(kind)) return instruction;
    const inWidth = (width: Width): Instruction => {
      const [a, b] = [this.truncated(left, width.bits), this.truncated(right, width.bits)];
      return this.extended(result, width, (def) => ({ ...instruction, result: def, left: a, right: b }));
    };
    const [x, y] = [this.rangeOf(left), this.rangeOf(right)];
    const whole = widthOf(result.type);
    const fits = (signed: boolean, bits: number): Instruction =>
      this.saves(bits, whole) ? inWidth({ bits, extend: signed ? "sext" : "zext" }) : instruction;
    const unsigned = x && y ? Math.max(1, unsignedBits(x), unsignedBits(y)) : whole;
    const signed = x && y ? Math.max(signedBits(x), signedBits(y)) : whole;
    switch (kind) {
      case "and":
      case "add":
      case "sub":
      case "mul":
      case "or":
      case "xor": {
        const width = this.modularWidth(result);
        return width ? inWidth(width) : instruction;
      }
      case "shl": {
        const width = this.modularWidth(result);
        if (!width || right.kind !== "const" || right.bits >= BigInt(width.bits)) return instruction;
        return inWidth(width);
      }
      case "udiv":
        // Division by zero gives all ones of the full width.
        return y && y.umin > 0n ? fits(false, unsigned) : instruction;
      case "urem":
        return fits(false, unsigned);
      case "sdiv":
      case "srem": {
        if (!x || !y) return instruction;
        // One bit more, so that the most negative number by -1 has its positive result.
        return fits(true, kind === "sdiv" ? signed + 1 : signed);
      }
      case "lshr":
      case "umin":
      case "umax":
        return fits(false, unsigned);
      case "ashr":
        // The first operand keeps a sign bit; the amount is read as unsigned and must fit as such.
        return y ? fits(true, Math.max(signed, unsignedBits(y))) : instruction;
      case "smin":
      case "smax":
        return fits(true, signed);
    }
  }

  private phi(phi: Phi): Phi {
    const width = this.modularWidth(phi.result);
    if (!width) return phi;
    const result = this.def(phi.result, width.bits);
    this.out.push({
      op: "cast",
      kind: width.extend,
      result: phi.result,
      value: valueOperand(result.id),
      span: phi.span,
    });
    const incoming = phi.incoming.map((edge) => {
      const added = this.atEnd.get(edge.block) ?? [];
      this.atEnd.set(edge.block, added);
      return { block: edge.block, value: this.truncate(edge.value, width.bits, phi.span, added) };
    });
    return { ...phi, result, incoming };
  }

  /** How few bits a modular operation's result can be computed in; undefined when that saves too little. */
  private modularWidth(result: Def): Width | undefined {
    if (result.type.kind !== "int") return undefined;
    const whole = result.type.bits;
    const demanded = Math.max(1, this.demanded.get(result.id)!);
    const range = this.ranges.of(result.id);
    const unsigned = range ? Math.max(1, unsignedBits(range)) : whole;
    const signed = range ? signedBits(range) : whole;
    const bits = Math.min(demanded, unsigned, signed);
    if (!this.saves(bits, whole)) return undefined;
    return { bits, extend: signed === bits && unsigned > bits && demanded > bits ? "sext" : "zext" };
  }

  private saves(bits: number, whole: number): boolean {
    return bits <= whole - leastSaving;
  }

  private rangeOf(operand: Operand): Range | undefined {
    return this.ranges.at(operand, this.block);
  }

  private bitsOf(operand: Operand): number {
    return widthOf(operand.kind === "value" ? this.definitions[operand.id]!.def.type : operand.type);
  }

  private def(like: Def, bits: number): Def {
    return { id: this.next++ as ValueId, type: i(bits), name: like.name };
  }

  private extended(result: Def, { bits, extend }: Width, compute: (def: Def) => Instruction): Instruction {
    const def = this.def(result, bits);
    this.out.push(compute(def));
    return { op: "cast", kind: extend, result, value: valueOperand(def.id), span: this.span };
  }

  private truncated(operand: Operand, bits: number): Operand {
    return this.truncate(operand, bits, this.span, this.out);
  }

  private truncate(operand: Operand, bits: number, span: SourceSpan, out: Instruction[]): Operand {
    if (operand.kind === "const") return constOf(i(bits), operand.bits);
    const result: Def = { id: this.next++ as ValueId, type: i(bits), name: "" };
    out.push({ op: "cast", kind: "trunc", result, value: operand, span });
    return valueOperand(result.id);
  }
}
