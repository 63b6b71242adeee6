/**
 * The integer graph: a quantised network whose meaning is exact. It is what the front end gives and what the NPU's compiler takes.
 * The integer executor, the compiler and the RTL agree on it to the last bit.
 *
 * Conventions
 * - Activations are int8, in memory order of `shape` (NCHW for images), batch included. A tensor with quantisation (scale s, zero
 *   point z) stands for the real numbers s * (q - z). A tensor's zero point is what padding with zeros writes.
 * - Accumulators are int32; the front end proves that they cannot overflow.
 * - Requantisation of an accumulator (see {@link Requantise}): one rounding, half to even, then the zero point, then the clip. Models
 *   that bring their own integer arithmetic may ask for halves upwards instead.
 */

/** Real value = scale * (q - zeroPoint); zero point in -128 … 127. */
export interface Quantisation {
  readonly scale: number;
  readonly zeroPoint: number;
}

export type TensorId = number;

/** An int8 activation. */
export interface IntegerTensor {
  readonly id: TensorId;
  /** The ONNX value that it comes from: unique in the graph. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly quantisation: Quantisation;
  /** For a tensor whose values are known at compile time. */
  readonly constant?: Int8Array;
}

/**
 * y = clip(round((acc * multiplier[c]) / 2^shift[c]) + zeroPoint, low, high), c the output channel.
 * round: to the nearest integer; halves to the even one, or towards plus infinity ("half-up": floor(v + 1/2)).
 * multiplier: 0 … 2^24 (at most 25 bits), one an output channel or one for all; shift: 0 … 62; low and high within int8.
 * The product is exact (int32 x 25 bits fits 57 bits).
 */
export interface Requantise {
  readonly rounding: "half-even" | "half-up";
  readonly multiplier: Int32Array;
  readonly shift: Uint8Array;
  readonly zeroPoint: number;
  readonly low: number;
  readonly high: number;
}

/** Any function of an int8 value: entry [q & 255], q the two's complement of the input. One table, or one a channel (256 bytes each). */
export type Table = Int8Array;

/** Window in the two spatial axes, vertical first; 1-D operators have height 1. */
export interface Window {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** top, left, bottom, right */
  readonly pads: readonly [number, number, number, number];
}

interface OperationBase {
  /** The ONNX node (or the last of those fused) that it comes from: for reports. */
  readonly name: string;
  readonly output: TensorId;
}

/**
 * acc[n, co, y, x] = bias[co] + sum over (ci, ky, kx) of (X - zx) * w; positions outside the input give 0.
 * X: [N, Ci, H, W]; weights: int8 [Co, Ci / groups, kh, kw], zero point 0; y = table[requantise(acc)].
 * Fully connected layers are convolutions of a 1 x 1 image. Depthwise: groups = Ci, Co a multiple of Ci.
 */
export interface Convolution extends OperationBase {
  readonly kind: "conv";
  readonly input: TensorId;
  readonly weights: Int8Array;
  readonly bias: Int32Array;
  readonly groups: number;
  readonly window: Window;
  readonly requantise: Requantise;
  /** Applied to the requantised value, within the same pass. */
  readonly table?: Table;
}

/**
 * acc[b, m, n] = sum over k of (A[b, m, k] - za) * B[b, k, n]; B's zero point is 0. Both are activations.
 * A: [B, M, K]; B: [B, K, N], or [B, N, K] when `transposed`.
 */
export interface MatrixMultiply extends OperationBase {
  readonly kind: "matmul";
  readonly a: TensorId;
  readonly b: TensorId;
  readonly transposed: boolean;
  readonly requantise: Requantise;
  readonly table?: Table;
}

/**
 * add: acc = (a - za) * ma + (b - zb) * mb, |ma|, |mb| < 2^22 (subtraction: a negative factor); requantised with multiplier 1.
 * mul: acc = (a - za) * (b - zb), requantised.
 * Shapes have equal rank; an axis of length 1 is broadcast. Then the table, if any.
 */
