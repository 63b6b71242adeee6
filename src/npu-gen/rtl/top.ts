/** The top module of an NPU: registers, queues and tokens, memories, engines, the fetch of the program. */
import { axiLiteSlave } from "../../rtl/axi.js";
import { concat, constant, type Expr, name, slice } from "../../rtl/expr.js";
import { ModuleBuilder } from "../../rtl/module.js";
import { LINE_BYTES, type NpuConfig } from "../config.js";
import { type Engine, engines, INSTRUCTION_BITS, layouts, STRETCH_BITS, TAG_BITS } from "../isa/formats.js";
import { computingEngines, type EngineContext, transferEngines } from "./engines.js";
import { activationMemory, type Dram, dramOf } from "./memories.js";
import { type BoardPort, CONTROL_ADDRESS_BITS } from "./ports.js";
import { type Queues, queuesOf, tokens } from "./queues.js";

export type { BoardPort } from "./ports.js";

/** Registers behind those of soff_control: byte address of the image, first line of the program, instructions less one. */
export const registers = { image: 0x40, programLine: 0x48, lastInstruction: 0x4c } as const;
const ARGUMENT_BYTES = 16;

const clk = name("clk", 1);
const rst = name("rst", 1);

/** Prints the top module. */
export function npuTop(moduleName: string, config: NpuConfig, port: BoardPort): string {
  const m = new ModuleBuilder(moduleName, [
    `NPU made by soff: ${config.outputs} x ${config.inputs} multipliers, ${2 ** config.addressBits} words of ${config.inputs} bytes.`,
  ]);
  m.input("clk");
  m.input("rst");
  const lineBits = port.addressBits - Math.log2(LINE_BYTES);

  const { start, done, error, args, image } = control(m, lineBits);
  const fromImage = (wish: string, offset: Expr): Expr => {
    const wide = m.wire(wish, lineBits);
    m.raw(`assign ${wide.text} = ${image.text} + ${resized(m, offset, lineBits).text};`);
    return wide;
  };
  const queues = queuesOf(m, (engine: Engine) => engine !== "softmax" || config.softmax);
  const memory = activationMemory(m, config);
  const dram = dramOf(m, config, port, lineBits, error);
  const context: EngineContext = { m, config, queues, memory, dram, lineBits, fromImage };
  const { weights, parameters } = transferEngines(context);
  computingEngines(context, weights, parameters);
  tokens(m, queues);

  const rest = [...queues.idles, ...queues.present.map((e) => queues.queue.get(e)!.idle)];
  const atRest = m.define("at_rest", { text: rest.map((e) => e.text).join(" & "), width: 1, atom: "none" });
  fetch(m, queues, dram, { start, done, args, atRest, lineBits, fromImage });
  observed(m, queues, atRest, start);
  return m.print();
}

/** The registers. */
function control(m: ModuleBuilder, lineBits: number) {
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
      ...axiLiteSlave(m, CONTROL_ADDRESS_BITS),
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
  return { start, done, error, args, image };
}

/** Fetches instructions into the queues. */
function fetch(
  m: ModuleBuilder,
  { queue, fetched, fetchedValid }: Queues,
  { linePort }: Dram,
  {
    start,
    done,
    args,
    atRest,
    lineBits,
    fromImage,
  }: Pick<EngineContext, "lineBits" | "fromImage"> & Record<"start" | "done" | "args" | "atRest", Expr>,
): void {
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
}

/** For the harness: that something moves, and when layers end. */
function observed(m: ModuleBuilder, { dones }: Queues, atRest: Expr, start: Expr): void {
  m.guardedOutput("SOFF_SIM", "progress", { text: `~${atRest.text}`, width: 1, atom: "none" });
  m.raw("`ifdef SOFF_SIM", "  reg [63:0] now;", `  always @(posedge clk) now <= ${start.text} ? 64'd1 : now + 64'd1;`);
  for (const [engine, d] of dones)
    m.raw(
      `  always @(posedge clk) if (${d.done.text} && ${d.tag.text} != ${TAG_BITS}'d0) $display("SOFF-LAYER %0d %0d ${engine}", ${d.tag.text}, now);`,
    );
  m.raw("`endif");
}

/** Low bits, or zeros in front. */
function resized(m: ModuleBuilder, value: Expr, width: number): Expr {
  if (value.width === width) return value;
  if (value.width < width) return concat(constant(0, width - value.width), value);
  const whole = m.define("low_part", value);
  m.sink(whole);
  return slice(whole, 0, width);
}
