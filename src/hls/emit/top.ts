/** Prints a kernel's top module: register file, dispatcher, datapath, memory units and channels. */

import type { StageInfo } from "../../rtl/design.js";
import { and, concat, constant, type Expr, name, resize, slice, zeroExtend } from "../../rtl/expr.js";
import { ModuleBuilder } from "../../rtl/module.js";
import { invariant } from "../../support/errors.js";
import type { Board } from "../../target/board.js";
import { answers } from "../datapath/plan.js";
import type { TimingModel } from "../datapath/timing.js";
import type { Access, Datapath, ItemValue } from "../datapath/types.js";
import type { ValueId } from "../ir/types.js";
import { accessBytes, type ScratchUnit, scratchAddressBits } from "../memory/scratch.js";
import type { MemorySystem, MemoryUnit, UnitClient } from "../memory/units.js";
import { atomicCode, floatAdders } from "./atomic.js";
import { EmitContext } from "./context.js";
import type { DatapathModule } from "./datapath.js";
import { portPrefix } from "./memory-step.js";
import { type RegisterLayout, rangeOffsets } from "./registers.js";
import { emitSlotShape, localAddress, shapeCycles } from "./slot-shape.js";
import { clk, rst } from "./stream.js";
import { emitUniform, type UniformQuery } from "./uniform.js";

export interface TopModule {
  readonly name: string;
  readonly text: string;
  readonly stages: readonly StageInfo[];
}

const controlAddressBits = 12;
/** Beats of the longest burst: 4 KiB of 64-byte lines would be 64, but shorter ones share a channel better. */
const maxBurst = 16;

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
}

