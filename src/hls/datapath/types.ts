/**
 * The datapath of a kernel: every region is a chain island, step, island, step, … island. An island
 * is a statically scheduled pipeline of operations with fixed latency; a step is what takes variable
 * time: memory accesses side by side, or a loop (a ring around a segment of its own).
 */
import type { SourceSpan } from "../../support/source.js";
import type { ConstantObject, Def, Operand, SourceParameter, Type, ValueId, WorkItemQuery } from "../ir/types.js";
import type { LoadNode, LoopNode, PureInstruction, StoreNode } from "../structure/types.js";

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

/** A work-item function whose answer differs between work-items: part of the token that the dispatcher sends. */
export interface ItemValue {
  readonly query: WorkItemQuery;
  readonly dimension: 0 | 1 | 2;
  readonly result: Def;
}

export interface Access {
  /** Number of the access in `design.json`. */
  readonly site: number;
  readonly node: LoadNode | StoreNode;
  /** Index of the memory group (buffers that may alias) that it goes to. */
  readonly group: number;
  /** Bytes that are read or written. */
  readonly bytes: number;
}

export interface MemoryStep {
  readonly kind: "memory";
  readonly accesses: readonly Access[];
}

export interface LoopStep {
  readonly kind: "loop";
  readonly loop: LoopNode;
  readonly body: Segment;
}

export type Step = MemoryStep | LoopStep;

/** `islands.length === steps.length + 1`: island k runs before step k, the last one after all steps. */
export interface Segment {
  readonly islands: readonly (readonly Operation[])[];
  readonly steps: readonly Step[];
}

/** Buffers that may alias, and how the kernel uses them. They share a memory unit or are only read. */
export interface MemoryGroup {
  readonly index: number;
  /** Source parameters (indices) whose buffers are in it; all buffer parameters when an address of unknown origin is. */
  readonly parameters: readonly number[];
  readonly reads: boolean;
  readonly writes: boolean;
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
  readonly accesses: readonly Access[];
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
