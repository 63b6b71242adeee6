/** What a kernel costs in the structured form: cycles a token by its busiest memory unit, area, and size of the design. */

import type { Board } from "../../target/board.js";
import { type Grouping, groupAccesses } from "../datapath/groups.js";
import { type Operand, type Type, type ValueId, widthOf } from "../ir/types.js";
import { channelBytesPerCycle, large } from "../memory/sizes.js";
import { type LevelTraffic, trafficOf } from "../memory/traffic.js";
import {
  type AccessNode,
  isAccess,
  type Node,
  nodeDefs,
  type Region,
  type StructuredKernel,
} from "../structure/types.js";
import { MemoryCosts } from "./memory-cost.js";
import { operationArea } from "./operator-area.js";

export interface Cost {
  /** Cycles between tokens, weighted over the levels of loops: only ratios mean something. */
  readonly cycles: number;
  readonly lut: number;
  readonly dsp: number;
  readonly bram: number;
  /** How much there is to plan, print, translate and compile: nodes of the kernel, caches for as many as take that long. */
  readonly size: number;
  /** Of the on-chip memory that has most. */
  readonly scratchAccesses: number;
}

/** How much more a cycle inside a loop counts than one around it. */
const iterationsGuess = 16;
/** Dispatcher, registers, channels. */
const around = { lut: 6000 };
/** A cache with its arbiter in the generated text, as a number of nodes. */
const nodesOfCache = 25;
/** Banks of on-chip memory. */
const scratchBanks = 8;
/** LUTs of on-chip memory by the square of its accesses: each has a way to every bank and takes its turn among the others. */
const scratchCrossing = 25;
/** LUTs of a read of a constant table. */
const romReader = 200;

/** `kernel`: with lanes shared and neighbouring accesses joined. */
export function costOf(kernel: StructuredKernel, board: Board): Cost {
  const types = new Map<ValueId, Type>();
  const see = (defs: readonly { readonly id: ValueId; readonly type: Type }[]): void => {
    for (const d of defs) types.set(d.id, d.type);
  };
  for (const p of kernel.parameters) see(p.values.map((v) => v.def));
  see(kernel.lanes.map((l) => l.count));
  see(kernel.body.nodes.flatMap(nodeDefs));
  const typeOf = (o: Operand): Type => (o.kind === "value" ? types.get(o.id)! : o.type);
  const grouping = groupAccesses(kernel, kernel.body, (id) => types.get(id)!);
  const memory = new MemoryCosts(kernel.body, grouping, (node) => bytesOf(node, typeOf));
  const memoryArea = memory.area();
  let { lut } = around;
  let dsp = 0;
  let size = memoryArea.caches * nodesOfCache;
  const clients = new Map<number, number>();
  const count = (node: Node): void => {
    size++;
    if (node.kind === "loop") for (const n of node.body.nodes) count(n);
    else if (node.kind === "pure") {
      const area = operationArea(node.instruction, typeOf);
      lut += area.lut;
      dsp += area.dsp;
    } else if (isAccess(node)) {
      const group = grouping.groupOf(node);
      if (group === "rom") lut += romReader;
      else if (grouping.groups[group]!.space !== "global") clients.set(group, (clients.get(group) ?? 0) + 1);
    }
  };
  for (const n of kernel.body.nodes) count(n);
  for (const n of clients.values()) {
    lut += n * n * scratchCrossing;
    size += n * scratchBanks;
  }
  const cyclesOf = (region: Region): number => {
    const inner = region.nodes.reduce((n, x) => n + (x.kind === "loop" ? iterationsGuess * cyclesOf(x.body) : 0), 0);
    const accesses = region.nodes.filter(isAccess);
    return inner + Math.max(1, memory.cycles(accesses), scratchCycles(accesses, grouping));
  };
  return {
    // Units and channels work side by side: the slower decides.
    cycles: Math.max(cyclesOf(kernel.body), channelCycles(trafficOf(kernel), grouping, board)),
    lut: lut + memoryArea.lut,
    dsp,
    bram: memoryArea.bram,
    size,
    scratchAccesses: Math.max(0, ...clients.values()),
  };
}

/** Cycles that the channels need at least. A buffer that is an argument may be spread over several (`memory/channels.ts`). */
function channelCycles(traffic: readonly LevelTraffic[], { groups }: Grouping, board: Board): number {
  const channels = board.memory.channels.value;
  let all = 0;
  let most = 0;
  for (const { index, parameters } of groups) {
    const bytes = traffic.reduce((n, level) => n + iterationsGuess ** level.depth * (level.bytes.get(index) ?? 0), 0);
    all += bytes;
    most = Math.max(most, bytes / (parameters.length === 1 ? Math.min(large.mostBanks, channels) : 1));
  }
  return Math.max(all / channels, most) / channelBytesPerCycle(board);
}

/** Cycles that the busiest on-chip memory needs. */
function scratchCycles(accesses: readonly AccessNode[], grouping: Grouping): number {
  let most = 0;
  for (const { index, space } of grouping.groups) {
    if (space === "global") continue;
    const own = accesses.filter((a) => grouping.groupOf(a) === index);
    const loads = own.filter((a) => a.kind === "load").length;
    const atomics = own.filter((a) => a.kind === "atomic").length;
    most = Math.max(most, Math.max(loads, own.length - loads - atomics) / scratchBanks, atomics);
  }
  return most;
}

function bytesOf(node: AccessNode, typeOf: (o: Operand) => Type): number {
  const types =
    node.kind === "load"
      ? node.results.map((r) => r.type)
      : node.kind === "store"
        ? node.values.map(typeOf)
        : [node.result.type];
  return types.reduce((n, t) => n + Math.ceil(widthOf(t) / 8), 0);
}
