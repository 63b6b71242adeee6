/** Models that arrive quantised: their scales become annotations on real values, so that everything else lowers as in float models. */
import type { NodeView } from "../graph/node-view.js";
import { type SpatialWindow, windowOf } from "../graph/window.js";
import type { Quantisation } from "../integer/graph.js";
import type { Tensor } from "../onnx/model.js";
import { asImage, POINT, planar, threeDimensional } from "./lower-linear.js";
import { type Lowering, NotAccelerated } from "./lowering.js";
import type { ConvolutionOp, NetworkOp, ValueId } from "./network.js";
import { IDENTITY } from "./pointwise.js";

const same = (a: Quantisation, b: Quantisation) => a.scale === b.scale && a.zeroPoint === b.zeroPoint;

/** The quantisation in two operands of a node, for int8: uint8's zero point moves by 128, and so do its values. */
export function givenBy(view: NodeView, scale: number, zero: number): Quantisation {
  const s = view.constant(scale);
  const z = view.constant(zero);
  if (!s || (view.optional(zero) && !z))
    throw new NotAccelerated("its scale or zero point is not constant", "use static quantisation");
  if (s.data.length !== 1) throw new NotAccelerated("an activation has a scale a channel", "use one scale a tensor");
  const type = z?.type ?? "uint8";
  if (type !== "uint8" && type !== "int8") throw new NotAccelerated(`it quantises to ${type}`, "use int8 or uint8");
  const [value] = s.data as unknown as [number];
  if (!(value > 0 && Number.isFinite(value))) throw view.fail(`its scale is ${value}`);
  return { scale: value, zeroPoint: (z?.data[0] ?? 0) - (type === "uint8" ? 128 : 0) };
}

/** The stored value with this quantisation: the value itself when it has none yet, else a rescaled copy. */
function withQuantisation(lowering: Lowering, name: string, given: Quantisation, as: string, node: string): ValueId {
  const id = lowering.store(name);
  const value = lowering.valueOf(id);
  if (value.constant || (value.given && !same(value.given, given))) {
    const draft = { kind: "pointwise", input: id, apply: IDENTITY } as const;
    const copy = lowering.emit(node, draft, value.shape, { as });
    lowering.annotate(copy, given);
    return copy;
  }
  lowering.annotate(id, given);
  return id;
}

export function lowerQuantize(lowering: Lowering, view: NodeView): void {
  const given = givenBy(view, 1, 2);
  const output = view.node.outputs[0]!;
  const id = withQuantisation(lowering, view.node.inputs[0]!, given, output, view.node.name);
  lowering.define(output, { root: id, apply: IDENTITY });
}

export function lowerDequantize(lowering: Lowering, view: NodeView): void {
  const given = givenBy(view, 1, 2);
  lowering.define(view.node.outputs[0]!, { root: quantisedOperand(lowering, view, 0, given), apply: IDENTITY });
}

/** An operand that is stored as integers with this quantisation. */
function quantisedOperand(lowering: Lowering, view: NodeView, index: number, given: Quantisation): ValueId {
  const id = lowering.store(view.node.inputs[index]!);
  const value = lowering.valueOf(id);
  if (value.given && !same(value.given, given)) {
    throw new NotAccelerated("its operand was quantised with other parameters", "use the same scale where it is made");
  }
  if (!value.given) lowering.annotate(id, given);
  return id;
}

/** Real weights from integers, and their scales; they must fit int8 about the zero point. */
function dequantised(view: NodeView, index: number, axis: number): { weights: Tensor; scales: Float64Array } {
  const [w, s, z] = [view.constant(index), view.constant(index + 1), view.constant(index + 2)];
  if (!w || !s) throw new NotAccelerated("its weights are not constant", "use static quantisation");
  const scales = Float64Array.from(s.data);
  const inner = w.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const channel = (k: number) => Math.floor(k / inner) % w.shape[axis]!;
  const pick = (list: ArrayLike<number>, k: number) => list[list.length === 1 ? 0 : channel(k)]!;
  const data = Float64Array.from(w.data, (q, k) => {
    const value = q - (z ? pick(z.data, k) : 0);
    if (value < -128 || value > 127) {
      throw new NotAccelerated(
        "its weights less their zero point do not fit int8",
        "quantise the weights symmetrically",
      );
    }
    return value * pick(scales, k);
  });
  return { weights: { type: "float64", shape: w.shape, data }, scales };
}

