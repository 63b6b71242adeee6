/** From the structured form to the datapath: uniform values, memory groups, steps and islands. */
import { bitsFor, powerOfTwo } from "../../support/numbers.js";
import { type Def, i, type Operand, type Type, type ValueId, widthOf } from "../ir/types.js";
import {
  type AccessNode,
  type LoopNode,
  type Node,
  nodeDefs,
  nodeOperands,
  type PrintNode,
  type PureInstruction,
  type Region,
  type StructuredKernel,
} from "../structure/types.js";
import { type LoopSplit, splitLoop } from "./decouple.js";
import { type Grouping, groupAccesses } from "./groups.js";
import { placeOperations } from "./placement.js";
import { assignSlots, slotValues } from "./slots.js";
import { cutIntoSteps, loopUses } from "./steps.js";
import {
  type Access,
  type Datapath,
  type DecoupledStep,
  decoupledSlots,
  type ItemValue,
  type MemoryStep,
  type PlacedObject,
  type Print,
  type Segment,
  type Step,
} from "./types.js";
import { splitUniform } from "./uniform.js";

/** Throws UnsupportedError for accesses whose memory cannot be told (see `groups.ts`). */
export function buildDatapath(kernel: StructuredKernel): Datapath {
  const split = splitUniform(kernel);
  const { uniform, uniformValues } = split;
  const defs: Def[] = [
    ...kernel.parameters.flatMap((p) => p.values.map((v) => v.def)),
    ...uniform.map((x) => x.result),
    ...split.items.map((x) => x.result),
    ...kernel.lanes.map((l) => l.count),
    ...split.body.nodes.flatMap(nodeDefs),
  ];
  const types = new Map<ValueId, Type>(defs.map((d) => [d.id, d.type]));
  const typeOf = (id: ValueId): Type => types.get(id)!;
  const slotted = assignSlots(kernel, split.body, typeOf);
  defs.push(...slotted.items.map((x) => x.result));
  for (const { result } of slotted.items) types.set(result.id, result.type);
  const { body, slots } = slotted;
  const lanes = kernel.lanes.map(({ dimension, count }): ItemValue => ({ query: "lanes", dimension, result: count }));
  const items = [...split.items, ...lanes, ...slotted.items];
  const builder = new SegmentBuilder(groupAccesses(kernel, body, typeOf), types);
  // A work-item gives its slots back when it retires.
  const segment = builder.build(body, new Set(slotValues(items)));
  return {
    name: kernel.name,
    span: kernel.span,
    parameters: kernel.parameters,
    ...(kernel.requiredLocalSize ? { requiredLocalSize: kernel.requiredLocalSize } : {}),
    items,
    uniform,
    body: segment,
    slots,
    simd: [0, 1, 2].map((d) => kernel.lanes.reduce((n, l) => (l.dimension === d ? n * l.width : n), 1)) as [
      number,
      number,
      number,
    ],
    variables: kernel.variables,
    accesses: builder.accesses,
    prints: builder.prints,
    groups: builder.grouping.groups,
    constants: placeObjects(kernel),
    types,
    names: new Map([...defs, ...builder.made].map((d) => [d.id, d.name])),
    uniformValues,
  };
}

class SegmentBuilder {
  readonly accesses: Access[] = [];
  readonly prints: Print[] = [];
  private barriers = 0;

  /** Values that the datapath adds to those of the kernel. */
  readonly made: Def[] = [];
  private nextValue: number;

  constructor(
    readonly grouping: Grouping,
    private readonly types: Map<ValueId, Type>,
  ) {
    this.nextValue = [...types.keys()].reduce((most, id) => Math.max(most, id), 0) + 1;
  }

  build(region: Region, liveOut: ReadonlySet<ValueId>): Segment {
    const cut = cutIntoSteps(region, this.grouping);
    const islands = placeOperations(region, cut, this.grouping, liveOut);
    const steps = cut.steps.map((set): Step => {
      if (!("kind" in set)) return this.memoryStep(set);
      switch (set.kind) {
        case "loop":
          return this.loop(set, usedAfter(region, set, liveOut));
        case "barrier":
          return { kind: "barrier", index: this.barriers++, node: set };
        case "fence":
          return this.memoryStep([]);
        default:
          return set satisfies never;
      }
    });
    return { islands, steps };
  }

