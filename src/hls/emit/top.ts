/** Prints a kernel's top module: register file, dispatcher, datapath, memory units and channels. */

import { axiLiteSlave } from "../../rtl/axi.js";
import type { DesignCounter, StageInfo } from "../../rtl/design.js";
import { and, concat, constant, type Expr, name, resize, slice, zeroExtend } from "../../rtl/expr.js";
import { ModuleBuilder } from "../../rtl/module.js";
import { invariant } from "../../support/errors.js";
import type { Board } from "../../target/board.js";
import type { TimingModel } from "../datapath/timing.js";
import type { Datapath, ItemValue } from "../datapath/types.js";
import type { ValueId } from "../ir/types.js";
import { type ScratchUnit, scratchAddressBits } from "../memory/scratch.js";
import type { MemorySystem } from "../memory/units.js";
import { EmitContext } from "./context.js";
import { emitCounters, topEvents } from "./counters.js";
import type { DatapathModule } from "./datapath.js";
import { clientPorts, declareClients, emitMemory } from "./memory-system.js";
import { type RegisterLayout, rangeOffsets } from "./registers.js";
import { emitSlotShape, localAddress, shapeCycles } from "./slot-shape.js";
import { clk, rst } from "./stream.js";
import { emitUniform, type UniformQuery } from "./uniform.js";

export interface TopModule {
  readonly name: string;
  readonly text: string;
  readonly stages: readonly StageInfo[];
  /** Undefined unless the circuit counts its events. */
  readonly counters?: readonly DesignCounter[];
}

const controlAddressBits = 12;

export function topModuleName(kernel: string): string {
  return `${kernel.replace(/[^A-Za-z0-9_]/g, "_")}_top`;
}

export interface TopRequest {
  readonly datapath: Datapath;
  readonly module: DatapathModule;
  readonly memory: MemorySystem;
  readonly scratch: readonly ScratchUnit[];
  readonly registers: RegisterLayout;
  readonly board: Board;
  readonly timing: TimingModel;
  /** Whether the circuit counts its events. */
  readonly counting: boolean;
}

