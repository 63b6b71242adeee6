/** Which accesses share a memory unit: buffers are grouped so that nothing that may alias is split. */
import { unsupported } from "../../support/errors.js";
import type { SourceSpan } from "../../support/source.js";
import type { Operand } from "../ir/types.js";
import type { LoadNode, Region, StoreNode, StructuredKernel } from "../structure/types.js";
import { pointerRoots } from "./roots.js";
import type { MemoryGroup } from "./types.js";

export interface Grouping {
  readonly groups: readonly MemoryGroup[];
  /** The group of an access, or `rom` for a read of constant tables. */
  groupOf(node: LoadNode | StoreNode): number | "rom";
  /** The constant tables that an access of group `rom` may read. */
  tablesOf(node: LoadNode | StoreNode): readonly string[];
}

/**
 * Throws UnsupportedError `memory/mixed-constant-pointer` when one pointer may go to a constant table
 * as well as to a buffer.
 */
export function groupAccesses(kernel: StructuredKernel): Grouping {
  const rootsOf = pointerRoots(kernel);
  const buffers = kernel.parameters.flatMap((p, index) => (p.passing === "buffer" ? [index] : []));
  const leader = new Map<number, number>(buffers.map((b) => [b, b]));
  const find = (x: number): number => {
    let r = x;
    while (leader.get(r) !== r) r = leader.get(r)!;
    return r;
  };
  const accesses: (LoadNode | StoreNode)[] = [];
  const collect = (region: Region): void => {
    for (const n of region.nodes) {
      if (n.kind === "loop") collect(n.body);
      else if (n.kind !== "pure") accesses.push(n);
    }
  };
  collect(kernel.body);
  const targets = (pointer: Operand, span: SourceSpan): readonly number[] | "rom" => {
    const roots = rootsOf(pointer);
    const tables = [...roots].filter((r) => typeof r === "string" && r.startsWith("@"));
    if (tables.length > 0) {
      if (tables.length < roots.size)
        throw unsupported(
          "memory/mixed-constant-pointer",
          "this pointer may go to a constant table of the program or to a buffer",
          { span, help: "read the two through separate pointers, or pass the table as a buffer" },
        );
      return "rom";
    }
    const known = [...roots].filter((r): r is number => typeof r === "number");
    return roots.has("unknown") || known.length === 0 ? buffers : known;
  };
  const where = new Map<LoadNode | StoreNode, readonly number[] | "rom">();
  for (const a of accesses) {
    const t = targets(a.pointer, a.span);
    where.set(a, t);
    if (t === "rom") continue;
    if (t.length === 0)
      throw unsupported("memory/no-buffer", "this access goes to an address that no kernel argument gives", {
        span: a.span,
        help: "pass the memory as a buffer argument",
      });
    for (const other of t.slice(1)) leader.set(find(other), find(t[0]!));
  }
  const groups: { index: number; parameters: number[]; reads: boolean; writes: boolean }[] = [];
  const groupIndex = new Map<number, number>();
  for (const a of accesses) {
    const t = where.get(a)!;
    if (t === "rom") continue;
    const root = find(t[0]!);
    let index = groupIndex.get(root);
    if (index === undefined) {
      index = groups.length;
      groupIndex.set(root, index);
      groups.push({ index, parameters: buffers.filter((b) => find(b) === root), reads: false, writes: false });
    }
    const group = groups[index]!;
    if (a.kind === "load") group.reads = true;
    else group.writes = true;
  }
  return {
    groups,
    groupOf(node) {
      const t = where.get(node)!;
      return t === "rom" ? "rom" : groupIndex.get(find(t[0]!))!;
    },
    tablesOf(node) {
      return [...rootsOf(node.pointer)].map((r) => String(r).slice(1)).sort();
    },
  };
}
