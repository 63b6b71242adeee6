/**
 * Single-operator models over strides, pads, groups, odd sizes and ranks. Each is a quantised model (DequantizeLinear, the operator,
 * QuantizeLinear), so that onnxruntime says which int8 values come out: the reference of the integer executor, and of the RTL.
 */
import { NodeHost } from "../../src/cli/node-host.js";
import { importModel, quantiseModel } from "../../src/dl-frontend/index.js";
import type { DataType, OnnxNode, Tensor } from "../../src/dl-frontend/onnx/model.js";
import type { FloatTensor } from "../../src/dl-frontend/quantise/calibrate.js";
import type { Plan } from "../../src/dl-frontend/quantise/plan.js";
import { loadModel } from "../../src/tools/onnxruntime.js";
import { type AttributeValue, buildModel, float, floats, int64s, node, scalar, tensor } from "./build-model.js";
import { runner } from "./models.js";
import { Random } from "./random-graph.js";

/** What a case needs: operands by kind, in the operator's order. */
export interface OperatorCase {
  readonly name: string;
  readonly op: string;
  readonly opset: number;
  /** "" leaves an optional operand out. */
  readonly operands: readonly (Activation | Weights | Constant | "")[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly outputs: number;
  /** The output has the steps of the (first) operand: rearrangements. */
  readonly sameSteps: boolean;
}
interface Activation {
  readonly kind: "activation";
  readonly shape: readonly number[];
  /** A second operand of a product of activations: zero point 0. */
  readonly symmetric: boolean;
}
/** int8 with a scale a position of `axis`, or int32 for a bias. */
interface Weights {
  readonly kind: "weights";
  readonly shape: readonly number[];
  readonly axis: number;
}
interface Constant {
  readonly kind: "constant";
  readonly tensor: Tensor;
}

const x = (...shape: number[]): Activation => ({ kind: "activation", shape, symmetric: false });
const symmetric = (...shape: number[]): Activation => ({ kind: "activation", shape, symmetric: true });
const w = (...shape: number[]): Weights => ({ kind: "weights", shape, axis: 0 });
const c = (constant: Tensor): Constant => ({ kind: "constant", tensor: constant });
const f = (value: number): Constant => c(scalar("float32", value));

type Operand = OperatorCase["operands"][number];

const cases: OperatorCase[] = [];
function add(
  op: string,
  operands: readonly Operand[],
  attributes: Readonly<Record<string, AttributeValue>> = {},
  more: { opset?: number; outputs?: number; sameSteps?: boolean } = {},
): void {
  const shown = Object.entries(attributes).map(([name, value]) => {
    const plain = typeof value === "object" && "kind" in value && "value" in value ? value.value : value;
    return `${name}=${typeof plain === "object" && "data" in plain ? "tensor" : plain}`;
  });
  const shapes = operands.map((each) => {
    if (each === "") return "-";
    if (each.kind === "constant")
      return `[${each.tensor.data.length > 6 ? each.tensor.shape.join("x") : Array.from(each.tensor.data)}]`;
    return each.shape.join("x");
  });
  const name = [op, shapes.join(" "), ...shown, ...(more.opset ? [`opset ${more.opset}`] : [])].join(" ");
  cases.push({
    name,
    op,
    opset: more.opset ?? 17,
    operands,
    attributes,
    outputs: more.outputs ?? 1,
    sameSteps: more.sameSteps ?? false,
  });
}
const moves = (
  op: string,
  operands: readonly Operand[],
  attributes: Readonly<Record<string, AttributeValue>> = {},
  more = {},
) => add(op, operands, attributes, { sameSteps: true, ...more });

// Convolutions
add("Conv", [x(1, 3, 8, 8), w(4, 3, 3, 3)]);
add("Conv", [x(1, 3, 8, 8), w(4, 3, 3, 3), w(4)], { pads: [1, 1, 1, 1] });
for (const stride of [1, 2, 3])
  for (const size of [7, 8]) {
    add("Conv", [x(1, 5, size, size + 2), w(6, 5, 3, 3), w(6)], { strides: [stride, stride], pads: [1, 1, 1, 1] });
  }
add("Conv", [x(1, 3, 9, 11), w(8, 3, 7, 7), w(8)], { strides: [2, 2], pads: [3, 3, 3, 3] });
add("Conv", [x(1, 4, 10, 10), w(4, 4, 3, 3)], { dilations: [2, 2], pads: [2, 2, 2, 2] });
add("Conv", [x(1, 4, 13, 9), w(4, 4, 3, 3)], { dilations: [3, 2], pads: [3, 2, 0, 1] });
add("Conv", [x(1, 4, 9, 9), w(5, 4, 2, 2)], { pads: [0, 1, 1, 0] });
add("Conv", [x(1, 4, 9, 9), w(5, 4, 1, 3)], { pads: [0, 1, 0, 1] });
add("Conv", [x(1, 4, 9, 9), w(5, 4, 5, 1)], { pads: [2, 0, 1, 0], strides: [2, 1] });
add("Conv", [x(1, 17, 5, 5), w(19, 17, 1, 1), w(19)]);
add("Conv", [x(1, 64, 3, 3), w(33, 64, 1, 1), w(33)], { strides: [2, 2] });
add("Conv", [x(2, 3, 6, 6), w(4, 3, 3, 3), w(4)], { pads: [1, 1, 1, 1] });
for (const groups of [2, 3, 6])
  add("Conv", [x(1, 6, 7, 7), w(12, 6 / groups, 3, 3), w(12)], { group: groups, pads: [1, 1, 1, 1] });
for (const stride of [1, 2])
  add("Conv", [x(1, 9, 8, 7), w(9, 1, 3, 3), w(9)], { group: 9, strides: [stride, stride], pads: [1, 1, 1, 1] });
add("Conv", [x(1, 8, 9, 9), w(16, 1, 5, 5), w(16)], { group: 8, pads: [2, 2, 2, 2] });
add("Conv", [x(1, 8, 9, 9), w(8, 1, 3, 3)], { group: 8, pads: [2, 2, 2, 2], dilations: [2, 2] });
for (const mode of ["SAME_UPPER", "SAME_LOWER", "VALID"])
  add("Conv", [x(1, 3, 8, 7), w(4, 3, 4, 4)], { auto_pad: mode, strides: [2, 2] });
add("Conv", [x(1, 4, 15), w(6, 4, 3), w(6)], { pads: [1, 1] });
add("Conv", [x(2, 4, 16), w(6, 2, 5)], { group: 2, strides: [2], dilations: [2], pads: [4, 3] });
add("Conv", [x(1, 3, 1, 1), w(5, 3, 1, 1), w(5)]);
add("Conv", [x(1, 200, 2, 2), w(3, 200, 2, 2), w(3)]);
// Transposed convolutions
add("ConvTranspose", [x(1, 3, 5, 5), w(3, 4, 2, 2), w(4)], { strides: [2, 2] });
add("ConvTranspose", [x(1, 3, 5, 4), w(3, 4, 3, 3)], { strides: [2, 2], pads: [1, 1, 1, 1], output_padding: [1, 1] });
add("ConvTranspose", [x(1, 4, 4, 4), w(4, 2, 4, 4), w(2)], { strides: [2, 2], pads: [1, 1, 1, 1] });
add("ConvTranspose", [x(1, 4, 5, 5), w(4, 3, 3, 3)]);
add("ConvTranspose", [x(1, 4, 5, 5), w(4, 1, 3, 3)], { group: 4, strides: [2, 2], pads: [1, 0, 0, 1] });
add("ConvTranspose", [x(1, 2, 4, 3), w(2, 3, 3, 3)], { strides: [3, 2], dilations: [2, 1] });
add("ConvTranspose", [x(1, 3, 9), w(3, 2, 3)], { strides: [2], pads: [1, 1] });
// Matrices
add("Gemm", [x(1, 20), w(20, 7), w(7)]);
add("Gemm", [x(3, 33), w(10, 33), w(10)], { transB: 1 });
add("MatMul", [x(1, 16), w(16, 5)]);
add("MatMul", [x(2, 7, 16), w(16, 9)]);
add("MatMul", [x(6, 12), symmetric(12, 5)]);
add("MatMul", [x(2, 3, 8), symmetric(2, 8, 4)]);
add("MatMul", [x(1, 2, 5, 16), symmetric(1, 2, 16, 5)]);
// Sums and products
for (const op of ["Add", "Sub", "Mul"]) {
  add(op, [x(1, 4, 5, 5), x(1, 4, 5, 5)]);
  add(op, [x(1, 4, 5, 5), x(1, 4, 1, 1)]);
  add(op, [x(2, 3, 4), x(3, 1)]);
  add(op, [x(7), x(1)]);
  add(op, [x(1, 4, 3, 3), f(0.4)]);
  add(op, [f(1.5), x(1, 4, 3, 3)]);
  add(op, [x(1, 3, 4, 4), c(tensor("float32", [1, 3, 1, 1], [0.5, -1, 2]))]);
}
add("Sum", [x(1, 4, 3, 3), x(1, 4, 3, 3)]);
add("Div", [x(1, 4, 3, 3), f(3)]);
add("Div", [x(1, 3, 4, 4), c(tensor("float32", [3, 1, 1], [0.5, -1, 2]))]);
add("Pow", [x(1, 3, 4), f(2)]);
for (const op of ["Max", "Min"]) add(op, [x(1, 3, 4, 4), f(0.3)]);
// Functions of one value
for (const op of [
  "Relu",
  "LeakyRelu",
  "Sigmoid",
  "Tanh",
  "HardSigmoid",
  "Elu",
  "Selu",
  "Softplus",
  "Softsign",
  "Erf",
  "Abs",
  "Neg",
  "Exp",
  "HardSwish",
  "Mish",
]) {
  add(op, [x(1, 3, 5, 4)], {}, op === "Mish" ? { opset: 18 } : {});
}
add("LeakyRelu", [x(2, 9)], { alpha: float(0.2) });
add("HardSigmoid", [x(2, 9)], { alpha: float(1 / 6), beta: float(0.5) });
add("Gelu", [x(2, 40)], {}, { opset: 20 });
add("Gelu", [x(2, 40)], { approximate: "tanh" }, { opset: 20 });
add("Clip", [x(1, 3, 5, 4), f(-0.2), f(0.7)]);
add("Clip", [x(1, 3, 5, 4), f(0)]);
add("Clip", [x(1, 3, 5, 4), "", f(0.5)]);
add("PRelu", [x(1, 3, 5, 4), c(tensor("float32", [3, 1, 1], [0.1, 0.5, -0.3]))]);
add("PRelu", [x(1, 3, 5, 4), f(0.25)]);
add("BatchNormalization", [
  x(2, 3, 4, 4),
  c(tensor("float32", [3], [1, 0.5, 2])),
  c(tensor("float32", [3], [0.1, 0, -0.2])),
  c(tensor("float32", [3], [0.2, -0.1, 0])),
  c(tensor("float32", [3], [1, 0.5, 2])),
]);
// Pooling
for (const [kernel, stride] of [
  [2, 2],
  [3, 2],
  [3, 1],
  [2, 3],
] as const)
  for (const size of [7, 8]) {
    moves("MaxPool", [x(1, 3, size, size + 1)], { kernel_shape: [kernel, kernel], strides: [stride, stride] });
  }
moves("MaxPool", [x(1, 3, 8, 8)], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] });
moves("MaxPool", [x(1, 3, 8, 8)], { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 });
moves("MaxPool", [x(1, 3, 9, 7)], { kernel_shape: [2, 3], dilations: [2, 2], pads: [0, 1, 1, 0] });
moves("MaxPool", [x(1, 3, 7, 7)], { kernel_shape: [3, 3], strides: [2, 2], auto_pad: "SAME_UPPER" });
moves("MaxPool", [x(1, 3, 11)], { kernel_shape: [3], strides: [2], pads: [1, 0] });
for (const count of [0, 1]) {
  add("AveragePool", [x(1, 3, 7, 8)], { kernel_shape: [3, 3], pads: [1, 1, 1, 1], count_include_pad: count });
  add("AveragePool", [x(1, 3, 7, 8)], {
    kernel_shape: [2, 3],
    strides: [2, 2],
    pads: [1, 0, 0, 2],
    count_include_pad: count,
  });
}
add("AveragePool", [x(1, 3, 8, 8)], { kernel_shape: [2, 2], strides: [2, 2] });
add("AveragePool", [x(1, 3, 8, 8)], { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 });
add("AveragePool", [x(2, 3, 9)], { kernel_shape: [4], strides: [3] });
for (const shape of [
  [1, 5, 7, 7],
  [2, 3, 5, 9],
  [1, 40, 1, 1],
])
  add("GlobalAveragePool", [x(...shape)]);
