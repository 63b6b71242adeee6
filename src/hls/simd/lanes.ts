/**
 * SIMD: makes `width` work-items that are neighbours in one dimension share a token. What is the same for all of them is
 * computed once; what differs by a constant step has one value and an adder a lane; the rest is copied. Loads and stores
 * of neighbouring addresses become one wide access, those of one address one access, others one access a lane.
 *
 * Loops must run alike for all lanes; under a branch that differs, a lane's effects are masked.
 */
import { bitsFor } from "../../support/numbers.js";
import {
  constOf,
  type Def,
  i,
  type MemoryVariable,
  type Operand,
  type Type,
  type ValueId,
  valueOperand,
  widthOf,
} from "../ir/types.js";
import { mapOperands } from "../ir/walk.js";
import { removeDeadNodes } from "../structure/dead.js";
import type {
  AccessNode,
  AtomicNode,
  LaneAddress,
  LoadNode,
  LoopNode,
  Node,
  PrintNode,
  PureInstruction,
  PureNode,
  Region,
  StoreNode,
  StructuredKernel,
} from "../structure/types.js";
import { nodeDefs } from "../structure/types.js";
import { type Uniformity, uniformity } from "./uniformity.js";

/** Bytes of a line of memory, at least, where there are wide accesses. */
export const wideLine = 64;
/** Bytes of a wide access at most: wherever it begins, it touches no more than three lines, for which a unit has four banks. */
const widestAccess = 2 * wideLine;
const truth = i(1);
const yes = constOf(truth, 1n);

/** Undefined when a loop does not run alike for neighbours. */
export function shareTokens(
  kernel: StructuredKernel,
  dimension: 0 | 1 | 2,
  width: number,
): StructuredKernel | undefined {
  const conversion = new LaneConversion(kernel, dimension, width);
  return conversion.loopsRunAlike(kernel.body) ? removeDeadNodes(conversion.convert()) : undefined;
}

class LaneConversion {
  private readonly types = new Map<ValueId, Type>();
  private readonly privates: ReadonlySet<string>;
  private readonly uniform: Uniformity;
  /** Operands of all lanes, of values that differ. Lane 0 of a value with a step is the value itself. */
  private readonly lanes = new Map<ValueId, readonly Operand[]>();
  private nextValue: number;
  private nextBundle: number;
  private nodes: Node[] = [];
  /** Which lanes are at work where we are; lane k's effects happen under `active[k]`. At least one is. */
  private active: readonly Operand[] = [];
  /** Conjunctions and disjunctions that there are where we are, innermost region first. */
  private conditions: readonly Map<string, Operand>[] = [new Map()];
  /** The lanes that have a work-item at all. */
  private present: readonly Operand[] = [];

  constructor(
    private readonly kernel: StructuredKernel,
    private readonly dimension: 0 | 1 | 2,
    private readonly width: number,
  ) {
    for (const p of kernel.parameters) for (const v of p.values) this.types.set(v.def.id, v.def.type);
    for (const l of kernel.lanes) this.types.set(l.count.id, l.count.type);
    for (const d of kernel.body.nodes.flatMap(nodeDefs)) this.types.set(d.id, d.type);
    this.privates = new Set(kernel.variables.filter((v) => v.space === "private").map((v) => v.name));
    this.uniform = uniformity(kernel.body, dimension, this.privates, (o) => {
      const type = this.typeOf(o);
      return type.kind === "ptr" && type.space === "private";
    });
    this.nextValue = kernel.valueCount;
    this.nextBundle = kernel.bundles;
  }

  loopsRunAlike(region: Region): boolean {
    return region.nodes.every(
      (n) => n.kind !== "loop" || (this.uniform.isUniform(n.again) && this.loopsRunAlike(n.body)),
    );
  }

  convert(): StructuredKernel {
    const { kernel, width, dimension } = this;
    const bits = bitsFor(width + 1);
    const count: Def = this.fresh(i(bits), `lanes_${"xyz"[dimension]}`);
    this.active = Array.from({ length: width }, (_, k) =>
      k === 0
        ? yes
        : this.pure(truth, `lane${k}`, (result) => ({
            op: "icmp",
            predicate: "ugt",
            result,
            left: valueOperand(count.id),
            right: constOf(i(bits), BigInt(k)),
            span: kernel.span,
          })),
    );
    this.present = this.active;
    const masks = this.nodes;
    const body = this.region(kernel.body, this.active);
    const variables = kernel.variables.flatMap((v): MemoryVariable[] =>
      v.space === "private" ? Array.from({ length: width }, (_, k) => ({ ...v, name: laneName(v.name, k) })) : [v],
    );
    return {
      ...kernel,
      variables,
      lanes: [...kernel.lanes, { dimension, width, count }],
      bundles: this.nextBundle,
      body: { nodes: [...masks, ...body.nodes] },
      valueCount: this.nextValue,
    };
  }

