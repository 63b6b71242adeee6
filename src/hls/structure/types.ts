/**
 * Structured form of a kernel: control flow is gone but for loops. A region is straight-line code in
 * dependence order; branches became predicates, phis became selects, and memory accesses and loops
 * carry an enable. Value ids are those of the Kernel IR; a value defined in a loop's body and used
 * after the loop is the one of the last iteration.
 */
import type { SourceSpan } from "../../support/source.js";
import type { ConstantObject, Def, Instruction, Operand, SourceParameter } from "../ir/types.js";

/** An instruction without side effect and without memory access. */
export type PureInstruction = Exclude<Instruction, { op: "load" | "store" }>;

export interface LoadNode {
  readonly kind: "load";
  readonly results: readonly Def[];
  readonly pointer: Operand;
  readonly align: number;
  readonly enable: Operand;
  readonly span: SourceSpan;
}

export interface StoreNode {
  readonly kind: "store";
  readonly values: readonly Operand[];
  readonly pointer: Operand;
  readonly align: number;
  readonly enable: Operand;
  readonly span: SourceSpan;
}

/** A value that goes round the loop: `init` on entry, `next` for the following iteration. */
export interface Carried {
  readonly result: Def;
  readonly init: Operand;
  readonly next: Operand;
}

export interface LoopNode {
  readonly kind: "loop";
  readonly label: string;
  readonly enable: Operand;
  readonly carried: readonly Carried[];
  readonly body: Region;
  /** Evaluated at the end of the body: another iteration follows. */
  readonly again: Operand;
  readonly span: SourceSpan;
}

export interface PureNode {
  readonly kind: "pure";
  readonly instruction: PureInstruction;
}

export type Node = PureNode | LoadNode | StoreNode | LoopNode;

export interface Region {
  readonly nodes: readonly Node[];
}

export interface StructuredKernel {
  readonly name: string;
  readonly span: SourceSpan;
  readonly parameters: readonly SourceParameter[];
  readonly requiredLocalSize?: readonly [number, number, number];
  readonly objects: readonly ConstantObject[];
  readonly body: Region;
  readonly valueCount: number;
}

/** Operands that a node itself reads (a loop: its enable and initial values, not what its body reads). */
export function nodeOperands(node: Node): readonly Operand[] {
  switch (node.kind) {
    case "pure":
      return instructionOperands(node.instruction);
    case "load":
      return [node.pointer, node.enable];
    case "store":
      return [...node.values, node.pointer, node.enable];
    case "loop":
      return [node.enable, ...node.carried.map((c) => c.init)];
    default:
      return node satisfies never;
  }
}

export function instructionOperands(x: PureInstruction): readonly Operand[] {
  switch (x.op) {
    case "binary":
    case "icmp":
    case "fcmp":
      return [x.left, x.right];
    case "unary":
    case "cast":
      return [x.value];
    case "fma":
      return [x.a, x.b, x.c];
    case "select":
      return [x.condition, x.whenTrue, x.whenFalse];
    case "ptradd":
      return [x.pointer, x.offset];
    case "workitem":
      return [];
    default:
      return x satisfies never;
  }
}

/** Values that a node defines (a loop: all that its body and header define). */
export function nodeDefs(node: Node): readonly Def[] {
  switch (node.kind) {
    case "pure":
      return [node.instruction.result];
    case "load":
      return node.results;
    case "store":
      return [];
    case "loop":
      return [...node.carried.map((c) => c.result), ...node.body.nodes.flatMap(nodeDefs)];
    default:
      return node satisfies never;
  }
}
