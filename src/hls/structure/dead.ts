import type { Operand, ValueId } from "../ir/types.js";
import { hasEffect, type Node, nodeDefs, nodeOperands, type Region, type StructuredKernel } from "./types.js";

/**
 * Removes what no effect (store, atomic, barrier, print) depends on: unused selects and predicates, loads without a reader, carried
 * values that only feed themselves, loops that compute nothing needed.
 */
export function removeDeadNodes(kernel: StructuredKernel): StructuredKernel {
  const live = new Set<ValueId>();
  const keptLoops = new Set<Node>();
  let changed = true;
  const need = (operand: Operand): void => {
    if (operand.kind === "value" && !live.has(operand.id)) {
      live.add(operand.id);
      changed = true;
    }
  };
  const mark = (region: Region): void => {
    for (let k = region.nodes.length - 1; k >= 0; k--) {
      const node = region.nodes[k]!;
      switch (node.kind) {
        case "store":
        case "atomic":
        case "barrier":
        case "fence":
        case "print":
          for (const o of nodeOperands(node)) need(o);
          break;
        case "pure":
        case "load":
          if (nodeDefs(node).some((d) => live.has(d.id))) for (const o of nodeOperands(node)) need(o);
          break;
        case "loop": {
          const needed = keptLoops.has(node) || hasEffect(node) || nodeDefs(node).some((d) => live.has(d.id));
          if (!needed) break;
          keptLoops.add(node);
          need(node.enable);
          need(node.again);
          for (const c of node.carried)
            if (live.has(c.result.id)) {
              need(c.init);
              need(c.next);
            }
          mark(node.body);
          break;
        }
        default:
          node satisfies never;
      }
    }
  };
  while (changed) {
    changed = false;
    mark(kernel.body);
  }
  const sweep = (region: Region): Region => ({
    nodes: region.nodes.flatMap((node): Node[] => {
      switch (node.kind) {
        case "store":
        case "atomic":
        case "barrier":
        case "fence":
        case "print":
          return [node];
        case "pure":
        case "load":
          return nodeDefs(node).some((d) => live.has(d.id)) ? [node] : [];
        case "loop":
          return keptLoops.has(node)
            ? [{ ...node, carried: node.carried.filter((c) => live.has(c.result.id)), body: sweep(node.body) }]
            : [];
        default:
          return node satisfies never;
      }
    }),
  });
  return { ...kernel, body: sweep(kernel.body) };
}
