/**
 * The graph in the forms that the machine likes: second operands of matrix products stand as [batch, depth, columns], and images
 * that the host writes are packed for the first convolution.
 */
import type { IntegerGraph, IntegerOperation, IntegerTensor, TensorId } from "../../dl-frontend/integer/graph.js";
import { invariant } from "../../support/errors.js";
import type { NpuConfig } from "../config.js";
import { isMovement } from "./maps.js";
import { operandsOf } from "./nodes.js";
import { type Builder, packed } from "./pack.js";

/** Tensors of the source keep their ids. */
export function normalise(graph: IntegerGraph, config: NpuConfig): IntegerGraph {
  const tensors: IntegerTensor[] = [...graph.tensors];
  const byId = new Map(tensors.map((t) => [t.id, t]));
  const operations: IntegerOperation[] = [];
  const get = (id: TensorId): IntegerTensor => {
    const tensor = byId.get(id);
    invariant(tensor, `no tensor ${id}`);
    return tensor;
  };
  let next = Math.max(-1, ...tensors.map((t) => t.id)) + 1;
  const build: Builder = {
    tensor: (like, shape, name) => {
      const tensor: IntegerTensor = { id: next++, name, shape, quantisation: like.quantisation };
      tensors.push(tensor);
      byId.set(tensor.id, tensor);
      return tensor;
    },
    push: (operation) => operations.push(operation),
  };
  // What the host has: inputs, constants, and what is moved out of them.
  const onHost = new Set<TensorId>([...graph.inputs, ...tensors.filter((t) => t.constant).map((t) => t.id)]);
  for (const operation of graph.operations) {
    if (isMovement(operation) && operandsOf(operation).every((id) => onHost.has(id))) onHost.add(operation.output);
    if (operation.kind === "conv" && onHost.has(operation.input)) {
      operations.push(packed(operation, get(operation.input), get(operation.output), config, build));
    } else if (operation.kind === "matmul" && operation.transposed) {
      const b = get(operation.b);
      const [batch, columns, depth] = b.shape as [number, number, number];
      const turned = build.tensor(b, [batch, depth, columns], `${b.name}^T`);
      build.push({ kind: "transpose", name: `${operation.name}^T`, input: b.id, output: turned.id, order: [0, 2, 1] });
      build.push({ ...operation, b: turned.id, transposed: false });
    } else operations.push(operation);
  }
  return { ...graph, tensors, operations };
}
