import type { Operand, ValueId } from "../ir/types.js";
import {
  instructionOperands,
  type Node,
  type PureInstruction,
  type Region,
  type StructuredKernel,
} from "../structure/types.js";
import type { ItemValue } from "./types.js";

/**
 * Takes out of the regions what the dispatcher gives (ids of the work-item) and the operations that
 * depend on nothing but the launch: arguments, sizes and what follows from them.
 */
export function splitUniform(kernel: StructuredKernel): {
  uniform: PureInstruction[];
  uniformValues: Set<ValueId>;
  items: ItemValue[];
  body: Region;
} {
  const uniformValues = new Set<ValueId>();
  for (const p of kernel.parameters) for (const v of p.values) uniformValues.add(v.def.id);
  const uniform: PureInstruction[] = [];
  const items: ItemValue[] = [];
  const known = (o: Operand): boolean => o.kind !== "value" || uniformValues.has(o.id);
  const isUniform = (x: PureInstruction): boolean => {
    if (x.op !== "workitem") return instructionOperands(x).every(known);
    switch (x.query) {
      case "global_size":
      case "enqueued_local_size":
      case "num_groups":
      case "global_offset":
      case "work_dim":
        return true;
      case "global_id":
      case "local_id":
      case "group_id":
      // The last group of a dimension may be smaller.
      case "local_size":
        return false;
      default:
        return x.query satisfies never;
    }
  };
  const visit = (region: Region): Region => ({
    nodes: region.nodes.flatMap((node): Node[] => {
      if (node.kind === "loop") return [{ ...node, body: visit(node.body) }];
      if (node.kind === "pure" && isUniform(node.instruction)) {
        uniform.push(node.instruction);
        uniformValues.add(node.instruction.result.id);
        return [];
      }
      if (node.kind === "pure" && node.instruction.op === "workitem") {
        const { query, dimension, result } = node.instruction;
        items.push({ query, dimension, result });
        return [];
      }
      return [node];
    }),
  });
  const body = visit(kernel.body);
  return { uniform, uniformValues, items, body };
}
