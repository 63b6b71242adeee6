/** An ONNX model as soff sees it: the file's messages, checked and with plain types. */

/** ONNX's element types by their number in the format (TensorProto.DataType). */
export const DATA_TYPES = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  complex64: 14,
  complex128: 15,
  bfloat16: 16,
} as const;

export type DataType = keyof typeof DATA_TYPES;

export type NumberArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

/**
 * A tensor with its values as JavaScript numbers, in row-major order. 64-bit integers are doubles: exact to 2^53, which covers every
 * shape and index; the largest int64 (ONNX's "to the end") becomes 2^63. Half precision is held in float32.
 */
export interface Tensor {
  readonly type: DataType;
  readonly shape: readonly number[];
  readonly data: NumberArray;
}

export type Attribute =
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "int"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "floats"; readonly value: readonly number[] }
  | { readonly kind: "ints"; readonly value: readonly number[] }
  | { readonly kind: "strings"; readonly value: readonly string[] }
  | { readonly kind: "tensor"; readonly value: Tensor }
  /** Subgraphs, sequences of tensors and the like: kept as the message, for nodes that the host runs. */
  | { readonly kind: "opaque"; readonly message: object };

export interface OnnxNode {
  /** Unique in the graph: the file's name, or one made from operator and output where that is empty or taken. */
  readonly name: string;
  readonly op: string;
  /** "" for the standard operators. */
  readonly domain: string;
  /** Names of values; "" for an optional input that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
}

/** A dimension: its extent, or the name that the model gives to an open one ("" when it has none). */
export type Dimension = number | string;

export interface ValueInfo {
  readonly name: string;
  readonly type: DataType;
  /** Undefined when the model does not even tell the rank. */
  readonly dimensions?: readonly Dimension[];
}

export interface OnnxModel {
  readonly name: string;
  /** Version of the standard operators. */
  readonly opset: number;
  /** Every operator set, by domain. */
  readonly opsets: ReadonlyMap<string, number>;
  /** In the file's order. */
  readonly nodes: readonly OnnxNode[];
  readonly initializers: ReadonlyMap<string, Tensor>;
  /** Without those that have an initialiser. */
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** What the file tells about values in between. */
  readonly valueInfos: ReadonlyMap<string, ValueInfo>;
}

/** What a model may ask for at most; beyond it is an error instead of an allocation. */
export interface Limits {
  /** Nodes, tensors and attributes in the file together. */
  readonly messages: number;
  readonly nesting: number;
  /** Bytes of one tensor that is stored or computed when the model is read. */
  readonly tensorBytes: number;
  /** Elements of one activation. */
  readonly activationElements: number;
}

export const LIMITS: Limits = {
  messages: 2_000_000,
  nesting: 32,
  tensorBytes: 2 ** 31,
  activationElements: 2 ** 31,
};
