/**
 * Splits an innermost loop so that its iterations need not wait for each other: a generator runs through the induction
 * variables, what depends on them alone flows forward, and only what one iteration takes from the one before goes round a
 * short cycle. (Loop distribution by strongly connected components of the dependence graph, after Kennedy and McKinley,
 * "Loop Distribution with Arbitrary Control Flow", 1990, with the pieces running as a pipeline: decoupled software
 * pipelining after Ottoni et al., 2005.)
 */
import type { Operand, ValueId } from "../ir/types.js";
import {
  type AccessNode,
  type Carried,
  isAccess,
  type LoopNode,
  type Node,
  nodeDefs,
  nodeOperands,
} from "../structure/types.js";
import type { Grouping } from "./groups.js";
import { sameBundle } from "./steps.js";

export interface LoopSplit {
  /** Carried values that follow from themselves alone by pure operations; they decide whether the loop goes on. */
  readonly inductions: readonly Carried[];
  /** Operations of the generator. */
  readonly generator: readonly Node[];
  /** What follows from inductions and values from outside, memory accesses included. */
  readonly feed: readonly Node[];
  /** Carried values that take part in the collector's cycle. */
  readonly accumulators: readonly Carried[];
  /** Pure operations that an accumulator's next value takes from another accumulator. */
  readonly collector: readonly Node[];
  /** What follows from accumulators: stores of running sums, for example. */
  readonly post: readonly Node[];
}

/** Undefined when iterations depend on each other through memory, or the loop's end on what it reads. */
export function splitLoop(loop: LoopNode, grouping: Grouping): LoopSplit | undefined {
  const { nodes } = loop.body;
  if (nodes.some((n) => n.kind !== "pure" && !isAccess(n))) return undefined;
  if (!accessesCommute(nodes.filter(isAccess), grouping)) return undefined;
  const definer = new Map<ValueId, Node>();
  for (const n of nodes) for (const d of nodeDefs(n)) definer.set(d.id, n);
  const carriedOf = new Map(loop.carried.map((c) => [c.result.id, c]));

  /** Nodes and carried values that an operand depends on within one iteration. */
  const slice = (start: readonly Operand[]): { nodes: Set<Node>; carried: Set<Carried> } => {
    const found = { nodes: new Set<Node>(), carried: new Set<Carried>() };
    const work = [...start];
    for (let o = work.pop(); o; o = work.pop()) {
      if (o.kind !== "value") continue;
      const c = carriedOf.get(o.id);
      if (c) found.carried.add(c);
      const n = definer.get(o.id);
      if (!n || found.nodes.has(n)) continue;
      found.nodes.add(n);
      work.push(...nodeOperands(n));
    }
    return found;
  };

  // Inductions: the largest set of carried values whose next values are pure functions of the set.
  const inductions = new Set(loop.carried);
  const nextSlices = new Map(loop.carried.map((c) => [c, slice([c.next])]));
  for (let before = -1; before !== inductions.size; ) {
    before = inductions.size;
    for (const c of inductions) {
      const { nodes: made, carried } = nextSlices.get(c)!;
      const isOwn = [...made].every((n) => n.kind === "pure") && [...carried].every((x) => inductions.has(x));
      if (!isOwn) inductions.delete(c);
    }
  }
  const end = slice([loop.again]);
  if (![...end.nodes].every((n) => n.kind === "pure") || ![...end.carried].every((c) => inductions.has(c)))
    return undefined;

  const generator = new Set([...end.nodes, ...[...inductions].flatMap((c) => [...nextSlices.get(c)!.nodes])]);
  const accumulators = loop.carried.filter((c) => !inductions.has(c));
  // Everything that depends on an accumulator, in the order of the body.
  const tainted = new Set<ValueId>(accumulators.map((c) => c.result.id));
  const after = new Set<Node>();
  for (const n of nodes) {
    if (!nodeOperands(n).some((o) => o.kind === "value" && tainted.has(o.id))) continue;
    after.add(n);
    for (const d of nodeDefs(n)) tainted.add(d.id);
  }
  const cycle = slice(accumulators.map((c) => c.next)).nodes;
  const collector = nodes.filter((n) => after.has(n) && cycle.has(n));
  if (!collector.every((n) => n.kind === "pure")) return undefined;
  return {
    inductions: [...inductions],
    generator: nodes.filter((n) => generator.has(n)),
    feed: nodes.filter((n) => !generator.has(n) && !after.has(n)),
    accumulators,
    collector,
    post: nodes.filter((n) => after.has(n) && !cycle.has(n)),
  };
}

/**
 * Whether an iteration's accesses may overlap with those of the next: a group is only read, or accessed in one place alone (by lanes of
 * a token, which are in no order). Accesses in one place stay in the order of the iterations.
 */
function accessesCommute(accesses: readonly AccessNode[], grouping: Grouping): boolean {
  const byGroup = new Map<number, AccessNode[]>();
  for (const a of accesses) {
    const group = grouping.groupOf(a);
    if (group !== "rom") byGroup.set(group, [...(byGroup.get(group) ?? []), a]);
  }
  return [...byGroup.values()].every(
    (list) => list.every((a) => a.kind === "load") || list.every((a) => a === list[0] || sameBundle(a, list[0]!)),
  );
}
