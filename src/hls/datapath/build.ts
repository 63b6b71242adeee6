/** From the structured form to the datapath: uniform values, memory groups, steps and islands. */
import { type Def, type Operand, type Type, type ValueId, widthOf } from "../ir/types.js";
import { type LoopNode, nodeDefs, nodeOperands, type Region, type StructuredKernel } from "../structure/types.js";
import { type Grouping, groupAccesses } from "./groups.js";
import { placeOperations } from "./placement.js";
import { cutIntoSteps, loopUses } from "./steps.js";
import type { Access, Datapath, PlacedObject, Segment, Step } from "./types.js";
import { splitUniform } from "./uniform.js";

/** Throws UnsupportedError for accesses whose memory cannot be told (see `groups.ts`). */
export function buildDatapath(kernel: StructuredKernel): Datapath {
  const { uniform, uniformValues, items, body } = splitUniform(kernel);
  const defs: Def[] = [
    ...kernel.parameters.flatMap((p) => p.values.map((v) => v.def)),
    ...uniform.map((x) => x.result),
    ...items.map((x) => x.result),
    ...body.nodes.flatMap(nodeDefs),
  ];
  const types = new Map<ValueId, Type>(defs.map((d) => [d.id, d.type]));
  const builder = new SegmentBuilder(groupAccesses({ ...kernel, body }), types);
  const segment = builder.build(body, new Set());
  return {
    name: kernel.name,
    span: kernel.span,
    parameters: kernel.parameters,
    ...(kernel.requiredLocalSize ? { requiredLocalSize: kernel.requiredLocalSize } : {}),
    items,
    uniform,
    body: segment,
    accesses: builder.accesses,
    groups: builder.grouping.groups,
    constants: placeObjects(kernel),
    types,
    names: new Map(defs.map((d) => [d.id, d.name])),
    uniformValues,
  };
}

class SegmentBuilder {
  readonly accesses: Access[] = [];

  constructor(
    readonly grouping: Grouping,
    private readonly types: ReadonlyMap<ValueId, Type>,
  ) {}

  build(region: Region, liveOut: ReadonlySet<ValueId>): Segment {
    const cut = cutIntoSteps(region, this.grouping);
    const islands = placeOperations(region, cut, this.grouping, liveOut);
    const steps = cut.steps.map((set): Step => {
      if ("kind" in set)
        return { kind: "loop", loop: set, body: this.build(set.body, bodyLiveOut(region, set, liveOut)) };
      return {
        kind: "memory",
        accesses: set.map((node) => {
          const lanes = node.kind === "load" ? node.results.map((r) => r.type) : node.values.map((v) => this.typeOf(v));
          const access: Access = {
            site: this.accesses.length,
            node,
            group: this.grouping.groupOf(node) as number,
            bytes: lanes.reduce((n, t) => n + Math.ceil(widthOf(t) / 8), 0),
          };
          this.accesses.push(access);
          return access;
        }),
      };
    });
    return { islands, steps };
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
    const size = 2 ** Math.ceil(Math.log2(Math.max(object.bytes.length, object.align, 16)));
    const placed = { object, address: Math.ceil(address / size) * size };
    address = placed.address + size;
    return placed;
  });
}