export function emitTop(request: TopRequest): TopModule {
  const { datapath, module, memory, scratch, registers, board, timing, counting } = request;
  const addressBits = board.memory.axiAddressBits;
  const moduleName = topModuleName(datapath.name);
  const m = new ModuleBuilder(moduleName, [`Kernel ${datapath.name} for ${board.name}.`]);
  m.input("clk");
  m.input("rst");
  const control = { ...axiLiteSlave(m, controlAddressBits), irq: m.output("irq") };
  const { datapaths } = memory;
  const copies = Array.from({ length: datapaths }, (_, k) => (datapaths > 1 ? `dp${k}` : "dp"));
  const stages: StageInfo[] = copies.flatMap((dp) =>
    module.stages.map((s) => ({ ...s, instance: `${dp}.${s.instance}` })),
  );
  const place = { file: datapath.span.file, line: datapath.span.line };

  m.blank();
  const start = m.wire("start");
  const done = m.wire("done");
  const error = m.wire("error", 8);
  const busy = m.wire(counting ? "busy" : "unused_busy");
  const window = {
    index: m.wire(counting ? "counter_index" : "unused_counter_index", 8),
    count: counting ? m.wire("counter", 48) : constant(0, 48),
  };
  const args = m.wire("args", registers.argBytes * 8);
  m.sink(args);
  m.instance(
    "soff_control",
    "control",
    { ADDR_W: controlAddressBits, ARG_BYTES: registers.argBytes, ...(counting ? { COUNTERS: 1 } : {}) },
    {
      clk,
      rst,
      ...control,
      start,
      done,
      error,
      busy,
      args,
      counter_index: window.index,
      counter: window.count,
    },
  );

  m.blank();
  m.comment("NDRange");
  const field = (offset: number, bits: number): Expr => slice(args, offset * 8, bits);
  const dims = [0, 1, 2] as const;
  const triple = (wish: string, offset: number, bits: number): Expr =>
    m.define(wish, concat(...[...dims].reverse().map((d) => field(offset + 8 * d, bits))));
  const globalSize = triple("global_size", rangeOffsets.globalSize, 32);
  const localSize = triple("local_size", rangeOffsets.localSize, 32);
  m.sink(localSize);
  const globalOffset = triple("global_offset", rangeOffsets.globalOffset, 64);
  const item = { valid: m.wire("item_valid"), ready: m.wire("item_ready") };
  const { slots } = datapath;
  const itemLast = m.wire(slots.groups > 0 || memory.datapaths > 1 ? "item_last" : "unused_item_last");
  const outputs = new Map<string, Expr>();
  for (const [port, bits] of [
    ["gid", 64],
    ["lid", 32],
    ["grp", 32],
    ["lsz", 32],
    ["ngrp", 32],
  ] as const)
    for (const d of dims) {
      const w = m.wire(`${port}${d}`, bits);
      outputs.set(`${port}${d}`, w);
      m.sink(w);
    }
  for (const d of dims) {
    const w = m.wire(datapath.simd[d] > 1 ? `lanes${d}` : `unused_lanes${d}`, 8);
    outputs.set(`lanes${d}`, w);
    m.sink(w);
  }
  const total = m.wire("total", 64);
  const totalValid = m.wire("total_valid");
  // Work-groups that nothing can tell apart are one: tokens are then full but at the end of the range. Where memory is on
  // the chip, neither does it matter for caches, and the counters are a sixth of a small device.
  const wholeRange = (datapath.simd.some((n) => n > 1) || memory.sizes.direct) && !usesGroups(datapath);
  const usesNumGroups = datapath.uniform.some((x) => x.op === "workitem" && x.query === "num_groups");
  m.instance(
    "soff_dispatch",
    "dispatch",
    {
      NUM_GROUPS: usesNumGroups ? 1 : 0,
      STEP0: datapath.simd[0],
      STEP1: datapath.simd[1],
      STEP2: datapath.simd[2],
      WHOLE: wholeRange ? 1 : 0,
      RANGE_W: memory.sizes.rangeBits,
    },
    {
      clk,
      rst,
      start,
      global_size: globalSize,
      local_size: localSize,
      global_offset: globalOffset,
      out_valid: item.valid,
      out_ready: item.ready,
      out_last: itemLast,
      ...Object.fromEntries(outputs),
      total,
      total_valid: totalValid,
      finished: m.wire("unused_finished"),
    },
  );
  stages.push({ instance: "dispatch", kind: "dispatch", label: "work-item dispatcher", ...place });

  m.blank();
  m.comment("Launch-wide values");
  const context = new EmitContext(datapath, addressBits, datapath.names, new Map(), scratch, memory);
  const query: UniformQuery = (what, d) => {
    switch (what) {
      case "global_size":
        return slice(globalSize, 32 * d, 32);
      case "enqueued_local_size":
        return slice(localSize, 32 * d, 32);
      case "global_offset":
        return slice(globalOffset, 64 * d, 64);
      case "num_groups":
        return outputs.get(`ngrp${d}`)!;
      case "work_dim":
        return field(rangeOffsets.workDim, 32);
      default:
        invariant(false, `${what} differs between work-items`);
    }
  };
  const sizeOf = (p: number): Expr => field(registers.parameterOffsets[p]!, scratchAddressBits);
  const shape = emitSlotShape(m, datapath, scratch, localSize, sizeOf);
  const uniform = emitUniform(
    m,
    context,
    datapath,
    timing,
    args,
    (p) => registers.parameterOffsets[p]!,
    query,
    (p) => localAddress(m, scratch, p, sizeOf),
  );

  m.blank();
  m.comment(datapaths > 1 ? `${datapaths} datapaths` : "Datapath");
  const open = m.wire("open");
  const retire = m.wire("retire", datapaths);
  const offered = m.wire("dp_valid", datapaths);
  const accepted = m.wire("dp_ready", datapaths);
  const opened = m.define("open_valid", and(item.valid, open));
  if (datapaths > 1) {
    const passed = m.wire("distribute_ready");
    m.instance(
      "soff_distribute",
      "distribute",
      { N: datapaths, GROUPED: slots.groups > 0 ? 1 : 0 },
      {
        clk,
        rst,
        in_valid: opened,
        in_ready: passed,
        in_last: itemLast,
        out_valid: offered,
        out_ready: accepted,
      },
    );
    m.assign(item.ready, and(passed, open));
  } else {
    m.assign(offered, opened);
    m.assign(item.ready, and(accepted, open));
  }
  const clients = declareClients(m, memory, addressBits);
  const events = module.counters.length > 0 ? copies.map((dp) => m.wire(`${dp}_events`, module.counters.length)) : [];
  copies.forEach((dp, k) => {
    const connections: Record<string, Expr> = { clk, rst };
    connections.item_valid = slice(offered, k, 1);
    connections.item_ready = slice(accepted, k, 1);
    connections.retire = slice(retire, k, 1);
    Object.assign(connections, shape, slots.groups > 0 ? { item_last: itemLast } : {});
    for (const { item: value, port, width } of module.items) connections[port] = itemExpr(value, width, outputs);
    for (const { id, port } of module.uniforms) connections[port] = uniformOf(uniform.values, id);
    Object.assign(connections, clientPorts(clients, k));
    if (module.counters.length > 0) connections.events = events[k]!;
    m.raw("`ifdef SOFF_SIM", `  wire ${dp}_progress;`, "`endif");
    emitDatapathInstance(m, module.name, dp, connections);
  });

  const shareOf = (p: number, stripe: number): Expr =>
    field(stripe === 0 ? registers.parameterOffsets[p]! : registers.stripeOffsets.get(p)![stripe - 1]!, addressBits);
  const emitted = emitMemory(m, memory, clients, datapath, board, start, shareOf);
  const { flushed: allFlushed, errors, stages: memoryStages } = emitted;
  stages.push(...memoryStages);
  const channels = memory.channels.map((c) => `memory channel ${board.memory.kind}[${c}]`);
  const counters = counting
    ? emitCounters(m, window, { start, busy }, topEvents(item, channels, place), module.counters, events)
    : undefined;
  m.assign(error, errors.length > 0 ? zeroExtend(m.define("any_error", concatOr(errors)), 8) : constant(0, 8));

  m.blank();
  // A kernel without memory accesses has nothing to flush.
  const flush = m.fresh(allFlushed.length > 0 ? "flush" : "unused_flush");
  m.raw(`wire ${flush};`);
  const flushed = m.define("flushed", allFlushed.length > 0 ? and(...allFlushed) : constant(1, 1));
  m.instance(
    "soff_sequencer",
    "sequencer",
    {
      SETTLE: slots.groups > 0 ? Math.max(uniform.settle, shapeCycles) : uniform.settle,
      DATAPATHS: datapaths,
      COUNT_W: memory.sizes.rangeBits < 32 ? 32 : 64,
    },
    {
      clk,
      rst,
      start,
      item_valid: item.valid,
      open,
      total,
      total_valid: totalValid,
      retire,
      flush: name(flush, 1),
      flushed,
      done,
    },
  );
  stages.push({ instance: "sequencer", kind: "dispatch", label: "end of the launch", ...place });
  m.guardedOutput("SOFF_SIM", "progress", concatOr(copies.map((dp) => name(`${dp}_progress`, 1))));
  return { name: moduleName, text: m.print(), stages, ...(counters ? { counters } : {}) };
}

