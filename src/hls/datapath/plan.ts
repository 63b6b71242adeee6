/**
 * Everything about a datapath that must be known before it is printed: what every token carries, the
 * schedule of every island, the depth of every FIFO and how many tokens a ring holds.
 */
import type { Def, Operand, ValueId } from "../ir/types.js";
import { type LoopNode, type Node, nodeDefs, nodeOperands, type PureInstruction } from "../structure/types.js";
import { operationOperands, type Schedule, scheduleIsland } from "./schedule.js";
import { Reservations } from "./sharing.js";
import { slotValues } from "./slots.js";
import type { TimingModel } from "./timing.js";
import {
  type Access,
  type BarrierStep,
  type Datapath,
  type DecoupledStep,
  decoupledSlots,
  type LoopStep,
  type MemoryStep,
  type Operation,
  operationDefs,
  type Segment,
} from "./types.js";

/** Figures of the memory system that FIFO depths follow from, in cycles of the kernel clock. */
export interface MemoryLatency {
  /** A load that hits, request to answer. */
  readonly hit: number;
  /** A load that goes to DRAM. */
  readonly miss: number;
  /** An access to local or private memory that answers, some waiting for its bank included. */
  readonly scratch: number;
}

export interface IslandPlan {
  readonly schedule: Schedule;
  /** Values that a token brings in. */
  readonly inputs: readonly ValueId[];
  readonly outputs: readonly ValueId[];
  /** Tokens of room in the output FIFO. */
  readonly depth: number;
}

export interface MemoryPlan {
  readonly kind: "memory";
  readonly step: MemoryStep;
  /** Values that wait beside the requests (enables of loads included). */
  readonly live: readonly ValueId[];
  /** Tokens that may wait for answers. */
  readonly depth: number;
}

export interface LoopPlan {
  readonly kind: "loop";
  readonly step: LoopStep;
  /** Values that go round: the carried ones and those that are only carried through. */
  readonly ring: readonly ValueId[];
  /** Values that are read after the loop. */
  readonly after: readonly ValueId[];
  readonly body: SegmentPlan;
  /** Most tokens inside the ring. */
  readonly tokens: number;
}

export interface BarrierPlan {
  readonly kind: "barrier";
  readonly step: BarrierStep;
  /** Values that wait with the work-item. */
  readonly live: readonly ValueId[];
}

/** What an iteration brings, and what its work-item left in a RAM at the entrance of the loop. */
export interface SlotInputs {
  readonly carried: readonly ValueId[];
  readonly parked: readonly ValueId[];
}

export interface DecoupledPlan {
  readonly kind: "decoupled";
  readonly step: DecoupledStep;
  /** Inputs are what goes round in the generator's ring. */
  readonly generator: IslandPlan;
  readonly feedInputs: SlotInputs;
  readonly feed: SegmentPlan;
  /** Undefined without accumulators. Its schedule also covers the accumulators' next values. */
  readonly collector: { readonly inputs: SlotInputs; readonly island: IslandPlan } | undefined;
  readonly post: { readonly inputs: SlotInputs; readonly segment: SegmentPlan } | undefined;
  /** What is read after the loop: of the last iteration, and from before it. */
  readonly exitInputs: SlotInputs;
  readonly after: readonly ValueId[];
}

export type StepPlan = MemoryPlan | BarrierPlan | LoopPlan | DecoupledPlan;

export interface SegmentPlan {
  readonly islands: readonly IslandPlan[];
  readonly steps: readonly StepPlan[];
}

/** Cycles that a token spends in an island's output FIFO when nothing waits. */
const fifoCycles = 2;

/** `interval`: cycles between the tokens of an island whose operators are shared; 1: none are. */
export function planSegment(datapath: Datapath, timing: TimingModel, memory: MemoryLatency, interval = 1): SegmentPlan {
  return new Planner(datapath, timing, memory, new Reservations(datapath, interval)).segment(
    datapath.body,
    new Set(slotValues(datapath.items)),
    Number.POSITIVE_INFINITY,
  );
}

const sorted = (ids: Iterable<ValueId>): ValueId[] => [...new Set(ids)].sort((a, b) => a - b);

