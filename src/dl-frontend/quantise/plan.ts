/** The plan of a model: which parts the NPU runs as integer graphs and which the host runs in floating point, in order. */
import type { IntegerGraph, Quantisation, TensorId } from "../integer/graph.js";
import type { DataType } from "../onnx/model.js";

/** A value that goes between the host and an integer graph. */
export interface Port {
  /** Name of the value on the host: an ONNX value, or `npu:…` for what goes from one integer graph to a later one as it is. */
  readonly value: string;
  readonly tensor: TensorId;
  readonly shape: readonly number[];
  readonly quantisation: Quantisation;
  /**
   * How the host holds it: real numbers (`float32`), which are quantised and dequantised at the border, or the integers themselves
   * (uint8 is int8 + 128).
   */
  readonly hostType: "float32" | "int8" | "uint8";
}

export type Stage =
  | {
      readonly kind: "npu";
      readonly graph: IntegerGraph;
      readonly inputs: readonly Port[];
      readonly outputs: readonly Port[];
    }
  | {
      readonly kind: "host";
      /** An ONNX model of the nodes of this stage: onnxruntime runs it. */
      readonly model: Uint8Array;
      readonly nodes: readonly string[];
      /** Names of ONNX values: the model's inputs and outputs. */
      readonly inputs: readonly string[];
      readonly outputs: readonly string[];
    };

export interface PlanValue {
  readonly name: string;
  /** The value on the host that it is: an input, or what a stage gives. Differs from `name` where the model only renames. */
  readonly value: string;
  readonly type: DataType;
  readonly shape: readonly number[];
}

export interface Plan {
  readonly name: string;
  readonly inputs: readonly PlanValue[];
  readonly outputs: readonly PlanValue[];
  /** In the order in which they run; each reads what inputs and earlier stages give, by the names of ONNX values. */
  readonly stages: readonly Stage[];
  /** Outputs that do not depend on the inputs. */
  readonly constants: ReadonlyMap<string, ArrayLike<number>>;
}
