/** Prints a segment: island, step, island, step, … each taking the stream of the one before. */
import type { ModuleBuilder } from "../../rtl/module.js";
import type { SegmentPlan } from "../datapath/plan.js";
import type { EmitContext } from "./context.js";
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
    const after =
      step.kind === "loop"
        ? emitLoop(m, context, step, stream, stepLabel)
        : emitMemoryStep(m, context, step, stream, stepLabel);
    stream = emitIsland(m, context, plan.islands[k + 1]!, after, `${label}_i${k + 1}`);
  });
  return stream;
}