function concatOr(terms: readonly Expr[]): Expr {
  return { text: terms.map((t) => t.text).join(" | "), width: 1, atom: "none" };
}

function uniformOf(values: ReadonlyMap<ValueId, Expr>, id: ValueId): Expr {
  const found = values.get(id);
  invariant(found, `launch-wide value ${id} is missing`);
  return found;
}

/** Whether it matters how the range is divided into work-groups. */
function usesGroups(datapath: Datapath): boolean {
  const ofGroup = new Set<string>(["local_id", "group_id", "local_size", "enqueued_local_size", "num_groups"]);
  return (
    datapath.slots.groups > 0 ||
    datapath.items.some((x) => ofGroup.has(x.query)) ||
    datapath.uniform.some((x) => x.op === "workitem" && ofGroup.has(x.query))
  );
}

function itemExpr(item: ItemValue, width: number, outputs: ReadonlyMap<string, Expr>): Expr {
  const port = { global_id: "gid", local_id: "lid", group_id: "grp", local_size: "lsz", lanes: "lanes" }[
    item.query as string
  ];
  invariant(port, `${item.query} is launch-wide`);
  return resize(outputs.get(`${port}${item.dimension}`)!, width);
}

function emitDatapathInstance(
  m: ModuleBuilder,
  moduleName: string,
  instance: string,
  connections: Record<string, Expr>,
): void {
  const rows = Object.entries(connections).map(([port, wire]) => `  .${port}(${wire.text})`);
  m.raw(
    `${moduleName} ${m.fresh(instance)} (`,
    "`ifdef SOFF_SIM",
    `  .progress(${instance}_progress),`,
    "`endif",
    rows.join(",\n  "),
    ");",
  );
}
