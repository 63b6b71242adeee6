/**
 * The invariants from which freedom of deadlock follows (docs/deadlock.md names them D1 to D9). Checked on every
 * plan before it is printed; a violation is a fault of the generator.
 */
import { invariant } from "../../support/errors.js";
import type { ValueId } from "../ir/types.js";
import { nodeDefs, nodeOperands } from "../structure/types.js";
import {
  answers,
  type BarrierPlan,
  type DecoupledPlan,
  type IslandPlan,
  islandsOf,
  type LoopPlan,
  type MemoryPlan,
  type SegmentPlan,
  type SlotInputs,
} from "./plan.js";
import { operationOperands } from "./schedule.js";
import { sameBundle } from "./steps.js";
import { type Access, type Datapath, operationDefs } from "./types.js";

/** Throws InternalError when an invariant does not hold. */
export function checkPlan(datapath: Datapath, plan: SegmentPlan): void {
  const fromDispatcher = new Set(datapath.items.map((item) => item.result.id));
  checkSegment(datapath, plan, fromDispatcher, Number.POSITIVE_INFINITY);
  const sites = new Set<number>();
  for (const access of accessesOf(plan)) {
    invariant(!sites.has(access.site), `access ${access.site} stands twice in the datapath`);
    sites.add(access.site);
  }
  invariant(sites.size === datapath.accesses.length, "an access is missing from the datapath");
  checkTurns(plan);
}

/** D9: every operation with a shared operator has a turn of its own, the one in which it starts. */
function checkTurns(plan: SegmentPlan): void {
  const taken = new Set<string>();
  for (const { schedule } of islandsOf(plan)) {
    for (const { turn, start } of schedule.operations) {
      if (!turn) continue;
      invariant(start % schedule.interval === turn.turn, "an operation does not start in its turn");
      const key = `${turn.unit} ${turn.turn}`;
      invariant(!taken.has(key), `two operations have ${turn.unit} in turn ${turn.turn}`);
      taken.add(key);
    }
  }
}

/** `arriving`: values in the token that enters; `most`: tokens that can be inside at a time. */
function checkSegment(datapath: Datapath, plan: SegmentPlan, arriving: ReadonlySet<ValueId>, most: number): void {
  // D1: a chain, and every stage reads only what an earlier stage of the chain has put into the token.
  invariant(plan.islands.length === plan.steps.length + 1, "a segment is a chain of islands with steps between them");
  let token: ReadonlySet<ValueId> = arriving;
  plan.islands.forEach((island, k) => {
    token = checkIsland(datapath, island, token);
    const step = plan.steps[k];
    if (!step) return;
    switch (step.kind) {
      case "memory":
        token = checkMemoryStep(datapath, step, token, most);
        break;
      case "barrier":
        token = checkBarrier(datapath, step, token, most);
        break;
      case "loop":
        token = checkLoop(datapath, step, token);
        break;
      case "decoupled":
        token = checkDecoupled(datapath, step, token);
        break;
      default:
        step satisfies never;
    }
  });
}

function checkIsland(datapath: Datapath, island: IslandPlan, token: ReadonlySet<ValueId>): ReadonlySet<ValueId> {
  const known = new Map<ValueId, number>();
  for (const id of island.inputs) {
    invariant(token.has(id), `island input ${id} is not in the token`);
    known.set(id, 0);
  }
  for (const { operation, start, timing } of island.schedule.operations) {
    for (const o of operationOperands(operation)) {
      if (o.kind !== "value" || datapath.uniformValues.has(o.id)) continue;
      const ready = known.get(o.id);
      invariant(ready !== undefined && ready <= start, `operand ${o.id} is read before it is there`);
    }
    for (const d of operationDefs(operation)) known.set(d.id, start + timing.latency);
  }
  for (const id of island.outputs) {
    const ready = known.get(id);
    invariant(ready !== undefined && ready <= island.schedule.latency, `island output ${id} comes too late`);
  }
  // D2: the output FIFO has room for every token under way when the island admits as many as it may.
  const { latency, interval } = island.schedule;
  invariant(island.depth >= latency / interval + 2, "an island's output FIFO is too shallow");
  return new Set(island.outputs);
}

function checkMemoryStep(
  datapath: Datapath,
  step: MemoryPlan,
  token: ReadonlySet<ValueId>,
  most: number,
): ReadonlySet<ValueId> {
  const available = (id: ValueId): boolean => token.has(id) || datapath.uniformValues.has(id);
  for (const access of step.step.accesses) {
    for (const o of nodeOperands(access.node))
      invariant(o.kind !== "value" || available(o.id), "an access reads what is not in the token");
  }
  for (const id of step.live) invariant(available(id), `live value ${id} is not in the token`);
  // D3: one depth for the answers and for the tokens that wait beside them.
  invariant(
    step.depth >= 1 && step.depth <= most,
    "a memory step needs room for a token, and for no more than can come",
  );
  // D4: accesses side by side are in no order, so that none of a group may write.
  step.step.accesses.forEach((a, k) => {
    for (const b of step.step.accesses.slice(0, k))
      invariant(
        a.group !== b.group || sameBundle(a.node, b.node) || (a.node.kind === "load" && b.node.kind === "load"),
        `accesses ${a.site} and ${b.site} may depend on each other but stand side by side`,
      );
  });
  const defs = step.step.accesses.flatMap((a) => nodeDefs(a.node).map((d) => d.id));
  return new Set([...(step.step.accesses.some(answers) ? step.live : token), ...defs]);
}