  private loop(loop: LoopNode, after: ReadonlySet<ValueId>): Step {
    const split = splitLoop(loop, this.grouping);
    if (split) return this.decoupled(loop, split, after);
    const live = new Set(after);
    for (const o of [loop.again, ...loop.carried.map((c) => c.next)]) if (o.kind === "value") live.add(o.id);
    return { kind: "loop", loop, body: this.build(loop.body, live) };
  }

  private decoupled(loop: LoopNode, split: LoopSplit, after: ReadonlySet<ValueId>): DecoupledStep {
    const collected = operandIds(split.accumulators.map((c) => c.next));
    for (const n of [...split.collector, ...split.post])
      for (const id of operandIds(nodeOperands(n))) collected.add(id);
    const pure = (nodes: readonly Node[]): PureInstruction[] =>
      nodes.flatMap((n) => (n.kind === "pure" ? [n.instruction] : []));
    return {
      kind: "decoupled",
      loop,
      slot: this.fresh(i(bitsFor(decoupledSlots)), `${loop.label}_slot`),
      first: this.fresh(i(1), `${loop.label}_first`),
      last: this.fresh(i(1), `${loop.label}_last`),
      inductions: split.inductions,
      generator: pure(split.generator),
      feed: this.build({ nodes: split.feed }, new Set([...after, ...collected])),
      accumulators: split.accumulators,
      collector: pure(split.collector),
      post: split.post.length > 0 ? this.build({ nodes: split.post }, after) : undefined,
    };
  }

  private fresh(type: Type, name: string): Def {
    const def: Def = { id: this.nextValue++ as ValueId, type, name };
    this.types.set(def.id, type);
    this.made.push(def);
    return def;
  }

  private memoryStep(nodes: readonly (AccessNode | PrintNode)[]): MemoryStep {
    const prints: Print[] = [];
    const accesses = nodes.flatMap((node): Access[] => {
      if (node.kind === "print") {
        const print: Print = { site: this.prints.length, node };
        this.prints.push(print);
        prints.push(print);
        return [];
      }
      const lanes = node.kind === "atomic" ? 0 : (node.laneEnables?.length ?? 0);
      const access: Access = {
        site: this.accesses.length,
        node,
        group: this.grouping.groupOf(node) as number,
        bytes: this.laneTypes(node).reduce((n, t) => n + Math.ceil(widthOf(t) / 8), 0) / Math.max(1, lanes),
        lanes,
      };
      this.accesses.push(access);
      return [access];
    });
    return { kind: "memory", accesses, prints };
  }

  private laneTypes(node: AccessNode): Type[] {
    switch (node.kind) {
      case "load":
        return node.results.map((r) => r.type);
      case "store":
        return node.values.map((v) => this.typeOf(v));
      case "atomic":
        return [node.result.type];
      default:
        return node satisfies never;
    }
  }

  private typeOf(operand: Operand): Type {
    return operand.kind === "value" ? this.types.get(operand.id)! : operand.type;
  }
}

/** Values of a loop that are read after it. */
function usedAfter(region: Region, loop: LoopNode, liveOut: ReadonlySet<ValueId>): ReadonlySet<ValueId> {
  const defined = new Set(nodeDefs(loop).map((d) => d.id));
  const used = new Set(liveOut);
  for (const n of region.nodes) {
    if (n === loop) continue;
    for (const id of operandIds(nodeOperands(n))) used.add(id);
    if (n.kind === "loop") for (const id of loopUses(n)) used.add(id);
  }
  return new Set([...used].filter((id) => defined.has(id)));
}

function operandIds(operands: readonly Operand[]): Set<ValueId> {
  return new Set(operands.flatMap((o) => (o.kind === "value" ? [o.id] : [])));
}

/** Lays the constant tables out, each at a multiple of its size rounded up to a power of two: an index needs no subtraction. */
function placeObjects(kernel: StructuredKernel): PlacedObject[] {
  let address = 0;
  return kernel.objects.map((object) => {
    const size = powerOfTwo(Math.max(object.bytes.length, object.align, 16));
    const placed = { object, address: Math.ceil(address / size) * size };
    address = placed.address + size;
    return placed;
  });
}
