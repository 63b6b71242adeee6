/** Small ONNX models made by tests. */
import { encodeModel } from "../../src/dl-frontend/onnx/encode.js";
import type {
  Attribute,
  DataType,
  Dimension,
  NumberArray,
  OnnxNode,
  Tensor,
} from "../../src/dl-frontend/onnx/model.js";

/** Whole numbers are ints; `float(x)` makes a float of one. */
export type AttributeValue = number | string | readonly number[] | Tensor | Attribute;

export const float = (value: number): Attribute => ({ kind: "float", value });
export const floats = (value: readonly number[]): Attribute => ({ kind: "floats", value });

export function attribute(value: AttributeValue): Attribute {
  if (typeof value === "number") return Number.isInteger(value) ? { kind: "int", value } : float(value);
  if (typeof value === "string") return { kind: "string", value };
  if ("kind" in value) return value;
  return "data" in value ? { kind: "tensor", value } : { kind: "ints", value };
}

export function node(
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, AttributeValue>> = {},
  domain = "",
): OnnxNode {
  const all = Object.entries(attributes).map(([name, value]) => [name, attribute(value)] as const);
  return { name: `${op.toLowerCase()}_${outputs[0]}`, op, domain, inputs, outputs, attributes: new Map(all) };
}

export function tensor(type: DataType, shape: readonly number[], data: readonly number[] | NumberArray): Tensor {
  const arrays = {
    int8: Int8Array,
    uint8: Uint8Array,
    int32: Int32Array,
    int64: Float64Array,
    bool: Uint8Array,
  } as const;
  const make = type in arrays ? arrays[type as keyof typeof arrays] : Float32Array;
  return { type, shape, data: make.from(data as readonly number[]) };
}

export const int64s = (...values: number[]): Tensor => tensor("int64", [values.length], values);
export const scalar = (type: DataType, value: number): Tensor => tensor(type, [], [value]);

export interface Value {
  readonly name: string;
  readonly type: DataType;
  readonly shape?: readonly Dimension[];
}

export interface ModelParts {
  readonly nodes: readonly OnnxNode[];
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly initializers?: Readonly<Record<string, Tensor>>;
  readonly opset?: number;
  readonly domains?: Readonly<Record<string, number>>;
}

export function buildModel(parts: ModelParts): Uint8Array {
  const opset = parts.opset ?? 17;
  const info = ({ name, type, shape }: Value) => ({ name, type, ...(shape ? { dimensions: shape } : {}) });
  return encodeModel({
    name: "test",
    opset,
    opsets: new Map([["", opset], ...Object.entries(parts.domains ?? {})]),
    nodes: parts.nodes,
    initializers: new Map(Object.entries(parts.initializers ?? {})),
    inputs: parts.inputs.map(info),
    outputs: parts.outputs.map(info),
    valueInfos: new Map(),
  });
}
