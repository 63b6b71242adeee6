/** The top module of an NPU: its engines, their queues and tokens, the activation memory, one AXI4 master, the registers. */
import { concat, constant, type Expr, name, slice } from "../../rtl/expr.js";
import { ModuleBuilder } from "../../rtl/module.js";
import { invariant } from "../../support/errors.js";
import { LINE_BYTES, type NpuConfig } from "../config.js";
import {
  COUNT_BITS,
  type Engine,
  engines,
  INSTRUCTION_BITS,
  layouts,
  SLICE_BITS,
  STRETCH_BITS,
  TAG_BITS,
  tokenEngines,
} from "../isa/formats.js";

export interface BoardPort {
  /** Bits of byte addresses and bytes of a beat of the memory's AXI port. */
  readonly addressBits: number;
  readonly axiBytes: number;
}

/** Registers behind those of soff_control: byte address of the image, first line of the program, instructions less one. */
export const registers = { image: 0x40, programLine: 0x48, lastInstruction: 0x4c } as const;
const ARGUMENT_BYTES = 16;
const CONTROL_ADDRESS_BITS = 8;
const ID_BITS = 4;
const MAX_BURST = 16;
const TOKEN_BITS = 12;
const QUEUE = 8;

/** Readers and writers of the activation memory by priority, and readers of DRAM. */
const memoryReaders = ["postA", "postB", "compute", "move", "store", "softmax"] as const;
const memoryWriters = ["post", "move", "softmax", "load"] as const;
const lineReaders = ["fetch", "weights", "parameters", "load", "softmax"] as const;

const clk = name("clk", 1);
const rst = name("rst", 1);

