/** The activation memory and the memory channel, with the ports of those who read and write them. */
import { axiMaster } from "../../rtl/axi.js";
import { concat, constant, type Expr, name, slice } from "../../rtl/expr.js";
import type { ModuleBuilder } from "../../rtl/module.js";
import { LINE_BYTES, type NpuConfig } from "../config.js";
import { type BoardPort, ID_BITS } from "./ports.js";

const MAX_BURST = 16;

/** Readers and writers of the activation memory by priority, and readers of DRAM. */
const memoryReaders = ["postA", "postB", "compute", "move", "store", "softmax"] as const;
const memoryWriters = ["post", "move", "softmax", "load"] as const;
const lineReaders = ["fetch", "weights", "parameters", "load", "softmax"] as const;

const clk = name("clk", 1);
const rst = name("rst", 1);

const joined = <T>(items: readonly T[], pick: (item: T) => Expr): Expr => concat(...[...items].reverse().map(pick));
const unitsOf =
  (config: NpuConfig) =>
  (unit: string): boolean =>
    unit !== "softmax" || config.softmax;

export interface ReadPort {
  readonly valid: Expr;
  readonly ready: Expr;
  readonly addr: Expr;
  readonly dataValid: Expr;
  readonly data: Expr;
}

export interface WritePort {
  readonly valid: Expr;
  readonly ready: Expr;
  readonly addr: Expr;
  readonly mask: Expr;
  readonly data: Expr;
}

export interface ActivationMemory {
  readonly rd: ReadonlyMap<string, ReadPort>;
  readonly wr: ReadonlyMap<string, WritePort>;
  /** A reader's ports under the names that an engine gives them. */
  readonly readPort: (reader: string, prefix?: string) => Record<string, Expr>;
  /** Lets a writer write whole words. */
  readonly allBytes: (writer: string) => void;
}

export function activationMemory(m: ModuleBuilder, config: NpuConfig): ActivationMemory {
  const word = 8 * config.inputs;
  const addr = config.addressBits;
  const has = unitsOf(config);
  const readers = memoryReaders.filter(has);
  const writers = memoryWriters.filter(has);
  const rd = new Map<string, ReadPort>(
    readers.map((r) => [
      r,
      {
        valid: m.wire(`${r}_rd_valid`),
        ready: m.wire(`${r}_rd_ready`),
        addr: m.wire(`${r}_rd_addr`, addr),
        dataValid: m.wire(`${r}_rd_data_valid`),
        data: m.wire(`${r}_rd_data`, word),
      },
    ]),
  );
  const wr = new Map<string, WritePort>(
    writers.map((w) => [
      w,
      {
        valid: m.wire(`${w}_wr_valid`),
        ready: m.wire(`${w}_wr_ready`),
        addr: m.wire(`${w}_wr_addr`, addr),
        mask: m.wire(`${w}_wr_mask`, config.inputs),
        data: m.wire(`${w}_wr_data`, word),
      },
    ]),
  );
  const readPort = (r: string, prefix = "rd"): Record<string, Expr> => {
    const p = rd.get(r)!;
    return {
      [`${prefix}_valid`]: p.valid,
      [`${prefix}_ready`]: p.ready,
      [`${prefix}_addr`]: p.addr,
      [`${prefix}_data_valid`]: p.dataValid,
      [`${prefix}_data`]: p.data,
    };
  };
  const rdReady = m.wire("rd_ready", readers.length);
  const rdDataValid = m.wire("rd_data_valid", readers.length);
  const rdData = m.wire("rd_data", readers.length * word);
  const wrReady = m.wire("wr_ready", writers.length);
  readers.forEach((r, i) => {
    m.assign(rd.get(r)!.ready, slice(rdReady, i, 1));
    m.assign(rd.get(r)!.dataValid, slice(rdDataValid, i, 1));
    m.assign(rd.get(r)!.data, slice(rdData, i * word, word));
  });
  writers.forEach((w, i) => {
    m.assign(wr.get(w)!.ready, slice(wrReady, i, 1));
  });
  m.instance(
    "soff_npu_memory",
    "memory",
    { BYTES: config.inputs, ADDR_W: addr, BANKS: config.banks, NR: readers.length, NW: writers.length },
    {
      clk,
      rst,
      rd_valid: joined(readers, (r) => rd.get(r)!.valid),
      rd_ready: rdReady,
      rd_addr: joined(readers, (r) => rd.get(r)!.addr),
      rd_data_valid: rdDataValid,
      rd_data: rdData,
      wr_valid: joined(writers, (w) => wr.get(w)!.valid),
      wr_ready: wrReady,
      wr_addr: joined(writers, (w) => wr.get(w)!.addr),
      wr_mask: joined(writers, (w) => wr.get(w)!.mask),
      wr_data: joined(writers, (w) => wr.get(w)!.data),
    },
  );
  const allBytes = (w: string): void =>
    m.assign(wr.get(w)!.mask, constant((1n << BigInt(config.inputs)) - 1n, config.inputs));

  return { rd, wr, readPort, allBytes };
}

