/**
 * Chooses the island of every operation of a region. Between the earliest and the latest possible
 * island the one is taken that makes the tokens narrowest: a value computed early is carried as a
 * result, one computed late has its operands carried.
 */
import { type Operand, type Type, type ValueId, widthOf } from "../ir/types.js";
import { instructionOperands, type Node, nodeDefs, nodeOperands, type Region } from "../structure/types.js";
import type { Grouping } from "./groups.js";
import { type Cut, loopUses } from "./steps.js";
import type { Operation } from "./types.js";

/** How many times dearer it is to carry a bit round a loop than past a memory step. */
const loopWeight = 3;

export function placeOperations(
  region: Region,
  cut: Cut,
  grouping: Grouping,
  /** Values that must be there at the end of the region (read by the loop's back edge or after the loop). */
  liveOut: ReadonlySet<ValueId>,
): Operation[][] {
  const last = cut.steps.length;
  const ops: { operation: Operation; operands: readonly Operand[]; defs: readonly { id: ValueId; type: Type }[] }[] =
    [];
  /** Island in which a value of this region is available. Values from outside: 0. */
  const available = new Map<ValueId, number>();
  const width = new Map<ValueId, number>();
  for (const node of region.nodes) {
    for (const d of nodeDefs(node)) width.set(d.id, widthOf(d.type));
    const operation = asOperation(node, grouping);
    if (!operation) continue;
    const operands = operation.op === "rom" ? [operation.pointer] : instructionOperands(operation);
    ops.push({ operation, operands, defs: nodeDefs(node) });
  }
  for (const [node, step] of cut.stepOf) for (const d of nodeDefs(node)) available.set(d.id, step + 1);

  const earliest: number[] = ops.map((op) => {
    const island = op.operands.reduce((m, o) => Math.max(m, o.kind === "value" ? (available.get(o.id) ?? 0) : 0), 0);
    for (const d of op.defs) available.set(d.id, island);
    return island;
  });

  /** Islands by which a value is needed, of users placed so far. */
  const firstUse = new Map<ValueId, number>();
  const lastUse = new Map<ValueId, number>();
  const use = (id: ValueId, island: number): void => {
    firstUse.set(id, Math.min(firstUse.get(id) ?? last, island));
    lastUse.set(id, Math.max(lastUse.get(id) ?? -1, island));
  };
  for (const id of liveOut) use(id, last);
  for (const [node, step] of cut.stepOf) {
    const ids =
      node.kind === "loop"
        ? [...loopUses(node)]
        : nodeOperands(node).flatMap((o) => (o.kind === "value" ? [o.id] : []));
    for (const id of ids) use(id, step);
    // The loop's body reads it while the token is inside, so that it passes the loop's ring anyway.
    if (node.kind === "loop") for (const id of loopUses(node)) lastUse.set(id, Math.max(lastUse.get(id)!, step));
  }
  const weight = (from: number, to: number): number => {
    let sum = 0;
    for (let step = from; step < to; step++) sum += isLoop(cut.steps[step]) ? loopWeight : 1;
    return sum;
  };

  const islands: Operation[][] = Array.from({ length: last + 1 }, () => []);
  for (let k = ops.length - 1; k >= 0; k--) {
    const op = ops[k]!;
    const latest = op.defs.reduce((m, d) => Math.min(m, firstUse.get(d.id) ?? last), last);
    let best = latest;
    let bestCost = Number.POSITIVE_INFINITY;
    for (let island = latest; island >= earliest[k]!; island--) {
      let cost = 0;
      for (const d of op.defs) cost += widthOf(d.type) * weight(island, lastUse.get(d.id) ?? island);
      for (const o of op.operands) {
        if (o.kind !== "value" || !width.has(o.id)) continue;
        const kept = lastUse.get(o.id) ?? available.get(o.id) ?? 0;
        if (kept < island) cost += width.get(o.id)! * weight(kept, island);
      }
      if (cost < bestCost) {
        bestCost = cost;
        best = island;
      }
    }
    islands[best]!.push(op.operation);
    for (const o of op.operands) if (o.kind === "value") use(o.id, best);
  }
  for (const island of islands) island.reverse();
  return islands;
}

function isLoop(step: Cut["steps"][number] | undefined): boolean {
  return step !== undefined && "kind" in step && step.kind === "loop";
}

function asOperation(node: Node, grouping: Grouping): Operation | undefined {
  if (node.kind === "pure") return node.instruction;
  if (node.kind === "load" && grouping.groupOf(node) === "rom")
    return {
      op: "rom",
      results: node.results,
      pointer: node.pointer,
      tables: grouping.tablesOf(node),
      span: node.span,
    };
  return undefined;
}
