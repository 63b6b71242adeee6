/** Convolutions and matrix products. */

import { transposedConvolution } from "../graph/geometry.js";
import type { NodeView } from "../graph/node-view.js";
import { type SpatialWindow, windowOf } from "../graph/window.js";
import type { Window } from "../integer/graph.js";
import type { Tensor } from "../onnx/model.js";
import { type Lowering, NotAccelerated } from "./lowering.js";

/** A window of one or two spatial axes as one of two; undefined for more. */
export function planar(window: SpatialWindow): Window | undefined {
  const { kernel, strides, dilations, before, after } = window;
  if (kernel.length === 1) {
    return {
      kernel: [1, kernel[0]!],
      strides: [1, strides[0]!],
      dilations: [1, dilations[0]!],
      pads: [0, before[0]!, 0, after[0]!],
    };
  }
  if (kernel.length !== 2) return undefined;
  return {
    kernel: [kernel[0]!, kernel[1]!],
    strides: [strides[0]!, strides[1]!],
    dilations: [dilations[0]!, dilations[1]!],
    pads: [before[0]!, before[1]!, after[0]!, after[1]!],
  };
}

/** [N, C, L] as [N, C, 1, L]; images as they are. */
export const asImage = (shape: readonly number[]) =>
  shape.length === 3 ? [shape[0]!, shape[1]!, 1, shape[2]!] : shape;

export const POINT: Window = { kernel: [1, 1], strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0] };

export const threeDimensional = () =>
  new NotAccelerated("it has more than two spatial axes", "fold an axis into the batch or the channels");

function constantWeights(view: NodeView, index: number): Tensor {
  const weights = view.constant(index);
  if (weights) return weights;
  throw new NotAccelerated("its weights are not constant", "compute the weights before the export (constant folding)");
}

function biasOf(view: NodeView, index: number, channels: number): Float64Array {
  if (!view.optional(index)) return new Float64Array(channels);
  const bias = view.constant(index);
  if (!bias) throw new NotAccelerated("its bias is not constant", "add it with an Add node behind");
  if (bias.data.length !== channels) throw view.fail(`its bias has ${bias.data.length} entries, not ${channels}`);
  return Float64Array.from(bias.data);
}

export interface Weights {
  readonly data: Float64Array | Float32Array;
  readonly bias: Float64Array;
  readonly scales?: Float64Array;
}

/** Scales that the model gives to a constant: per output channel (axis 0) or one. */
export type WeightScales = (name: string, axis: number) => Float64Array | undefined;

export function lowerConv(lowering: Lowering, view: NodeView, scalesOf: WeightScales): void {
  const tensor = constantWeights(view, 1);
  const bias = biasOf(view, 2, tensor.shape[0]!);
  const scales = scalesOf(view.node.inputs[1]!, 0);
  const spatial = view.shape(0).slice(2);
  const window = planar(windowOf(view, spatial, tensor.shape.slice(2)));
  if (!window) throw threeDimensional();
  const output = view.node.outputs[0]!;
  const shape = lowering.shapeOf(output);
  const image = asImage(shape);
  const input = lowering.store(view.node.inputs[0]!);
  const flat = shape.length === 3;
  const from = flat ? lowering.reshape(input, asImage(view.shape(0)), view.node.name) : input;
  const made = lowering.emit(
    view.node.name,
    {
      kind: "conv",
      input: from,
      weights: floats(tensor),
      bias,
      groups: view.int("group", 1),
      window,
      ...(scales ? { weightScales: scales } : {}),
    },
    image,
    flat ? { source: output } : { as: output },
  );
  if (flat) lowering.markLinear(lowering.reshape(made, shape, view.node.name, output), made, 1);
}

const floats = (tensor: Tensor) => (tensor.data instanceof Float32Array ? tensor.data : Float64Array.from(tensor.data));

/**
 * With stride s, output f = s * q + r takes the taps k with k * dilation = r (mod s): a convolution of stride 1 for each of the s
 * remainders. All of them are channels of one convolution, put in their places by a depth-to-space rearrangement.
 */
