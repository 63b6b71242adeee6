/** Elementwise operators: functions of one value become lazily composed functions, the others additions and multiplications. */
import { BINARY, UNARY } from "../graph/functions.js";
import type { NodeView } from "../graph/node-view.js";
import { sameShape } from "../integer/shape.js";
import type { Tensor } from "../onnx/model.js";
import { alongAxis, type Lowering, NotAccelerated, type Reference } from "./lowering.js";
import { clipTo, combine, compose, constantOf, functionOf, IDENTITY, type Pointwise } from "./pointwise.js";

function referenceOf(lowering: Lowering, name: string): Reference {
  return lowering.reference(name) ?? { root: lowering.store(name), apply: IDENTITY };
}

function apply(lowering: Lowering, view: NodeView, f: Pointwise): void {
  const from = referenceOf(lowering, view.node.inputs[0]!);
  lowering.define(view.node.outputs[0]!, { root: from.root, apply: compose(f, from.apply) });
}

export function lowerUnary(lowering: Lowering, view: NodeView): void {
  if (view.op === "Relu") return apply(lowering, view, clipTo(0, Number.POSITIVE_INFINITY));
  if (view.op === "Identity" || view.op === "Dropout") return apply(lowering, view, IDENTITY);
  apply(lowering, view, functionOf(UNARY[view.op]!(view)));
}

export function lowerClip(lowering: Lowering, view: NodeView): void {
  for (const k of [1, 2]) {
    if (view.optional(k) && !view.constant(k))
      throw new NotAccelerated("its bounds are not constant", "make them constants");
  }
  const low = view.numbers(1)?.[0] ?? view.float("min", Number.NEGATIVE_INFINITY);
  const high = view.numbers(2)?.[0] ?? view.float("max", Number.POSITIVE_INFINITY);
  // ONNX: with min > max everything becomes max.
  apply(lowering, view, low <= high ? clipTo(low, high) : functionOf(() => high));
}

export function lowerBatchNormalization(lowering: Lowering, view: NodeView): void {
  const parts = [1, 2, 3, 4].map((k) => view.constant(k));
  if (parts.some((part) => !part)) {
    throw new NotAccelerated("its parameters are not constant", "export the model for inference");
  }
  if (view.int("training_mode", 0) === 1) {
    throw new NotAccelerated("it is in training mode", "export the model for inference (model.eval())");
  }
  const [gamma, beta, mean, variance] = parts as [Tensor, Tensor, Tensor, Tensor];
  const epsilon = view.float("epsilon", 1e-5);
  const channels = gamma.data.length;
  const scale = Float64Array.from(
    { length: channels },
    (_, c) => gamma.data[c]! / Math.sqrt(variance.data[c]! + epsilon),
  );
  const shift = Float64Array.from({ length: channels }, (_, c) => beta.data[c]! - mean.data[c]! * scale[c]!);
  affine(lowering, view, view.node.inputs[0]!, scale, shift);
}

/** y = x * scale[c] + shift[c] on axis 1: in the weights of a convolution before it, or as a function. */
function affine(lowering: Lowering, view: NodeView, input: string, scale: Float64Array, shift: Float64Array): void {
  const output = view.node.outputs[0]!;
  const rank = view.shape(0).length;
  const perChannel = (data: Float64Array): Tensor => ({
    type: "float64",
    shape: [data.length, ...new Array<number>(Math.max(0, rank - 2)).fill(1)],
    data,
  });
  if (lowering.foldAffine(input, output, perChannel(scale), perChannel(shift))) return;
  apply(lowering, view, { channels: scale.length, at: (x, c) => x * scale[c]! + shift[c]!, identity: false });
}

export function lowerBinary(lowering: Lowering, view: NodeView): void {
  const { node } = view;
  const output = node.outputs[0]!;
  if (node.inputs.length === 1) return apply(lowering, view, IDENTITY);
  if (node.inputs.length > 2) return lowerMany(lowering, view);
  const [a, b] = node.inputs as [string, string];
  const f = BINARY[view.op]!;
  const shape = lowering.shapeOf(output);
  const [left, right] = [view.constant(0), view.constant(1)];
  if (right && foldConstant(lowering, view.op, a, output, right, false)) return;
  if (left && foldConstant(lowering, view.op, b, output, left, true)) return;
  // A constant that is one number, or one a channel, makes a function of the other operand.
  const channelAxis = 1;
  if (right && sameShape(shape, lowering.shapeOf(a))) {
    const values = alongAxis(right, shape, channelAxis);
    if (values) return unaryWith(lowering, output, a, (x) => combine(f, x, constantOf(values)), f, values, false);
  }
  if (left && sameShape(shape, lowering.shapeOf(b))) {
    const values = alongAxis(left, shape, channelAxis);
    if (values) return unaryWith(lowering, output, b, (x) => combine(f, constantOf(values), x), f, values, true);
  }
  if (!left && !right && sameShape(lowering.shapeOf(a), lowering.shapeOf(b))) {
    const common = lowering.commonRoot(referenceOf(lowering, a), referenceOf(lowering, b));
    if (common) return lowering.define(output, { root: common.root, apply: combine(f, common.first, common.second) });
  }
  pair(lowering, view, view.op, a, b, shape, { as: output });
}

