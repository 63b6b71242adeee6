/** From the structured form to the datapath: uniform values, memory groups, steps and islands. */
import { powerOfTwo } from "../../support/numbers.js";
import { type Def, type Operand, type Type, type ValueId, widthOf } from "../ir/types.js";
import {
  type AccessNode,
  type LoopNode,
  nodeDefs,
  nodeOperands,
  type PrintNode,
  type Region,
  type StructuredKernel,
} from "../structure/types.js";
import { type Grouping, groupAccesses } from "./groups.js";
import { placeOperations } from "./placement.js";
import { assignSlots, slotValues } from "./slots.js";
import { cutIntoSteps, loopUses } from "./steps.js";
import type { Access, Datapath, ItemValue, MemoryStep, PlacedObject, Print, Segment, Step } from "./types.js";
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
    names: new Map(defs.map((d) => [d.id, d.name])),
    uniformValues,
  };
}

class SegmentBuilder {
  readonly accesses: Access[] = [];
  readonly prints: Print[] = [];
  private barriers = 0;

  constructor(
    readonly grouping: Grouping,
    private readonly types: ReadonlyMap<ValueId, Type>,
  ) {}

  build(region: Region, liveOut: ReadonlySet<ValueId>): Segment {
    const cut = cutIntoSteps(region, this.grouping);
    const islands = placeOperations(region, cut, this.grouping, liveOut);
    const steps = cut.steps.map((set): Step => {
      if (!("kind" in set)) return this.memoryStep(set);
      switch (set.kind) {
        case "loop":
          return { kind: "loop", loop: set, body: this.build(set.body, bodyLiveOut(region, set, liveOut)) };
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

/** What the body of a loop leaves behind: its condition, its next values, and what is read after the loop. */
function bodyLiveOut(region: Region, loop: LoopNode, liveOut: ReadonlySet<ValueId>): ReadonlySet<ValueId> {
  const defined = new Set(nodeDefs(loop).map((d) => d.id));
  const live = new Set<ValueId>();
  const use = (id: ValueId): void => {
    if (defined.has(id)) live.add(id);
  };
  for (const id of liveOut) use(id);
  for (const n of region.nodes) {
    if (n === loop) continue;
    for (const o of nodeOperands(n)) if (o.kind === "value") use(o.id);
    if (n.kind === "loop") for (const id of loopUses(n)) use(id);
  }
  for (const o of [loop.again, ...loop.carried.map((c) => c.next)]) if (o.kind === "value") live.add(o.id);
  return live;
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
