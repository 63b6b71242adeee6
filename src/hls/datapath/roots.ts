/** Where pointers come from: flow-insensitive, over the structured form (loops by iteration to a fixpoint). */
import type { Operand, SourceParameter, ValueId } from "../ir/types.js";
import { instructionOperands, type Region, type StructuredKernel } from "../structure/types.js";

/**
 * Index of a source parameter, a constant object (`@name`), a local or private variable (`%name`), or unknown (made
 * from an integer, or read from memory that the host fills).
 */
export type Root = number | `@${string}` | `%${string}` | "unknown";

export function pointerRoots(kernel: StructuredKernel): (pointer: Operand) => ReadonlySet<Root> {
  const variables = new Set(kernel.variables.map((v) => v.name));
  const roots = new Map<ValueId, Set<Root>>();
  kernel.parameters.forEach((p: SourceParameter, index) => {
    for (const v of p.values) {
      roots.set(v.def.id, new Set<Root>(p.passing === "scalar" ? ["unknown"] : [index]));
    }
  });
  /** Roots of the pointers that are stored in memory of a root. */
  const contents = new Map<Root, Set<Root>>();
  let changed = true;
  const of = (o: Operand): ReadonlySet<Root> => {
    if (o.kind === "object") return new Set<Root>([variables.has(o.object) ? `%${o.object}` : `@${o.object}`]);
    if (o.kind === "const") return new Set<Root>();
    return roots.get(o.id) ?? new Set<Root>();
  };
  const join = <K>(map: Map<K, Set<Root>>, key: K, more: Iterable<Root>): void => {
    let set = map.get(key);
    if (!set) {
      set = new Set();
      map.set(key, set);
    }
    for (const r of more)
      if (!set.has(r)) {
        set.add(r);
        changed = true;
      }
  };
  const add = (id: ValueId, more: Iterable<Root>): void => join(roots, id, more);
  const loaded = (root: Root): Iterable<Root> =>
    typeof root === "string" && root.startsWith("%") ? (contents.get(root) ?? []) : ["unknown"];
  const pointerTypes = new Set<ValueId>(
    kernel.parameters.flatMap((p) => p.values.flatMap((v) => (v.def.type.kind === "ptr" ? [v.def.id] : []))),
  );
  const isPointer = (o: Operand): boolean => (o.kind === "value" ? pointerTypes.has(o.id) : o.type.kind === "ptr");
  const visit = (region: Region): void => {
    for (const node of region.nodes) {
      switch (node.kind) {
        case "loop":
          for (const c of node.carried)
            if (c.result.type.kind === "ptr") {
              pointerTypes.add(c.result.id);
              add(c.result.id, of(c.init));
              add(c.result.id, of(c.next));
            }
          visit(node.body);
          break;
        case "load":
          for (const r of node.results)
            if (r.type.kind === "ptr") {
              pointerTypes.add(r.id);
              for (const root of of(node.pointer)) add(r.id, loaded(root));
            }
          break;
        case "store":
          for (const value of node.values)
            if (isPointer(value)) for (const root of of(node.pointer)) join(contents, root, of(value));
          break;
        case "pure": {
          const x = node.instruction;
          if (x.result.type.kind !== "ptr") break;
          pointerTypes.add(x.result.id);
          if (x.op === "ptradd") add(x.result.id, of(x.pointer));
          else if (x.op === "select") for (const o of [x.whenTrue, x.whenFalse]) add(x.result.id, of(o));
          else if (x.op === "cast" && x.kind === "bitcast")
            for (const o of instructionOperands(x)) add(x.result.id, of(o));
          else add(x.result.id, ["unknown"]);
          break;
        }
        case "atomic":
        case "barrier":
        case "fence":
        case "print":
          break;
        default:
          node satisfies never;
      }
    }
  };
  while (changed) {
    changed = false;
    visit(kernel.body);
  }
  return of;
}