class Planner {
  constructor(
    private readonly datapath: Datapath,
    private readonly timing: TimingModel,
    private readonly memory: MemoryLatency,
    private readonly reservations: Reservations,
  ) {}

  /** Bodies of loops are planned twice, and their operations have one turn. */
  private readonly schedules = new Map<readonly Operation[], Schedule>();

  private schedule(operations: readonly Operation[], outputs: readonly ValueId[]): Schedule {
    const known = this.schedules.get(operations);
    if (known) return known;
    const schedule = scheduleIsland(operations, outputs, this.timing, this.reservations);
    this.schedules.set(operations, schedule);
    return schedule;
  }

  /** `most`: tokens that can ever be inside (the ring around it holds no more). */
  segment(segment: Segment, liveOut: ReadonlySet<ValueId>, most: number): SegmentPlan {
    const { steps, islands } = segment;
    const inputs: Set<ValueId>[] = [];
    const outputs: Set<ValueId>[] = [];
    let live = new Set(liveOut);
    for (let k = islands.length - 1; k >= 0; k--) {
      outputs[k] = live;
      live = new Set(live);
      for (const x of islands[k]!) this.addUses(live, operationOperands(x));
      for (const x of islands[k]!) for (const d of operationDefs(x)) live.delete(d.id);
      inputs[k] = live;
      const step = steps[k - 1];
      if (!step) continue;
      live = new Set(live);
      if (step.kind === "loop" || step.kind === "decoupled") {
        for (const d of nodeDefs(step.loop)) live.delete(d.id);
        for (const id of this.usedInside(step.loop)) live.add(id);
        this.addUses(live, nodeOperands(step.loop));
      } else if (step.kind === "barrier") this.addUses(live, nodeOperands(step.node));
      else {
        for (const a of step.accesses) for (const d of nodeDefs(a.node)) live.delete(d.id);
        for (const a of [...step.accesses, ...step.prints]) this.addUses(live, nodeOperands(a.node));
      }
    }
    const islandPlans = islands.map((operations, k): IslandPlan => {
      const out = sorted(outputs[k]!);
      const schedule = this.schedule(operations, out);
      return { schedule, inputs: sorted(inputs[k]!), outputs: out, depth: islandDepth(schedule) };
    });
    const interval = intervalOf({ islands: islandPlans, steps: [] });
    const stepPlans = steps.map((step, k): StepPlan => {
      switch (step.kind) {
        case "memory":
          return this.memoryStep(step, inputs[k + 1]!, most, interval);
        case "barrier":
          return { kind: "barrier", step, live: sorted(inputs[k + 1]!) };
        case "loop":
          return this.loop(step, inputs[k + 1]!);
        case "decoupled":
          return this.decoupled(step, inputs[k + 1]!);
        default:
          return step satisfies never;
      }
    });
    return { islands: islandPlans, steps: stepPlans };
  }

  /** `interval`: cycles between the tokens that come. */
  private memoryStep(step: MemoryStep, after: ReadonlySet<ValueId>, most: number, interval: number): MemoryPlan {
    const live = new Set(after);
    const loads = step.accesses.filter(answers);
    for (const a of loads) {
      for (const d of nodeDefs(a.node)) live.delete(d.id);
    }
    for (const a of loads) this.addUses(live, [a.node.enable]);
    const waiting = Math.ceil(answerCycles(this.datapath, step.accesses, this.memory) / interval);
    const depth = Math.min(most, waiting + 4);
    return { kind: "memory", step, live: sorted(live), depth };
  }

  private loop(step: LoopStep, after: ReadonlySet<ValueId>): LoopPlan {
    const { loop } = step;
    const defined = new Set(nodeDefs(loop).map((d) => d.id));
    const through = this.usedInside(loop);
    for (const id of after) if (!defined.has(id)) through.add(id);
    const liveOut = new Set<ValueId>(through);
    for (const id of after) if (defined.has(id)) liveOut.add(id);
    this.addUses(liveOut, [loop.again, ...loop.carried.map((c) => c.next)]);
    // A ring that holds all tokens of its latency starts an iteration every cycle. The body's own
    // depth limits do not depend on it but for the FIFO beside memory steps: plan twice.
    const draft = this.segment(step.body, liveOut, Number.POSITIVE_INFINITY);
    const tokens = containsBarrier(step.body)
      ? // Whoever waits at the barrier must not keep the rest of its group out.
        this.datapath.slots.items
      : Math.ceil((this.roundTrip(draft) / intervalOf(draft) + 4) / 4) * 4;
    return {
      kind: "loop",
      step,
      ring: sorted([...loop.carried.map((c) => c.result.id), ...through]),
      after: sorted(after),
      body: this.segment(step.body, liveOut, tokens),
      tokens,
    };
  }

