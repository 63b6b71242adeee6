/** What a kernel costs in the structured form: cycles a token by its busiest memory unit, and area by its operators. */
import { type Grouping, groupAccesses } from "../datapath/groups.js";
import { splitUniform } from "../datapath/uniform.js";
import { type Operand, type Type, type ValueId, widthOf } from "../ir/types.js";
import {
  type AccessNode,
  isAccess,
  type Node,
  nodeDefs,
  type PureInstruction,
  type Region,
  type StructuredKernel,
} from "../structure/types.js";

export interface Cost {
  /** Cycles between tokens, weighted over the levels of loops: only ratios mean something. */
  readonly cycles: number;
  readonly lut: number;
  readonly dsp: number;
  readonly bram: number;
  /** Operators with a pipeline of their own. */
  readonly operators: number;
  /** Memory units of read-only buffers; those that read the same for the whole launch count for little. */
  readonly units: number;
  /** Accesses to on-chip memory. */
  readonly scratchAccesses: number;
}

/** How much more a cycle inside a loop counts than one around it. */
const iterationsGuess = 16;
/** Banks of on-chip memory. */
const scratchBanks = 8;
/** Units that the loads of one read-only group are dealt out to. */
const unitsPerGroup = 64;
/** What a cache, its ports and its share of a channel take. */
const unitArea = { lut: 3000, bram: 9 };

export interface CostRequest {
  readonly kernel: StructuredKernel;
  /** Bytes that a channel of memory moves in a cycle, and how many channels the buffers are dealt out to. */
  readonly channelBytes: number;
  readonly channels: number;
}

export function costOf({ kernel, channelBytes, channels }: CostRequest): Cost {
  const types = new Map<ValueId, Type>();
  const see = (defs: readonly { readonly id: ValueId; readonly type: Type }[]): void => {
    for (const d of defs) types.set(d.id, d.type);
  };
  for (const p of kernel.parameters) see(p.values.map((v) => v.def));
  see(kernel.lanes.map((l) => l.count));
  see(kernel.body.nodes.flatMap(nodeDefs));
  const typeOf = (o: Operand): Type => (o.kind === "value" ? types.get(o.id)! : o.type);
  const grouping = groupAccesses(kernel, kernel.body, (id) => types.get(id)!);
  const { uniformValues } = splitUniform(kernel);
  const isLaunchWide = (o: Operand): boolean => o.kind !== "value" || uniformValues.has(o.id);
  let lut = 0;
  let dsp = 0;
  let operators = 0;
  let units = 0;
  let scratchAccesses = 0;
  const count = (node: Node): void => {
    if (node.kind === "loop") for (const n of node.body.nodes) count(n);
    else if (node.kind === "pure") {
      const area = operationArea(node.instruction, typeOf);
      lut += area.lut;
      dsp += area.dsp;
      if (area.lut >= pipelined) operators++;
    } else if (isAccess(node)) {
      const group = grouping.groupOf(node);
      if (group === "rom") lut += 200;
      else if (grouping.groups[group]!.space === "global" && !grouping.groups[group]!.writes)
        units += isLaunchWide(node.pointer) ? 0.25 : "laneEnables" in node && node.laneEnables ? 2 : 1;
      else if (grouping.groups[group]!.space !== "global") {
        lut += 400;
        scratchAccesses++;
      }
    }
  };
  for (const n of kernel.body.nodes) count(n);
  const cycles = regionCycles(kernel.body, { grouping, typeOf, channelBytes, channels }, 0);
  return {
    cycles,
    lut: lut + units * unitArea.lut,
    dsp,
    bram: units * unitArea.bram,
    operators,
    units,
    scratchAccesses,
  };
}

interface Machine {
  readonly grouping: Grouping;
  readonly typeOf: (o: Operand) => Type;
  readonly channelBytes: number;
  readonly channels: number;
}

function regionCycles(region: Region, machine: Machine, depth: number): number {
  const inner = region.nodes.reduce(
    (n, node) => n + (node.kind === "loop" ? iterationsGuess * regionCycles(node.body, machine, depth + 1) : 0),
    0,
  );
  return inner + Math.max(1, busiestUnit(region.nodes.filter(isAccess), machine, depth));
}