export function lowerQLinearConv(lowering: Lowering, view: NodeView): void {
  const [x, y] = [givenBy(view, 1, 2), givenBy(view, 6, 7)];
  const { weights, scales } = dequantised(view, 3, 0);
  const channels = weights.shape[0]!;
  const integers = view.optional(8) ? view.constant(8) : undefined;
  if (view.optional(8) && !integers) throw new NotAccelerated("its bias is not constant", "use static quantisation");
  const bias = Float64Array.from({ length: channels }, (_, c) => {
    return (integers?.data[c] ?? 0) * x.scale * scales[scales.length === 1 ? 0 : c]!;
  });
  const spatial = view.shape(0).slice(2);
  const window = planar(windowOf(view, spatial, weights.shape.slice(2)) as SpatialWindow);
  if (!window) throw threeDimensional();
  const { name } = view.node;
  const output = view.node.outputs[0]!;
  const shape = lowering.shapeOf(output);
  const input = lowering.reshape(quantisedOperand(lowering, view, 0, x), asImage(view.shape(0)), name);
  const groups = view.int("group", 1);
  const draft = {
    kind: "conv",
    input,
    weights: weights.data as Float64Array,
    bias,
    groups,
    window,
    weightScales: scales,
  } as const;
  const flat = shape.length === 3;
  const made = lowering.emit(name, draft, asImage(shape), flat ? { source: output } : { as: output });
  const result = flat ? lowering.reshape(made, shape, name, output) : made;
  lowering.annotate(made, y);
  lowering.annotate(result, y);
}

export function lowerQLinearMatMul(lowering: Lowering, view: NodeView): void {
  const [a, y] = [givenBy(view, 1, 2), givenBy(view, 6, 7)];
  const { name } = view.node;
  const output = view.node.outputs[0]!;
  const shape = lowering.shapeOf(output);
  const [left, right] = [view.shape(0), view.shape(3)];
  if (view.constant(3) && right.length === 2) {
    const { weights, scales } = dequantised(view, 3, 1);
    const [depth, columns] = right as [number, number];
    const rows = left.slice(0, -1).reduce((p, q) => p * q, 1);
    const turned = new Float64Array(depth * columns);
    for (let k = 0; k < depth; k++)
      for (let n = 0; n < columns; n++) turned[n * depth + k] = weights.data[k * columns + n]!;
    const input = lowering.reshape(quantisedOperand(lowering, view, 0, a), [rows, depth, 1, 1], name);
    const bias = new Float64Array(columns);
    const draft = {
      kind: "conv",
      input,
      weights: turned,
      bias,
      groups: 1,
      window: POINT,
      weightScales: scales,
    } as const;
    const made = lowering.emit(name, draft, [rows, columns, 1, 1], { source: output });
    lowering.annotate(made, y);
    lowering.annotate(lowering.reshape(made, shape, name, output), y);
    return;
  }
  const b = givenBy(view, 4, 5);
  if (b.zeroPoint !== 0)
    throw new NotAccelerated("its second operand's zero point is not 0", "quantise it symmetrically");
  const batches = [left, right].map((of) => of.slice(0, -2).reduce((p, q) => p * q, 1));
  if (batches[0] !== batches[1] || left.length < 2 || right.length < 2) {
    throw new NotAccelerated("its operands' batches differ", "expand the smaller operand to the batch of the other");
  }
  const matrix = (index: number, of: readonly number[], given: Quantisation) =>
    lowering.reshape(quantisedOperand(lowering, view, index, given), [batches[0]!, ...of.slice(-2)], name);
  const draft = { kind: "matmul", a: matrix(0, left, a), b: matrix(3, right, b), transposed: false, gain: 1 } as const;
  const made = lowering.emit(name, draft, [batches[0]!, left.at(-2)!, right.at(-1)!], { source: output });
  lowering.annotate(made, y);
  lowering.annotate(lowering.reshape(made, shape, name, output), y);
}

/** com.microsoft.QLinearAdd and QLinearMul. */
export function lowerQLinearBinary(lowering: Lowering, view: NodeView): void {
  const [a, b, y] = [givenBy(view, 1, 2), givenBy(view, 4, 5), givenBy(view, 6, 7)];
  const output = view.node.outputs[0]!;
  const shape = lowering.shapeOf(output);
  const operand = (index: number, given: Quantisation) => {
    const id = quantisedOperand(lowering, view, index, given);
    const own = lowering.valueOf(id).shape;
    return lowering.reshape(id, [...new Array<number>(shape.length - own.length).fill(1), ...own], view.node.name);
  };
  if (view.constant(0) || view.constant(3))
    throw new NotAccelerated("an operand is constant", "dequantise it and use Add or Mul");
  const kind = view.op === "QLinearMul" ? "mul" : "add";
  const draft = { kind, a: operand(0, a), b: operand(3, b), signs: [1, 1] as const } as const;
  lowering.annotate(lowering.emit(view.node.name, draft, shape, { as: output }), y);
}

/**
 * y = clip(floor((x * mul + add + div / 2) / div)): quantised training's own requantisation, on values that are integers. `add` goes
 * into the bias, which is exact when `mul` divides it.
 */
