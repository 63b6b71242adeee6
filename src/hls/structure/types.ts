/**
 * Structured form of a kernel: control flow is gone but for loops. A region is straight-line code in
 * dependence order; branches became predicates, phis became selects, and memory accesses and loops
 * carry an enable. Value ids are those of the Kernel IR; a value defined in a loop's body and used
 * after the loop is the one of the last iteration.
 */
import type { SourceSpan } from "../../support/source.js";
import type {
  AtomicKind,
  ConstantObject,
  Def,
  MemoryVariable,
  Operand,
  PureInstruction,
  SourceParameter,
} from "../ir/types.js";

export type { PureInstruction };

/**
 * Where a wide access begins, as one of its lanes sees it: at `pointer` less `ahead` bytes, which is right when `on` is set. Lanes differ
 * where an index may wrap between them; of lanes that are on, all say the same.
 */
export interface LaneAddress {
  readonly on: Operand;
  readonly pointer: Operand;
  readonly ahead: bigint;
}

export interface LoadNode {
  readonly kind: "load";
  readonly results: readonly Def[];
  readonly pointer: Operand;
  readonly align: number;
  readonly enable: Operand;
  /** Which copy of a local or private variable is meant: the work-group's or work-item's slot (see `datapath/slots.ts`). */
  readonly slot?: Operand;
  /**
   * A wide access of several lanes side by side, which starts at any multiple of `align`: the enable of each lane, all of the same
   * number of results. `enable` says whether any is set.
   */
  readonly laneEnables?: readonly Operand[];
  /** Where `pointer` is right only if the first lane is on. `settleAddresses` chooses one. */
  readonly laneAddresses?: readonly LaneAddress[];
  /** Accesses of one bundle belong to different work-items, hence have no order. */
  readonly bundle?: number;
  readonly span: SourceSpan;
}

export interface StoreNode {
  readonly kind: "store";
  readonly values: readonly Operand[];
  readonly pointer: Operand;
  readonly align: number;
  readonly enable: Operand;
  readonly slot?: Operand;
  readonly laneEnables?: readonly Operand[];
  readonly laneAddresses?: readonly LaneAddress[];
  readonly bundle?: number;
  readonly span: SourceSpan;
}

export interface AtomicNode {
  readonly kind: "atomic";
  readonly operation: AtomicKind;
  /** The old value. */
  readonly result: Def;
  readonly value: Operand;
  readonly compare?: Operand;
  readonly pointer: Operand;
  readonly enable: Operand;
  readonly slot?: Operand;
  readonly bundle?: number;
  readonly span: SourceSpan;
}

/** Waits for the work-group. A work-item that is not enabled passes by. */
export interface BarrierNode {
  readonly kind: "barrier";
  readonly enable: Operand;
  readonly slot?: Operand;
  readonly span: SourceSpan;
}

/** Keeps the order of accesses before and after it; no hardware of its own. */
export interface FenceNode {
  readonly kind: "fence";
  readonly span: SourceSpan;
}

/** A printf: shown by the simulation, nothing in hardware. */
export interface PrintNode {
  readonly kind: "print";
  readonly format: string;
  readonly arguments: readonly Operand[];
  readonly enable: Operand;
  readonly span: SourceSpan;
}

export type AccessNode = LoadNode | StoreNode | AtomicNode;

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

export type Node = PureNode | AccessNode | PrintNode | BarrierNode | FenceNode | LoopNode;

export interface Region {
  readonly nodes: readonly Node[];
}

/** Work-items that share a token: `width` neighbours in a dimension, of which the first `count` are there. */
export interface Lanes {
  readonly dimension: 0 | 1 | 2;
  readonly width: number;
  /** Given with the token, 1 to `width`. */
  readonly count: Def;
}

export interface StructuredKernel {
  readonly name: string;
  readonly span: SourceSpan;
  readonly parameters: readonly SourceParameter[];
  readonly requiredLocalSize?: readonly [number, number, number];
  readonly objects: readonly ConstantObject[];
  readonly variables: readonly MemoryVariable[];
  /** Innermost first; empty when every work-item has a token of its own. */
  readonly lanes: readonly Lanes[];
  /** One more than the largest bundle number. */
  readonly bundles: number;
  readonly body: Region;
  readonly valueCount: number;
}

/** Operands that a node itself reads (a loop: its enable and initial values, not what its body reads). */
export function nodeOperands(node: Node): readonly Operand[] {
  switch (node.kind) {
    case "pure":
      return instructionOperands(node.instruction);
    case "load":
      return [node.pointer, node.enable, ...lanesOf(node), ...slotOf(node)];
    case "store":
      return [...node.values, node.pointer, node.enable, ...lanesOf(node), ...slotOf(node)];
    case "atomic":
      return [node.value, ...(node.compare ? [node.compare] : []), node.pointer, node.enable, ...slotOf(node)];
    case "barrier":
      return [node.enable, ...slotOf(node)];
    case "fence":
      return [];
    case "print":
      return [...node.arguments, node.enable];
    case "loop":
      return [node.enable, ...node.carried.map((c) => c.init)];
    default:
      return node satisfies never;
  }
}

const lanesOf = ({ laneEnables = [], laneAddresses = [] }: LoadNode | StoreNode): readonly Operand[] => [
  ...laneEnables,
  ...laneAddresses.flatMap((a) => [a.on, a.pointer]),
];

const slotOf = (node: { readonly slot?: Operand }): readonly Operand[] => (node.slot ? [node.slot] : []);

/** Whether the node is a memory access. */
export function isAccess(node: Node): node is AccessNode {
  return node.kind === "load" || node.kind === "store" || node.kind === "atomic";
}

/** Whether the node does something besides defining values; loops by what is in them. */
export function hasEffect(node: Node): boolean {
  switch (node.kind) {
    case "store":
    case "atomic":
    case "barrier":
    case "fence":
    case "print":
      return true;
    case "loop":
      return node.body.nodes.some(hasEffect);
    case "pure":
    case "load":
      return false;
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
    case "atomic":
      return [node.result];
    case "store":
    case "barrier":
    case "fence":
    case "print":
      return [];
    case "loop":
      return [...node.carried.map((c) => c.result), ...node.body.nodes.flatMap(nodeDefs)];
    default:
      return node satisfies never;
  }
}
