/** Prints the way round a loop for tokens that skip it. */
import { and, constant, type Expr, not, or } from "../../rtl/expr.js";
import type { ModuleBuilder } from "../../rtl/module.js";
import type { DecoupledPlan, LoopPlan } from "../datapath/plan.js";
import type { ValueId } from "../ir/types.js";
import { nodeDefs } from "../structure/types.js";
import type { EmitContext } from "./context.js";
import { clk, declareStream, rst, type Stream } from "./stream.js";

/** Tokens that may wait in a bypass while those that loop go first. */
const bypassDepth = 16;

/**
 * Drives `entry.valid` and `input.ready`: enabled tokens enter the loop, the others go round it. Returns what joins the loop's exit
 * with the bypass.
 */
export function emitBypass(
  m: ModuleBuilder,
  context: EmitContext,
  plan: LoopPlan | DecoupledPlan,
  input: Stream,
  enable: Expr,
  entry: { readonly valid: Expr; readonly ready: Expr },
  label: string,
): (exit: Stream) => Stream {
  const { loop } = plan.step;
  m.assign(entry.valid, and(input.valid, enable));
  if (loop.enable.kind === "const") {
    m.assign(input.ready, entry.ready);
    return (exit) => exit;
  }
  const after = context.layout(plan.after);
  const bypass = declareStream(m, `${label}_bypass`, after);
  m.assign(input.ready, or(and(enable, entry.ready), and(not(enable), bypass.ready)));
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
  return (exit) => {
    m.instance(
      "soff_merge",
      `${label}_merge`,
      { WIDTH: after.width },
      {
        clk,
        rst,
        a_valid: exit.valid,
        a_ready: exit.ready,
        a_data: after.pack(exit.lookup),
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
  };
}
