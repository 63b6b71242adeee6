/** Latencies of a planned datapath, for `design.json`. */
import type { DesignLoop } from "../../rtl/design.js";
import {
  answers,
  type DecoupledPlan,
  intervalOf,
  islandCycles,
  type LoopPlan,
  type MemoryLatency,
  type SegmentPlan,
} from "../datapath/plan.js";
import { type Datapath, decoupledSlots } from "../datapath/types.js";

/** Cycles that a token spends in the FIFO behind an island, a step or a ring's entry when nothing waits. */
const fifoCycles = 2;

/** Cycles of one way through when every load hits and nobody waits; loops inside count for nothing. */
export function wayThrough(plan: SegmentPlan, datapath: Datapath, memory: MemoryLatency): number {
  const islands = plan.islands.reduce((n, island) => n + islandCycles(island), 0);
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
function recurrence({ generator, collector }: DecoupledPlan): number {
  const taken = collector ? nextTurn(collector.island.schedule.latency + 1, collector.island.schedule.interval) : 1;
  return Math.max(generator.schedule.latency === 0 ? 1 : islandCycles(generator), taken);
}

const nextTurn = (cycles: number, interval: number): number => Math.ceil(cycles / interval) * interval;

/** Cycles between the iterations of a loop, however many work-items are inside. */
export function loopInterval(plan: LoopPlan | DecoupledPlan): number {
  if (plan.kind === "loop") return intervalOf(plan.body);
  const { generator, feed, collector, post } = plan;
  const islands = [generator, ...(collector ? [collector.island] : [])];
  const segments = [feed, ...(post ? [post.segment] : [])];
  return Math.max(...islands.map((island) => island.schedule.interval), ...segments.map(intervalOf));
}

/** What a loop needs of time, for `design.json`. */
export function loopFigures(
  plan: LoopPlan | DecoupledPlan,
  datapath: Datapath,
  memory: MemoryLatency,
): Pick<DesignLoop, "tokens" | "cycles" | "ahead" | "barriers" | "interval"> {
  const interval = loopInterval(plan);
  const shared = interval > 1 ? { interval } : {};
  if (plan.kind === "loop") {
    const barriers = plan.body.steps.filter((step) => step.kind === "barrier").length;
    return { tokens: plan.tokens, cycles: wayThrough(plan.body, datapath, memory), barriers, ...shared };
  }
  const ahead =
    wayThrough(plan.feed, datapath, memory) + (plan.post ? wayThrough(plan.post.segment, datapath, memory) : 0);
  return { tokens: decoupledSlots, cycles: recurrence(plan), ahead, barriers: 0, ...shared };
}
