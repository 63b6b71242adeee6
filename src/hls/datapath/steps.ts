/**
 * Cuts a region into steps: list scheduling from the end, so that a load comes as late as its use
 * allows (its result need not be carried through a loop), and stores then move as early as they can.
 */
import { invariant } from "../../support/errors.js";
import type { Operand, ValueId } from "../ir/types.js";
import {
  type AccessNode,
  type BarrierNode,
  type FenceNode,
  isAccess,
  type LoopNode,
  type Node,
  nodeDefs,
  nodeOperands,
  type PrintNode,
  type Region,
} from "../structure/types.js";
import type { Grouping } from "./groups.js";

/** What is a step of its own. */
export type Alone = LoopNode | BarrierNode | FenceNode;
export type Boundary = AccessNode | PrintNode | Alone;
/** Accesses and prints side by side, or a node alone. */
export type BoundarySet = readonly (AccessNode | PrintNode)[] | Alone;

export function isAlone(node: Node): node is Alone {
  return node.kind === "loop" || node.kind === "barrier" || node.kind === "fence";
}

export interface Cut {
  readonly steps: readonly BoundarySet[];
  /** Step of a boundary node. */
  readonly stepOf: ReadonlyMap<Boundary, number>;
}

/** Values that a loop reads from outside itself. */
export function loopUses(loop: LoopNode): ReadonlySet<ValueId> {
  const defined = new Set(nodeDefs(loop).map((d) => d.id));
  const used = new Set<ValueId>();
  const use = (o: Operand): void => {
    if (o.kind === "value" && !defined.has(o.id)) used.add(o.id);
  };
  const visit = (node: Node): void => {
    for (const o of nodeOperands(node)) use(o);
    if (node.kind === "loop") {
      for (const c of node.carried) use(c.next);
      use(node.again);
      for (const n of node.body.nodes) visit(n);
    }
  };
  visit(loop);
  return used;
}

/** Groups, and `output` for what is printed. */
type Resource = number | "output";

interface Effects {
  readonly reads: Set<Resource>;
  readonly writes: Set<Resource>;
}

function effectsOf(node: Node, grouping: Grouping): Effects {
  const effects: Effects = { reads: new Set(), writes: new Set() };
  const visit = (n: Node): void => {
    if (n.kind === "loop") for (const x of n.body.nodes) visit(x);
    else if (n.kind === "print") effects.writes.add("output");
    else if (n.kind === "barrier" || n.kind === "fence") {
      // Orders all that other work-items can see; what nobody writes needs no order.
      effects.writes.add("output");
      for (const g of grouping.groups) if (g.writes && g.space !== "private") effects.writes.add(g.index);
    } else if (isAccess(n)) {
      const group = grouping.groupOf(n);
      if (group !== "rom") (n.kind === "load" ? effects.reads : effects.writes).add(group);
    }
  };
  visit(node);
  return effects;
}

/** Accesses of different work-items that share a token. */
export function sameBundle(a: Node, b: Node): boolean {
  return "bundle" in a && "bundle" in b && a.bundle !== undefined && a.bundle === b.bundle;
}

/** One of the two may write what the other reads or writes: their order must stay. */
function conflict(a: Effects, b: Effects): boolean {
  const meet = (x: Set<Resource>, y: Set<Resource>): boolean => [...x].some((g) => y.has(g));
  return meet(a.writes, b.writes) || meet(a.writes, b.reads) || meet(a.reads, b.writes);
}

