/**
 * What the tokens of a kernel move between caches and memory, as far as the form of its addresses tells: an access whose address differs
 * for every work-item and every iteration around it brings new bytes each time; any other comes back to what a cache holds.
 */
import { groupAccesses } from "../datapath/groups.js";
import { type Operand, type Type, type ValueId, widthOf } from "../ir/types.js";
import {
  type AccessNode,
  isAccess,
  type Node,
  nodeDefs,
  nodeOperands,
  type Region,
  type StructuredKernel,
} from "../structure/types.js";

/** A region of the kernel: the body itself (depth 0), or that of a loop. */
export interface LevelTraffic {
  readonly depth: number;
  /** Bytes a token, by index of the memory group; reads and writes add up. */
  readonly bytes: ReadonlyMap<number, number>;
}

/** Something that sets one token apart from others: a part of a work-item's id, or the iterations of a loop. */
type Source = string | Node;

export function trafficOf(kernel: StructuredKernel): readonly LevelTraffic[] {
  const types = new Map<ValueId, Type>();
  for (const p of kernel.parameters) for (const v of p.values) types.set(v.def.id, v.def.type);
  for (const l of kernel.lanes) types.set(l.count.id, l.count.type);
  for (const d of kernel.body.nodes.flatMap(nodeDefs)) types.set(d.id, d.type);
  const grouping = groupAccesses(kernel, kernel.body, (id) => types.get(id)!);
  const typeOf = (o: Operand): Type => (o.kind === "value" ? types.get(o.id)! : o.type);
  const bytesOf = (a: AccessNode): number => {
    const moved = a.kind === "load" ? a.results.map((r) => r.type) : a.kind === "store" ? a.values.map(typeOf) : [];
    return moved.reduce((n, t) => n + Math.ceil(widthOf(t) / 8), 0);
  };

  const sources = sourcesOf(kernel);
  const ids = new Set(kernel.body.nodes.flatMap((n) => itemSources(n, true)));
  const levels: LevelTraffic[] = [];
  const visit = (region: Region, around: readonly Node[]): void => {
    // Lanes of one access add up; accesses of one group in different places may see the same lines.
    const places = new Map<number, Map<string, number>>();
    let alone = 0;
    for (const n of region.nodes) {
      if (n.kind === "loop") visit(n.body, [...around, n]);
      if (!isAccess(n)) continue;
      const group = grouping.groupOf(n);
      if (group === "rom" || grouping.groups[group]!.space !== "global") continue;
      const of = n.pointer.kind === "value" ? sources.get(n.pointer.id) : undefined;
      if (!of || ![...ids, ...around].every((source) => of.has(source))) continue;
      const place = `${n.kind} ${n.bundle ?? `alone ${alone++}`}`;
      const known = places.get(group) ?? new Map<string, number>();
      places.set(group, known.set(place, (known.get(place) ?? 0) + bytesOf(n)));
    }
    const most = (of: ReadonlyMap<string, number>, kind: string): number =>
      Math.max(0, ...[...of].flatMap(([place, bytes]) => (place.startsWith(kind) ? [bytes] : [])));
    const bytes = new Map([...places].map(([group, of]) => [group, most(of, "load") + most(of, "store")] as const));
    levels.push({ depth: around.length, bytes });
  };
  visit(kernel.body, []);
  return levels;
}

/** Parts of the id that a query asks for; a work-item is told apart from others by its group and its place in the group. */
function itemSources(node: Node, deep: boolean): string[] {
  if (node.kind === "loop") return deep ? node.body.nodes.flatMap((n) => itemSources(n, true)) : [];
  if (node.kind !== "pure" || node.instruction.op !== "workitem") return [];
  const { query, dimension } = node.instruction;
  const group = `group ${dimension}`;
  const local = `local ${dimension}`;
  return query === "global_id" ? [group, local] : query === "group_id" ? [group] : query === "local_id" ? [local] : [];
}

/** A condition between two values makes their number no larger than twice as large. */
function valueOperands(node: Node): readonly Operand[] {
  if (node.kind !== "pure" || node.instruction.op !== "select") return nodeOperands(node);
  return [node.instruction.whenTrue, node.instruction.whenFalse];
}

/** What each value may differ by. */
function sourcesOf(kernel: StructuredKernel): ReadonlyMap<ValueId, ReadonlySet<Source>> {
  const of = new Map<ValueId, Set<Source>>();
  let changed = true;
  const add = (id: ValueId, from: readonly Operand[], own: readonly Source[]): void => {
    const known = of.get(id) ?? new Set<Source>();
    const before = known.size;
    for (const s of own) known.add(s);
    for (const o of from) if (o.kind === "value") for (const s of of.get(o.id) ?? []) known.add(s);
    of.set(id, known);
    if (known.size !== before) changed = true;
  };
  const visit = (region: Region): void => {
    for (const n of region.nodes) {
      if (n.kind === "loop") {
        for (const c of n.carried) add(c.result.id, [c.init, c.next], [n]);
        visit(n.body);
      } else for (const d of nodeDefs(n)) add(d.id, valueOperands(n), itemSources(n, false));
    }
  };
  while (changed) {
    changed = false;
    visit(kernel.body);
  }
  return of;
}
