/**
 * What the order of accesses within a work-item lets the memory system do (docs/memory.md, "Who may be apart").
 *
 * Work-items of a launch may only meet in memory across a barrier or a fence; otherwise the program has a race. So without
 * fences it suffices to look at one work-item: a barrier is one place of the program for all work-items of its group.
 */
import type { Datapath, Segment } from "../datapath/types.js";

export interface AccessOrder {
  /** Groups of which a work-item may load something after it (or its work-group) has stored something. */
  readonly loadedAfterStores: ReadonlySet<number>;
  /** Work-groups may order their accesses among each other by fences (and atomics). */
  readonly fenced: boolean;
}

export function accessOrder(datapath: Datapath): AccessOrder {
  const loadedAfterStores = new Set<number>();
  let fenced = false;
  const visit = (segment: Segment, stored: Set<number>): void => {
    for (const step of segment.steps) {
      switch (step.kind) {
        case "memory":
          // Accesses of one step that may meet are of different work-items.
          for (const { node, group } of step.accesses)
            if (node.kind !== "store" && stored.has(group)) loadedAfterStores.add(group);
          for (const { node, group } of step.accesses) if (node.kind !== "load") stored.add(group);
          if (step.accesses.length + step.prints.length === 0) fenced = true;
          break;
        case "loop":
          // The second time round, everything that the body stores has been stored.
          visit(step.body, stored);
          visit(step.body, stored);
          break;
        case "decoupled":
          for (const part of [step.feed, step.post, step.feed]) if (part) visit(part, stored);
          break;
        case "barrier":
          break;
        default:
          step satisfies never;
      }
    }
  };
  visit(datapath.body, new Set());
  return { loadedAfterStores, fenced };
}
