/** Operators on constants: what a model computes from its own weights and shapes. */
import { sizeOf, stridesOf, walk } from "../integer/shape.js";
import type { NumberArray, Tensor } from "../onnx/model.js";
import { makeArray } from "../onnx/tensor.js";
import { BINARY, UNARY } from "./functions.js";
import { padsOf, reducedAxes, sliceOf } from "./geometry.js";
import type { NodeView } from "./node-view.js";
import type { Inferred } from "./shape-rules.js";

type Evaluate = (
  view: NodeView,
  outputs: readonly Required<Pick<Inferred, "type" | "shape">>[],
) => readonly NumberArray[];

/** Strides with which `from` is read as `to` (NumPy's broadcasting). */
export function broadcastStrides(from: readonly number[], to: readonly number[]): number[] {
  const strides = stridesOf(from);
  return to.map((_, axis) => {
    const at = axis - (to.length - from.length);
    return at < 0 || from[at] === 1 ? 0 : strides[at]!;
  });
}

function tensorOf(view: NodeView, index: number): Tensor {
  const tensor = view.constant(index);
  if (!tensor) throw view.fail(`its input ${index} is missing`);
  return tensor;
}

/** Reads a tensor at strides into a new array. */
function read(from: Tensor, shape: readonly number[], strides: readonly number[], start = 0): NumberArray {
  const data = makeArray(from.type, sizeOf(shape));
  walk(shape, strides, start, (offset, index) => {
    data[index] = from.data[offset]!;
  });
  return data;
}

const map =
  (f: (view: NodeView) => (x: number) => number): Evaluate =>
  (view, [output]) => {
    const { data } = tensorOf(view, 0);
    const result = makeArray(output!.type, data.length);
    const apply = f(view);
    for (let k = 0; k < data.length; k++) result[k] = apply(data[k]!);
    return [result];
  };

const fold =
  (f: (x: number, y: number) => number): Evaluate =>
  (view, [output]) => {
    const integer = !["float32", "float64", "float16", "bfloat16"].includes(output!.type);
    let sum: NumberArray = read(
      tensorOf(view, 0),
      output!.shape,
      broadcastStrides(tensorOf(view, 0).shape, output!.shape),
    );
    for (let k = 1; k < view.inputCount; k++) {
      const other = tensorOf(view, k);
      const next = makeArray(output!.type, sum.length);
      walk(output!.shape, broadcastStrides(other.shape, output!.shape), 0, (offset, index) => {
        const value = f(sum[index]!, other.data[offset]!);
        next[index] = integer ? Math.trunc(value) : value;
      });
      sum = next;
    }
    return [sum];
  };

const copy: Evaluate = (view) => [tensorOf(view, 0).data];

const reduce =
  (start: number, f: (sum: number, x: number) => number, finish = (sum: number, _count: number) => sum): Evaluate =>
  (view, [output]) => {
    const from = tensorOf(view, 0);
    const { axes } = reducedAxes(view)!;
    const kept = from.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
    const sums = new Float64Array(sizeOf(kept)).fill(start);
    const to = new Int32Array(from.data.length);
    walk(from.shape, broadcastStrides(kept, from.shape), 0, (offset, index) => {
      to[index] = offset;
    });
    for (let k = 0; k < to.length; k++) sums[to[k]!] = f(sums[to[k]!]!, from.data[k]!);
    const result = makeArray(output!.type, sums.length);
    const count = from.data.length / Math.max(1, sums.length);
    for (let k = 0; k < sums.length; k++) result[k] = finish(sums[k]!, count);
    return [result];
  };

/** Index along the quantisation axis of each element, for scales a channel. */
function perAxis(view: NodeView, shape: readonly number[], count: number): (index: number) => number {
  if (count === 1) return () => 0;
  const axis = view.axis(view.int("axis", 1), shape.length);
  const inner = sizeOf(shape.slice(axis + 1));
  return (index) => Math.floor(index / inner) % shape[axis]!;
}