/** Cycles that the busiest memory unit, or the busiest channel, needs for the accesses of one token. */
function busiestUnit(accesses: readonly AccessNode[], machine: Machine, depth: number): number {
  const byGroup = new Map<number, AccessNode[]>();
  for (const a of accesses) {
    const group = machine.grouping.groupOf(a);
    if (group === "rom") continue;
    const list = byGroup.get(group);
    if (list) list.push(a);
    else byGroup.set(group, [a]);
  }
  const channelLoad = new Array<number>(machine.channels).fill(0);
  let most = 0;
  for (const [index, list] of byGroup) {
    const group = machine.grouping.groups[index]!;
    if (group.space !== "global") {
      const loads = list.filter((a) => a.kind === "load").length;
      const atomics = list.filter((a) => a.kind === "atomic").length;
      most = Math.max(most, Math.max(loads, list.length - loads - atomics) / scratchBanks, atomics);
      continue;
    }
    most = Math.max(most, group.writes ? list.length : Math.ceil(list.length / unitsPerGroup));
    // What a loop reads comes from its cache; what is read once a work-item comes from memory, by lines where it lies scattered.
    if (depth === 0)
      for (const a of list)
        channelLoad[index % machine.channels]! +=
          a.kind !== "atomic" && (a.laneEnables || a.bundle === undefined) ? bytesOf(a, machine) : machine.channelBytes;
  }
  return Math.max(most, ...channelLoad.map((bytes) => bytes / machine.channelBytes));
}

function bytesOf(node: Exclude<AccessNode, { kind: "atomic" }>, { typeOf }: Machine): number {
  const types = node.kind === "load" ? node.results.map((r) => r.type) : node.values.map(typeOf);
  return types.reduce((n, t) => n + Math.ceil(widthOf(t) / 8), 0);
}

/** From this many LUTs on, an operation is an operator with a pipeline of its own. */
const pipelined = 150;

/** Rough area: figures of bench/README.md (UltraScale+), scaled by width between the formats there. */
function operationArea(x: PureInstruction, typeOf: (o: Operand) => Type): { lut: number; dsp: number } {
  const bits = widthOf(x.result.type);
  const wide = bits > 32;
  switch (x.op) {
    case "fma":
      return wide ? { lut: 3800, dsp: 11 } : { lut: 1600, dsp: 2 };
    case "binary":
      switch (x.kind) {
        case "fadd":
        case "fsub":
          return { lut: wide ? 1150 : 530, dsp: 0 };
        case "fmul":
          return wide ? { lut: 1230, dsp: 11 } : { lut: 410, dsp: 2 };
        case "fdiv":
          return { lut: wide ? 5500 : 1400, dsp: 0 };
        case "mul":
          return x.left.kind === "const" || x.right.kind === "const"
            ? { lut: bits, dsp: 0 }
            : { lut: wide ? 240 : 30, dsp: wide ? 8 : bits > 18 ? 3 : 1 };
        case "udiv":
        case "sdiv":
        case "urem":
        case "srem":
          return { lut: Math.ceil((bits * bits) / 0.62), dsp: 0 };
        case "fmin":
        case "fmax":
          return { lut: 2 * bits, dsp: 0 };
        case "shl":
        case "lshr":
        case "ashr":
          return { lut: x.right.kind === "const" ? 0 : 3 * bits, dsp: 0 };
        default:
          return { lut: bits, dsp: 0 };
      }
    case "unary":
      return x.kind === "fsqrt" ? { lut: wide ? 3300 : 800, dsp: 0 } : { lut: 3 * bits, dsp: 0 };
    case "cast":
      switch (x.kind) {
        case "fptosi":
        case "fptoui":
        case "sitofp":
        case "uitofp":
        case "fptrunc":
        case "fpext":
          return { lut: Math.max(160, 4 * Math.max(bits, widthOf(typeOf(x.value)))), dsp: 0 };
        default:
          return { lut: 0, dsp: 0 };
      }
    case "workitem":
      return { lut: 0, dsp: 0 };
    default:
      return { lut: bits, dsp: 0 };
  }
}