function unaryWith(
  lowering: Lowering,
  output: string,
  input: string,
  make: (x: Pointwise) => Pointwise,
  f: (x: number, y: number) => number,
  values: Float64Array,
  swapped: boolean,
): void {
  const from = referenceOf(lowering, input);
  // Max and Min with a number are clips, which cost nothing.
  if (values.length === 1 && !swapped && (f === BINARY.Max || f === BINARY.Min)) {
    const [value] = values as unknown as [number];
    const clip = f === BINARY.Max ? clipTo(value, Number.POSITIVE_INFINITY) : clipTo(Number.NEGATIVE_INFINITY, value);
    return lowering.define(output, { root: from.root, apply: compose(clip, from.apply) });
  }
  lowering.define(output, { root: from.root, apply: make(from.apply) });
}

/** Adding and multiplying by constants behind a convolution changes its weights instead. */
function foldConstant(
  lowering: Lowering,
  op: string,
  input: string,
  output: string,
  c: Tensor,
  swapped: boolean,
): boolean {
  const negated = { ...c, data: Float64Array.from(c.data, (x) => -x) };
  const inverse = { ...c, data: Float64Array.from(c.data, (x) => 1 / x) };
  switch (op) {
    case "Add":
    case "Sum":
      return lowering.foldAffine(input, output, 1, c);
    case "Sub":
      return swapped ? lowering.foldAffine(input, output, -1, c) : lowering.foldAffine(input, output, 1, negated);
    case "Mul":
      return lowering.foldAffine(input, output, c, 0);
    case "Div":
      return !swapped && lowering.foldAffine(input, output, inverse, 0);
    default:
      return false;
  }
}

/** A sum of several values, one addition after the other. */
function lowerMany(lowering: Lowering, view: NodeView): void {
  if (view.op !== "Sum") {
    throw new NotAccelerated(`it takes the ${view.op} of ${view.inputCount} values`, "use nodes with two operands");
  }
  const { inputs, name } = view.node;
  const output = view.node.outputs[0]!;
  const shape = lowering.shapeOf(output);
  if (inputs.some((input) => lowering.graph.values.get(input)?.constant)) {
    throw new NotAccelerated("it adds more than two values, some of them constant", "use Add nodes with two operands");
  }
  let sum = lowering.operand(inputs[0]!, shape.length);
  for (const [k, input] of inputs.entries()) {
    if (k === 0) continue;
    const b = lowering.operand(input, shape.length);
    const [left, right] = [lowering.valueOf(sum).shape, lowering.valueOf(b).shape];
    const partial = left.map((extent, axis) => Math.max(extent, right[axis]!));
    const last = k === inputs.length - 1;
    const from = last ? { as: output } : { sumOf: inputs.slice(0, k + 1) };
    sum = lowering.emit(name, { kind: "add", a: sum, b, signs: [1, 1] }, last ? shape : partial, from);
  }
}

/** An operation of two values. */
function pair(
  lowering: Lowering,
  view: NodeView,
  op: string,
  a: string,
  b: string,
  shape: readonly number[],
  as: { as?: string; source?: string },
): void {
  const { name } = view.node;
  const signs: [number, number] = op === "Sub" ? [1, -1] : [1, 1];
  switch (op) {
    case "Add":
    case "Sub":
    case "Sum":
    case "Mul": {
      const kind = op === "Mul" ? "mul" : "add";
      const [left, right] = [lowering.operand(a, shape.length), lowering.operand(b, shape.length)];
      lowering.emit(name, { kind, a: left, b: right, signs }, shape, as);
      return;
    }
    case "PRelu":
      throw new NotAccelerated("its slopes are not constant or vary within a channel", "use slopes a channel");
    case "Max":
    case "Min":
      throw new NotAccelerated(
        `the ${op} of two activations has no unit on the NPU`,
        "use Relu: max(a, b) = b + relu(a - b)",
      );
    case "Div":
      throw new NotAccelerated(
        "dividing by an activation is too coarse with 8 bits",
        "multiply by a constant, or leave it to the host",
      );
    default:
      throw new NotAccelerated(`${op} of two activations has no unit on the NPU`, "none: the host computes it");
  }
}