/** Prints the top module. */
export function npuTop(moduleName: string, config: NpuConfig, port: BoardPort): string {
  const m = new ModuleBuilder(moduleName, [
    `NPU made by soff: ${config.outputs} x ${config.inputs} multipliers, ${2 ** config.addressBits} words of ${config.inputs} bytes.`,
  ]);
  m.input("clk");
  m.input("rst");
  const word = 8 * config.inputs;
  const addr = config.addressBits;
  const byteBits = addr + Math.log2(config.inputs);
  const lineBits = port.addressBits - Math.log2(LINE_BYTES);
  const has = (unit: string): boolean => unit !== "softmax" || config.softmax;
  const readers = memoryReaders.filter(has);
  const writers = memoryWriters.filter(has);
  const drams = lineReaders.filter(has);

  // ---- Registers
  const start = m.wire("start");
  const done = m.wire("finished");
  const busy = m.wire("busy");
  const error = m.wire("bus_error");
  const args = m.wire("args", 8 * ARGUMENT_BYTES);
  m.sink(busy, args);
  m.instance(
    "soff_control",
    "control",
    { ADDR_W: CONTROL_ADDRESS_BITS, ARG_BYTES: ARGUMENT_BYTES },
    {
      clk,
      rst,
      ...controlPorts(m),
      start,
      done,
      error: concat(constant(0, 7), error),
      busy,
      args,
      irq: m.output("irq"),
      counter_index: m.wire("unused_counter_index", 8),
      counter: constant(0, 48),
    },
  );
  const image = m.define("image_line", slice(args, Math.log2(LINE_BYTES), lineBits));
  const fromImage = (wish: string, offset: Expr): Expr => {
    const wide = m.wire(wish, lineBits);
    m.raw(`assign ${wide.text} = ${image.text} + ${resized(m, offset, lineBits).text};`);
    return wide;
  };

  // ---- Queues and tokens
  const engineWire = (engine: Engine, what: string, width = 1): Expr => m.wire(`${engine}_${what}`, width);
  const present = engines.filter((e) => e !== "end" && has(e));
  const fetched = m.wire("fetched", INSTRUCTION_BITS);
  const fetchedValid = m.wire("fetched_valid", engines.length - 1);
  m.sink(fetchedValid);
  const queue = new Map<
    Engine,
    { valid: Expr; ready: Expr; data: Expr; idle: Expr; queueReady: Expr; take: Expr; have: Expr }
  >();
  for (const engine of present) {
    const q = {
      valid: engineWire(engine, "valid"),
      ready: engineWire(engine, "ready"),
      data: engineWire(engine, "instruction", INSTRUCTION_BITS),
      idle: engineWire(engine, "queue_idle"),
      queueReady: engineWire(engine, "queue_ready"),
      take: engineWire(engine, "take", tokenEngines),
      have: engineWire(engine, "have", tokenEngines),
    };
    queue.set(engine, q);
    m.sink(q.data, q.take);
    m.instance(
      "soff_npu_queue",
      `${engine}_queue`,
      { WIDTH: INSTRUCTION_BITS, DEPTH: QUEUE, ENGINES: tokenEngines, WAIT_AT: layouts.end.get("wait")!.low },
      {
        clk,
        rst,
        in_valid: slice(fetchedValid, engines.indexOf(engine), 1),
        in_ready: q.queueReady,
        in_data: fetched,
        have: q.have,
        take: q.take,
        out_valid: q.valid,
        out_ready: q.ready,
        out_data: q.data,
        idle: q.idle,
      },
    );
  }
  const dones = new Map<Engine, { done: Expr; signal: Expr; tag: Expr }>();
  const idles: Expr[] = [];
  const field = (engine: Engine, fieldName: string, width?: number): Expr => {
    const f = layouts[engine].get(fieldName);
    invariant(f !== undefined, `no field ${fieldName} of ${engine}`);
    const times = f.times ?? 1;
    const bits = width ?? f.bits;
    const q = queue.get(engine)!.data;
    if (bits === f.bits) return slice(q, f.low, f.bits * times);
    return concat(...Array.from({ length: times }, (_, i) => slice(q, f.low + (times - 1 - i) * f.bits, bits)));
  };
  /** Ports that all engines with tokens have. */
  const common = (engine: Engine): Record<string, Expr> => {
    const d = {
      done: engineWire(engine, "done"),
      signal: engineWire(engine, "signal", tokenEngines),
      tag: engineWire(engine, "tag", TAG_BITS),
    };
    const idle = engineWire(engine, "idle");
    dones.set(engine, d);
    idles.push(idle);
    m.sink(d.tag);
    const q = queue.get(engine)!;
    return {
      clk,
      rst,
      in_valid: q.valid,
      in_ready: q.ready,
      in_signal: field(engine, "signal"),
      in_tag: field(engine, "tag"),
      done: d.done,
      done_signal: d.signal,
      done_tag: d.tag,
      idle,
    };
  };

  // ---- Memories
  const rd = new Map<string, { valid: Expr; ready: Expr; addr: Expr; dataValid: Expr; data: Expr }>(
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
  const wr = new Map<string, { valid: Expr; ready: Expr; addr: Expr; mask: Expr; data: Expr }>(
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
  const joined = <T>(items: readonly T[], pick: (item: T) => Expr): Expr => concat(...[...items].reverse().map(pick));
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

  // ---- DRAM
  const line = new Map<string, { valid: Expr; ready: Expr; line: Expr; dataValid: Expr }>(
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
      ...axiPorts(m, port),
      error,
    },
  );

  // ---- Engines
  const sizes = { COUNT_W: COUNT_BITS, MASK_W: tokenEngines, TAG_W: TAG_BITS };
  const transfer = { BYTES: config.inputs, ADDR_W: addr, LINE_W: lineBits, LINE_BYTES, ...sizes };
  const transferFields = (engine: Engine): Record<string, Expr> => ({
    in_line: fromImage(`${engine}_from`, field(engine, "line")),
    in_lines: field(engine, "lines"),
    in_counts: field(engine, "counts"),
    in_line_jumps: lineJumps(field(engine, "lineJumps")),
    in_word: field(engine, "word", addr),
    in_word_jumps: field(engine, "wordJumps", addr),
  });
  const lineJumps = (both: Expr): Expr => {
    const named = m.named("line_jumps", both);
    const half = named.width / 2;
    const wide = (low: number): Expr => {
      const part = m.define("line_jump", slice(named, low, half));
      if (half > lineBits) m.sink(part);
      return signedFit(part, lineBits);
    };
    return concat(wide(half), wide(0));
  };
  allBytes("load");
  m.instance("soff_npu_load", "load", transfer, {
    ...common("load"),
    ...transferFields("load"),
    ...linePort("load"),
    wr_valid: wr.get("load")!.valid,
    wr_ready: wr.get("load")!.ready,
    wr_addr: wr.get("load")!.addr,
    wr_data: wr.get("load")!.data,
  });
  m.instance("soff_npu_store", "store", transfer, {
    ...common("store"),
    ...transferFields("store"),
    ...readPort("store"),
    wr_valid: store.valid,
    wr_ready: store.ready,
    wr_line: store.line,
    wr_data: store.data,
    wr_ack: store.ack,
  });
  const stream = (engine: "weights" | "parameters", depth: number) => {
    const out = {
      valid: engineWire(engine, "out_valid"),
      ready: engineWire(engine, "out_ready"),
      data: engineWire(engine, "out_data", 8 * LINE_BYTES),
      tag: engineWire(engine, "out_tag"),
    };
    const q = queue.get(engine)!;
    const idle = engineWire(engine, "idle");
    idles.push(idle);
    m.sink(out.tag);
    m.instance(
      "soff_npu_reader",
      engine,
      { LINE_W: lineBits, LINE_BYTES, COUNT_W: STRETCH_BITS, TAG_W: 1, DEPTH: depth },
      {
        clk,
        rst,
        in_valid: q.valid,
        in_ready: q.ready,
        in_line: fromImage(`${engine}_from`, field(engine, "line")),
        in_count: field(engine, "count"),
        in_tag: field(engine, "window"),
        ...linePort(engine),
        out_valid: out.valid,
        out_ready: out.ready,
        out_data: out.data,
        out_tag: out.tag,
        idle,
      },
    );
    return out;
  };
  const weights = stream("weights", config.weightLines);
  const parameters = stream("parameters", config.parameterLines);
  const sum = {
    re: m.wire("sum_re"),
    half: m.wire("sum_half"),
    at: m.wire("sum_at", config.sumBits),
    data: m.wire("sum_data", 32 * config.outputs),
  };
  const computeRead = rd.get("compute")!;
  m.sink(computeRead.dataValid);
  const arrays = { TI: config.inputs, TO: config.outputs, ADDR_W: addr, LINE_BYTES, DEPTH_W: config.sumBits, ...sizes };
  m.instance(
    "soff_npu_compute",
    "compute",
    { ...arrays, TAPS_W: config.tapBits, COLUMNS: config.columns },
    {
      ...common("compute"),
      in_mode: field("compute", "mode"),
      in_fill: field("compute", "fill"),
      in_fill_last: field("compute", "fillLast", config.tapBits),
      in_columns: field("compute", "columns"),
      in_lead: field("compute", "lead", Math.ceil(Math.log2(config.columns))),
      in_stride: field("compute", "stride"),
      in_half: field("compute", "half"),
      in_accumulate: field("compute", "accumulate"),
      in_pad: field("compute", "pad"),
      in_word: field("compute", "word", addr),
      in_y: field("compute", "y"),
      in_x: field("compute", "x"),
      in_height: field("compute", "height"),
      in_width: field("compute", "width"),
      in_counts: field("compute", "counts"),
      in_jumps: field("compute", "jumps", addr),
      in_y_jumps: field("compute", "yJumps"),
      in_x_jumps: field("compute", "xJumps"),
      weight_valid: weights.valid,
      weight_ready: weights.ready,
      weight_tag: weights.tag,
      weight_data: weights.data,
      rd_valid: computeRead.valid,
      rd_ready: computeRead.ready,
      rd_addr: computeRead.addr,
      rd_data: computeRead.data,
      sum_re: sum.re,
      sum_half: sum.half,
      sum_at: sum.at,
      sum_data: sum.data,
    },
  );
  const postWrite = wr.get("post")!;
  allBytes("post");
  m.sink(postWrite.ready);
  m.instance(
    "soff_npu_post",
    "post",
    { ...arrays, SLICE_W: SLICE_BITS },
    {
      ...common("post"),
      in_parameters: field("post", "parameters"),
      in_sections: field("post", "sections"),
      in_source: field("post", "source"),
      in_use_b: field("post", "useB"),
      in_fused: field("post", "fused"),
      in_use_table: field("post", "useTable"),
      in_spread_a: field("post", "spreadA"),
      in_spread_b: field("post", "spreadB"),
      in_half: field("post", "half"),
      in_slice: field("post", "slice"),
      in_counts: field("post", "counts"),
      in_word: field("post", "word", addr),
      in_jumps: field("post", "jumps", addr),
      in_a: field("post", "a", addr),
      in_a_jumps: field("post", "aJumps", addr),
      in_b: field("post", "b", addr),
      in_b_jumps: field("post", "bJumps", addr),
      line_valid: parameters.valid,
      line_ready: parameters.ready,
      line_data: parameters.data,
      ...readPort("postA", "a"),
      ...readPort("postB", "b"),
      sum_re: sum.re,
      sum_half: sum.half,
      sum_at: sum.at,
      sum_data: sum.data,
      wr_valid: postWrite.valid,
      wr_addr: postWrite.addr,
      wr_data: postWrite.data,
    },
  );
  m.instance(
    "soff_npu_move",
    "move",
    { BYTES: config.inputs, ADDR_W: addr, ...sizes },
    {
      ...common("move"),
      in_words: field("move", "words"),
      in_constant: field("move", "constant"),
      in_value: field("move", "value"),
      in_counts: field("move", "counts"),
      in_from: field("move", "from", byteBits),
      in_from_jumps: field("move", "fromJumps", byteBits),
      in_to: field("move", "to", byteBits),
      in_to_jumps: field("move", "toJumps", byteBits),
      ...readPort("move"),
      wr_valid: wr.get("move")!.valid,
      wr_ready: wr.get("move")!.ready,
      wr_addr: wr.get("move")!.addr,
      wr_mask: wr.get("move")!.mask,
      wr_data: wr.get("move")!.data,
    },
  );
  if (config.softmax) {
    const w = wr.get("softmax")!;
    m.instance(
      "soff_npu_softmax",
      "softmax",
      { BYTES: config.inputs, ADDR_W: addr, LINE_W: lineBits, LINE_BYTES, ...sizes },
      {
        ...common("softmax"),
        in_table: field("softmax", "table"),
        in_line: fromImage("softmax_from", field("softmax", "line")),
        in_length: field("softmax", "length"),
        in_inner: field("softmax", "inner"),
        in_from_steps: field("softmax", "fromSteps", byteBits),
        in_to_steps: field("softmax", "toSteps", byteBits),
        in_fraction: field("softmax", "fraction"),
        in_zero: field("softmax", "zero"),
        in_counts: field("softmax", "counts"),
        in_from: field("softmax", "from", byteBits),
        in_from_jumps: field("softmax", "fromJumps", byteBits),
        in_to: field("softmax", "to", byteBits),
        in_to_jumps: field("softmax", "toJumps", byteBits),
        line_valid: line.get("softmax")!.valid,
        line_ready: line.get("softmax")!.ready,
        line_at: line.get("softmax")!.line,
        line_data_valid: line.get("softmax")!.dataValid,
        line_data: lineData,
        ...readPort("softmax"),
        wr_valid: w.valid,
        wr_ready: w.ready,
        wr_addr: w.addr,
        wr_mask: w.mask,
        wr_data: w.data,
      },
    );
  }

  // ---- Tokens: what engine e gives to f, and what f takes from e
  const bits = tokenEngines;
  const have = m.wire("tokens", bits * bits);
  m.sink(have);
  const tokenEngine = (i: number): Engine => engines[i]!;
  const give: Expr[] = [];
  const take: Expr[] = [];
  for (let e = 0; e < bits; e++) {
    const d = dones.get(tokenEngine(e));
    for (let f = 0; f < bits; f++) {
      const q = queue.get(tokenEngine(f));
      give.push(
        d
          ? m.define(`give_${tokenEngine(e)}_${tokenEngine(f)}`, andBits(d.done, slice(d.signal, f, 1)))
          : constant(0, 1),
      );
      take.push(q ? slice(q.take, e, 1) : constant(0, 1));
    }
  }
  m.instance(
    "soff_npu_tokens",
    "token_counters",
    { ENGINES: bits, COUNT_W: TOKEN_BITS },
    { clk, rst, give: concat(...give.reverse()), take: concat(...take.reverse()), have },
  );
  for (const engine of present) {
    const f = engines.indexOf(engine);
    const sees = f < bits ? Array.from({ length: bits }, (_, e) => slice(have, e * bits + f, 1)) : undefined;
    m.assign(queue.get(engine)!.have, sees ? concat(...sees.reverse()) : constant((1n << BigInt(bits)) - 1n, bits));
  }

  // ---- Program
  const rest = [...idles, ...present.map((e) => queue.get(e)!.idle)];
  const atRest = m.define("at_rest", { text: rest.map((e) => e.text).join(" & "), width: 1, atom: "none" });
  const argumentOf = (register: number): Expr => slice(args, 8 * (register - registers.image), 32);
  const program = fromImage("program", argumentOf(registers.programLine));
  m.instance(
    "soff_npu_fetch",
    "fetch",
    {
      WIDTH: INSTRUCTION_BITS,
      ENGINES: engines.length - 1,
      ENGINE_W: layouts.end.get("engine")!.bits,
      LINE_W: lineBits,
      COUNT_W: STRETCH_BITS,
    },
    {
      clk,
      rst,
      start,
      line: program,
      count: slice(args, 8 * (registers.lastInstruction - registers.image), STRETCH_BITS),
      ...linePort("fetch"),
      out_valid: fetchedValid,
      out_ready: concat(
        ...engines
          .slice(0, -1)
          .map((e) => queue.get(e)?.queueReady ?? constant(1, 1))
          .reverse(),
      ),
      out_data: fetched,
      at_rest: atRest,
      done,
    },
  );

  // ---- For the harness: that something moves, and when layers end
  m.guardedOutput("SOFF_SIM", "progress", { text: `~${atRest.text}`, width: 1, atom: "none" });
  m.raw("`ifdef SOFF_SIM", "  reg [63:0] now;", "  always @(posedge clk) now <= start ? 64'd1 : now + 64'd1;");
  for (const [engine, d] of dones)
    m.raw(
      `  always @(posedge clk) if (${d.done.text} && ${d.tag.text} != ${TAG_BITS}'d0) $display("SOFF-LAYER %0d %0d ${engine}", ${d.tag.text}, now);`,
    );
  m.raw("`endif");
  return m.print();
}

const andBits = (a: Expr, b: Expr): Expr => ({ text: `${a.text} & ${b.text}`, width: 1, atom: "none" });

/** Low bits, or zeros in front. */
function resized(m: ModuleBuilder, value: Expr, width: number): Expr {
  if (value.width === width) return value;
  if (value.width < width) return concat(constant(0, width - value.width), value);
  const whole = m.define("low_part", value);
  m.sink(whole);
  return slice(whole, 0, width);
}

function signedFit(value: Expr, width: number): Expr {
  if (value.width >= width) return slice(value, 0, width);
  return { text: `{{${width - value.width}{${value.text}[${value.width - 1}]}}, ${value.text}}`, width, atom: "none" };
}

function controlPorts(m: ModuleBuilder): Record<string, Expr> {
  const inputs: [string, number][] = [
    ["awvalid", 1],
    ["awaddr", CONTROL_ADDRESS_BITS],
    ["wvalid", 1],
    ["wdata", 32],
    ["wstrb", 4],
    ["bready", 1],
    ["arvalid", 1],
    ["araddr", CONTROL_ADDRESS_BITS],
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
  return Object.fromEntries([
    ...inputs.map(([n, w]) => [`s_axi_${n}`, m.input(`s_axi_${n}`, w)]),
    ...outputs.map(([n, w]) => [`s_axi_${n}`, m.output(`s_axi_${n}`, w)]),
  ]) as Record<string, Expr>;
}

function axiPorts(m: ModuleBuilder, port: BoardPort): Record<string, Expr> {
  const { addressBits, axiBytes } = port;
  const outputs: [string, number][] = [
    ["awvalid", 1],
    ["awid", ID_BITS],
    ["awaddr", addressBits],
    ["awlen", 8],
    ["awsize", 3],
    ["awburst", 2],
    ["awlock", 1],
    ["awcache", 4],
    ["awprot", 3],
    ["awqos", 4],
    ["wvalid", 1],
    ["wdata", 8 * axiBytes],
    ["wstrb", axiBytes],
    ["wlast", 1],
    ["bready", 1],
    ["arvalid", 1],
    ["arid", ID_BITS],
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
    ["bid", ID_BITS],
    ["bresp", 2],
    ["arready", 1],
    ["rvalid", 1],
    ["rid", ID_BITS],
    ["rdata", 8 * axiBytes],
    ["rresp", 2],
    ["rlast", 1],
  ];
  return Object.fromEntries([
    ...outputs.map(([n, w]) => [`m_axi_${n}`, m.output(`m_axi0_${n}`, w)]),
    ...inputs.map(([n, w]) => [`m_axi_${n}`, m.input(`m_axi0_${n}`, w)]),
  ]) as Record<string, Expr>;
}
