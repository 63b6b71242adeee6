/**
 * The datapath of a kernel: every region is a chain island, step, island, step, … island. An island
 * is a statically scheduled pipeline of operations with fixed latency; a step is what takes variable
 * time: memory accesses side by side, or a loop (a ring around a segment of its own).
 */
import type { SourceSpan } from "../../support/source.js";
import type {
  ConstantObject,
  Def,
  MemoryVariable,
  Operand,
  SourceParameter,
  Type,
  ValueId,
  WorkItemQuery,
} from "../ir/types.js";
import type { AccessNode, BarrierNode, Carried, LoopNode, PrintNode, PureInstruction } from "../structure/types.js";

/** A read of a constant table: fixed latency, so it is an operation like any other. */
export interface RomRead {
  readonly op: "rom";
  readonly results: readonly Def[];
  /** Byte address in the kernel's constant segment. */
  readonly pointer: Operand;
  /** Names of the tables that it may point into. */
  readonly tables: readonly string[];
  readonly span: SourceSpan;
}

/** An operation of an island. */
export type Operation = PureInstruction | RomRead;

/**
 * A work-item function whose answer differs between work-items, a slot, or how many work-items of a dimension share the token:
 * part of the token that the dispatcher sends.
 */
export interface ItemValue {
  readonly query: WorkItemQuery | "group_slot" | "item_slot" | "lanes";
  readonly dimension: 0 | 1 | 2;
  readonly result: Def;
}

/** How many work-groups and work-items with memory of their own are under way at most (see `slots.ts`). */
export interface Slots {
  readonly barriers: boolean;
  /** Group slots; 0 for a kernel without barriers and local memory. A power of two. */
  readonly groups: number;
  /** Work-items of all groups under way together: what a barrier and the rings around one have room for. A power of two. */
  readonly items: number;
  /** Work-items of one group at most. */
  readonly largestGroup: number;
  /** Item slots; 0 for a kernel without private memory. A power of two. */
  readonly itemSlots: number;
}

export interface Access {
  /** Number of the access in `design.json`. */
  readonly site: number;
  readonly node: AccessNode;
  /** Index of the memory group (buffers that may alias) that it goes to. */
  readonly group: number;
  /** Bytes that are read or written, of one lane in a wide access. */
  readonly bytes: number;
  /** Lanes of a wide access; 0 for any other. */
  readonly lanes: number;
}

export interface Print {
  /** Number of the printf in `design.json`. */
  readonly site: number;
  readonly node: PrintNode;
}

/** Accesses and prints side by side. Without any (a fence), it only keeps the order of the steps around it. */
export interface MemoryStep {
  readonly kind: "memory";
  readonly accesses: readonly Access[];
  readonly prints: readonly Print[];
}

export interface LoopStep {
  readonly kind: "loop";
  readonly loop: LoopNode;
  readonly body: Segment;
}

/**
 * A loop whose iterations need not wait for each other (see `decouple.ts`): a generator sends the iterations of all work-items inside
 * into the feed, which runs ahead; the collector takes them in, and the last iteration leaves with the token.
 */
export interface DecoupledStep {
  readonly kind: "decoupled";
  readonly loop: LoopNode;
  /** Number of the work-item inside the loop, and whether an iteration is its first and its last: fields of the tokens inside. */
  readonly slot: Def;
  readonly first: Def;
  readonly last: Def;
  readonly inductions: readonly Carried[];
  readonly generator: readonly PureInstruction[];
  readonly feed: Segment;
  readonly accumulators: readonly Carried[];
  readonly collector: readonly PureInstruction[];
  /** Undefined when nothing depends on the accumulators but what is read after the loop. */
  readonly post: Segment | undefined;
}

/** Work-items inside a decoupled loop at most. */
export const decoupledSlots = 64;

/** Waits for the work-group. */
export interface BarrierStep {
  readonly kind: "barrier";
  /** Number of the barrier in the kernel. */
  readonly index: number;
  readonly node: BarrierNode;
}

export type Step = MemoryStep | BarrierStep | LoopStep | DecoupledStep;

/** `islands.length === steps.length + 1`: island k runs before step k, the last one after all steps. */
export interface Segment {
  readonly islands: readonly (readonly Operation[])[];
  readonly steps: readonly Step[];
}

/** Memory that may alias, and how the kernel uses it. It has one memory unit or is only read. */
export interface MemoryGroup {
  readonly index: number;
  readonly space: "global" | "local" | "private";
  /** Source parameters (indices) whose memory is in it; all of the space when an address of unknown origin is. */
  readonly parameters: readonly number[];
  /** Names of local or private variables. */
  readonly variables: readonly string[];
  readonly reads: boolean;
  readonly writes: boolean;
  readonly atomics: boolean;
}

/** A constant table's place in the constant segment: at a multiple of its size rounded up to a power of two. */
export interface PlacedObject {
  readonly object: ConstantObject;
  readonly address: number;
}

export interface Datapath {
  readonly name: string;
  readonly span: SourceSpan;
  readonly parameters: readonly SourceParameter[];
  readonly requiredLocalSize?: readonly [number, number, number];
  /** Values that the dispatcher gives to every work-item. */
  readonly items: readonly ItemValue[];
  /** Operations on launch-wide values only: computed once a launch, in this order. */
  readonly uniform: readonly PureInstruction[];
  readonly body: Segment;
  readonly slots: Slots;
  /** Work-items that share a token, a factor a dimension. */
  readonly simd: readonly [number, number, number];
  readonly variables: readonly MemoryVariable[];
  readonly accesses: readonly Access[];
  readonly prints: readonly Print[];
  readonly groups: readonly MemoryGroup[];
  readonly constants: readonly PlacedObject[];
  /** Types of all values. */
  readonly types: ReadonlyMap<ValueId, Type>;
  /** The source's names of values; may be empty. */
  readonly names: ReadonlyMap<ValueId, string>;
  /** Values that are the same for every work-item of a launch (parameters and results of `uniform`). */
  readonly uniformValues: ReadonlySet<ValueId>;
}

export function operationDefs(operation: Operation): readonly Def[] {
  return operation.op === "rom" ? operation.results : [operation.result];
}
