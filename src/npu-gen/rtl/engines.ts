/** The engines: what moves lines and words, and what computes. */
import { concat, type Expr, name, slice } from "../../rtl/expr.js";
import type { ModuleBuilder } from "../../rtl/module.js";
import { LINE_BYTES, type NpuConfig } from "../config.js";
import { COUNT_BITS, type Engine, SLICE_BITS, STRETCH_BITS, TAG_BITS, tokenEngines } from "../isa/formats.js";
import type { ActivationMemory, Dram } from "./memories.js";
import type { Queues } from "./queues.js";

const clk = name("clk", 1);
const rst = name("rst", 1);
const sizes = { COUNT_W: COUNT_BITS, MASK_W: tokenEngines, TAG_W: TAG_BITS };

export interface EngineContext {
  readonly m: ModuleBuilder;
  readonly config: NpuConfig;
  readonly queues: Queues;
  readonly memory: ActivationMemory;
  readonly dram: Dram;
  readonly lineBits: number;
  /** A line of DRAM from its distance to the image's first line. */
  readonly fromImage: (wish: string, offset: Expr) => Expr;
}

export interface StreamPort {
  readonly valid: Expr;
  readonly ready: Expr;
  readonly data: Expr;
  readonly tag: Expr;
}

/** Load and store, and the FIFOs of weights and parameters. */
export function transferEngines({ m, config, queues, memory, dram, lineBits, fromImage }: EngineContext): {
  readonly weights: StreamPort;
  readonly parameters: StreamPort;
} {
  const { field, common, wire: engineWire, queue, idles } = queues;
  const { wr, readPort, allBytes } = memory;
  const { linePort, store } = dram;
  const addr = config.addressBits;
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
  return { weights, parameters };
}

/** The array with its lanes, the post engine, movements, softmax. */
export function computingEngines(
  { m, config, queues, memory, dram, lineBits, fromImage }: EngineContext,
  weights: StreamPort,
  parameters: StreamPort,
): void {
  const { field, common } = queues;
  const { rd, wr, readPort, allBytes } = memory;
  const { line, lineData } = dram;
  const addr = config.addressBits;
  const byteBits = addr + Math.log2(config.inputs);
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
}

function signedFit(value: Expr, width: number): Expr {
  if (value.width >= width) return slice(value, 0, width);
  return { text: `{{${width - value.width}{${value.text}[${value.width - 1}]}}, ${value.text}}`, width, atom: "none" };
}