export const EVALUATORS: Readonly<Record<string, Evaluate>> = {
  ...Object.fromEntries(Object.entries(UNARY).map(([op, make]) => [op, map(make)])),
  ...Object.fromEntries(Object.entries(BINARY).map(([op, f]) => [op, fold(f)])),
  Equal: fold((x, y) => (x === y ? 1 : 0)),
  Less: fold((x, y) => (x < y ? 1 : 0)),
  Greater: fold((x, y) => (x > y ? 1 : 0)),
  LessOrEqual: fold((x, y) => (x <= y ? 1 : 0)),
  GreaterOrEqual: fold((x, y) => (x >= y ? 1 : 0)),
  And: fold((x, y) => x && y),
  Or: fold((x, y) => x || y),
  Not: map(() => (x) => (x ? 0 : 1)),
  Mod: fold((x, y) => x - Math.floor(x / y) * y),
  Clip: map((view) => {
    const low = view.numbers(1)?.[0] ?? view.float("min", Number.NEGATIVE_INFINITY);
    const high = view.numbers(2)?.[0] ?? view.float("max", Number.POSITIVE_INFINITY);
    return (x) => Math.min(Math.max(x, low), high);
  }),
  Cast: (view, [output]) => {
    const { data } = tensorOf(view, 0);
    const result = makeArray(output!.type, data.length);
    const integer = /int/.test(output!.type);
    for (let k = 0; k < data.length; k++) {
      result[k] = output!.type === "bool" ? Number(data[k] !== 0) : integer ? Math.trunc(data[k]!) : data[k]!;
    }
    return [result];
  },
  Where: (view, [output]) => {
    const [condition, x, y] = [0, 1, 2].map((k) =>
      read(tensorOf(view, k), output!.shape, broadcastStrides(tensorOf(view, k).shape, output!.shape)),
    ) as [NumberArray, NumberArray, NumberArray];
    const result = makeArray(output!.type, condition.length);
    for (let k = 0; k < result.length; k++) result[k] = condition[k] ? x[k]! : y[k]!;
    return [result];
  },
  Reshape: copy,
  Flatten: copy,
  Squeeze: copy,
  Unsqueeze: copy,
  Transpose: (view, [output]) => {
    const from = tensorOf(view, 0);
    const strides = stridesOf(from.shape);
    const order = view.ints("perm") ?? from.shape.map((_, k) => from.shape.length - 1 - k);
    return [
      read(
        from,
        output!.shape,
        order.map((axis) => strides[axis]!),
      ),
    ];
  },
  Expand: (view, [output]) => [
    read(tensorOf(view, 0), output!.shape, broadcastStrides(tensorOf(view, 0).shape, output!.shape)),
  ],
  Slice: (view, [output]) => {
    const from = tensorOf(view, 0);
    const parts = sliceOf(view)!;
    const strides = stridesOf(from.shape);
    const start = parts.reduce((sum, part, axis) => sum + part.start * strides[axis]!, 0);
    return [
      read(
        from,
        output!.shape,
        strides.map((stride, axis) => stride * parts[axis]!.step),
        start,
      ),
    ];
  },
  Gather: (view, [output]) => {
    const from = tensorOf(view, 0);
    const indices = tensorOf(view, 1).data;
    const axis = view.axis(view.int("axis", 0), from.shape.length);
    const extent = from.shape[axis]!;
    const inner = sizeOf(from.shape.slice(axis + 1));
    const data = makeArray(from.type, sizeOf(output!.shape));
    let to = 0;
    for (let outer = 0; outer < sizeOf(from.shape.slice(0, axis)); outer++) {
      for (const index of indices) {
        if (index < -extent || index >= extent) throw view.fail(`index ${index} is outside an axis of ${extent}`);
        const at = (outer * extent + (index < 0 ? index + extent : index)) * inner;
        data.set(from.data.subarray(at, at + inner), to);
        to += inner;
      }
    }
    return [data];
  },
  Concat: (view, [output]) => {
    const shape = output!.shape;
    const data = makeArray(output!.type, sizeOf(shape));
    const axis = view.axis(view.int("axis", 1), shape.length);
    const inner = sizeOf(shape.slice(axis + 1));
    let start = 0;
    for (let k = 0; k < view.inputCount; k++) {
      const part = tensorOf(view, k);
      const length = part.shape[axis]! * inner;
      for (let outer = 0; outer * length < part.data.length; outer++) {
        data.set(part.data.subarray(outer * length, (outer + 1) * length), outer * shape[axis]! * inner + start);
      }
      start += length;
    }
    return [data];
  },
  Split: (view, outputs) => {
    const from = tensorOf(view, 0);
    const axis = view.axis(view.int("axis", 0), from.shape.length);
    let start = 0;
    return outputs.map(({ shape }) => {
      const part = read(from, shape, stridesOf(from.shape), start * stridesOf(from.shape)[axis]!);
      start += shape[axis]!;
      return part;
    });
  },
  Pad: (view, [output]) => {
    const from = tensorOf(view, 0);
    const { before, after } = padsOf(view)!;
    if (view.string("mode", "constant") !== "constant" || [...before, ...after].some((pad) => pad < 0)) return [];
    const data = makeArray(output!.type, sizeOf(output!.shape)).fill(view.numbers(2)?.[0] ?? view.float("value", 0));
    const start = before.reduce((sum, pad, axis) => sum + pad * stridesOf(output!.shape)[axis]!, 0);
    walk(from.shape, stridesOf(output!.shape), start, (offset, index) => {
      data[offset] = from.data[index]!;
    });
    return [data];
  },
  Tile: (view, [output]) => {
    const from = tensorOf(view, 0);
    const strides = stridesOf(from.shape);
    const data = makeArray(from.type, sizeOf(output!.shape));
    const own = stridesOf(output!.shape);
    for (let k = 0; k < data.length; k++) {
      const at = own.reduce(
        (sum, stride, axis) =>
          sum + ((Math.floor(k / stride) % output!.shape[axis]!) % from.shape[axis]!) * strides[axis]!,
        0,
      );
      data[k] = from.data[at]!;
    }
    return [data];
  },
  ConstantOfShape: (view, [output]) => [
    makeArray(output!.type, sizeOf(output!.shape)).fill(view.tensor("value")?.data[0] ?? 0),
  ],
  Range: (view, [output]) => {
    const data = makeArray(output!.type, output!.shape[0]!);
    const [start, delta] = [tensorOf(view, 0).data[0]!, tensorOf(view, 2).data[0]!];
    for (let k = 0; k < data.length; k++) data[k] = start + k * delta;
    return [data];
  },
  ReduceSum: reduce(0, (sum, x) => sum + x),
  ReduceProd: reduce(1, (sum, x) => sum * x),
  ReduceMean: reduce(
    0,
    (sum, x) => sum + x,
    (sum, count) => sum / count,
  ),
  ReduceMax: reduce(Number.NEGATIVE_INFINITY, Math.max),
  ReduceMin: reduce(Number.POSITIVE_INFINITY, Math.min),
  DequantizeLinear: (view) => {
    const from = tensorOf(view, 0);
    const scale = tensorOf(view, 1).data;
    const zero = view.constant(2)?.data;
    const channel = perAxis(view, from.shape, scale.length);
    // Doubles, so that 32-bit integers (biases) can be had back exactly.
    const data = new Float64Array(from.data.length);
    for (let k = 0; k < data.length; k++) data[k] = (from.data[k]! - (zero?.[channel(k)] ?? 0)) * scale[channel(k)]!;
    return [data];
  },
};
