/** The queues of instructions, what engines take from them, and the tokens that order the engines. */
import { concat, constant, type Expr, name, slice } from "../../rtl/expr.js";
import type { ModuleBuilder } from "../../rtl/module.js";
import { invariant } from "../../support/errors.js";
import { type Engine, engines, INSTRUCTION_BITS, layouts, TAG_BITS, tokenEngines } from "../isa/formats.js";

const TOKEN_BITS = 12;
const QUEUE = 8;

const clk = name("clk", 1);
const rst = name("rst", 1);

interface Queue {
  readonly valid: Expr;
  readonly ready: Expr;
  readonly data: Expr;
  readonly idle: Expr;
  readonly queueReady: Expr;
  readonly take: Expr;
  readonly have: Expr;
}

export interface Done {
  readonly done: Expr;
  readonly signal: Expr;
  readonly tag: Expr;
}

export interface Queues {
  readonly present: readonly Engine[];
  readonly fetched: Expr;
  readonly fetchedValid: Expr;
  readonly queue: ReadonlyMap<Engine, Queue>;
  /** What engines with tokens say when an instruction is done. */
  readonly dones: ReadonlyMap<Engine, Done>;
  readonly idles: Expr[];
  readonly wire: (engine: Engine, what: string, width?: number) => Expr;
  /** A field of the instruction at the head of an engine's queue, or its low bits. */
  readonly field: (engine: Engine, fieldName: string, width?: number) => Expr;
  /** Ports that all engines with tokens have. */
  readonly common: (engine: Engine) => Record<string, Expr>;
}

export function queuesOf(m: ModuleBuilder, has: (engine: Engine) => boolean): Queues {
  const engineWire = (engine: Engine, what: string, width = 1): Expr => m.wire(`${engine}_${what}`, width);
  const present = engines.filter((e) => e !== "end" && has(e));
  const fetched = m.wire("fetched", INSTRUCTION_BITS);
  const fetchedValid = m.wire("fetched_valid", engines.length - 1);
  m.sink(fetchedValid);
  const queue = new Map<Engine, Queue>();
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
  const dones = new Map<Engine, Done>();
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

  return { present, fetched, fetchedValid, queue, dones, idles, wire: engineWire, field, common };
}

/** Token counters: what engine e gives to f, and what f takes from e. */
export function tokens(m: ModuleBuilder, { present, queue, dones }: Queues): void {
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
}

const andBits = (a: Expr, b: Expr): Expr => ({ text: `${a.text} & ${b.text}`, width: 1, atom: "none" });
