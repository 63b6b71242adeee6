/** Static schedule of an island: as soon as possible, with chaining of combinational operations in a cycle. */
import type { Operand, ValueId } from "../ir/types.js";
import { instructionOperands } from "../structure/types.js";
import type { Timing, TimingModel } from "./timing.js";
import { type Operation, operationDefs } from "./types.js";

export interface ScheduledOperation {
  readonly operation: Operation;
  readonly timing: Timing;
  /** Cycle in which the operands are read, counted from the token's admission. */
  readonly start: number;
}

export interface Schedule {
  readonly operations: readonly ScheduledOperation[];
  /** Cycle from which a value computed in the island is there. */
  readonly ready: ReadonlyMap<ValueId, number>;
  /** Cycle in which all outputs are there: the island's latency. */
  readonly latency: number;
}

export function operationOperands(operation: Operation): readonly Operand[] {
  return operation.op === "rom" ? [operation.pointer] : instructionOperands(operation);
}

export function scheduleIsland(
  operations: readonly Operation[],
  outputs: readonly ValueId[],
  timing: TimingModel,
): Schedule {
  const ready = new Map<ValueId, number>();
  const settle = new Map<ValueId, number>();
  const scheduled = operations.map((operation): ScheduledOperation => {
    const t = timing.of(operation);
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
    for (const d of operationDefs(operation)) {
      ready.set(d.id, cycle + t.latency);
      settle.set(d.id, t.latency > 0 ? timing.launchNs : ns + t.delayNs);
    }
    return { operation, timing: t, start: cycle };
  });
  const latency = outputs.reduce((m, id) => Math.max(m, ready.get(id) ?? 0), 0);
  return { operations: scheduled, ready, latency };
}