export interface LinePort {
  readonly valid: Expr;
  readonly ready: Expr;
  readonly line: Expr;
  readonly dataValid: Expr;
}

export interface Dram {
  readonly line: ReadonlyMap<string, LinePort>;
  readonly lineData: Expr;
  /** A reader's ports. */
  readonly linePort: (reader: string) => Record<string, Expr>;
  readonly store: {
    readonly valid: Expr;
    readonly ready: Expr;
    readonly line: Expr;
    readonly data: Expr;
    readonly ack: Expr;
  };
}

export function dramOf(m: ModuleBuilder, config: NpuConfig, port: BoardPort, lineBits: number, error: Expr): Dram {
  const drams = lineReaders.filter(unitsOf(config));
  const line = new Map<string, LinePort>(
    drams.map((r) => [
      r,
      {
        valid: m.wire(`${r}_line_valid`),
        ready: m.wire(`${r}_line_ready`),
        line: m.wire(`${r}_line_at`, lineBits),
        dataValid: m.wire(`${r}_line_data_valid`),
      },
    ]),
  );
  const lineReady = m.wire("line_ready", drams.length);
  const lineDataValid = m.wire("line_data_valid", drams.length);
  const lineData = m.wire("line_data", 8 * LINE_BYTES);
  drams.forEach((r, i) => {
    m.assign(line.get(r)!.ready, slice(lineReady, i, 1));
    m.assign(line.get(r)!.dataValid, slice(lineDataValid, i, 1));
  });
  const linePort = (r: string): Record<string, Expr> => {
    const p = line.get(r)!;
    return { rd_valid: p.valid, rd_ready: p.ready, rd_line: p.line, rd_data_valid: p.dataValid, rd_data: lineData };
  };
  const store = {
    valid: m.wire("store_line_valid"),
    ready: m.wire("store_line_ready"),
    line: m.wire("store_line", lineBits),
    data: m.wire("store_line_data", 8 * LINE_BYTES),
    ack: m.wire("store_line_ack"),
  };
  m.instance(
    "soff_channel",
    "channel0",
    {
      NR: drams.length,
      NW: 1,
      ADDR_W: port.addressBits,
      LINE_BYTES,
      AXI_BYTES: port.axiBytes,
      ID_W: ID_BITS,
      MAX_BURST,
    },
    {
      clk,
      rst,
      rd_valid: joined(drams, (r) => line.get(r)!.valid),
      rd_ready: lineReady,
      rd_line: joined(drams, (r) => line.get(r)!.line),
      rd_data_valid: lineDataValid,
      rd_data: lineData,
      wr_valid: store.valid,
      wr_ready: store.ready,
      wr_line: store.line,
      wr_data: store.data,
      wr_strb: constant((1n << BigInt(LINE_BYTES)) - 1n, LINE_BYTES),
      wr_ack: store.ack,
      ...axiMaster(m, 0, { ...port, idBits: ID_BITS }),
      error,
    },
  );

  return { line, lineData, linePort, store };
}
