/** The graph with fewer forms: the second operand of a matrix product stands as [batch, depth, columns]. */
import type { IntegerGraph, IntegerOperation, IntegerTensor } from "../../dl-frontend/integer/graph.js";
import { invariant } from "../../support/errors.js";

/** Tensors of the source keep their ids. */
export function normalise(graph: IntegerGraph): IntegerGraph {
  const tensors: IntegerTensor[] = [...graph.tensors];
  const operations: IntegerOperation[] = [];
  let id = Math.max(-1, ...tensors.map((t) => t.id));
  for (const operation of graph.operations) {
    if (operation.kind !== "matmul" || !operation.transposed) {
      operations.push(operation);
      continue;
    }
    const b = tensors.find((t) => t.id === operation.b);
    invariant(b, `no tensor ${operation.b}`);
    const [batch, columns, depth] = b.shape as [number, number, number];
    id++;
    tensors.push({ id, name: `${b.name}^T`, shape: [batch, depth, columns], quantisation: b.quantisation });
    operations.push({ kind: "transpose", name: `${operation.name}^T`, input: b.id, output: id, order: [0, 2, 1] });
    operations.push({ ...operation, b: id, transposed: false });
  }
  return { ...graph, tensors, operations };
}
