/**
 * The network: what the NPU could do of a float graph, in the operations of the integer graph but still with real numbers, and the
 * nodes that are left to the host. Lowering makes it, passes fuse it, the quantiser turns it into integer graphs.
 */
import type { Quantisation, Requantise, Window } from "../integer/graph.js";
import type { OnnxNode } from "../onnx/model.js";
import type { Pointwise } from "./pointwise.js";

export type ValueId = number;

export interface NetworkValue {
  readonly id: ValueId;
  readonly name: string;
  readonly shape: readonly number[];
  /**
   * The ONNX value whose range this one has: itself, or what it is a rearrangement or a part of. Undefined for values known at
   * compile time.
   */
  readonly source?: string;
  /** A partial sum of these ONNX values, which the model does not have: its range is the sum of theirs. */
  readonly sumOf?: readonly string[];
  /** `source` holds exactly these values in this order. */
  readonly exact: boolean;
  /** The model says how it is quantised. */
  readonly given?: Quantisation;
  /** An input of a model of integers: its values are whole numbers, and the data tells whether they are signed. */
  readonly integer?: true;
  readonly constant?: Float64Array;
}

interface OperationBase {
  /** The ONNX node that it comes from. */
  readonly name: string;
  readonly output: ValueId;
}

/** A function applied to an operation's result before it is stored. */
export interface Post {
  readonly apply: Pointwise;
  /** The ONNX value that the function is applied to: its range is that of the result before it. */
  readonly source: string;
  readonly given?: Quantisation;
}

/** Integer arithmetic that the model prescribes, in place of scales. */
export type Prescribed = Pick<Requantise, "multiplier" | "shift" | "rounding"> & {
  readonly low: number;
  readonly high: number;
};

export interface ConvolutionOp extends OperationBase {
  readonly kind: "conv";
  readonly input: ValueId;
  /** [Co, Ci / groups, kh, kw] */
  readonly weights: Float64Array | Float32Array;
  readonly bias: Float64Array;
  readonly groups: number;
  readonly window: Window;
  /** The model's own scales of the weights, one an output channel or one for all. */
  readonly weightScales?: Float64Array;
  readonly prescribed?: Prescribed;
  readonly post?: Post;
}

export interface MatrixMultiplyOp extends OperationBase {
  readonly kind: "matmul";
  readonly a: ValueId;
  readonly b: ValueId;
  readonly transposed: boolean;
  readonly gain: number;
  readonly post?: Post;
}

export interface BinaryOp extends OperationBase {
  readonly kind: "add" | "mul";
  readonly a: ValueId;
  readonly b: ValueId;
  /** For add: the sign of each operand. */
  readonly signs: readonly [number, number];
  readonly prescribed?: Prescribed;
  readonly post?: Post;
}

export interface PointwiseOp extends OperationBase {
  readonly kind: "pointwise";
  readonly input: ValueId;
  readonly apply: Pointwise;
  readonly prescribed?: Prescribed;
}

export interface MaxPoolOp extends OperationBase {
  readonly kind: "max-pool";
  readonly input: ValueId;
  readonly window: Window;
}

export interface AveragePoolOp extends OperationBase {
  readonly kind: "average-pool";
  readonly input: ValueId;
  readonly window: Window;
  readonly countPadding: boolean;
  /** The mean is multiplied by it: 1, or the number of elements for sums. */
  readonly gain: number;
}

export type MovementOp =
  | (OperationBase & { readonly kind: "reshape"; readonly input: ValueId })
  | (OperationBase & { readonly kind: "transpose"; readonly input: ValueId; readonly order: readonly number[] })
  | (OperationBase & {
      readonly kind: "slice";
      readonly input: ValueId;
      readonly starts: readonly number[];
      readonly steps: readonly number[];
    })
  | (OperationBase & { readonly kind: "concat"; readonly inputs: readonly ValueId[]; readonly axis: number })
  | (OperationBase & {
      readonly kind: "pad";
      readonly input: ValueId;
      readonly before: readonly number[];
      readonly after: readonly number[];
      readonly mode: "constant" | "edge" | "reflect";
      readonly value: number;
    })
  | (OperationBase & {
      readonly kind: "gather";
      readonly input: ValueId;
      readonly axis: number;
      readonly indices: Int32Array;
    });

export interface SoftmaxOp extends OperationBase {
  readonly kind: "softmax";
  readonly input: ValueId;
  readonly axis: number;
}

/** A node that the host runs, in floating point. `output` is its first output. */
export interface HostOp extends OperationBase {
  readonly kind: "host";
  readonly node: OnnxNode;
  readonly inputs: readonly ValueId[];
  readonly outputs: readonly ValueId[];
}

export type AcceleratedOp =
  | ConvolutionOp
  | MatrixMultiplyOp
  | BinaryOp
  | PointwiseOp
  | MaxPoolOp
  | AveragePoolOp
  | MovementOp
  | SoftmaxOp;

export type NetworkOp = AcceleratedOp | HostOp;

export interface Network {
  readonly values: readonly NetworkValue[];
  /** In an order in which every value is made before it is used. */
  readonly operations: readonly NetworkOp[];
  readonly inputs: readonly ValueId[];
  /** The model's outputs, in its order. */
  readonly outputs: readonly ValueId[];
}

/** What becomes of a node of the model. */
export type Fate =
  | { readonly kind: "accelerated"; readonly as: string }
  | { readonly kind: "folded"; readonly reason: string }
  | { readonly kind: "host"; readonly reason: string; readonly fix: string }
  | { readonly kind: "unsupported"; readonly reason: string; readonly fix: string };

/** The values that an operation reads. */
export function readsOf(op: NetworkOp): readonly ValueId[] {
  switch (op.kind) {
    case "add":
    case "mul":
    case "matmul":
      return [op.a, op.b];
    case "concat":
    case "host":
      return op.inputs;
    default:
      return [op.input];
  }
}

export function writesOf(op: NetworkOp): readonly ValueId[] {
  return op.kind === "host" ? op.outputs : [op.output];
}

/** The same operation reading `to` in place of `from`. */
export function withRead<T extends NetworkOp>(op: T, from: ValueId, to: ValueId): T {
  const change = (id: ValueId) => (id === from ? to : id);
  switch (op.kind) {
    case "add":
    case "mul":
    case "matmul":
      return { ...op, a: change(op.a), b: change(op.b) };
    case "concat":
    case "host":
      return { ...op, inputs: op.inputs.map(change) };
    default:
      return { ...op, input: change(op.input) };
  }
}