export function emitTop(request: TopRequest): TopModule {
  const { datapath, module, memory, scratch, registers, board, timing } = request;
  const addressBits = board.memory.axiAddressBits;
  const moduleName = topModuleName(datapath.name);
  const m = new ModuleBuilder(moduleName, [`Kernel ${datapath.name} for ${board.name}.`]);
  m.input("clk");
  m.input("rst");
  const control = controlPorts(m);
  const stages: StageInfo[] = module.stages.map((s) => ({ ...s, instance: `dp.${s.instance}` }));
  const place = { file: datapath.span.file, line: datapath.span.line };

  m.blank();
  const start = m.wire("start");
  const done = m.wire("done");
  const error = m.wire("error", 8);
  const busy = m.wire("unused_busy");
  const args = m.wire("args", registers.argBytes * 8);
  m.sink(args);
  m.instance(
    "soff_control",
    "control",
    { ADDR_W: controlAddressBits, ARG_BYTES: registers.argBytes },
    {
      clk,
      rst,
      ...control,
      start,
      done,
      error,
      busy,
      args,
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
  const itemLast = m.wire(slots.groups > 0 ? "item_last" : "unused_item_last");
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
  // Work-groups that nothing can tell apart are one: tokens are then full but at the end of the range.
  const wholeRange = datapath.simd.some((n) => n > 1) && !usesGroups(datapath);
  const usesNumGroups = datapath.uniform.some((x) => x.op === "workitem" && x.query === "num_groups");
  m.instance(
    "soff_dispatch",
    "dispatch",
    {
      NUM_GROUPS: usesNumGroups ? 1 : 0,
      STEP0: datapath.simd[0],
      STEP1: datapath.simd[1],
      STEP2: datapath.simd[2],
    },
    {
      clk,
      rst,
      start,
      global_size: globalSize,
      local_size: wholeRange ? globalSize : localSize,
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
  const context = new EmitContext(datapath, addressBits, datapath.names, new Map(), scratch, memory.lineBytes);
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
  m.comment("Datapath");
  const open = m.wire("open");
  const dpReady = m.wire("dp_ready");
  const retire = m.wire("retire");
  m.assign(item.ready, and(dpReady, open));
  const connections: Record<string, Expr> = { clk, rst };
  connections.item_valid = m.define("dp_valid", and(item.valid, open));
  connections.item_ready = dpReady;
  connections.retire = retire;
  Object.assign(connections, shape, slots.groups > 0 ? { item_last: itemLast } : {});
  for (const { item: value, port, width } of module.items) connections[port] = itemExpr(value, width, outputs);
  for (const { id, port } of module.uniforms) connections[port] = uniformOf(uniform.values, id);
  const clients = new Map(
    memory.units.flatMap((unit) =>
      unit.clients.map((c) => [portPrefix(c.access, c.part), declareClient(m, c, unit, addressBits)] as const),
    ),
  );
  for (const c of clients.values()) for (const [port, wire] of Object.entries(c.ports)) connections[port] = wire;
  m.raw("`ifdef SOFF_SIM", "  wire dp_progress;", "`endif");
  emitDatapathInstance(m, module.name, connections);

  const lines = memory.units.map((unit) => emitUnit(m, unit, clients, addressBits, start));
  memory.units.forEach((unit) => {
    const names = unit.group.parameters.map((p) => datapath.parameters[p]!.name);
    stages.push({
      instance: `${unit.name}_cache`,
      kind: "cache",
      label: `memory unit of ${names.join(", ")}`,
      ...place,
    });
  });
  const errors = memory.channels.map((boardChannel, c) => {
    const label = `${board.memory.kind}[${boardChannel}]`;
    stages.push({ instance: `channel${c}`, kind: "axi", label: `memory channel ${label}`, ...place });
    return emitChannel(m, c, memory.units, lines, board);
  });
  m.assign(error, errors.length > 0 ? zeroExtend(m.define("any_error", concatOr(errors)), 8) : constant(0, 8));

  m.blank();
  // A kernel without memory accesses has nothing to flush.
  const flush = m.fresh(lines.length > 0 ? "flush" : "unused_flush");
  m.raw(`wire ${flush};`);
  const flushed = m.define("flushed", lines.length > 0 ? and(...lines.map((l) => l.flushed)) : constant(1, 1));
  m.instance(
    "soff_sequencer",
    "sequencer",
    { SETTLE: slots.groups > 0 ? Math.max(uniform.settle, shapeCycles) : uniform.settle, DATAPATHS: 1 },
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
  m.guardedOutput("SOFF_SIM", "progress", name("dp_progress", 1));
  return { name: moduleName, text: m.print(), stages };
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

function controlPorts(m: ModuleBuilder): Record<string, Expr> {
  const inputs: [string, number][] = [
    ["awvalid", 1],
    ["awaddr", controlAddressBits],
    ["wvalid", 1],
    ["wdata", 32],
    ["wstrb", 4],
    ["bready", 1],
    ["arvalid", 1],
    ["araddr", controlAddressBits],
    ["rready", 1],
  ];
  const outputs: [string, number][] = [
    ["awready", 1],
    ["wready", 1],
    ["bvalid", 1],
    ["bresp", 2],
    ["arready", 1],
    ["rvalid", 1],
    ["rdata", 32],
    ["rresp", 2],
  ];
  const ports: Record<string, Expr> = {};
  for (const [port, width] of inputs) ports[`s_axi_${port}`] = m.input(`s_axi_${port}`, width);
  for (const [port, width] of outputs) ports[`s_axi_${port}`] = m.output(`s_axi_${port}`, width);
  ports.irq = m.output("irq");
  return ports;
}

/** Wires of one access between the datapath and its memory unit. */
interface Client {
  readonly access: Access;
  readonly bits: number;
  readonly mask: Expr;
  /** By port of the datapath. */
  readonly ports: Record<string, Expr>;
  readonly valid: Expr;
  readonly ready: Expr;
  readonly addr: Expr;
  readonly data: Expr | undefined;
  readonly compare: Expr | undefined;
  readonly respValid: Expr | undefined;
  readonly respData: Expr | undefined;
}

function declareClient(m: ModuleBuilder, client: UnitClient, unit: MemoryUnit, addressBits: number): Client {
  const { access, part } = client;
  const { node } = access;
  const prefix = portPrefix(access, part);
  const bytes = part ? unit.lineBytes : accessBytes(access);
  const ports: Record<string, Expr> = {};
  const wire = (port: string, width = 1): Expr => {
    const w = m.wire(`${prefix}_${port}`, width);
    ports[`${prefix}_${port}`] = w;
    return w;
  };
  const valid = wire("req_valid");
  const ready = wire("req_ready");
  const addr = wire("req_addr", addressBits);
  const data = node.kind === "load" ? undefined : wire("req_data", bytes * 8);
  const written = node.kind === "load" ? 0n : (1n << BigInt(access.bytes)) - 1n;
  return {
    access,
    bits: bytes * 8,
    ports,
    valid,
    ready,
    addr,
    data,
    mask: part && node.kind === "store" ? wire("req_mask", bytes) : constant(written, unit.dataBytes),
    compare: node.kind === "atomic" && node.compare ? wire("req_compare", bytes * 8) : undefined,
    respValid: answers(access) ? wire("resp_valid") : undefined,
    respData: answers(access) ? wire("resp_data", bytes * 8) : undefined,
  };
}

function emitDatapathInstance(m: ModuleBuilder, moduleName: string, connections: Record<string, Expr>): void {
  const id = m.fresh("dp");
  const rows = Object.entries(connections).map(([port, wire]) => `  .${port}(${wire.text})`);
  m.raw(`${moduleName} ${id} (`, "`ifdef SOFF_SIM", "  .progress(dp_progress),", "`endif", rows.join(",\n  "), ");");
}

/** The line ports of a unit, towards its channel. */
interface LinePorts {
  readonly rdValid: Expr;
  readonly rdReady: Expr;
  readonly rdLine: Expr;
  readonly rdDataValid: Expr;
  readonly rdData: Expr;
  readonly wrValid: Expr;
  readonly wrReady: Expr;
  readonly wrLine: Expr;
  readonly wrData: Expr;
  readonly wrStrb: Expr;
  readonly wrAck: Expr;
  readonly flushed: Expr;
}

function emitUnit(
  m: ModuleBuilder,
  unit: MemoryUnit,
  clients: ReadonlyMap<string, Client>,
  addressBits: number,
  start: Expr,
): LinePorts {
  const own = unit.clients.map((c) => clients.get(portPrefix(c.access, c.part))!);
  const n = own.length;
  const bits = unit.dataBytes * 8;
  const { atomics } = unit.group;
  const tagBits = Math.max(1, Math.ceil(Math.log2(n)));
  m.blank();
  m.comment(
    `Memory unit ${unit.name}: ${unit.reads ? (unit.writes ? "read and written" : "only read") : "only written"}`,
  );
  const wire = (label: string, width = 1): Expr => m.wire(`${unit.name}_${label}`, width);
  const many = (pick: (c: Client) => Expr): Expr => concat(...[...own].reverse().map(pick));
  const request = {
    req_valid: wire("req_valid"),
    req_ready: wire("req_ready"),
    req_addr: wire("req_addr", addressBits),
    req_write: wire("req_write"),
    req_wdata: wire("req_wdata", bits),
    req_wmask: wire("req_wmask", unit.dataBytes),
    req_tag: wire("req_tag", tagBits),
    req_op: wire("req_op", 4),
    req_compare: wire("req_compare", 64),
    resp_valid: wire("resp_valid"),
    resp_data: wire("resp_data", bits),
    resp_tag: wire("resp_tag", tagBits),
  };
  m.sink(request.resp_data, request.resp_tag, request.resp_valid);
  const readyAll = wire("c_ready", n);
  const respValidAll = wire("c_resp_valid", n);
  const respData = wire("c_resp_data", bits);
  m.sink(respData, respValidAll);
  m.instance(
    "soff_mem_arbiter",
    `${unit.name}_arbiter`,
    { N: n, ADDR_W: addressBits, DATA_BYTES: unit.dataBytes, TAG_W: tagBits, ATOMICS: atomics ? 1 : 0 },
    {
      clk,
      rst,
      c_req_valid: many((c) => c.valid),
      c_req_ready: readyAll,
      c_req_addr: many((c) => c.addr),
      c_req_write: many((c) => constant(c.access.node.kind === "store" ? 1 : 0, 1)),
      c_req_wdata: many((c) => (c.data ? zeroExtend(c.data, bits) : constant(0, bits))),
      c_req_wmask: many((c) => zeroExtend(c.mask, unit.dataBytes)),
      c_req_op: many((c) => constant(atomicCode(c.access.node), 4)),
      c_req_compare: many((c) => (c.compare ? zeroExtend(c.compare, 64) : constant(0, 64))),
      c_resp_valid: respValidAll,
      c_resp_data: respData,
      ...request,
    },
  );
  own.forEach((c, k) => {
    m.assign(c.ready, slice(readyAll, k, 1));
    if (c.respValid) m.assign(c.respValid, slice(respValidAll, k, 1));
    if (c.respData) m.assign(c.respData, slice(respData, 0, c.bits));
  });
  const lineBits = addressBits - Math.log2(unit.lineBytes);
  const ports: LinePorts = {
    rdValid: wire("rd_valid"),
    rdReady: wire("rd_ready"),
    rdLine: wire("rd_line", lineBits),
    rdDataValid: wire("rd_data_valid"),
    rdData: wire("rd_data", unit.lineBytes * 8),
    wrValid: wire("wr_valid"),
    wrReady: wire("wr_ready"),
    wrLine: wire("wr_line", lineBits),
    wrData: wire("wr_data", unit.lineBytes * 8),
    wrStrb: wire("wr_strb", unit.lineBytes),
    wrAck: wire("wr_ack"),
    flushed: wire("flushed"),
  };
  m.instance(
    "soff_cache",
    `${unit.name}_cache`,
    {
      ADDR_W: addressBits,
      LINE_BYTES: unit.lineBytes,
      SETS: unit.sets,
      WAYS: unit.ways,
      DATA_BYTES: unit.dataBytes,
      GRAIN_BYTES: unit.grainBytes,
      TAG_W: tagBits,
      INFLIGHT: unit.inflight,
      READS: unit.reads ? 1 : 0,
      WRITES: unit.writes ? 1 : 0,
      ATOMICS: atomics ? 1 : 0,
      FADD: floatAdders(unit.clients.map((c) => c.access)),
    },
    {
      clk,
      rst,
      start,
      flush: name("flush", 1),
      flushed: ports.flushed,
      ...request,
      rd_valid: ports.rdValid,
      rd_ready: ports.rdReady,
      rd_line: ports.rdLine,
      rd_data_valid: ports.rdDataValid,
      rd_data: ports.rdData,
      wr_valid: ports.wrValid,
      wr_ready: ports.wrReady,
      wr_line: ports.wrLine,
      wr_data: ports.wrData,
      wr_strb: ports.wrStrb,
      wr_ack: ports.wrAck,
    },
  );
  if (!unit.reads) {
    m.assign(ports.rdReady, constant(0, 1));
    m.assign(ports.rdDataValid, constant(0, 1));
    m.assign(ports.rdData, constant(0, unit.lineBytes * 8));
    m.sink(ports.rdValid, ports.rdLine);
  }
  if (!unit.writes) {
    m.assign(ports.wrReady, constant(0, 1));
    m.assign(ports.wrAck, constant(0, 1));
    m.sink(ports.wrValid, ports.wrLine, ports.wrData, ports.wrStrb);
  }
  return ports;
}

function emitChannel(
  m: ModuleBuilder,
  index: number,
  units: readonly MemoryUnit[],
  lines: readonly LinePorts[],
  board: Board,
): Expr {
  const here = units.flatMap((u, k) => (u.channel === index ? [{ unit: u, ports: lines[k]! }] : []));
  const readers = here.filter((h) => h.unit.reads);
  const writers = here.filter((h) => h.unit.writes);
  const lineBytes = here[0]!.unit.lineBytes;
  invariant(
    here.every((h) => h.unit.lineBytes === lineBytes),
    "units of a channel have lines of one size",
  );
  const addressBits = board.memory.axiAddressBits;
  const axiBytes = board.memory.axiDataBits / 8;
  const lineBits = addressBits - Math.log2(lineBytes);
  m.blank();
  m.comment(`Memory channel ${index}`);
  const wire = (label: string, width = 1): Expr => m.wire(`ch${index}_${label}`, width);
  const pack = (list: typeof here, pick: (p: LinePorts) => Expr, empty: Expr): Expr =>
    list.length > 0 ? concat(...[...list].reverse().map((h) => pick(h.ports))) : empty;
  const spread = (vector: Expr, list: typeof here, pick: (p: LinePorts) => Expr): void => {
    list.forEach((h, k) => {
      m.assign(pick(h.ports), slice(vector, k, 1));
    });
    if (list.length === 0) m.sink(vector);
  };
  const rdReady = wire("rd_ready", Math.max(1, readers.length));
  const rdDataValid = wire("rd_data_valid", Math.max(1, readers.length));
  const rdData = wire("rd_data", lineBytes * 8);
  const wrReady = wire("wr_ready", Math.max(1, writers.length));
  const wrAck = wire("wr_ack", Math.max(1, writers.length));
  const error = wire("error");
  m.sink(rdData);
  const idBits = axiIdBits(units);
  m.instance(
    "soff_channel",
    `channel${index}`,
    {
      NR: readers.length,
      NW: writers.length,
      ADDR_W: addressBits,
      LINE_BYTES: lineBytes,
      AXI_BYTES: axiBytes,
      ID_W: idBits,
      MAX_BURST: maxBurst,
    },
    {
      clk,
      rst,
      rd_valid: pack(readers, (p) => p.rdValid, constant(0, 1)),
      rd_ready: rdReady,
      rd_line: pack(readers, (p) => p.rdLine, constant(0, 1)),
      rd_data_valid: rdDataValid,
      rd_data: rdData,
      wr_valid: pack(writers, (p) => p.wrValid, constant(0, 1)),
      wr_ready: wrReady,
      wr_line: pack(writers, (p) => p.wrLine, constant(0, 1)),
      wr_data: pack(writers, (p) => p.wrData, constant(0, 1)),
      wr_strb: pack(writers, (p) => p.wrStrb, constant(0, 1)),
      wr_ack: wrAck,
      ...axiPorts(m, index, addressBits, axiBytes, idBits),
      error,
    },
  );
  spread(rdReady, readers, (p) => p.rdReady);
  spread(rdDataValid, readers, (p) => p.rdDataValid);
  for (const h of readers) m.assign(h.ports.rdData, rdData);
  spread(wrReady, writers, (p) => p.wrReady);
  spread(wrAck, writers, (p) => p.wrAck);
  invariant(lineBits > 0, "a line is smaller than memory");
  return error;
}

/** Bits of the AXI ids of a design: enough for the units of any of its channels. */
export function axiIdBits(units: readonly MemoryUnit[]): number {
  return Math.max(1, Math.ceil(Math.log2(Math.max(1, units.length))));
}

function axiPorts(
  m: ModuleBuilder,
  index: number,
  addressBits: number,
  axiBytes: number,
  idBits: number,
): Record<string, Expr> {
  const outputs: [string, number][] = [
    ["awvalid", 1],
    ["awid", idBits],
    ["awaddr", addressBits],
    ["awlen", 8],
    ["awsize", 3],
    ["awburst", 2],
    ["awlock", 1],
    ["awcache", 4],
    ["awprot", 3],
    ["awqos", 4],
    ["wvalid", 1],
    ["wdata", axiBytes * 8],
    ["wstrb", axiBytes],
    ["wlast", 1],
    ["bready", 1],
    ["arvalid", 1],
    ["arid", idBits],
    ["araddr", addressBits],
    ["arlen", 8],
    ["arsize", 3],
    ["arburst", 2],
    ["arlock", 1],
    ["arcache", 4],
    ["arprot", 3],
    ["arqos", 4],
    ["rready", 1],
  ];
  const inputs: [string, number][] = [
    ["awready", 1],
    ["wready", 1],
    ["bvalid", 1],
    ["bid", idBits],
    ["bresp", 2],
    ["arready", 1],
    ["rvalid", 1],
    ["rid", idBits],
    ["rdata", axiBytes * 8],
    ["rresp", 2],
    ["rlast", 1],
  ];
  const ports: Record<string, Expr> = {};
  for (const [port, width] of outputs) ports[`m_axi_${port}`] = m.output(`m_axi${index}_${port}`, width);
  for (const [port, width] of inputs) ports[`m_axi_${port}`] = m.input(`m_axi${index}_${port}`, width);
  return ports;
}
