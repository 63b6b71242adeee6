/** The float graph: a checked ONNX graph in topological order, every value with its type and, where it is known, shape and content. */
import type { DataType, OnnxModel, OnnxNode, Tensor } from "../onnx/model.js";

export interface Value {
  readonly name: string;
  readonly type: DataType;
  /** Undefined where it depends on data, or where soff does not know the operator that makes it. */
  readonly shape?: readonly number[];
  /** For values that do not depend on the model's inputs. */
  readonly constant?: Tensor;
}

export interface FloatGraph {
  readonly model: OnnxModel;
  /** In an order in which every value is made before it is used. */
  readonly nodes: readonly OnnxNode[];
  readonly values: ReadonlyMap<string, Value>;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** What the user should know: dimensions that were chosen and the like. */
  readonly remarks: readonly string[];
}