  private region(region: Region, active: readonly Operand[]): Region {
    const outside = { nodes: this.nodes, active: this.active, conditions: this.conditions };
    this.nodes = [];
    this.active = active;
    this.conditions = [new Map(), ...outside.conditions];
    for (const node of region.nodes) this.node(node);
    const result = { nodes: this.nodes };
    ({ nodes: this.nodes, active: this.active, conditions: this.conditions } = outside);
    return result;
  }

  private node(node: Node): void {
    switch (node.kind) {
      case "pure":
        return this.pureNode(node);
      case "load":
        return this.load(node);
      case "store":
        return this.store(node);
      case "atomic":
        return this.atomic(node);
      case "print":
        return this.print(node);
      case "loop":
        return this.loop(node);
      case "barrier":
        this.nodes.push({ ...node, enable: this.anyLane(node.enable) });
        return;
      case "fence":
        this.nodes.push(node);
        return;
      default:
        node satisfies never;
    }
  }

  private pureNode(node: PureNode): void {
    const { instruction } = node;
    const { result } = instruction;
    const step = this.uniform.step(valueOperand(result.id));
    if (step === "varies") {
      this.define(result, (k, def) =>
        this.nodes.push({
          kind: "pure",
          instruction: { ...mapOperands(instruction, (o) => this.lane(o, k)), result: def },
        }),
      );
      return;
    }
    this.nodes.push({ kind: "pure", instruction: mapOperands(instruction, (o) => this.lane(o, 0)) });
    this.stepLanes(result, step);
  }

  /** Lanes of a value that differs by a step: lane 0 is the value, the others are sums. */
  private stepLanes(result: Def, step: bigint): void {
    if (step === 0n) return;
    const { type } = result;
    const first = valueOperand(result.id);
    const others = Array.from({ length: this.width - 1 }, (_, k): Operand => {
      const by = step * BigInt(k + 1);
      return this.pure(
        type,
        result.name,
        (def): PureInstruction =>
          type.kind === "ptr"
            ? { op: "ptradd", result: def, pointer: first, offset: constOf(i(64), by), span: this.kernel.span }
            : { op: "binary", kind: "add", result: def, left: first, right: constOf(type, by), span: this.kernel.span },
      );
    });
    this.lanes.set(result.id, [first, ...others]);
  }

  private load(node: LoadNode): void {
    const step = this.uniform.addressStep(node.pointer);
    const isUniform = node.results.every((r) => this.uniform.isUniform(valueOperand(r.id)));
    if (isUniform) {
      const { enable, laneEnables, laneAddresses } = node;
      this.nodes.push({
        ...node,
        pointer: this.lane(node.pointer, 0),
        enable: this.anyLane(enable),
        ...(laneEnables ? { laneEnables: laneEnables.map((e) => this.anyLane(e)) } : {}),
        ...(laneAddresses ? { laneAddresses: laneAddresses.flatMap((a) => this.addressesOfAll(a)) } : {}),
      });
      return;
    }
    const size = bytesOf(node.results.map((r) => r.type));
    const chunk = this.chunk(node, step, size);
    if (chunk > 1) {
      const all = node.results.map((r) => this.laneDefs(r));
      const bundle = chunk < this.width ? { bundle: this.bundleOf(node) } : {};
      for (let first = 0; first < this.width; first += chunk) {
        const range = Array.from({ length: Math.min(chunk, this.width - first) }, (_, k) => first + k);
        const laneEnables = range.map((k) => this.under(node.enable, k));
        this.nodes.push({
          ...node,
          results: range.flatMap((k) => all.map((defs) => defs[k]!)),
          pointer: this.lane(node.pointer, range[0]!),
          enable: this.anyOf(laneEnables),
          laneEnables,
          ...this.addresses(node, range, laneEnables, size),
          ...bundle,
        });
      }
      return;
    }
    const all = node.results.map((r) => this.laneDefs(r));
    const bundle = this.bundleOf(node);
    for (let k = 0; k < this.width; k++)
      this.nodes.push({
        ...node,
        results: all.map((defs) => defs[k]!),
        pointer: this.lane(node.pointer, k),
        enable: this.under(node.enable, k),
        ...this.wideInLane(node, k),
        bundle,
      });
  }

