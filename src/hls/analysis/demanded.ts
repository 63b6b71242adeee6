/**
 * Demanded bits: how many low bits of each value anybody looks at. Of a sum, product or bitwise result that is
 * truncated later, only the low bits of the operands matter.
 */
import { unreachable } from "../../support/errors.js";
import type { EffectInstruction, Instruction, Kernel, Operand, Type, ValueId } from "../ir/types.js";
import { widthOf } from "../ir/types.js";
import { definitionsOf, isPure, operandsOf, terminatorOperands } from "../ir/walk.js";
import { bitLength } from "./range.js";

export interface DemandOptions {
  /** Bits of an address that memory looks at, default 64. */
  readonly addressBits?: number;
}

/** Low bits of each value that matter; 0 for values that nobody reads. Floats are wanted whole. */
export function demandedBits(kernel: Kernel, { addressBits = 64 }: DemandOptions = {}): ReadonlyMap<ValueId, number> {
  const definitions = definitionsOf(kernel);
  const demanded = new Int32Array(kernel.valueCount);
  const work: ValueId[] = [];
  const want = (operand: Operand, bits: number) => {
    if (operand.kind !== "value") return;
    const wanted = Math.min(bits, widthOf(definitions[operand.id]!.def.type));
    if (wanted <= demanded[operand.id]!) return;
    demanded[operand.id] = wanted;
    work.push(operand.id);
  };
  const whole = Number.POSITIVE_INFINITY;
  for (const block of kernel.blocks) {
    for (const operand of terminatorOperands(block.terminator)) want(operand, whole);
    for (const instruction of block.instructions) {
      if (isPure(instruction)) continue;
      const { pointer, others } = effectOperands(instruction);
      if (pointer) want(pointer, addressBits);
      for (const operand of others) want(operand, whole);
    }
  }
  const typeOf = (operand: Operand): Type =>
    operand.kind === "value" ? definitions[operand.id]!.def.type : operand.type;
  for (let id = work.pop(); id !== undefined; id = work.pop()) {
    const definition = definitions[id]!;
    const bits = demanded[id]!;
    if (definition.kind === "phi") for (const edge of definition.phi.incoming) want(edge.value, bits);
    else if (definition.kind === "instruction") propagate(definition.instruction, bits, want, typeOf);
  }
  return new Map(definitions.flatMap((d) => (d ? [[d.def.id, demanded[d.def.id]!] as const] : [])));
}

function effectOperands(instruction: EffectInstruction): { pointer?: Operand; others: readonly Operand[] } {
  switch (instruction.op) {
    case "load":
      return { pointer: instruction.pointer, others: [] };
    case "store":
      return { pointer: instruction.pointer, others: instruction.values };
    case "atomic": {
      const { pointer, value, compare } = instruction;
      return { pointer, others: compare ? [value, compare] : [value] };
    }
    case "print":
      return { others: instruction.arguments };
    case "barrier":
    case "fence":
      return { others: [] };
    default:
      return unreachable(instruction);
  }
}

function propagate(
  instruction: Instruction,
  bits: number,
  want: (operand: Operand, bits: number) => void,
  typeOf: (operand: Operand) => Type,
): void {
  const whole = Number.POSITIVE_INFINITY;
  switch (instruction.op) {
    case "binary": {
      const { kind, left, right } = instruction;
      const amount = right.kind === "const" ? Number(right.bits) : undefined;
      switch (kind) {
        case "add":
        case "sub":
        case "mul":
        case "or":
        case "xor":
          want(left, bits);
          want(right, bits);
          return;
        case "and":
          want(left, right.kind === "const" ? Math.min(bits, bitLength(right.bits)) : bits);
          want(right, left.kind === "const" ? Math.min(bits, bitLength(left.bits)) : bits);
          return;
        case "shl":
          want(left, amount === undefined ? bits : Math.max(0, bits - amount));
          want(right, whole);
          return;
        case "lshr":
        case "ashr":
          want(left, amount === undefined ? whole : bits + amount);
          want(right, whole);
          return;
        default:
          want(left, whole);
          want(right, whole);
          return;
      }
    }
    case "select":
      want(instruction.condition, 1);
      want(instruction.whenTrue, bits);
      want(instruction.whenFalse, bits);
      return;
    case "ptradd":
      want(instruction.pointer, bits);
      want(instruction.offset, bits);
      return;
    case "cast":
      switch (instruction.kind) {
        case "trunc":
        case "zext":
        case "ptrtoint":
        case "inttoptr":
          want(instruction.value, bits);
          return;
        case "sext":
          // Bits above the operand's are all its sign.
          want(instruction.value, bits > widthOf(typeOf(instruction.value)) ? whole : bits);
          return;
        default:
          want(instruction.value, whole);
          return;
      }
    default:
      for (const operand of operandsOf(instruction)) want(operand, whole);
  }
}
