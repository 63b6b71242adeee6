/** What each operator makes: type, shape and, where it follows from the operands' shapes alone, content. */

import type { DataType, Tensor } from "../onnx/model.js";
import { dataTypeOf, makeArray } from "../onnx/tensor.js";
import { BINARY, UNARY } from "./functions.js";
import {
  broadcast,
  convolved,
  multiplied,
  padsOf,
  reducedAxes,
  reshaped,
  sliceOf,
  transposedConvolution,
} from "./geometry.js";
import type { NodeView } from "./node-view.js";
import { outputExtents, windowOf } from "./window.js";

export interface Inferred {
  readonly type: DataType;
  readonly shape?: readonly number[];
  readonly constant?: Tensor;
}

export type ShapeRule = (view: NodeView) => readonly Inferred[];

const like = (view: NodeView, shape: readonly number[] | undefined, type = view.input(0).type): Inferred[] => [
  { type, ...(shape ? { shape } : {}) },
];

const same: ShapeRule = (view) => like(view, view.shape(0));

const elementwise =
  (type?: DataType): ShapeRule =>
  (view) => {
    const shapes = view.node.inputs.map((_, k) => view.shape(k));
    const first = view.input(0).type;
    if (!type && view.node.op !== "Pow") {
      for (let k = 1; k < shapes.length; k++) {
        if (view.input(k).type !== first) throw view.fail(`its operands are ${first} and ${view.input(k).type}`);
      }
    }
    return like(view, broadcast(view, shapes), type ?? first);
  };

const needFloat = (view: NodeView, ...indices: number[]) => {
  for (const k of indices) {
    const value = view.optional(k);
    if (value && !["float32", "float16", "float64", "bfloat16"].includes(value.type)) {
      throw view.fail(`its input ${k} is ${value.type}, not floating point`);
    }
  }
};

const pooled: ShapeRule = (view) => {
  const x = view.shape(0);
  const kernel = view.ints("kernel_shape");
  if (!kernel || x.length < 3) throw view.fail("it lacks kernel_shape, or its input is no image");
  const spatial = x.slice(2);
  const shape = [
    ...x.slice(0, 2),
    ...outputExtents(view, windowOf(view, spatial, kernel), spatial, view.int("ceil_mode", 0) === 1),
  ];
  return view.node.outputs.map((_, k) => ({ type: k === 0 ? view.input(0).type : "int64", shape }));
};

const globalPooled: ShapeRule = (view) => {
  const x = view.shape(0);
  if (x.length < 3) throw view.fail("its input is no image");
  return like(view, [...x.slice(0, 2), ...x.slice(2).map(() => 1)]);
};

const reduced: ShapeRule = (view) => {
  const found = reducedAxes(view);
  if (!found) return like(view, undefined);
  const shape = view
    .shape(0)
    .flatMap((extent, axis) => (!found.axes.includes(axis) ? [extent] : found.keep ? [1] : []));
  return like(view, shape);
};

const argument: ShapeRule = (view) => {
  const axis = view.axis(view.int("axis", 0), view.shape(0).length);
  const keep = view.int("keepdims", 1) === 1;
  return like(
    view,
    view.shape(0).flatMap((e, k) => (k !== axis ? [e] : keep ? [1] : [])),
    "int64",
  );
};

const axesOf = (view: NodeView): readonly number[] | undefined =>
  view.node.inputs[1] ? view.numbers(1) : view.ints("axes");

const resized: ShapeRule = (view) => {
  const x = view.shape(0);
  const old = view.op === "Upsample" || view.opset < 11;
  const sizes = old ? undefined : view.numbers(3);
  const scales = old ? (view.floats("scales") ?? view.numbers(1)) : view.numbers(2);
  const axes = (view.ints("axes") ?? x.map((_, k) => k)).map((axis) => view.axis(axis, x.length));
  const shape = [...x];
  if (sizes && sizes.length > 0) {
    if (view.string("keep_aspect_ratio_policy", "stretch") !== "stretch") return like(view, undefined);
    for (const [k, axis] of axes.entries()) shape[axis] = sizes[k]!;
  } else if (scales && scales.length > 0) {
    for (const [k, axis] of axes.entries()) shape[axis] = Math.floor(x[axis]! * scales[k]!);
  } else return like(view, undefined);
  return like(view, shape);
};