export function lowerRequantShift(lowering: Lowering, view: NodeView): void {
  const refuse = (reason: string, fix: string) => new NotAccelerated(reason, fix, "unsupported");
  const [mul, add] = [view.constant(1), view.constant(2)];
  const scalar = (name: string) => view.tensor(name)?.data[0] ?? (view.has(name) ? view.int(name, 0) : undefined);
  const div = scalar("div");
  const levels = scalar("n_levels_out") ?? scalar("n_levels") ?? 256;
  if (!mul || !add || !div) throw refuse("its factors are not constant", "make mul, add and div constants");
  const shift = Math.log2(div);
  if (!Number.isInteger(shift) || shift < 0 || shift > 62)
    throw refuse(`it divides by ${div}, no power of two`, "use a power of two");
  if (levels > 256) throw refuse(`it has ${levels} levels`, "at most 256 fit 8 bits");
  const signed = scalar("signed") !== 0;
  const [low, high] = signed ? [-levels / 2, levels / 2 - 1] : [-128, levels - 129];
  const { name } = view.node;
  const input = view.node.inputs[0]!;
  const output = view.node.outputs[0]!;
  const root = lowering.store(input);
  const shape = lowering.shapeOf(output);
  const index = lowering.makerIndex(lowering.valueOf(root).given ? -1 : linearRoot(lowering, root));
  const maker = lowering.operations[index];
  const prescribed = {
    rounding: "half-up" as const,
    multiplier: Int32Array.from(mul.data),
    shift: new Uint8Array(mul.data.length).fill(shift),
    low,
    high,
  };
  if (prescribed.multiplier.some((m, k) => m !== mul.data[k] || m < 0 || m > 2 ** 24))
    throw refuse("its factors are out of range", "use 24 bits");
  const given: Quantisation = { scale: 1, zeroPoint: signed ? 0 : -128 };
  const offsets = Float64Array.from({ length: Math.max(mul.data.length, add.data.length) }, (_, k) => {
    return add.data[add.data.length === 1 ? 0 : k]! / mul.data[mul.data.length === 1 ? 0 : k]!;
  });
  if (offsets.some((offset) => !Number.isInteger(offset))) {
    throw refuse("its addend is no multiple of its factor", "round add to a multiple of mul");
  }
  const pick = (list: Float64Array, k: number) => list[list.length === 1 ? 0 : k]!;
  if (maker?.kind === "conv" && lowering.usedOnce(input)) {
    integerOperand(lowering, maker.input, refuse);
    if (maker.weights.some((w) => !Number.isInteger(w) || w < -128 || w > 127))
      throw refuse("its weights are no int8", "quantise them");
    const bias = maker.bias.map((b, c) => b + pick(offsets, c));
    const op: ConvolutionOp = { ...maker, bias, weightScales: Float64Array.of(1), prescribed };
    lowering.replaceOperation(index, op);
    finish(lowering, root, output, shape, given);
    return;
  }
  if (maker?.kind === "add" && lowering.usedOnce(input)) {
    for (const id of [maker.a, maker.b]) integerOperand(lowering, id, refuse);
    if (mul.data.length !== 1 || offsets.some((offset) => offset !== 0))
      throw refuse("it rescales a sum channel by channel", "use one factor");
    lowering.replaceOperation(index, { ...maker, prescribed });
    finish(lowering, root, output, shape, given);
    return;
  }
  integerOperand(lowering, root, refuse);
  if (mul.data.length !== 1 || offsets.some((offset) => offset !== 0))
    throw refuse("it rescales channel by channel", "use one factor");
  const made = lowering.emit(name, { kind: "pointwise", input: root, apply: IDENTITY, prescribed }, shape, {
    as: output,
  });
  lowering.annotate(made, given);
}

/** The value behind reshapes. */
function linearRoot(lowering: Lowering, id: ValueId): ValueId {
  const op = lowering.operations[lowering.makerIndex(id)];
  return op?.kind === "reshape" ? linearRoot(lowering, op.input) : id;
}

/** The chain of reshapes down to the operation gets the quantisation; the ONNX value is what it was stored as. */
function finish(
  lowering: Lowering,
  root: ValueId,
  output: string,
  shape: readonly number[],
  given: Quantisation,
): void {
  for (let id: ValueId | undefined = root; id !== undefined; ) {
    lowering.annotate(id, given);
    lowering.retell(id, output, shape);
    const op: NetworkOp | undefined = lowering.operations[lowering.makerIndex(id)];
    id = op?.kind === "reshape" ? op.input : undefined;
  }
  lowering.define(output, { root, apply: IDENTITY });
}

/** The operand holds integers of scale 1: made by another requantisation, or an input of the model. */
function integerOperand(lowering: Lowering, id: ValueId, refuse: (reason: string, fix: string) => Error): void {
  const value = lowering.valueOf(id);
  if (value.given?.scale === 1 || value.integer) return;
  const op = lowering.operations[lowering.makerIndex(id)];
  if (op?.kind === "max-pool" || op?.kind === "reshape" || op?.kind === "transpose")
    return integerOperand(lowering, op.input, refuse);
  if (value.given || op)
    throw refuse("it requantises values that are no integers", "requantise every operation before it");
  lowering.markInteger(id);
}