  private decoupled(step: DecoupledStep, after: ReadonlySet<ValueId>): DecoupledPlan {
    const { loop, slot, first, last, inductions, accumulators } = step;
    const inside = new Set([...nodeDefs(loop), slot, first, last].map((d) => d.id));
    const split = (ids: Iterable<ValueId>): SlotInputs => {
      const all = sorted(ids);
      return { carried: all.filter((id) => inside.has(id)), parked: all.filter((id) => !inside.has(id)) };
    };
    const unbounded = Number.POSITIVE_INFINITY;
    const exitInputs = split(after);
    const withSlot = (ids: Iterable<ValueId>, ...also: readonly Def[]): Set<ValueId> =>
      new Set([...ids, slot.id, last.id, ...also.map((d) => d.id)]);

    const postOut = withSlot(exitInputs.carried);
    const postSegment = step.post && this.segment(step.post, postOut, unbounded);
    const post = postSegment && { inputs: split(postSegment.islands[0]!.inputs), segment: postSegment };

    const collectorOut = post ? withSlot(post.inputs.carried) : postOut;
    const nextValues = new Set<ValueId>();
    this.addUses(
      nextValues,
      accumulators.map((c) => c.next),
    );
    const collectorNeeds = this.before(step.collector, [...collectorOut, ...nextValues]);
    const results = new Set(accumulators.map((c) => c.result.id));
    const collector =
      accumulators.length === 0
        ? undefined
        : {
            inputs: split([...withSlot(collectorNeeds, first)].filter((id) => !results.has(id))),
            island: this.island(step.collector, collectorNeeds, collectorOut, nextValues),
          };

    const feed = this.segment(step.feed, collector ? new Set(collector.inputs.carried) : collectorOut, unbounded);
    const feedInputs = split(feed.islands[0]!.inputs);

    // What goes round: what the feed takes from the inductions and what the generator itself reads.
    const again = new Set<ValueId>();
    this.addUses(again, [loop.again, ...inductions.map((c) => c.next)]);
    const tail = new Set([...feedInputs.carried, ...again].filter((id) => id !== last.id));
    const ring = new Set([...this.before(step.generator, tail), slot.id, first.id]);
    for (const c of inductions) ring.add(c.result.id);
    // Values from before the loop come round again, and the inductions' own come with the iteration.
    const round = [...ring].filter((id) => !inside.has(id));
    return {
      kind: "decoupled",
      step,
      generator: this.island(step.generator, ring, new Set([...tail, ...round, slot.id, first.id]), new Set()),
      feedInputs,
      feed,
      collector,
      post,
      exitInputs,
      after: sorted(after),
    };
  }

  /** An island of operations that are all its own; `also` is there at its end as well, though it does not leave. */
  private island(
    operations: readonly PureInstruction[],
    inputs: Iterable<ValueId>,
    outputs: Iterable<ValueId>,
    also: Iterable<ValueId>,
  ): IslandPlan {
    const out = sorted(outputs);
    const schedule = this.schedule(operations, sorted([...out, ...also]));
    return { schedule, inputs: sorted(inputs), outputs: out, depth: islandDepth(schedule) };
  }

  /** What must be there before the operations for `needed` to be there after them. */
  private before(operations: readonly PureInstruction[], needed: Iterable<ValueId>): Set<ValueId> {
    const live = new Set(needed);
    for (const x of operations) this.addUses(live, operationOperands(x));
    for (const x of operations) live.delete(x.result.id);
    return live;
  }