export function lowerConvTranspose(lowering: Lowering, view: NodeView, scalesOf: WeightScales): void {
  const tensor = constantWeights(view, 1);
  const { shape, before, strides, dilations, group } = transposedConvolution(view);
  const rank = shape.length - 2;
  if (rank > 2) throw threeDimensional();
  const perGroup = tensor.shape[1]!;
  const outChannels = perGroup * group;
  const inGroup = tensor.shape[0]! / group;
  const bias = biasOf(view, 2, outChannels);
  const x = asImage(view.shape(0));
  const pad2 = (list: readonly number[], otherwise: number) =>
    (rank === 1 ? [otherwise, list[0]!] : [...list]) as [number, number];
  const [sh, sw] = pad2(strides, 1);
  const d = pad2(dilations, 1);
  const kernel = pad2(tensor.shape.slice(2), 1);
  const cut = pad2(before, 0);
  const extents = pad2(shape.slice(2), 1);
  const s = [sh, sw] as const;
  const last = [0, 1].map((axis) => Math.floor(((kernel[axis]! - 1) * d[axis]!) / s[axis]!)) as [number, number];
  const rows = [0, 1].map((axis) => Math.ceil((cut[axis]! + extents[axis]!) / s[axis]!)) as [number, number];
  const taps = (last[0] + 1) * (last[1] + 1);
  const phases = sh * sw;
  const weights = new Float64Array(outChannels * phases * inGroup * taps);
  for (let co = 0; co < outChannels; co++) {
    const g = Math.floor(co / perGroup);
    for (let ci = 0; ci < inGroup; ci++) {
      for (let ky = 0; ky < kernel[0]; ky++) {
        for (let kx = 0; kx < kernel[1]; kx++) {
          const [fy, fx] = [ky * d[0], kx * d[1]];
          const phase = (fy % sh) * sw + (fx % sw);
          const [ty, tx] = [last[0] - Math.floor(fy / sh), last[1] - Math.floor(fx / sw)];
          const from = (((g * inGroup + ci) * perGroup + (co % perGroup)) * kernel[0] + ky) * kernel[1] + kx;
          weights[((co * phases + phase) * inGroup + ci) * taps + ty * (last[1] + 1) + tx] = tensor.data[from]!;
        }
      }
    }
  }
  const { name } = view.node;
  const output = view.node.outputs[0]!;
  const input = lowering.reshape(lowering.store(view.node.inputs[0]!), x, name);
  const after = [0, 1].map((axis) => Math.max(0, rows[axis]! - x[axis + 2]!)) as [number, number];
  const made = [0, 1].map((axis) => x[axis + 2]! + after[axis]!) as [number, number];
  const window: Window = {
    kernel: [last[0] + 1, last[1] + 1],
    strides: [1, 1],
    dilations: [1, 1],
    pads: [last[0], last[1], after[0], after[1]],
  };
  const spread = Float64Array.from({ length: outChannels * phases }, (_, k) => bias[Math.floor(k / phases)]!);
  // Scales a channel lie on axis 1 of the weights, which is the output channel within a group.
  const scales = scalesOf(view.node.inputs[1]!, 1);
  const weightScales =
    scales && scales.length > 1
      ? { weightScales: Float64Array.from(spread, (_, k) => scales[Math.floor(k / phases) % perGroup]!) }
      : scales && { weightScales: scales };
  const source = { source: output };
  const convShape = [x[0]!, outChannels * phases, ...made];
  let at = lowering.emit(
    name,
    { kind: "conv", input, weights, bias: spread, groups: group, window, ...weightScales },
    convShape,
    source,
  );
  const full = [x[0]!, outChannels, made[0] * sh, made[1] * sw];
  if (phases > 1) {
    at = lowering.reshape(at, [x[0]!, outChannels, sh, sw, made[0], made[1]], name);
    const order = [0, 1, 4, 2, 5, 3];
    at = lowering.emit(
      name,
      { kind: "transpose", input: at, order },
      [x[0]!, outChannels, made[0], sh, made[1], sw],
      source,
    );
    at = lowering.reshape(at, full, name);
  }
  const wanted = [x[0]!, outChannels, ...extents];
  if (wanted.join() !== full.join()) {
    const starts = [0, 0, cut[0], cut[1]];
    at = lowering.emit(name, { kind: "slice", input: at, starts, steps: [1, 1, 1, 1] }, wanted, source);
  }
  lowering.reshape(at, shape, name, output);
}

/** x [rows, K] times weights [N, K], as a convolution of `rows` images of one pixel. `columns` gives weights[n, k]. */
function dense(
  lowering: Lowering,
  view: NodeView,
  input: string,
  rows: number,
  weights: Float64Array,
  bias: Float64Array,
  scales: Float64Array | undefined,
): void {
  const { name } = view.node;
  const depth = weights.length / bias.length;
  const output = view.node.outputs[0]!;
  const from = lowering.reshape(lowering.store(input), [rows, depth, 1, 1], name);
  const made = lowering.emit(
    name,
    { kind: "conv", input: from, weights, bias, groups: 1, window: POINT, ...(scales ? { weightScales: scales } : {}) },
    [rows, bias.length, 1, 1],
    { source: output },
  );
  const shape = lowering.shapeOf(output);
  lowering.markLinear(lowering.reshape(made, shape, name, output), made, shape.length - 1);
}

