/** Prints a loop: the ring's entry, its body, the way back, the way out, and the bypass of tokens that skip it. */
import { and, constant, type Expr, not, or } from "../../rtl/expr.js";
import type { ModuleBuilder } from "../../rtl/module.js";
import type { LoopPlan } from "../datapath/plan.js";
import type { Operand, ValueId } from "../ir/types.js";
import { nodeDefs } from "../structure/types.js";
import type { EmitContext } from "./context.js";
import { emitSegment } from "./segment.js";
import { clk, declareStream, rst, type Stream } from "./stream.js";
import { operandExpr } from "./widths.js";

/** Tokens that may wait in a bypass while those that loop go first. */
const bypassDepth = 16;

export function emitLoop(m: ModuleBuilder, context: EmitContext, plan: LoopPlan, input: Stream, label: string): Stream {
  const { loop } = plan.step;
  m.blank();
  m.comment(`${loop.label}: ring of at most ${plan.tokens} tokens`);
  const operand = (o: Operand, stream: Stream): Expr =>
    operandExpr(o, (id) => context.uniform(id) ?? stream.lookup(id), context);
  const carried = new Map(loop.carried.map((c) => [c.result.id, c]));
  const ring = context.layout(plan.ring);
  const after = context.layout(plan.after);
  const entry = declareStream(m, `${label}_entry`, ring);
  const head = declareStream(m, `${label}_head`, ring);
  const back = { valid: m.wire(`${label}_back_valid`), data: m.wire(`${label}_back_data`, ring.width) };
  const leave = m.wire(`${label}_leave`);
  const bypass = loop.enable.kind === "const" ? undefined : declareStream(m, `${label}_bypass`, after);
  const enable = m.named(`${label}_enable`, operand(loop.enable, input));

  m.assign(entry.valid, and(input.valid, enable));
  m.assign(
    entry.data,
    ring.pack((id) => {
      const c = carried.get(id);
      return c ? operand(c.init, input) : input.lookup(id);
    }),
  );
  m.assign(input.ready, bypass ? or(and(enable, entry.ready), and(not(enable), bypass.ready)) : entry.ready);
  m.instance(
    "soff_loop_entry",
    `${label}_ring`,
    { WIDTH: ring.width, TOKENS: plan.tokens },
    {
      clk,
      rst,
      in_valid: entry.valid,
      in_ready: entry.ready,
      in_data: entry.data,
      back_valid: back.valid,
      back_data: back.data,
      leave,
      out_valid: head.valid,
      out_ready: head.ready,
      out_data: head.data,
    },
  );
  context.stage(`${label}_ring`, "loop", loop.label, loop.span);
  context.moves(input);

  const lookup = ring.unpack(m, head.data, (id) => `${label}_${context.label(id)}`);
  const tail = emitSegment(m, context, plan.body, { ...head, lookup }, `${label}_b`);
  const again = m.named(`${label}_again`, operand(loop.again, tail));
  const exit = {
    valid: m.define(`${label}_exit_valid`, and(tail.valid, not(again))),
    ready: m.wire(`${label}_exit_ready`),
  };
  m.assign(back.valid, and(tail.valid, again));
  m.assign(
    back.data,
    ring.pack((id) => {
      const c = carried.get(id);
      return c ? operand(c.next, tail) : tail.lookup(id);
    }),
  );
  m.assign(tail.ready, or(again, exit.ready));
  m.assign(leave, and(exit.valid, exit.ready));
  context.moves(tail);
  if (!bypass) return { ...exit, lookup: tail.lookup };

  const defined = new Set<ValueId>(nodeDefs(loop).map((d) => d.id));
  const skipped = declareStream(m, `${label}_skipped`, after);
  m.assign(bypass.valid, and(input.valid, not(enable)));
  m.assign(
    bypass.data,
    after.pack((id) => (defined.has(id) ? constant(0, context.widthOf(id)) : input.lookup(id))),
  );
  m.instance(
    "soff_fifo",
    `${label}_bypass_fifo`,
    { WIDTH: after.width, DEPTH: bypassDepth },
    {
      clk,
      rst,
      in_valid: bypass.valid,
      in_ready: bypass.ready,
      in_data: bypass.data,
      out_valid: skipped.valid,
      out_ready: skipped.ready,
      out_data: skipped.data,
    },
  );
  const merged = declareStream(m, `${label}_out`, after);
  m.instance(
    "soff_merge",
    `${label}_merge`,
    { WIDTH: after.width },
    {
      clk,
      rst,
      a_valid: exit.valid,
      a_ready: exit.ready,
      a_data: after.pack(tail.lookup),
      b_valid: skipped.valid,
      b_ready: skipped.ready,
      b_data: skipped.data,
      out_valid: merged.valid,
      out_ready: merged.ready,
      out_data: merged.data,
    },
  );
  return {
    valid: merged.valid,
    ready: merged.ready,
    lookup: after.unpack(m, merged.data, (id) => `${label}_o_${context.label(id)}`),
  };
}