moves("GlobalMaxPool", [x(1, 5, 7, 6)]);
add("ReduceMean", [x(1, 4, 5, 6)], { axes: [2, 3], keepdims: 1 });
add("ReduceMean", [x(1, 4, 5, 6)], { axes: [1], keepdims: 0 });
add("ReduceMean", [x(3, 4, 5)], { axes: [0, -1], keepdims: 1 });
add("ReduceMean", [x(2, 3, 4, 5), c(int64s(1, 2))], { keepdims: 0 }, { opset: 18 });
add("ReduceSum", [x(2, 7, 3), c(int64s(1))], { keepdims: 0 });
moves("ReduceMax", [x(2, 7, 3)], { axes: [1], keepdims: 0 });
for (const [shape, axis] of [
  [[2, 10], 1],
  [[1, 2, 7], -1],
  [[1, 5, 3, 3], 1],
  [[4, 1000], -1],
] as const)
  add("Softmax", [x(...shape)], { axis });
add("Softmax", [x(2, 3, 4)], { axis: 1 }, { opset: 11 });
// Rearrangements
moves("Concat", [x(1, 3, 4, 4), x(1, 2, 4, 4)], { axis: 1 });
moves("Concat", [x(1, 3, 4), x(1, 3, 2), x(1, 3, 1)], { axis: -1 });
moves("Split", [x(1, 6, 4)], { axis: 1 }, { outputs: 2 });
moves("Split", [x(1, 7, 4), c(int64s(2, 4, 1))], { axis: 1 }, { outputs: 3 });
moves("Slice", [x(1, 8, 9), c(int64s(1, 2)), c(int64s(7, 9)), c(int64s(1, 2))]);
moves("Slice", [x(1, 8, 9), c(int64s(-1)), c(int64s(-(2 ** 31))), c(int64s(2)), c(int64s(-2))]);
moves("Slice", [x(1, 8, 9, 9), c(int64s(0, 1)), c(int64s(2 ** 31, 2 ** 31)), c(int64s(2, 3)), c(int64s(2, 2))]);
moves("Pad", [x(1, 3, 4, 5), c(int64s(0, 0, 1, 2, 0, 0, 0, 3))]);
moves("Pad", [x(1, 3, 4, 5), c(int64s(0, 1, 1, 0, 0, 0, 2, 1)), f(0.25)]);
for (const mode of ["edge", "reflect"]) moves("Pad", [x(1, 2, 5, 6), c(int64s(0, 0, 2, 1, 0, 0, 1, 3))], { mode });
moves("Pad", [x(1, 3, 6, 6), c(int64s(0, 0, -1, 2, 0, 0, -2, -1))]);
moves("Reshape", [x(1, 3, 4, 5), c(int64s(0, -1))]);
moves("Reshape", [x(2, 6), c(int64s(3, 2, 2))]);
moves("Flatten", [x(2, 3, 4)], { axis: 1 });
moves("Flatten", [x(2, 3, 4)], { axis: 2 });
moves("Squeeze", [x(1, 3, 1, 4), c(int64s(2))]);
moves("Unsqueeze", [x(3, 4), c(int64s(0, 3))]);
for (const [shape, perm] of [
  [
    [1, 3, 4, 5],
    [0, 2, 3, 1],
  ],
  [
    [1, 3, 4, 5],
    [0, 3, 1, 2],
  ],
  [
    [2, 3, 4],
    [2, 0, 1],
  ],
  [
    [5, 7],
    [1, 0],
  ],
  [
    [1, 2, 3, 4, 5],
    [0, 2, 1, 4, 3],
  ],
] as const) {
  moves("Transpose", [x(...shape)], { perm });
}
moves("Gather", [x(1, 6, 4), c(int64s(5, 0, 3))], { axis: 1 });
moves("Gather", [x(4, 5), c(scalar("int64", -2))], { axis: 0 });
moves("Expand", [x(1, 3, 1), c(int64s(2, 3, 4))]);
moves("Tile", [x(1, 3, 2), c(int64s(2, 1, 3))]);
moves("DepthToSpace", [x(1, 8, 3, 4)], { blocksize: 2 });
moves("DepthToSpace", [x(1, 12, 2, 3)], { blocksize: 2, mode: "CRD" });
moves("SpaceToDepth", [x(1, 3, 4, 6)], { blocksize: 2 });
moves("Identity", [x(1, 3, 4)]);
moves("Dropout", [x(1, 3, 4)]);
// Resizing
const scales = (...values: number[]) => c(tensor("float32", [values.length], values));
for (const mode of ["asymmetric", "half_pixel", "align_corners"]) {
  moves("Resize", [x(1, 2, 4, 5), "", scales(1, 1, 2, 2)], {
    mode: "nearest",
    coordinate_transformation_mode: mode,
    nearest_mode: "floor",
  });
  add("Resize", [x(1, 2, 4, 5), "", scales(1, 1, 2, 2)], { mode: "linear", coordinate_transformation_mode: mode });
}
moves("Resize", [x(1, 2, 4, 5), "", scales(1, 1, 1.5, 3)], {
  mode: "nearest",
  coordinate_transformation_mode: "half_pixel",
});
moves("Resize", [x(1, 2, 4, 6), "", scales(1, 1, 0.5, 0.5)], {
  mode: "nearest",
  coordinate_transformation_mode: "asymmetric",
  nearest_mode: "ceil",
});
moves("Resize", [x(1, 2, 3, 3), "", "", c(int64s(1, 2, 7, 5))], {
  mode: "nearest",
  coordinate_transformation_mode: "asymmetric",
  nearest_mode: "floor",
});
add("Resize", [x(1, 2, 4, 4), "", "", c(int64s(1, 2, 7, 10))], {
  mode: "linear",
  coordinate_transformation_mode: "pytorch_half_pixel",
});
add("Resize", [x(1, 2, 6, 6), "", scales(1, 1, 0.5, 0.5)], {
  mode: "linear",
  coordinate_transformation_mode: "half_pixel",
});
moves("Upsample", [x(1, 2, 3, 4), scales(1, 1, 2, 3)], { mode: "nearest" }, { opset: 9 });
moves("Upsample", [x(1, 2, 3, 4)], { mode: "nearest", scales: floats([1, 1, 2, 2]) }, { opset: 7 });

