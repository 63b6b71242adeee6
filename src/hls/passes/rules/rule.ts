/** What local rewriting rules share: what an instruction becomes, and how they look at operands. */
import type { Pure } from "../../interpret/evaluate.js";
import { constOf, type Instruction, type Operand, type Type, widthOf } from "../../ir/types.js";
import { sameOperand } from "../../ir/walk.js";

/** The result is this operand, or is computed by this instruction instead. Undefined: no rule applies. */
export type Rewrite = Operand | Pure | undefined;

export interface RuleContext {
  typeOf(operand: Operand): Type;
  /** The instruction that defines a value; undefined for parameters, phis and constants. */
  definitionOf(operand: Operand): Instruction | undefined;
}

export type Binary = Extract<Instruction, { op: "binary" }>;
export type Unary = Extract<Instruction, { op: "unary" }>;
export type CastInstruction = Extract<Instruction, { op: "cast" }>;
export type Compare = Extract<Instruction, { op: "icmp" }>;
export type Select = Extract<Instruction, { op: "select" }>;

type Const = Extract<Operand, { kind: "const" }>;

export function isConst(operand: Operand): operand is Const;
/** Whether the operand is the constant of these bits. */
export function isConst(operand: Operand, bits: bigint): boolean;
export function isConst(operand: Operand, bits?: bigint): boolean {
  return operand.kind === "const" && (bits === undefined || operand.bits === bits);
}

export const zero = (type: Type) => constOf(type, 0n);
export const allOnes = (type: Type) => constOf(type, -1n);
export const isAllOnes = (operand: Operand) => isConst(operand) && operand.bits === allOnesBits(operand.type);
const allOnesBits = (type: Type) => (1n << BigInt(widthOf(type))) - 1n;

/** k when the constant is 2^k. */
export function powerOfTwo(operand: Operand): bigint | undefined {
  if (!isConst(operand) || operand.bits === 0n || operand.bits & (operand.bits - 1n)) return undefined;
  return BigInt(operand.bits.toString(2).length - 1);
}

/** The definition of an operand when it is a cast. */
export function castOf(context: RuleContext, operand: Operand): CastInstruction | undefined {
  const definition = context.definitionOf(operand);
  return definition?.op === "cast" ? definition : undefined;
}

export function binaryOf(context: RuleContext, operand: Operand): Binary | undefined {
  const definition = context.definitionOf(operand);
  return definition?.op === "binary" ? definition : undefined;
}

/** The comparison with the opposite outcome is the condition itself: `xor c, 1`. */
export function invertedCondition(context: RuleContext, operand: Operand): Operand | undefined {
  const definition = binaryOf(context, operand);
  return definition?.kind === "xor" && isConst(definition.right, 1n) ? definition.left : undefined;
}

export { sameOperand };