  private store(node: StoreNode): void {
    const step = this.uniform.addressStep(node.pointer);
    const size = bytesOf(node.values.map((v) => this.typeOf(v)));
    const chunk = this.chunk(node, step, size);
    if (chunk > 1) {
      const bundle = chunk < this.width ? { bundle: this.bundleOf(node) } : {};
      for (let first = 0; first < this.width; first += chunk) {
        const range = Array.from({ length: Math.min(chunk, this.width - first) }, (_, k) => first + k);
        const laneEnables = range.map((k) => this.under(node.enable, k));
        this.nodes.push({
          ...node,
          values: range.flatMap((k) => node.values.map((v) => this.lane(v, k))),
          pointer: this.lane(node.pointer, range[0]!),
          enable: this.anyOf(laneEnables),
          laneEnables,
          ...this.addresses(node, range, laneEnables, size),
          ...bundle,
        });
      }
      return;
    }
    const bundle = this.bundleOf(node);
    for (let k = 0; k < this.width; k++)
      this.nodes.push({
        ...node,
        values: node.values.map((v) => this.lane(v, k)),
        pointer: this.lane(node.pointer, k),
        enable: this.under(node.enable, k),
        ...this.wideInLane(node, k),
        bundle,
      });
  }

  /** The bundle of an access's lanes: the one it belongs to already, as a lane of another dimension. */
  private bundleOf(node: AccessNode): number {
    return node.bundle ?? this.nextBundle++;
  }

  /**
   * Where a wide access begins. Where an index of 32 bits may wrap, that is known only from a lane that does access memory: the first
   * lane's own address may lie 2^32 elsewhere when the lane is off.
   */
  private addresses(
    node: LoadNode | StoreNode,
    range: readonly number[],
    laneEnables: readonly Operand[],
    size: number,
  ): { readonly laneAddresses?: readonly LaneAddress[] } {
    // Lanes that are missing at the edge of the range are the last ones.
    const firstIsOn = this.active === this.present && this.uniform.isUniform(node.enable);
    if (firstIsOn || this.uniform.step(node.pointer) !== "varies") return {};
    return {
      laneAddresses: range.map((k, index) => ({
        on: laneEnables[index]!,
        pointer: this.lane(node.pointer, k),
        ahead: BigInt(index * size),
      })),
    };
  }

  /** What a wide access of lanes of another dimension is for lane k. */
  private wideInLane(node: LoadNode | StoreNode, k: number): Pick<LoadNode, "laneEnables" | "laneAddresses"> {
    const { laneEnables, laneAddresses } = node;
    return {
      ...(laneEnables ? { laneEnables: laneEnables.map((e) => this.under(e, k)) } : {}),
      ...(laneAddresses
        ? {
            laneAddresses: laneAddresses.map((a) => ({
              ...a,
              on: this.under(a.on, k),
              pointer: this.lane(a.pointer, k),
            })),
          }
        : {}),
    };
  }

  private addressesOfAll(a: LaneAddress): LaneAddress[] {
    if (this.uniform.isUniform(a.pointer)) return [{ ...a, on: this.anyLane(a.on), pointer: this.lane(a.pointer, 0) }];
    return this.active.map((_, k) => ({ ...a, on: this.under(a.on, k), pointer: this.lane(a.pointer, k) }));
  }

  /** Lanes that one wide access can serve; 1: none together. */
  private chunk(node: LoadNode | StoreNode, step: bigint | "varies", size: number): number {
    const type = this.typeOf(node.pointer);
    const isGlobal = type.kind === "ptr" && type.space === "global";
    if (!isGlobal || node.laneEnables || step !== BigInt(size) || !Number.isInteger(Math.log2(size))) return 1;
    if (node.align < size) return 1;
    return Math.min(this.width, widestAccess / size);
  }

  private atomic(node: AtomicNode): void {
    const defs = this.laneDefs(node.result);
    const bundle = this.bundleOf(node);
    defs.forEach((result, k) => {
      this.nodes.push({
        ...node,
        result,
        value: this.lane(node.value, k),
        ...(node.compare ? { compare: this.lane(node.compare, k) } : {}),
        pointer: this.lane(node.pointer, k),
        enable: this.under(node.enable, k),
        bundle,
      });
    });
  }

  private print(node: PrintNode): void {
    for (let k = 0; k < this.width; k++)
      this.nodes.push({
        ...node,
        arguments: node.arguments.map((a) => this.lane(a, k)),
        enable: this.under(node.enable, k),
      });
  }