export const OPERATOR_CASES: readonly OperatorCase[] = cases;

export interface BuiltCase {
  readonly name: string;
  readonly plan: Plan;
  /** int8 inputs by name. */
  readonly inputs: ReadonlyMap<string, FloatTensor>;
  /** int8 outputs that onnxruntime computes, by name. */
  readonly want: ReadonlyMap<string, FloatTensor>;
}

/** Builds the model of a case and runs it through onnxruntime and through the front end. */
export async function buildCase(each: OperatorCase, seed = 1): Promise<BuiltCase> {
  const random = new Random(seed);
  // Per-channel DequantizeLinear came with set 13: the operator keeps its version, so older cases use one scale and float constants.
  const old = each.opset < 13;
  const initializers: Record<string, Tensor> = {};
  const before: OnnxNode[] = [];
  const inputs = new Map<string, FloatTensor>();
  const names = each.operands.map((operand, k) => {
    if (operand === "") return "";
    const name = `v${k}`;
    if (operand.kind === "constant") {
      initializers[name] = operand.tensor;
      return name;
    }
    const size = operand.shape.reduce((a, b) => a * b, 1);
    if (operand.kind === "activation") {
      const first = k === 0 || !each.sameSteps;
      initializers[`${name}_scale`] = scalar("float32", first ? 0.01 + 0.005 * k : 0.01);
      initializers[`${name}_zero`] = scalar(
        "int8",
        operand.symmetric ? 0 : first ? random.between(-20, 20) : initializers.v0_zero!.data[0]!,
      );
      inputs.set(`${name}_q`, { type: "int8", shape: operand.shape, data: random.int8(size) });
    } else {
      const bias = operand.shape.length === 1 && k === 2;
      initializers[`${name}_q`] = bias
        ? tensor(
            "int32",
            operand.shape,
            Array.from({ length: size }, () => random.between(-9000, 9000)),
          )
        : tensor(
            "int8",
            operand.shape,
            random.int8(size).map((v) => Math.max(v, -127)),
          );
      initializers[`${name}_scale`] = scalar("float32", bias ? 0.01 * 0.02 : 0.02);
      initializers[`${name}_zero`] = scalar(bias ? "int32" : "int8", 0);
    }
    before.push(node("DequantizeLinear", [`${name}_q`, `${name}_scale`, `${name}_zero`], [name]));
    return name;
  });
  const results = Array.from({ length: each.outputs }, (_, k) => `r${k}`);
  const main = node(each.op, names, results, each.attributes);
  const given = [...inputs].map(([name, { shape }]) => ({ name, type: "int8" as DataType, shape }));
  const opset = old ? 10 : each.opset;
  const common = { inputs: given, initializers, opset: each.op === "Upsample" ? 9 : opset };
  if (old && each.op !== "Softmax") return buildFloatCase(each, main, random);
  // The range of the real result gives the output's steps.
  const real = await run(
    buildModel({ ...common, nodes: [...before, main], outputs: results.map((name) => ({ name, type: "float32" })) }),
    inputs,
  );
  const after = results.map((name, k) => {
    const data = Array.from(real.get(name)!.data as Float32Array);
    const [low, high] = [Math.min(0, ...data), Math.max(0, ...data)];
    // Softmax has steps of a power of two and starts at 0.
    const softmax = each.op === "Softmax";
    const scale = softmax
      ? 2 ** -Math.max(8, Math.min(15, Math.floor(Math.log2(255 / high))))
      : (high - low) / 250 || 1;
    initializers[`o${k}_scale`] = each.sameSteps ? initializers.v0_scale! : scalar("float32", scale);
    initializers[`o${k}_zero`] = each.sameSteps
      ? initializers.v0_zero!
      : scalar("int8", softmax ? -128 : Math.round(-126 - low / scale));
    return node("QuantizeLinear", [name, `o${k}_scale`, `o${k}_zero`], [`o${k}`]);
  });
  const outputs = results.map((_, k) => ({ name: `o${k}`, type: "int8" as DataType }));
  const bytes = buildModel({ ...common, nodes: [...before, main, ...after], outputs });
  return { name: each.name, plan: await planOf(bytes, inputs), inputs, want: await run(bytes, inputs) };
}