function checkBarrier(
  datapath: Datapath,
  plan: BarrierPlan,
  token: ReadonlySet<ValueId>,
  most: number,
): ReadonlySet<ValueId> {
  const available = (id: ValueId): boolean => token.has(id) || datapath.uniformValues.has(id);
  for (const o of nodeOperands(plan.step.node))
    invariant(o.kind !== "value" || available(o.id), "a barrier reads what is not in the token");
  for (const id of plan.live) invariant(token.has(id), `live value ${id} is not in the token`);
  // D6: all work-items of the groups under way can be at the barrier, and inside every ring around it.
  const { items, groups, largestGroup } = datapath.slots;
  invariant(groups >= 1 && items >= largestGroup, "a barrier has no room for a whole work-group");
  invariant(most >= items, "a ring around a barrier keeps work-items of a group out");
  return new Set(plan.live);
}

function checkLoop(datapath: Datapath, plan: LoopPlan, token: ReadonlySet<ValueId>): ReadonlySet<ValueId> {
  const { loop } = plan.step;
  const available = (id: ValueId): boolean => token.has(id) || datapath.uniformValues.has(id);
  const carried = new Set(loop.carried.map((c) => c.result.id));
  for (const o of [loop.enable, ...loop.carried.map((c) => c.init)])
    invariant(o.kind !== "value" || available(o.id), "a loop starts from a value that is not in the token");
  for (const id of plan.ring) invariant(carried.has(id) || token.has(id), `ring value ${id} is not in the token`);
  // D5: the ring holds a token, and no more than its back edge has room for (both are `tokens` in the Verilog).
  invariant(
    Number.isInteger(plan.tokens) && plan.tokens >= 1 && plan.tokens < 65536,
    "a ring holds a sane number of tokens",
  );
  checkSegment(datapath, plan.body, new Set(plan.ring), plan.tokens);
  const tail = new Set(plan.body.islands[plan.body.islands.length - 1]!.outputs);
  const atTail = (id: ValueId): boolean => tail.has(id) || datapath.uniformValues.has(id);
  for (const o of [loop.again, ...loop.carried.map((c) => c.next)])
    invariant(o.kind !== "value" || atTail(o.id), "the back edge reads a value that the body does not leave");
  for (const id of plan.ring) invariant(carried.has(id) || tail.has(id), `ring value ${id} is lost in the body`);
  for (const id of plan.after) invariant(tail.has(id), `value ${id} is needed after the loop and lost in it`);
  return new Set(plan.after);
}

function checkDecoupled(datapath: Datapath, plan: DecoupledPlan, token: ReadonlySet<ValueId>): ReadonlySet<ValueId> {
  const { loop, slot, first, last, inductions, accumulators } = plan.step;
  const known = (set: ReadonlySet<ValueId>, id: ValueId): boolean => set.has(id) || datapath.uniformValues.has(id);
  for (const o of [loop.enable, ...loop.carried.map((c) => c.init)])
    invariant(o.kind !== "value" || known(token, o.id), "a loop starts from a value that is not in the token");
  const parked = [plan.feedInputs, plan.collector?.inputs, plan.post?.inputs, plan.exitInputs].flatMap(
    (inputs) => inputs?.parked ?? [],
  );
  for (const id of parked) invariant(token.has(id), `parked value ${id} is not in the token`);
  // D8: what one stage needs of an iteration, the stage before hands on; the rest was parked at the entrance.
  const made = new Set([...inductions.map((c) => c.result.id), slot.id, first.id]);
  for (const id of plan.generator.inputs)
    invariant(made.has(id) || token.has(id), `ring value ${id} is not in the token`);
  const generated = new Set([...checkIsland(datapath, plan.generator, new Set(plan.generator.inputs)), last.id]);
  for (const o of [loop.again, ...inductions.map((c) => c.next)])
    invariant(o.kind !== "value" || known(generated, o.id), "the generator's ring reads what it does not have");
  const enter = (inputs: SlotInputs, from: ReadonlySet<ValueId>): ReadonlySet<ValueId> => {
    for (const id of inputs.carried) invariant(from.has(id), `value ${id} does not come with the iteration`);
    return new Set([...inputs.carried, ...inputs.parked]);
  };
  const unbounded = Number.POSITIVE_INFINITY;
  checkSegment(datapath, plan.feed, enter(plan.feedInputs, generated), unbounded);
  let end: ReadonlySet<ValueId> = new Set(plan.feed.islands[plan.feed.islands.length - 1]!.outputs);
  if (plan.collector) {
    const { inputs, island } = plan.collector;
    const results = accumulators.map((c) => c.result.id);
    end = checkIsland(datapath, island, new Set([...enter(inputs, end), ...results]));
  }
  if (plan.post) {
    checkSegment(datapath, plan.post.segment, enter(plan.post.inputs, end), unbounded);
    end = new Set(plan.post.segment.islands[plan.post.segment.islands.length - 1]!.outputs);
  }
  invariant(end.has(slot.id) && end.has(last.id), "an iteration leaves without its number");
  enter(plan.exitInputs, end);
  return new Set(plan.after);
}

function accessesOf(plan: SegmentPlan): Access[] {
  return plan.steps.flatMap((s) => {
    if (s.kind === "memory") return [...s.step.accesses];
    if (s.kind === "decoupled") return [...accessesOf(s.feed), ...(s.post ? accessesOf(s.post.segment) : [])];
    return s.kind === "loop" ? accessesOf(s.body) : [];
  });
}