  private loop(node: LoopNode): void {
    const alike = this.uniform.isUniform(node.enable);
    const active = alike ? this.active : this.active.map((_, k) => this.under(node.enable, k));
    const enable = alike ? this.lane(node.enable, 0) : this.anyOf(active);
    // Headers first: the body reads the lanes of carried values.
    const varying = new Set<ValueId>();
    for (const { result } of node.carried)
      if (this.uniform.step(valueOperand(result.id)) === "varies") {
        varying.add(result.id);
        this.laneDefs(result);
      }
    const inits = node.carried.map((c) => this.laneOperands(c.init));
    const outside = this.nodes;
    this.nodes = [];
    for (const { result } of node.carried) {
      const step = this.uniform.step(valueOperand(result.id));
      if (step !== "varies") this.stepLanes(result, step);
    }
    const header = this.nodes;
    this.nodes = outside;
    const body = this.region(node.body, active);
    const carried = node.carried.flatMap((c, index) => {
      const lanes = varying.has(c.result.id) ? this.lanes.get(c.result.id)! : [valueOperand(c.result.id)];
      return lanes.map((lane, k) => ({
        result: { ...c.result, id: (lane as { id: ValueId }).id },
        init: inits[index]![k]!,
        next: this.lane(c.next, k),
      }));
    });
    this.nodes.push({
      ...node,
      enable,
      carried,
      body: { nodes: [...header, ...body.nodes] },
      again: this.lane(node.again, 0),
    });
  }

  // ---- Operands

  /** The operand as lane k sees it. */
  private lane(o: Operand, k: number): Operand {
    if (o.kind === "object") return this.privates.has(o.object) ? { ...o, object: laneName(o.object, k) } : o;
    return o.kind === "value" ? (this.lanes.get(o.id)?.[k] ?? o) : o;
  }

  private laneOperands(o: Operand): readonly Operand[] {
    return Array.from({ length: this.width }, (_, k) => this.lane(o, k));
  }

  private laneDefs(result: Def): readonly Def[] {
    const defs = Array.from({ length: this.width }, (_, k) =>
      k === 0 ? result : this.fresh(result.type, result.name),
    );
    this.lanes.set(
      result.id,
      defs.map((d) => valueOperand(d.id)),
    );
    return defs;
  }

  private define(result: Def, make: (lane: number, def: Def) => void): void {
    // Operands are read before the result's lanes are known: a value is never its own operand outside loops.
    this.laneDefs(result).forEach((def, k) => {
      make(k, def);
    });
  }

  /** `enable` of lane k, and the lane is at work. */
  private under(enable: Operand, k: number): Operand {
    return this.both(this.lane(enable, k), this.active[k]!);
  }

  /** Whether any lane that is at work is enabled. */
  private anyLane(enable: Operand): Operand {
    // Where we are, at least one lane is at work.
    if (this.uniform.isUniform(enable)) return this.lane(enable, 0);
    return this.anyOf(this.active.map((_, k) => this.under(enable, k)));
  }

  private anyOf(terms: readonly Operand[]): Operand {
    if (terms.some((t) => t.kind === "const" && t.bits === 1n)) return yes;
    return terms.reduce((a, b) => this.logic("or", a, b));
  }

  private both(a: Operand, b: Operand): Operand {
    if (a.kind === "const") return a.bits === 1n ? b : a;
    if (b.kind === "const") return b.bits === 1n ? a : b;
    return this.logic("and", a, b);
  }

  /** The same for the same operands, so that accesses under one condition have one enable. */
  private logic(kind: "and" | "or", left: Operand, right: Operand): Operand {
    const key = `${kind} ${keyOf(left)} ${keyOf(right)}`;
    for (const known of this.conditions) {
      const there = known.get(key);
      if (there) return there;
    }
    const made = this.pure(truth, "p", (result) => ({
      op: "binary",
      kind,
      result,
      left,
      right,
      span: this.kernel.span,
    }));
    this.conditions[0]!.set(key, made);
    return made;
  }

  private pure(type: Type, name: string, make: (result: Def) => PureInstruction): Operand {
    const result = this.fresh(type, name);
    this.nodes.push({ kind: "pure", instruction: make(result) });
    return valueOperand(result.id);
  }

  private fresh(type: Type, name: string): Def {
    const id = this.nextValue++ as ValueId;
    this.types.set(id, type);
    return { id, type, name };
  }

  private typeOf(o: Operand): Type {
    return o.kind === "value" ? this.types.get(o.id)! : o.type;
  }
}

/** Tells operands apart. */
const keyOf = (o: Operand): string => (o.kind === "value" ? `%${o.id}` : o.kind === "const" ? `${o.bits}` : o.object);

const laneName = (name: string, lane: number): string => `${name}#${lane}`;

function bytesOf(types: readonly Type[]): number {
  return types.reduce((n, t) => n + Math.ceil(widthOf(t) / 8), 0);
}
