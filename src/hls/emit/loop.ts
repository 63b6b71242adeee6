/** Prints a loop: the ring's entry, its body, the way back, the way out, and the bypass of tokens that skip it. */
import { and, type Expr, not, or } from "../../rtl/expr.js";
import type { ModuleBuilder } from "../../rtl/module.js";
import type { LoopPlan } from "../datapath/plan.js";
import type { Operand } from "../ir/types.js";
import { emitBypass } from "./bypass.js";
import type { EmitContext } from "./context.js";
import { countLoop } from "./counters.js";
import { emitSegment } from "./segment.js";
import { clk, declareStream, rst, type Stream } from "./stream.js";
import { operandExpr } from "./widths.js";

export function emitLoop(m: ModuleBuilder, context: EmitContext, plan: LoopPlan, input: Stream, label: string): Stream {
  const { loop } = plan.step;
  m.blank();
  m.comment(`${loop.label}: ring of at most ${plan.tokens} tokens`);
  const operand = (o: Operand, stream: Stream): Expr =>
    operandExpr(o, (id) => context.uniform(id) ?? stream.lookup(id), context);
  const carried = new Map(loop.carried.map((c) => [c.result.id, c]));
  const ring = context.layout(plan.ring);
  const entry = declareStream(m, `${label}_entry`, ring);
  const head = declareStream(m, `${label}_head`, ring);
  const back = { valid: m.wire(`${label}_back_valid`), data: m.wire(`${label}_back_data`, ring.width) };
  const leave = m.wire(`${label}_leave`);
  const enable = m.named(`${label}_enable`, operand(loop.enable, input));
  const end = emitBypass(m, context, plan, input, enable, entry, label);
  m.assign(
    entry.data,
    ring.pack((id) => {
      const c = carried.get(id);
      return c ? operand(c.init, input) : input.lookup(id);
    }),
  );
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
  countLoop(context, loop, entry, head);
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
  return end({ ...exit, lookup: tail.lookup });
}
