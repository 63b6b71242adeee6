/** Prints a barrier: where work-items wait, and the bypass of those that do not come to it. */
import { and, constant, type Expr, not, or } from "../../rtl/expr.js";
import type { ModuleBuilder } from "../../rtl/module.js";
import type { BarrierPlan } from "../datapath/plan.js";
import type { EmitContext } from "./context.js";
import { clk, declareStream, rst, type Stream } from "./stream.js";
import { operandExpr } from "./widths.js";

/** Tokens that may wait in the bypass while those of the barrier go first. */
const bypassDepth = 16;

export function emitBarrier(
  m: ModuleBuilder,
  context: EmitContext,
  plan: BarrierPlan,
  input: Stream,
  label: string,
): Stream {
  const { node, index } = plan.step;
  m.blank();
  m.comment(`barrier ${index}`);
  const read = (o: typeof node.enable): Expr =>
    operandExpr(o, (id) => context.uniform(id) ?? input.lookup(id), context);
  const layout = context.layout(plan.live);
  const { slots } = context.datapath;
  const { groups } = context;
  const enable = m.named(`${label}_enable`, read(node.enable));
  const always = enable.constant === 1n;
  const together = declareStream(m, `${label}_together`, layout);
  m.instance(
    "soff_barrier",
    `${label}_barrier`,
    {
      WIDTH: layout.width,
      ITEMS: slots.items,
      SLOTS: slots.groups,
      SLOT_W: groups.slotBits,
      COUNT_W: groups.countBits,
    },
    {
      clk,
      rst,
      group_log: groups.groupLog,
      under_way: groups.underWay,
      closed: groups.closed,
      in_valid: and(input.valid, enable),
      in_slot: read(node.slot!),
      in_data: layout.pack(input.lookup),
      out_valid: together.valid,
      out_ready: together.ready,
      out_data: together.data,
    },
  );
  context.stage(`${label}_barrier`, "barrier", "barrier", node.span);
  context.moves(input);
  context.moves(together);
  const unpack = (bus: Expr): Stream["lookup"] => layout.unpack(m, bus, (id) => `${label}_${context.label(id)}`);
  if (always) {
    m.assign(input.ready, constant(1, 1));
    return { valid: together.valid, ready: together.ready, lookup: unpack(together.data) };
  }
  const aside = declareStream(m, `${label}_aside`, layout);
  const room = m.wire(`${label}_room`);
  m.instance(
    "soff_fifo",
    `${label}_bypass_fifo`,
    { WIDTH: layout.width, DEPTH: bypassDepth },
    {
      clk,
      rst,
      in_valid: and(input.valid, not(enable)),
      in_ready: room,
      in_data: layout.pack(input.lookup),
      out_valid: aside.valid,
      out_ready: aside.ready,
      out_data: aside.data,
    },
  );
  m.assign(input.ready, or(enable, room));
  const merged = declareStream(m, `${label}_out`, layout);
  m.instance(
    "soff_merge",
    `${label}_merge`,
    { WIDTH: layout.width },
    {
      clk,
      rst,
      a_valid: together.valid,
      a_ready: together.ready,
      a_data: together.data,
      b_valid: aside.valid,
      b_ready: aside.ready,
      b_data: aside.data,
      out_valid: merged.valid,
      out_ready: merged.ready,
      out_data: merged.data,
    },
  );
  return { valid: merged.valid, ready: merged.ready, lookup: unpack(merged.data) };
}
