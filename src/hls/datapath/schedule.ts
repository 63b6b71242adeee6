/** Static schedule of an island: as soon as possible, with chaining of combinational operations in a cycle. */
import type { Operand, ValueId } from "../ir/types.js";
import { instructionOperands } from "../structure/types.js";
import { choiceCycles, type Reservations, type Turn } from "./sharing.js";
import type { Timing, TimingModel } from "./timing.js";
import { type Operation, operationDefs } from "./types.js";

export interface ScheduledOperation {
  readonly operation: Operation;
  readonly timing: Timing;
  /** Cycle in which the operands are read, counted from the token's admission. */
  readonly start: number;
  /** Of an operator that it shares with others. */
  readonly turn?: Turn;
}

export interface Schedule {
  readonly operations: readonly ScheduledOperation[];
  /** Cycle from which a value computed in the island is there. */
  readonly ready: ReadonlyMap<ValueId, number>;
  /** Cycle in which all outputs are there: the island's latency. */
  readonly latency: number;
  /** Cycles between the tokens that it admits: more than 1 where operations take turns. */
  readonly interval: number;
}

export function operationOperands(operation: Operation): readonly Operand[] {
  return operation.op === "rom" ? [operation.pointer] : instructionOperands(operation);
}

export function scheduleIsland(
  operations: readonly Operation[],
  outputs: readonly ValueId[],
  timing: TimingModel,
  reservations?: Reservations,
): Schedule {
  const ready = new Map<ValueId, number>();
  const settle = new Map<ValueId, number>();
  const scheduled = operations.map((operation): ScheduledOperation => {
    const isShared = reservations?.isShared(operation) ?? false;
    const own = timing.of(operation);
    // The choice of operands takes about as long as a multiplexer a bit of the turn.
    const t = isShared
      ? { latency: own.latency + choiceCycles, delayNs: timing.choiceNs(reservations!.interval) }
      : own;
    let cycle = 0;
    let ns = timing.launchNs;
    for (const o of operationOperands(operation)) {
      if (o.kind !== "value") continue;
      const c = ready.get(o.id) ?? 0;
      const n = settle.get(o.id) ?? timing.launchNs;
      if (c > cycle) {
        cycle = c;
        ns = n;
      } else if (c === cycle) ns = Math.max(ns, n);
    }
    if (ns > timing.launchNs && ns + t.delayNs > timing.budgetNs) {
      cycle++;
      ns = timing.launchNs;
    }
    const taken = isShared ? reservations!.take(operation, cycle) : undefined;
    if (taken) cycle = taken.cycle;
    for (const d of operationDefs(operation)) {
      ready.set(d.id, cycle + t.latency);
      settle.set(d.id, t.latency > 0 ? timing.launchNs : ns + t.delayNs);
    }
    return { operation, timing: t, start: cycle, ...(taken ? { turn: taken.turn } : {}) };
  });
  const latency = outputs.reduce((m, id) => Math.max(m, ready.get(id) ?? 0), 0);
  const interval = scheduled.some((s) => s.turn) ? reservations!.interval : 1;
  return { operations: scheduled, ready, latency, interval };
}
