/** What the engines do one after the other: operations with their fusions, and movements that must be carried out. */
import type {
  AveragePool,
  Binary,
  Convolution,
  IntegerGraph,
  IntegerOperation,
  Lookup,
  MatrixMultiply,
  MaxPool,
  Movement,
  Softmax,
  TensorId,
} from "../../dl-frontend/integer/graph.js";
import { isMovement } from "./maps.js";
import { elementsOf } from "./shape.js";

/** An addition carried out by the pass that makes one of its operands. */
export interface FusedAddition {
  readonly operation: Binary;
  readonly other: TensorId;
  /** The operand made by the pass is the first one. */
  readonly first: boolean;
}

export type Computation = Exclude<IntegerOperation, Movement>;

export type Node =
  | { readonly kind: "conv"; readonly operation: Convolution; readonly addition?: FusedAddition }
  | { readonly kind: "pool"; readonly operation: MaxPool | AveragePool }
  | { readonly kind: "vector"; readonly operation: Binary | Lookup }
  | { readonly kind: "softmax"; readonly operation: Softmax }
  | { readonly kind: "matmul"; readonly operation: MatrixMultiply };

export const outputOf = (node: Node): TensorId =>
  node.kind === "conv" && node.addition ? node.addition.operation.output : node.operation.output;

/** The graph's computations in order. An addition joins the convolution that alone makes one of its operands for it. */
export function computations(graph: IntegerGraph): Node[] {
  const shapes = new Map(graph.tensors.map((t) => [t.id, t.shape]));
  const uses = new Map<TensorId, number>();
  const use = (id: TensorId): void => void uses.set(id, (uses.get(id) ?? 0) + 1);
  for (const id of graph.outputs) use(id);
  for (const operation of graph.operations) for (const id of operandsOf(operation)) use(id);
  const makers = new Map(graph.operations.map((o) => [o.output, o]));
  const fused = new Map<Binary, Convolution>();
  const absorbed = new Set<IntegerOperation>();
  for (const operation of graph.operations) {
    if (operation.kind !== "add" || operation.requantise.multiplier[0] !== 1 || operation.a === operation.b) continue;
    const whole = [operation.a, operation.b].every(
      (id) => shapes.get(id)!.join() === shapes.get(operation.output)!.join(),
    );
    if (!whole || elementsOf(shapes.get(operation.output)!) === 0) continue;
    for (const id of [operation.b, operation.a]) {
      const maker = makers.get(id);
      if (maker?.kind !== "conv" || maker.table || uses.get(id) !== 1) continue;
      fused.set(operation, maker);
      absorbed.add(maker);
      break;
    }
  }
  const nodes: Node[] = [];
  for (const operation of graph.operations) {
    if (isMovement(operation) || absorbed.has(operation)) continue;
    nodes.push(nodeOf(operation, fused));
  }
  return nodes;
}

function nodeOf(operation: Computation, fused: ReadonlyMap<Binary, Convolution>): Node {
  switch (operation.kind) {
    case "conv":
      return { kind: "conv", operation };
    case "max-pool":
    case "average-pool":
      return { kind: "pool", operation };
    case "softmax":
      return { kind: "softmax", operation };
    case "matmul":
      return { kind: "matmul", operation };
    case "lookup":
    case "mul":
      return { kind: "vector", operation };
    case "add": {
      const convolution = fused.get(operation);
      if (!convolution) return { kind: "vector", operation };
      const first = operation.a === convolution.output;
      const other = first ? operation.b : operation.a;
      return { kind: "conv", operation: convolution, addition: { operation, other, first } };
    }
  }
}

/** The tensors that an operation reads. */
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