export function cutIntoSteps(region: Region, grouping: Grouping): Cut {
  const { nodes } = region;
  const isBoundary = (n: Node): n is Boundary =>
    isAlone(n) || n.kind === "print" || (isAccess(n) && grouping.groupOf(n) !== "rom");
  const definer = new Map<ValueId, number>();
  nodes.forEach((n, k) => {
    for (const d of nodeDefs(n)) definer.set(d.id, k);
  });
  const before: Set<number>[] = nodes.map((n) => {
    const set = new Set<number>();
    const ids = n.kind === "loop" ? loopUses(n) : nodeOperands(n).flatMap((o) => (o.kind === "value" ? [o.id] : []));
    for (const id of ids) {
      const k = definer.get(id);
      if (k !== undefined) set.add(k);
    }
    return set;
  });
  const boundaries = nodes.flatMap((n, k) => (isBoundary(n) ? [k] : []));
  const effects = new Map(boundaries.map((k) => [k, effectsOf(nodes[k]!, grouping)]));
  boundaries.forEach((later, position) => {
    for (const earlier of boundaries.slice(0, position))
      if (!sameBundle(nodes[earlier]!, nodes[later]!) && conflict(effects.get(earlier)!, effects.get(later)!))
        before[later]!.add(earlier);
  });

  const after: Set<number>[] = nodes.map(() => new Set());
  before.forEach((set, k) => {
    for (const b of set) after[b]!.add(k);
  });
  const waiting = after.map((set) => set.size);
  const reversed: number[][] = [];
  const removed = nodes.map(() => false);
  let left = nodes.length;
  const remove = (k: number): void => {
    removed[k] = true;
    left--;
    for (const b of before[k]!) waiting[b]!--;
  };
  while (left > 0) {
    let candidates: number[] = [];
    for (let k = nodes.length - 1; k >= 0; k--) {
      if (removed[k] || waiting[k]! > 0) continue;
      if (isBoundary(nodes[k]!)) candidates.push(k);
      else remove(k);
    }
    if (left === 0) break;
    candidates = candidates.filter((k) => waiting[k] === 0);
    // Removing pure nodes above may have freed more: look again until nothing pure is free.
    if (nodes.some((n, k) => !removed[k] && waiting[k] === 0 && !isBoundary(n))) continue;
    candidates = boundaries.filter((k) => !removed[k] && waiting[k] === 0);
    invariant(candidates.length > 0, "a region's nodes depend on each other in a circle");
    const accesses = candidates.filter((k) => !isAlone(nodes[k]!));
    const chosen = accesses.length > 0 ? accesses : [Math.max(...candidates)];
    for (const k of chosen) remove(k);
    reversed.push(chosen.sort((a, b) => a - b));
  }
  const order = advanceStores(reversed.reverse(), nodes, before);
  const steps = order.map((set): BoundarySet => {
    const first = nodes[set[0]!]!;
    return isAlone(first) ? first : set.map((k) => nodes[k] as AccessNode | PrintNode);
  });
  const stepOf = new Map<Boundary, number>();
  order.forEach((set, step) => {
    for (const k of set) stepOf.set(nodes[k] as Boundary, step);
  });
  return { steps, stepOf };
}

/** Moves every store to the earliest step that what it depends on allows, so that its operands need not wait. */
function advanceStores(steps: number[][], nodes: readonly Node[], before: readonly ReadonlySet<number>[]): number[][] {
  const result = steps.map((s) => [...s]);
  const stores = result.flat().filter((k) => nodes[k]!.kind === "store");
  for (const store of stores.sort((a, b) => a - b)) {
    const stepOf = new Map<number, number>();
    result.forEach((set, step) => {
      for (const k of set) stepOf.set(k, step);
    });
    // The last step whose results or effects the store needs, through pure nodes.
    let last = -1;
    const seen = new Set<number>();
    const visit = (k: number): void => {
      for (const b of before[k]!) {
        if (seen.has(b)) continue;
        seen.add(b);
        const step = stepOf.get(b);
        if (step !== undefined) last = Math.max(last, step);
        else visit(b);
      }
    };
    visit(store);
    const now = stepOf.get(store)!;
    const isMemory = (step: number): boolean => !isAlone(nodes[result[step]![0]!]!);
    let target = -1;
    for (let step = last + 1; step < now && target < 0; step++) if (isMemory(step)) target = step;
    const passesLoop = (from: number): boolean => {
      for (let step = from; step < now; step++) if (!isMemory(step)) return true;
      return false;
    };
    if (target >= 0 && !passesLoop(last + 1)) continue;
    if (target < 0 && !passesLoop(last + 1)) continue;
    result[now] = result[now]!.filter((k) => k !== store);
    const firstLoop = result.findIndex((_, step) => step > last && !isMemory(step));
    if (target >= 0 && target < firstLoop) result[target]!.push(store);
    else result.splice(firstLoop, 0, [store]);
    for (let step = result.length - 1; step >= 0; step--) if (result[step]!.length === 0) result.splice(step, 1);
  }
  return result.map((set) => set.sort((a, b) => a - b));
}