export interface Binary extends OperationBase {
  readonly kind: "add" | "mul";
  readonly a: TensorId;
  readonly b: TensorId;
  /** For add. */
  readonly factors?: readonly [number, number];
  readonly requantise: Requantise;
  readonly table?: Table;
}

/** y = table[x]; with a table a channel: axis 1 of the shape. Also a mere change of scale. */
export interface Lookup extends OperationBase {
  readonly kind: "lookup";
  readonly input: TensorId;
  /** 256 entries, or 256 a channel. */
  readonly table: Table;
}

/** Largest value of the window; positions outside the input do not count. Same quantisation. [N, C, H, W] */
export interface MaxPool extends OperationBase {
  readonly kind: "max-pool";
  readonly input: TensorId;
  readonly window: Window;
}

/**
 * acc = sum over the window's positions inside the input of (x - zx); requantised with multiplier[k], shift[k], where k + 1 is the
 * number of positions that count at that output (all of the window when padding counts: then only the last entry is used).
 * multiplier and shift have kernel height x kernel width entries. Global average pooling is the window of the whole image.
 */
export interface AveragePool extends OperationBase {
  readonly kind: "average-pool";
  readonly input: TensorId;
  readonly window: Window;
  readonly countPadding: boolean;
  readonly requantise: Requantise;
}

/** Copies without arithmetic; input and output have the same quantisation (the front end puts a lookup before it where not). */
export type Movement =
  | (OperationBase & { readonly kind: "reshape"; readonly input: TensorId })
  /** output axis k is input axis order[k]. */
  | (OperationBase & { readonly kind: "transpose"; readonly input: TensorId; readonly order: readonly number[] })
  /** output[i] = input[start + i * step] on every axis; steps may be negative. */
  | (OperationBase & {
      readonly kind: "slice";
      readonly input: TensorId;
      readonly starts: readonly number[];
      readonly steps: readonly number[];
    })
  | (OperationBase & { readonly kind: "concat"; readonly inputs: readonly TensorId[]; readonly axis: number })
  /** Every axis longer by before + after. `constant` writes `value` (an int8); edge repeats the border; reflect mirrors without it. */
  | (OperationBase & {
      readonly kind: "pad";
      readonly input: TensorId;
      readonly before: readonly number[];
      readonly after: readonly number[];
      readonly mode: "constant" | "edge" | "reflect";
      readonly value: number;
    })
  /** output[i] = input[indices[i]] on one axis: nearest resize, gather with constant indices, expand. */
  | (OperationBase & {
      readonly kind: "gather";
      readonly input: TensorId;
      readonly axis: number;
      readonly indices: Int32Array;
    });

/**
 * Softmax over one axis: with m the axis' maximum, e[i] = exponential[m - x[i]] (uint16), S = sum of e,
 * y[i] = clip(floor((e[i] * 2^k + S / 2) / S) + zeroPoint), computed exactly (k of `fractionBits`; at most 2^16 elements an axis).
 */
export interface Softmax extends OperationBase {
  readonly kind: "softmax";
  readonly input: TensorId;
  readonly axis: number;
  /** 256 entries: round(65535 * exp(-scale * d)). */
  readonly exponential: Uint16Array;
  /** The output's scale is 2^-fractionBits. */
  readonly fractionBits: number;
}

export type IntegerOperation =
  | Convolution
  | MatrixMultiply
  | Binary
  | Lookup
  | MaxPool
  | AveragePool
  | Movement
  | Softmax;

/** Operations in an order in which every tensor is made before it is used. Every tensor has at most one maker. */
export interface IntegerGraph {
  readonly name: string;
  readonly tensors: readonly IntegerTensor[];
  readonly operations: readonly IntegerOperation[];
  /** Tensors that the host writes before the run. */
  readonly inputs: readonly TensorId[];
  /** Tensors that the host reads after it. */
  readonly outputs: readonly TensorId[];
}
