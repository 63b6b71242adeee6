/** Where pointers come from: flow-insensitive, over the structured form (loops by iteration to a fixpoint). */
import type { Operand, SourceParameter, ValueId } from "../ir/types.js";
import { instructionOperands, type Region, type StructuredKernel } from "../structure/types.js";

/** Index of a source parameter, a constant object (`@name`), or unknown (made from an integer, or read from memory). */
export type Root = number | `@${string}` | "unknown";

export function pointerRoots(kernel: StructuredKernel): (pointer: Operand) => ReadonlySet<Root> {
  const roots = new Map<ValueId, Set<Root>>();
  kernel.parameters.forEach((p: SourceParameter, index) => {
    for (const v of p.values) {
      roots.set(v.def.id, new Set<Root>(p.passing === "buffer" ? [index] : ["unknown"]));
    }
  });
  let changed = true;
  const of = (o: Operand): ReadonlySet<Root> => {
    if (o.kind === "object") return new Set<Root>([`@${o.object}`]);
    if (o.kind === "const") return new Set<Root>();
    return roots.get(o.id) ?? new Set<Root>();
  };
  const add = (id: ValueId, more: Iterable<Root>): void => {
    let set = roots.get(id);
    if (!set) {
      set = new Set();
      roots.set(id, set);
    }
    for (const r of more)
      if (!set.has(r)) {
        set.add(r);
        changed = true;
      }
  };
  const visit = (region: Region): void => {
    for (const node of region.nodes) {
      switch (node.kind) {
        case "loop":
          for (const c of node.carried)
            if (c.result.type.kind === "ptr") {
              add(c.result.id, of(c.init));
              add(c.result.id, of(c.next));
            }
          visit(node.body);
          break;
        case "load":
          for (const r of node.results) if (r.type.kind === "ptr") add(r.id, ["unknown"]);
          break;
        case "pure": {
          const x = node.instruction;
          if (x.result.type.kind !== "ptr") break;
          if (x.op === "ptradd") add(x.result.id, of(x.pointer));
          else if (x.op === "select") for (const o of [x.whenTrue, x.whenFalse]) add(x.result.id, of(o));
          else if (x.op === "cast" && x.kind === "bitcast")
            for (const o of instructionOperands(x)) add(x.result.id, of(o));
          else add(x.result.id, ["unknown"]);
          break;
        }
        case "store":
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