  /** Cycles of one way through the segment when loads go to DRAM and inner rings are full. */
  private roundTrip(plan: SegmentPlan): number {
    const islands = plan.islands.reduce((n, x) => n + islandCycles(x), 0);
    const steps = plan.steps.reduce((n, s) => {
      if (s.kind === "loop") return n + s.tokens + 2 * fifoCycles;
      if (s.kind === "decoupled") return n + decoupledSlots + this.latencyOf(s);
      if (s.kind === "barrier") return n + fifoCycles;
      return n + answerCycles(this.datapath, s.step.accesses, this.memory);
    }, 0);
    return islands + steps + fifoCycles;
  }

  /** Cycles of one iteration of a decoupled loop from its generator to its end. */
  private latencyOf({ generator, feed, collector, post }: DecoupledPlan): number {
    const islands = [generator, ...(collector ? [collector.island] : [])];
    return (
      islands.reduce((n, x) => n + islandCycles(x), 0) +
      this.roundTrip(feed) +
      (post ? this.roundTrip(post.segment) : 0)
    );
  }

  /** Values from outside that the body of a loop reads, in its own operations or its back edge. */
  private usedInside(loop: LoopNode): Set<ValueId> {
    const defined = new Set(nodeDefs(loop).map((d) => d.id));
    const used = new Set<ValueId>();
    const visit = (node: Node): void => {
      this.addUses(used, nodeOperands(node));
      if (node.kind === "loop") inside(node);
    };
    const inside = (l: LoopNode): void => {
      this.addUses(used, [l.again, ...l.carried.map((c) => c.next)]);
      for (const n of l.body.nodes) visit(n);
    };
    inside(loop);
    for (const id of defined) used.delete(id);
    return used;
  }

  private addUses(set: Set<ValueId>, operands: readonly Operand[]): void {
    for (const o of operands) if (o.kind === "value" && !this.datapath.uniformValues.has(o.id)) set.add(o.id);
  }
}

/** Room for what is under way when the island admits a token whenever it may. */
const islandDepth = ({ latency, interval }: Schedule): number => Math.ceil((latency + fifoCycles) / interval) + 2;

/** Cycles of a token's way through an island and its FIFO, with what it waits for the island's turn. */
export const islandCycles = ({ schedule }: IslandPlan): number =>
  schedule.latency + fifoCycles + Math.floor(schedule.interval / 2);

/** Cycles between the tokens of a segment, inner loops aside. */
export const intervalOf = (plan: SegmentPlan): number =>
  Math.max(...plan.islands.map((island) => island.schedule.interval));

/** Whether the access has an answer that the token waits for. */
export function answers(access: Access): boolean {
  return access.node.kind !== "store";
}

/** Cycles until the answers of a step are there when those from global memory come from DRAM. */
function answerCycles(datapath: Datapath, accesses: readonly Access[], memory: MemoryLatency): number {
  return accesses.reduce((n, a) => {
    if (!answers(a)) return n;
    const global = datapath.groups[a.group]!.space === "global";
    return Math.max(n, global ? memory.hit + memory.miss : memory.scratch);
  }, 1);
}

export function containsBarrier(segment: Segment): boolean {
  return segment.steps.some((s) => s.kind === "barrier" || (s.kind === "loop" && containsBarrier(s.body)));
}

/** Depth-first list of the loops of a plan, with their nesting depth from 1. */
export function plannedLoops(
  plan: SegmentPlan,
  depth = 1,
): { readonly plan: LoopPlan | DecoupledPlan; readonly depth: number }[] {
  return plan.steps.flatMap((s) => {
    if (s.kind === "loop") return [{ plan: s, depth }, ...plannedLoops(s.body, depth + 1)];
    return s.kind === "decoupled" ? [{ plan: s, depth }] : [];
  });
}

/** All islands of a plan, those inside loops included. */
export function islandsOf(plan: SegmentPlan): IslandPlan[] {
  return [
    ...plan.islands,
    ...plan.steps.flatMap((s) => {
      if (s.kind === "loop") return islandsOf(s.body);
      if (s.kind !== "decoupled") return [];
      const collector = s.collector ? [s.collector.island] : [];
      return [s.generator, ...islandsOf(s.feed), ...collector, ...(s.post ? islandsOf(s.post.segment) : [])];
    }),
  ];
}
