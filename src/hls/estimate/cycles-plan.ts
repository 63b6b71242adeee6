/** Latencies of a planned datapath, for `design.json`. */
import type { DesignLoop } from "../../rtl/design.js";
import { answers, type DecoupledPlan, type LoopPlan, type MemoryLatency, type SegmentPlan } from "../datapath/plan.js";
import { type Datapath, decoupledSlots } from "../datapath/types.js";

/** Cycles that a token spends in the FIFO behind an island, a step or a ring's entry when nothing waits. */
const fifoCycles = 2;

/** Cycles of one way through when every load hits and nobody waits; loops inside count for nothing. */
export function wayThrough(plan: SegmentPlan, datapath: Datapath, memory: MemoryLatency): number {
  const islands = plan.islands.reduce((n, island) => n + island.schedule.latency + fifoCycles, 0);
  return plan.steps.reduce((n, step) => {
    switch (step.kind) {
      case "loop":
      case "decoupled":
      case "barrier":
        return n + fifoCycles;
      case "memory":
        return (
          n +
          step.step.accesses.filter(answers).reduce((most, access) => {
            const isGlobal = datapath.groups[access.group]!.space === "global";
            return Math.max(most, isGlobal ? memory.hit : memory.scratch);
          }, 1)
        );
      default:
        return step satisfies never;
    }
  }, islands);
}

/** Cycles between two iterations of one work-item in a decoupled loop: its longest recurrence. */
function interval({ generator, collector }: DecoupledPlan): number {
  const { latency } = generator.schedule;
  return Math.max(latency === 0 ? 1 : latency + fifoCycles, collector ? collector.island.schedule.latency + 1 : 1);
}

/** What a loop needs of time, for `design.json`. */
export function loopFigures(
  plan: LoopPlan | DecoupledPlan,
  datapath: Datapath,
  memory: MemoryLatency,
): Pick<DesignLoop, "tokens" | "cycles" | "ahead" | "barriers"> {
  if (plan.kind === "loop") {
    const barriers = plan.body.steps.filter((step) => step.kind === "barrier").length;
    return { tokens: plan.tokens, cycles: wayThrough(plan.body, datapath, memory), barriers };
  }
  const ahead =
    wayThrough(plan.feed, datapath, memory) + (plan.post ? wayThrough(plan.post.segment, datapath, memory) : 0);
  return { tokens: decoupledSlots, cycles: interval(plan), ahead, barriers: 0 };
}