/** Rearrangements of the oldest operator sets, whose QuantizeLinear did not exist: on whole numbers that survive quantisation. */
async function buildFloatCase(each: OperatorCase, main: OnnxNode, random: Random): Promise<BuiltCase> {
  const [first] = each.operands as [Activation];
  const size = first.shape.reduce((a, b) => a * b, 1);
  const data = Float32Array.from(random.int8(size));
  data[0] = -128;
  data[1] = 127;
  const inputs = new Map<string, FloatTensor>([["v0", { type: "float32", shape: first.shape, data }]]);
  const initializers: Record<string, Tensor> = {};
  for (const [k, operand] of each.operands.entries())
    if (operand !== "" && operand.kind === "constant") initializers[`v${k}`] = operand.tensor;
  const bytes = buildModel({
    nodes: [main],
    inputs: [{ name: "v0", type: "float32", shape: first.shape }],
    outputs: [{ name: "r0", type: "float32" }],
    initializers,
    opset: each.opset,
  });
  return { name: each.name, plan: await planOf(bytes, inputs, "min-max"), inputs, want: await run(bytes, inputs) };
}

async function planOf(bytes: Uint8Array, inputs: ReadonlyMap<string, FloatTensor>, method?: "min-max"): Promise<Plan> {
  const model = importModel(bytes, { file: "case.onnx", host: new NodeHost() });
  return quantiseModel(model, { samples: [inputs], runner, ...(method ? { method } : {}) });
}

async function run(
  bytes: Uint8Array,
  inputs: ReadonlyMap<string, FloatTensor>,
): Promise<ReadonlyMap<string, FloatTensor>> {
  // Without optimisation: fused and unfused quantised graphs differ in onnxruntime.
  const session = await loadModel(bytes, { optimise: false });
  try {
    return (await session.run(inputs as never)) as ReadonlyMap<string, FloatTensor>;
  } finally {
    await session.release();
  }
}
