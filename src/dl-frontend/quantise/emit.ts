/** Operations with real numbers to operations with integers, once every value has its quantisation. */
import { invariant } from "../../support/errors.js";
import type { Convolution, IntegerOperation, Quantisation, Requantise, TensorId } from "../integer/graph.js";
import { scaleAndRound } from "../integer/requantise.js";
import type {
  AcceleratedOp,
  AveragePoolOp,
  BinaryOp,
  ConvolutionOp,
  NetworkValue,
  PointwiseOp,
  Post,
  Prescribed,
  ValueId,
} from "../network/network.js";
import type { Pointwise } from "../network/pointwise.js";
import { multiplierOf, quantise, requantiseBy, sumFactors, tableOf } from "./arithmetic.js";
import { quantisationOf, type Range } from "./statistics.js";

/** What the accumulator of a convolution stands for: real value = offset + unit[channel] * accumulator. */
export interface Accumulator {
  readonly unit: Float64Array;
  readonly offset: number;
}

export interface EmitContext {
  /** Told about every convolution, by its output. */
  readonly accumulator: (output: ValueId, is: Accumulator) => void;
  readonly value: (id: ValueId) => NetworkValue;
  readonly quantisation: (id: ValueId) => Quantisation;
  readonly tensor: (id: ValueId) => TensorId;
  /** Observed range of an ONNX value. */
  readonly range: (source: string) => Range;
  /** Means a channel of an operand of a convolution, for the correction of the bias; undefined where they were not observed. */
  readonly means: (value: NetworkValue) => Float64Array | undefined;
}

export function emitOperation(op: AcceleratedOp, context: EmitContext): IntegerOperation {
  const base = { name: op.name, output: context.tensor(op.output) };
  const input = (id: ValueId) => context.tensor(id);
  const output = context.quantisation(op.output);
  switch (op.kind) {
    case "conv":
      return { ...emitConvolution(op, context), ...base };
    case "matmul": {
      const stage = stageOf(op.post, op.output, context);
      const factor =
        (op.gain * context.quantisation(op.a).scale * context.quantisation(op.b).scale) / stage.quantisation.scale;
      const { transposed } = op;
      return { kind: "matmul", ...base, a: input(op.a), b: input(op.b), transposed, ...finish(stage, [factor]) };
    }
    case "add":
    case "mul":
      return { ...emitBinary(op, context), ...base };
    case "pointwise":
      return { kind: "lookup", ...base, input: input(op.input), table: emitTable(op, context) };
    case "max-pool":
      return { kind: "max-pool", ...base, input: input(op.input), window: op.window };
    case "average-pool":
      return { ...emitAverage(op, context), ...base };
    case "softmax": {
      const { scale } = context.quantisation(op.input);
      const fractionBits = -Math.log2(output.scale);
      invariant(Number.isInteger(fractionBits), "softmax has steps of a power of two");
      const exponential = Uint16Array.from({ length: 256 }, (_, d) => Math.round(65535 * Math.exp(-scale * d)));
      return { kind: "softmax", ...base, input: input(op.input), axis: op.axis, exponential, fractionBits };
    }
    case "concat":
      return { kind: "concat", ...base, inputs: op.inputs.map(input), axis: op.axis };
    case "pad":
      return { ...op, ...base, input: input(op.input), value: quantise(op.value, output) };
    default:
      return { ...op, ...base, input: input(op.input) };
  }
}

/** What happens to an accumulator: to which quantisation it is brought, and the table or the bounds after that. */
interface Stage {
  readonly quantisation: Quantisation;
  readonly low: number;
  readonly high: number;
  readonly table?: Int8Array;
  /** Subtracted from the real value before it is quantised: for operations with a bias, so that the steps lie where the values are. */
  readonly offset: number;
}

