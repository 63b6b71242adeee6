/** Which accesses share a memory unit: memory is grouped so that nothing that may alias is split. */
import { unsupported } from "../../support/errors.js";
import type { SourceSpan } from "../../support/source.js";
import type { Operand, Type, ValueId } from "../ir/types.js";
import { type AccessNode, isAccess, type Region, type StructuredKernel } from "../structure/types.js";
import { pointerRoots, type Root } from "./roots.js";
import type { MemoryGroup } from "./types.js";

export interface Grouping {
  readonly groups: readonly MemoryGroup[];
  /** The group of an access, or `rom` for a read of constant tables. */
  groupOf(node: AccessNode): number | "rom";
  /** The constant tables that an access of group `rom` may read. */
  tablesOf(node: AccessNode): readonly string[];
}

type Space = MemoryGroup["space"];
/** Something that an address can lie in and that a unit owns: a parameter's memory or a variable. */
type Place = number | `%${string}`;

/**
 * `kernel` as it was before launch-wide values were taken out, so that pointers among them are followed too; `body` with the
 * accesses to group; `typeOf` gives the types of all values. Throws UnsupportedError `memory/mixed-constant-pointer` when one pointer may
 * go to a constant table as well as to other memory, `memory/mixed-pointer` when it may go to two kinds of memory, and
 * `memory/no-buffer` when no argument or variable gives the address.
 */
export function groupAccesses(kernel: StructuredKernel, body: Region, typeOf: (id: ValueId) => Type): Grouping {
  const rootsOf = pointerRoots(kernel);
  const spaceOfPlace = new Map<Place, Space>();
  kernel.parameters.forEach((p, index) => {
    if (p.passing !== "scalar") spaceOfPlace.set(index, p.passing === "buffer" ? "global" : "local");
  });
  for (const v of kernel.variables) spaceOfPlace.set(`%${v.name}`, v.space);
  const leader = new Map<Place, Place>([...spaceOfPlace.keys()].map((place) => [place, place]));
  const find = (x: Place): Place => {
    let r = x;
    while (leader.get(r) !== r) r = leader.get(r)!;
    return r;
  };
  const accesses: AccessNode[] = [];
  const collect = (region: Region): void => {
    for (const n of region.nodes) {
      if (n.kind === "loop") collect(n.body);
      else if (isAccess(n)) accesses.push(n);
    }
  };
  collect(body);
  const spaceOf = (pointer: Operand): Space => {
    const type = pointer.kind === "value" ? typeOf(pointer.id) : pointer.type;
    return type.kind === "ptr" && (type.space === "local" || type.space === "private") ? type.space : "global";
  };
  const targets = (pointer: Operand, span: SourceSpan): readonly Place[] | "rom" => {
    const roots = [...rootsOf(pointer)];
    if (roots.some(isTable)) {
      if (!roots.every(isTable))
        throw unsupported(
          "memory/mixed-constant-pointer",
          "this pointer may go to a constant table of the program or to other memory",
          { span, help: "read the two through separate pointers, or pass the table as a buffer" },
        );
      return "rom";
    }
    const space = spaceOf(pointer);
    const known = roots.filter((r): r is Place => r !== "unknown" && !isTable(r));
    if (known.some((place) => spaceOfPlace.get(place) !== space))
      throw unsupported("memory/mixed-pointer", "this pointer may go to memory of several address spaces", {
        span,
        help: "access each kind of memory through a pointer of its own",
      });
    if (!roots.includes("unknown") && known.length > 0) return known;
    return [...spaceOfPlace].flatMap(([place, s]) => (s === space ? [place] : []));
  };
  const where = new Map<AccessNode, readonly Place[] | "rom">();
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
  const groups: {
    index: number;
    space: Space;
    parameters: number[];
    variables: string[];
    reads: boolean;
    writes: boolean;
    atomics: boolean;
  }[] = [];
  const groupIndex = new Map<Place, number>();
  for (const a of accesses) {
    const t = where.get(a)!;
    if (t === "rom") continue;
    const root = find(t[0]!);
    let index = groupIndex.get(root);
    if (index === undefined) {
      index = groups.length;
      groupIndex.set(root, index);
      const members = [...spaceOfPlace.keys()].filter((place) => find(place) === root);
      groups.push({
        index,
        space: spaceOfPlace.get(root)!,
        parameters: members.filter((m): m is number => typeof m === "number"),
        variables: members.flatMap((m) => (typeof m === "string" ? [m.slice(1)] : [])),
        reads: false,
        writes: false,
        atomics: false,
      });
    }
    const group = groups[index]!;
    if (a.kind !== "store") group.reads = true;
    if (a.kind !== "load") group.writes = true;
    if (a.kind === "atomic") group.atomics = true;
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

function isTable(root: Root): root is `@${string}` {
  return typeof root === "string" && root.startsWith("@");
}
