/** Prints a segment: island, step, island, step, … each taking the stream of the one before. */
import type { ModuleBuilder } from "../../rtl/module.js";
import type { SegmentPlan, StepPlan } from "../datapath/plan.js";
import { emitBarrier } from "./barrier.js";
import type { EmitContext } from "./context.js";
import { emitDecoupledLoop } from "./decoupled-loop.js";
import { emitIsland } from "./island.js";
import { emitLoop } from "./loop.js";
import { emitMemoryStep } from "./memory-step.js";
import type { Stream } from "./stream.js";

/** `label` makes names unique and tells where in the tree the segment is: `d`, `d_l1`, … */
export function emitSegment(
  m: ModuleBuilder,
  context: EmitContext,
  plan: SegmentPlan,
  input: Stream,
  label: string,
): Stream {
  let stream = emitIsland(m, context, plan.islands[0]!, input, `${label}_i0`);
  plan.steps.forEach((step, k) => {
    const stepLabel = `${label}_s${k + 1}`;
    stream = emitIsland(
      m,
      context,
      plan.islands[k + 1]!,
      emitStep(m, context, step, stream, stepLabel),
      `${label}_i${k + 1}`,
    );
  });
  return stream;
}

function emitStep(m: ModuleBuilder, context: EmitContext, step: StepPlan, input: Stream, label: string): Stream {
  switch (step.kind) {
    case "loop":
      return emitLoop(m, context, step, input, label);
    case "decoupled":
      return emitDecoupledLoop(m, context, step, input, label);
    case "barrier":
      return emitBarrier(m, context, step, input, label);
    case "memory":
      return emitMemoryStep(m, context, step, input, label);
    default:
      return step satisfies never;
  }
}