function stageOf(post: Post | undefined, output: ValueId, context: EmitContext, biased = false): Stage {
  const to = context.quantisation(output);
  if (!post) return { quantisation: to, low: -128, high: 127, offset: 0 };
  const direct = !post.given || (post.given.scale === to.scale && post.given.zeroPoint === to.zeroPoint);
  if (post.apply.clip && direct) {
    return {
      quantisation: to,
      low: quantise(post.apply.clip.low, to),
      high: quantise(post.apply.clip.high, to),
      offset: 0,
    };
  }
  if (post.given) {
    return { quantisation: post.given, low: -128, high: 127, table: tableOf(post.apply, post.given, to), offset: 0 };
  }
  const range = useful(post.apply, context.range(post.source), to);
  // The table's argument needs no exact 0: with a bias its steps can span just the range.
  const offset = biased ? (range.low + range.high) / 2 : 0;
  const before = quantisationOf({ low: range.low - offset, high: range.high - offset }, false);
  const shifted = { ...post.apply, at: (x: number, channel: number) => post.apply.at(x + offset, channel) };
  return { quantisation: before, low: -128, high: 127, table: tableOf(shifted, before, to), offset };
}

/**
 * The part of a range in which the function's integers still change (those of a sigmoid far from 0 do not, nor those beyond the
 * largest result): finer steps where they matter.
 */
function useful(apply: Pointwise, range: Range, to: Quantisation): Range {
  const steps = 4096;
  const at = (k: number) => range.low + ((range.high - range.low) * k) / steps;
  let [first, last] = [steps, 0];
  for (let channel = 0; channel < apply.channels; channel++) {
    const all = Int8Array.from({ length: steps + 1 }, (_, k) => quantise(apply.at(at(k), channel), to));
    let [low, high] = [0, steps];
    while (low < steps && all[low + 1] === all[0]) low++;
    while (high > 0 && all[high - 1] === all[steps]) high--;
    first = Math.min(first, low);
    last = Math.max(last, high);
  }
  return first < last ? { low: at(first), high: at(last) } : range;
}

function finish(stage: Stage, factors: readonly number[]): { requantise: Requantise; table?: Int8Array } {
  const requantise = requantiseBy(factors, stage.quantisation, stage.low, stage.high);
  return { requantise, ...(stage.table ? { table: stage.table } : {}) };
}

function prescribedBy(prescribed: Prescribed, output: Quantisation): Requantise {
  return { ...prescribed, zeroPoint: output.zeroPoint };
}

function emitConvolution(op: ConvolutionOp, context: EmitContext): Omit<Convolution, "name" | "output"> {
  const from = context.quantisation(op.input);
  const channels = op.bias.length;
  const depth = op.weights.length / channels;
  const weights = new Int8Array(op.weights.length);
  const bias = new Int32Array(channels);
  const scales = new Float64Array(channels);
  const stage = stageOf(op.post, op.output, context, !op.weightScales);
  const means = op.weightScales ? undefined : context.means(context.value(op.input));
  for (let c = 0; c < channels; c++) {
    const row = op.weights.subarray(c * depth, (c + 1) * depth);
    const given = op.weightScales?.[op.weightScales.length === 1 ? 0 : c];
    const scale = given ?? weightScale(row, op.bias[c]! / from.scale, from.zeroPoint);
    scales[c] = scale;
    let shift = 0;
    for (let k = 0; k < depth; k++) {
      const q = Math.max(given ? -128 : -127, Math.min(127, Math.round(row[k]! / scale)));
      weights[c * depth + k] = q;
      if (means) shift += (q * scale - row[k]!) * meanAt(means, op, c, k, depth);
    }
    bias[c] = clampBias((op.bias[c]! - shift - stage.offset) / (from.scale * scale));
  }
  context.accumulator(op.output, { unit: scales.map((scale) => scale * from.scale), offset: stage.offset });
  const shared = {
    kind: "conv",
    input: context.tensor(op.input),
    weights,
    bias,
    groups: op.groups,
    window: op.window,
  } as const;
  if (op.prescribed) return { ...shared, requantise: prescribedBy(op.prescribed, context.quantisation(op.output)) };
  return {
    ...shared,
    ...finish(
      stage,
      Array.from(scales, (scale) => (scale * from.scale) / stage.quantisation.scale),
    ),
  };
}