const split: ShapeRule = (view) => {
  const x = view.shape(0);
  const axis = view.axis(view.int("axis", 0), x.length);
  const count = view.node.outputs.length;
  const given = view.node.inputs[1] ? view.numbers(1) : view.ints("split");
  if (view.node.inputs[1] && !given) return view.node.outputs.map(() => ({ type: view.input(0).type }));
  const chunk = Math.ceil(x[axis]! / count);
  const parts = given ?? Array.from({ length: count }, (_, k) => Math.max(0, Math.min(chunk, x[axis]! - k * chunk)));
  if (parts.length !== count || parts.reduce((a, b) => a + b, 0) !== x[axis]) {
    throw view.fail(`its parts ${parts.join()} do not make up axis ${axis} of ${x.join("x")}`);
  }
  return parts.map((extent) => ({ type: view.input(0).type, shape: x.with(axis, extent) }));
};

const concatenated: ShapeRule = (view) => {
  const shapes = view.node.inputs.map((_, k) => view.shape(k));
  const [first] = shapes;
  if (!first) throw view.fail("it has no inputs");
  const axis = view.axis(view.int("axis", 1), first.length);
  let sum = 0;
  for (const [k, shape] of shapes.entries()) {
    if (shape.length !== first.length || shape.some((e, d) => d !== axis && e !== first[d])) {
      throw view.fail(`shapes ${first.join("x")} and ${shape.join("x")} do not match beside axis ${axis}`);
    }
    if (view.input(k).type !== view.input(0).type)
      throw view.fail(`its inputs are ${view.input(0).type} and ${view.input(k).type}`);
    sum += shape[axis]!;
  }
  return like(view, first.with(axis, sum));
};

const shapeRule: ShapeRule = (view) => {
  const shape = view.shape(0);
  const at = (index: number) => Math.min(Math.max(index < 0 ? index + shape.length : index, 0), shape.length);
  const part = shape.slice(at(view.int("start", 0)), at(view.int("end", shape.length)));
  return [
    {
      type: "int64",
      shape: [part.length],
      constant: { type: "int64", shape: [part.length], data: Float64Array.from(part) },
    },
  ];
};

const constantRule: ShapeRule = (view) => {
  const tensor = view.tensor("value");
  const scalar = view.has("value_float")
    ? view.float("value_float", 0)
    : view.has("value_int")
      ? view.int("value_int", 0)
      : undefined;
  if (tensor) return [{ type: tensor.type, shape: tensor.shape, constant: tensor }];
  const floats = view.floats("value_floats") ?? (view.has("value_float") ? [scalar!] : undefined);
  const numbers = floats ?? view.ints("value_ints") ?? (scalar === undefined ? undefined : [scalar]);
  if (!numbers) return view.node.outputs.map(() => ({ type: "string" }));
  const type = floats ? "float32" : "int64";
  const data = makeArray(type, numbers.length);
  data.set(numbers);
  const shape = scalar === undefined ? [numbers.length] : [];
  return [{ type, shape, constant: { type, shape, data } }];
};

const expanded: ShapeRule = (view) => {
  const wanted = view.numbers(1);
  return like(view, wanted && broadcast(view, [view.shape(0), wanted]));
};

const matrixQuantised =
  (shapeFrom: [number, number], typeFrom: number): ShapeRule =>
  (view) => [
    { type: view.input(typeFrom).type, shape: multiplied(view, view.shape(shapeFrom[0]), view.shape(shapeFrom[1])) },
  ];

