/** Latencies of a planned datapath, for `design.json`. */
import { answers, type LoopPlan, type MemoryLatency, type SegmentPlan } from "../datapath/plan.js";
import type { Datapath } from "../datapath/types.js";

/** Cycles that a token spends in the FIFO behind an island, a step or a ring's entry when nothing waits. */
const fifoCycles = 2;

/** Cycles of one way through when every load hits and nobody waits; loops inside count for nothing. */
export function wayThrough(plan: SegmentPlan, datapath: Datapath, memory: MemoryLatency): number {
  const islands = plan.islands.reduce((n, island) => n + island.schedule.latency + fifoCycles, 0);
  return plan.steps.reduce((n, step) => {
    switch (step.kind) {
      case "loop":
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

/** Barriers that an iteration of the loop comes to, those of inner loops aside. */
export const barriersOf = (plan: LoopPlan): number => plan.body.steps.filter((step) => step.kind === "barrier").length;