/** Mean of the input that weight k of output channel c is multiplied by. */
function meanAt(means: Float64Array, op: ConvolutionOp, c: number, k: number, depth: number): number {
  const taps = op.window.kernel[0] * op.window.kernel[1];
  const groupIn = depth / taps;
  const group = Math.floor(c / (op.bias.length / op.groups));
  return means[group * groupIn + Math.floor(k / taps)]!;
}

/**
 * The largest weight becomes 127. The bias has to fit int32 together with the largest possible sum: where it is large against the
 * weights, their scale grows.
 */
function weightScale(row: Float64Array | Float32Array, bias: number, zeroPoint: number): number {
  let [largest, sum] = [0, 0];
  for (const w of row) {
    largest = Math.max(largest, Math.abs(w));
    sum += Math.abs(w);
  }
  const reach = sum * Math.max(127 - zeroPoint, zeroPoint + 128) + Math.abs(bias);
  const scale = Math.max(largest / 127, reach / 2 ** 30);
  return scale > 0 ? scale : 1;
}

const clampBias = (bias: number) => Math.max(-(2 ** 30), Math.min(2 ** 30, Math.round(bias)));

function emitBinary(op: BinaryOp, context: EmitContext) {
  const [a, b] = [context.quantisation(op.a).scale, context.quantisation(op.b).scale];
  const operands = { a: context.tensor(op.a), b: context.tensor(op.b) };
  if (op.prescribed) {
    const [multiplier] = op.prescribed.multiplier as unknown as [number];
    const requantise = prescribedBy(
      { ...op.prescribed, multiplier: Int32Array.of(1) },
      context.quantisation(op.output),
    );
    const factors: [number, number] = [op.signs[0] * multiplier, op.signs[1] * multiplier];
    return { kind: "add", ...operands, factors, requantise } as const;
  }
  const stage = stageOf(op.post, op.output, context);
  const to = stage.quantisation.scale;
  if (op.kind === "mul") return { kind: "mul", ...operands, ...finish(stage, [(a * b) / to]) } as const;
  const { factors, shift } = sumFactors((op.signs[0] * a) / to, (op.signs[1] * b) / to);
  const { requantise, table } = finish(stage, [1]);
  const exact = { ...requantise, multiplier: Int32Array.of(1), shift: Uint8Array.of(shift) };
  return { kind: "add", ...operands, factors, requantise: exact, ...(table ? { table } : {}) } as const;
}

function emitTable(op: PointwiseOp, context: EmitContext): Int8Array {
  const [from, to] = [context.quantisation(op.input), context.quantisation(op.output)];
  const { prescribed } = op;
  if (!prescribed) return tableOf(op.apply, from, to);
  const [multiplier, shift] = [prescribed.multiplier[0]!, prescribed.shift[0]!];
  const table = new Int8Array(256);
  for (let q = -128; q < 128; q++) {
    const y = scaleAndRound(q - from.zeroPoint, multiplier, shift, prescribed.rounding) + to.zeroPoint;
    table[q & 255] = Math.max(prescribed.low, Math.min(prescribed.high, y));
  }
  return table;
}

function emitAverage(op: AveragePoolOp, context: EmitContext) {
  const [from, to] = [context.quantisation(op.input), context.quantisation(op.output)];
  const taps = op.window.kernel[0] * op.window.kernel[1];
  const factors = Array.from({ length: taps }, (_, k) => multiplierOf((op.gain * from.scale) / (to.scale * (k + 1))));
  const requantise: Requantise = {
    ...requantiseBy([1], to),
    multiplier: Int32Array.from(factors, ([m]) => m),
    shift: Uint8Array.from(factors, ([, n]) => n),
  };
  const { window, countPadding } = op;
  return { kind: "average-pool", input: context.tensor(op.input), window, countPadding, requantise } as const;
}