export const SHAPE_RULES: Readonly<Record<string, ShapeRule>> = {
  ...Object.fromEntries(Object.keys(UNARY).map((op) => [op, same])),
  ...Object.fromEntries(Object.keys(BINARY).map((op) => [op, elementwise()])),
  ...Object.fromEntries(
    ["Equal", "Less", "Greater", "LessOrEqual", "GreaterOrEqual", "And", "Or", "Xor"].map((op) => [
      op,
      elementwise("bool"),
    ]),
  ),
  Mean: elementwise(),
  Mod: elementwise(),
  Not: same,
  Dropout: (view) =>
    view.node.outputs.map((_, k) => ({ type: k === 0 ? view.input(0).type : "bool", shape: view.shape(0) })),
  Clip: same,
  Where: (view) => [
    { type: view.input(1).type, shape: broadcast(view, [view.shape(0), view.shape(1), view.shape(2)]) },
  ],
  Cast: (view) => like(view, view.shape(0), dataTypeOf(view.int("to", 1)) ?? "float32"),
  Conv: (view) => {
    needFloat(view, 0, 1, 2);
    return like(view, convolved(view, view.shape(0), view.shape(1)));
  },
  ConvInteger: (view) => like(view, convolved(view, view.shape(0), view.shape(1)), "int32"),
  QLinearConv: (view) => like(view, convolved(view, view.shape(0), view.shape(3)), view.input(7).type),
  ConvTranspose: (view) => {
    needFloat(view, 0, 1, 2);
    return like(view, transposedConvolution(view).shape);
  },
  Gemm: (view) => {
    needFloat(view, 0, 1, 2);
    const [a, b] = [view.shape(0), view.shape(1)];
    if (a.length !== 2 || b.length !== 2) throw view.fail(`its operands are ${a.join("x")} and ${b.join("x")}`);
    const [m, k] = view.int("transA", 0) ? [a[1]!, a[0]!] : [a[0]!, a[1]!];
    const [k2, n] = view.int("transB", 0) ? [b[1]!, b[0]!] : [b[0]!, b[1]!];
    if (k !== k2) throw view.fail(`matrices ${a.join("x")} and ${b.join("x")} do not match`);
    const shape = [m, n];
    if (view.optional(2) && broadcast(view, [shape, view.shape(2)]).join() !== shape.join())
      throw view.fail("its bias does not fit");
    return like(view, shape);
  },
  MatMul: (view) => like(view, multiplied(view, view.shape(0), view.shape(1))),
  MatMulInteger: (view) => like(view, multiplied(view, view.shape(0), view.shape(1)), "int32"),
  QLinearMatMul: matrixQuantised([0, 3], 7),
  "com.microsoft.QLinearAdd": (view) => like(view, broadcast(view, [view.shape(0), view.shape(3)])),
  "com.microsoft.QLinearMul": (view) => like(view, broadcast(view, [view.shape(0), view.shape(3)])),
  "com.microsoft.QLinearSigmoid": same,
  "com.microsoft.QLinearLeakyRelu": same,
  "com.microsoft.QLinearGlobalAveragePool": globalPooled,
  "com.microsoft.QLinearAveragePool": pooled,
  "com.microsoft.Gelu": same,
  QuantizeLinear: (view) => like(view, view.shape(0), view.optional(2)?.type ?? "uint8"),
  DequantizeLinear: (view) => like(view, view.shape(0), view.input(1).type),
  DynamicQuantizeLinear: (view) => [
    { type: "uint8", shape: view.shape(0) },
    { type: "float32", shape: [] },
    { type: "uint8", shape: [] },
  ],
  RequantShift: same,
  "PACTOps.RequantShift": same,
  MaxPool: pooled,
  AveragePool: pooled,
  LpPool: pooled,
  GlobalAveragePool: globalPooled,
  GlobalMaxPool: globalPooled,
  BatchNormalization: (view) => {
    const x = view.shape(0);
    for (let k = 1; k < 5; k++) {
      if (view.shape(k).length !== 1 || view.shape(k)[0] !== x[1])
        throw view.fail(`its input ${k} is not of ${x[1]} channels`);
    }
    return view.node.outputs.map((_, k) => ({ type: view.input(0).type, shape: k === 0 ? x : [x[1]!] }));
  },
  InstanceNormalization: same,
  LayerNormalization: (view) => {
    const x = view.shape(0);
    const axis = view.axis(view.int("axis", -1), x.length);
    const few = x.map((extent, k) => (k < axis ? extent : 1));
    return view.node.outputs.map((_, k) => ({
      type: k === 0 ? view.input(0).type : "float32",
      shape: k === 0 ? x : few,
    }));
  },
  LpNormalization: same,
  LRN: same,
  Softmax: same,
  LogSoftmax: same,
  Hardmax: same,
  CumSum: same,
  ...Object.fromEntries(
    ["Mean", "Sum", "Max", "Min", "Prod", "L1", "L2", "SumSquare", "LogSum", "LogSumExp"].map((op) => [
      `Reduce${op}`,
      reduced,
    ]),
  ),
  ArgMax: argument,
  ArgMin: argument,
  TopK: (view) => {
    const k = view.node.inputs.length > 1 ? view.numbers(1)?.[0] : view.int("k", 1);
    const x = view.shape(0);
    const shape = k === undefined ? undefined : x.with(view.axis(view.int("axis", -1), x.length), k);
    return [...like(view, shape), ...like(view, shape, "int64")];
  },
  Reshape: (view) => like(view, reshaped(view)),
  Flatten: (view) => {
    const x = view.shape(0);
    const wanted = view.int("axis", 1);
    const axis = wanted === x.length ? wanted : view.axis(wanted, x.length);
    const size = (part: readonly number[]) => part.reduce((a, b) => a * b, 1);
    return like(view, [size(x.slice(0, axis)), size(x.slice(axis))]);
  },
  Squeeze: (view) => {
    const x = view.shape(0);
    const given = axesOf(view);
    if (view.node.inputs[1] && !given) return like(view, undefined);
    const axes = given?.map((axis) => view.axis(axis, x.length)) ?? x.flatMap((extent, k) => (extent === 1 ? [k] : []));
    if (axes.some((axis) => x[axis] !== 1)) throw view.fail(`an axis of ${x.join("x")} that it removes is not 1`);
    return like(
      view,
      x.filter((_, k) => !axes.includes(k)),
    );
  },
  Unsqueeze: (view) => {
    const given = axesOf(view);
    if (!given) return like(view, undefined);
    const rank = view.shape(0).length + given.length;
    const axes = given.map((axis) => view.axis(axis, rank));
    const rest = [...view.shape(0)];
    return like(
      view,
      Array.from({ length: rank }, (_, k) => (axes.includes(k) ? 1 : rest.shift()!)),
    );
  },
  Transpose: (view) => {
    const x = view.shape(0);
    const order = view.ints("perm") ?? x.map((_, k) => x.length - 1 - k);
    if ([...order].sort((a, b) => a - b).join() !== x.map((_, k) => k).join())
      throw view.fail(`perm is ${order.join()}`);
    return like(
      view,
      order.map((axis) => x[axis]!),
    );
  },
  Gather: (view) => {
    const x = view.shape(0);
    const axis = view.axis(view.int("axis", 0), x.length);
    return like(view, [...x.slice(0, axis), ...view.shape(1), ...x.slice(axis + 1)]);
  },
  GatherElements: (view) => like(view, view.shape(1)),
  GatherND: (view) => {
    const [x, indices] = [view.shape(0), view.shape(1)];
    return like(view, [...indices.slice(0, -1), ...x.slice(view.int("batch_dims", 0) + indices.at(-1)!)]);
  },
  ScatterND: same,
  ScatterElements: same,
  Slice: (view) =>
    like(
      view,
      sliceOf(view)?.map(({ count }) => count),
    ),
  Split: split,
  Concat: concatenated,
  Pad: (view) => {
    const pads = padsOf(view);
    return like(view, pads && view.shape(0).map((extent, axis) => extent + pads.before[axis]! + pads.after[axis]!));
  },
  Expand: expanded,
  Tile: (view) => {
    const repeats = view.numbers(1);
    return like(view, repeats && view.shape(0).map((extent, axis) => extent * (repeats[axis] ?? 1)));
  },
  Resize: resized,
  Upsample: resized,
  DepthToSpace: (view) => {
    const [n, c, h, w] = view.shape(0) as [number, number, number, number];
    const b = view.int("blocksize", 0);
    if (view.shape(0).length !== 4 || b < 1 || c % (b * b) !== 0)
      throw view.fail(`${c} channels do not make blocks of ${b}`);
    return like(view, [n, c / (b * b), h * b, w * b]);
  },
  SpaceToDepth: (view) => {
    const [n, c, h, w] = view.shape(0) as [number, number, number, number];
    const b = view.int("blocksize", 0);
    if (view.shape(0).length !== 4 || b < 1 || h % b !== 0 || w % b !== 0)
      throw view.fail(`${h}x${w} does not divide by ${b}`);
    return like(view, [n, c * b * b, h / b, w / b]);
  },
  Shape: shapeRule,
  Size: (view) => {
    const size = view.shape(0).reduce((a, b) => a * b, 1);
    return [{ type: "int64", shape: [], constant: { type: "int64", shape: [], data: Float64Array.of(size) } }];
  },
  Constant: constantRule,
  ConstantOfShape: (view) => {
    const type = view.tensor("value")?.type ?? "float32";
    return like(view, view.numbers(0), type);
  },
  Range: (view) => {
    const [start, limit, delta] = [view.numbers(0)?.[0], view.numbers(1)?.[0], view.numbers(2)?.[0]];
    if (start === undefined || limit === undefined || !delta) return like(view, undefined);
    return like(view, [Math.max(0, Math.ceil((limit - start) / delta))]);
  },
  Einsum: (view) => like(view, undefined),
};
