/**
 * The integer executor: the golden reference of a quantised network. It computes every tensor of an integer graph exactly as
 * graph.ts and docs/npu-semantics.md say, and shares no code with the compiler or the RTL.
 */
import { invariant, unreachable } from "../../support/errors.js";
import { convolve } from "./execute-conv.js";
import { concatenate, gather, pad, slice, transpose } from "./execute-movement.js";
import { binary, lookup, matrixMultiply, softmax } from "./execute-pointwise.js";
import { averagePool, maxPool } from "./execute-pool.js";
import type { IntegerGraph, IntegerOperation, IntegerTensor, TensorId } from "./graph.js";
import { sizeOf } from "./shape.js";

/** An operand as the operators take it. */
export interface Operand {
  readonly shape: readonly number[];
  readonly zeroPoint: number;
  readonly data: Int8Array;
}

export interface ExecuteOptions {
  /** Called after every operation, in order: progress, or a comparison layer by layer. */
  readonly onOperation?: (operation: IntegerOperation, output: Int8Array) => void;
  /** Keep only inputs and outputs; tensors in between are let go as soon as nobody needs them. Default: keep all. */
  readonly outputsOnly?: boolean;
}

/**
 * Runs the graph on `inputs`, one array a graph input (by tensor), each of the tensor's size. Gives the values of every tensor.
 */
export function executeInteger(
  graph: IntegerGraph,
  inputs: ReadonlyMap<TensorId, Int8Array>,
  options: ExecuteOptions = {},
): Map<TensorId, Int8Array> {
  const tensors = new Map(graph.tensors.map((tensor) => [tensor.id, tensor]));
  const values = new Map<TensorId, Int8Array>();
  for (const tensor of graph.tensors) if (tensor.constant) values.set(tensor.id, tensor.constant);
  for (const id of graph.inputs) {
    const value = inputs.get(id);
    const tensor = tensors.get(id);
    invariant(value && tensor, `no value for input ${tensor?.name ?? id}`);
    invariant(value.length === sizeOf(tensor.shape), `the value for ${tensor.name} has ${value.length} elements`);
    values.set(id, value);
  }
  const lastUse = options.outputsOnly ? lastUses(graph) : undefined;
  for (const [index, operation] of graph.operations.entries()) {
    const operand = (id: TensorId): Operand => {
      const data = values.get(id);
      const tensor = tensors.get(id);
      invariant(data && tensor, `${operation.name} reads tensor ${id}, which nothing made before it`);
      return { shape: tensor.shape, zeroPoint: tensor.quantisation.zeroPoint, data };
    };
    const output = tensors.get(operation.output);
    invariant(output, `${operation.name} writes tensor ${operation.output}, which does not exist`);
    const value = executeOperation(operation, operand, output);
    invariant(
      value.length === sizeOf(output.shape),
      `${operation.name} made ${value.length} elements for ${output.name}`,
    );
    values.set(output.id, value);
    options.onOperation?.(operation, value);
    for (const id of lastUse?.get(index) ?? []) values.delete(id);
  }
  return values;
}

/** The operation's tensor operands, in order. */
export function operandsOf(operation: IntegerOperation): readonly TensorId[] {
  switch (operation.kind) {
    case "matmul":
    case "add":
    case "mul":
      return [operation.a, operation.b];
    case "concat":
      return operation.inputs;
    default:
      return [operation.input];
  }
}

/** One operation on its operands. */
export function executeOperation(
  operation: IntegerOperation,
  operand: (id: TensorId) => Operand,
  output: IntegerTensor,
): Int8Array {
  const shape = output.shape;
  switch (operation.kind) {
    case "conv":
      return convolve(operation, operand(operation.input), shape);
    case "matmul":
      return matrixMultiply(operation, operand(operation.a), operand(operation.b), shape);
    case "add":
    case "mul":
      return binary(operation, operand(operation.a), operand(operation.b), shape);
    case "lookup":
      return lookup(operation.table, operand(operation.input).data, shape);
    case "max-pool":
      return maxPool(operation, operand(operation.input), shape);
    case "average-pool":
      return averagePool(operation, operand(operation.input), shape);
    case "softmax":
      return softmax(operation, operand(operation.input), output.quantisation.zeroPoint);
    case "reshape":
      return operand(operation.input).data.slice();
    case "transpose":
      return transpose(operation.order, operand(operation.input), shape);
    case "slice":
      return slice(operation.starts, operation.steps, operand(operation.input), shape);
    case "concat":
      return concatenate(operation.axis, operation.inputs.map(operand), shape);
    case "pad":
      return pad(operation, operand(operation.input), shape);
    case "gather":
      return gather(operation.axis, operation.indices, operand(operation.input), shape);
    default:
      return unreachable(operation);
  }
}

/** For every operation the tensors that nobody reads after it. */
function lastUses(graph: IntegerGraph): Map<number, TensorId[]> {
  const kept = new Set([...graph.outputs, ...graph.inputs]);
  const last = new Map<TensorId, number>();
  for (const [index, operation] of graph.operations.entries()) {
    for (const id of [...operandsOf(operation), operation.output]) last.set(id, index);
  }
  const at = new Map<number, TensorId[]>();
  for (const [id, index] of last) if (!kept.has(id)) at.set(index, [...(at.get(index) ?? []), id]);
  return at;
}