/** weights[n, k] from a matrix [K, N], or [N, K] when `transposed`. */
function columnsOf(matrix: Tensor, transposed: boolean, gain = 1): Float64Array {
  const [rows, columns] = matrix.shape.slice(-2) as [number, number];
  if (transposed) return Float64Array.from(matrix.data, (w) => w * gain);
  const out = new Float64Array(rows * columns);
  for (let k = 0; k < rows; k++)
    for (let n = 0; n < columns; n++) out[n * rows + k] = matrix.data[k * columns + n]! * gain;
  return out;
}

export function lowerGemm(lowering: Lowering, view: NodeView, scalesOf: WeightScales): void {
  const [a, b] = view.node.inputs as [string, string];
  const [alpha, beta] = [view.float("alpha", 1), view.float("beta", 1)];
  const weights = constantWeights(view, 1);
  if (view.int("transA", 0)) {
    throw new NotAccelerated("it multiplies a transposed activation (transA)", "put a Transpose node before it");
  }
  const transposed = view.int("transB", 0) === 1;
  const columns = view.shape(1)[transposed ? 0 : 1]!;
  const offset = view.optional(2);
  if (offset && !view.constant(2))
    throw new NotAccelerated("its third operand is not constant", "use MatMul and Add nodes");
  const bias = new Float64Array(columns);
  if (offset) {
    const { data, shape } = view.constant(2)!;
    if (data.length !== 1 && shape.at(-1) !== data.length) {
      throw new NotAccelerated("its third operand differs from row to row", "use MatMul and Add nodes");
    }
    for (let n = 0; n < columns; n++) bias[n] = beta * data[data.length === 1 ? 0 : n]!;
  }
  const scales = alpha === 1 ? scalesOf(b, transposed ? 0 : 1) : undefined;
  dense(lowering, view, a, view.shape(0)[0]!, columnsOf(weights, transposed, alpha), bias, scales);
}

export function lowerMatMul(lowering: Lowering, view: NodeView, scalesOf: WeightScales): void {
  const [a, b] = view.node.inputs as [string, string];
  const [left, right] = [view.shape(0), view.shape(1)];
  const constant = view.constant(1);
  if (constant && right.length <= 2) {
    const matrix = right.length === 1 ? { ...constant, shape: [...right, 1] } : constant;
    const rows = left.slice(0, -1).reduce((x, y) => x * y, 1);
    const bias = new Float64Array(matrix.shape[1]!);
    return dense(lowering, view, a, rows, columnsOf(matrix, false), bias, scalesOf(b, 1));
  }
  const output = view.node.outputs[0]!;
  const shape = lowering.shapeOf(output);
  const { name } = view.node;
  if (view.constant(0) && left.length === 2 && right.length >= 2) {
    // weights x activation: the rows of the activation are channels, its columns pixels.
    const weights = view.constant(0)!;
    const batch = right.slice(0, -2).reduce((x, y) => x * y, 1);
    const [depth, columns] = right.slice(-2) as [number, number];
    const from = lowering.reshape(lowering.store(b), [batch, depth, 1, columns], name);
    const bias = new Float64Array(left[0]!);
    const scales = scalesOf(a, 0);
    const made = lowering.emit(
      name,
      {
        kind: "conv",
        input: from,
        weights: floats(weights),
        bias,
        groups: 1,
        window: POINT,
        ...(scales ? { weightScales: scales } : {}),
      },
      [batch, left[0]!, 1, columns],
      { source: output },
    );
    lowering.markLinear(lowering.reshape(made, shape, name, output), made, shape.length - 2);
    return;
  }
  if (left.length < 2 || right.length < 2) {
    throw new NotAccelerated("one of its operands is a vector", "reshape the vector to a matrix");
  }
  const batches = [left.slice(0, -2), right.slice(0, -2)].map((axes) => axes.reduce((x, y) => x * y, 1));
  if (batches[0] !== batches[1]) {
    throw new NotAccelerated("its operands' batches differ", "expand the smaller operand to the batch of the other");
  }
  const matrices = (input: string, of: readonly number[]) =>
    lowering.reshape(lowering.store(input), [batches[0]!, ...of.slice(-2)], name);
  const made = lowering.emit(
    name,
    { kind: "matmul", a: matrices(a, left), b: matrices(b, right), transposed: false, gain: 1 },
    [batches[0]!, left.at(-2)!, right.at(-1)!],
    { source: output },
  );
  lowering.reshape(made, shape, name, output);
}
