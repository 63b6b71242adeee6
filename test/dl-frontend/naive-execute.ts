/**
 * The integer graph's definition written out a second time, as plainly as possible: every output element by itself, BigInt for the
 * rounding, positions as lists of indices. Slow, and independent of the executor under test.
 */
import type {
  IntegerGraph,
  IntegerOperation,
  Requantise,
  TensorId,
  Window,
} from "../../src/dl-frontend/integer/graph.js";

interface Value {
  readonly shape: readonly number[];
  readonly zero: number;
  readonly data: Int8Array;
}

export function naiveExecute(graph: IntegerGraph, inputs: ReadonlyMap<TensorId, Int8Array>): Map<TensorId, Int8Array> {
  const values = new Map<TensorId, Int8Array>(inputs);
  for (const op of graph.operations) {
    const value = (id: TensorId): Value => {
      const tensor = graph.tensors.find((t) => t.id === id)!;
      return { shape: tensor.shape, zero: tensor.quantisation.zeroPoint, data: values.get(id) ?? tensor.constant! };
    };
    const output = graph.tensors.find((t) => t.id === op.output)!;
    const element = elementOf(op, value, output.quantisation.zeroPoint, output.shape);
    const data = Int8Array.from(positions(output.shape), (position) => {
      const result = element(position);
      if (!("table" in op) || !op.table) return result;
      const table = op.table.length === 256 ? 0 : position[1]! * 256;
      return op.table[table + (result < 0 ? result + 256 : result)]!;
    });
    values.set(output.id, data);
  }
  return values;
}

function* positions(shape: readonly number[], prefix: number[] = []): Generator<number[]> {
  if (prefix.length === shape.length) yield prefix;
  else for (let k = 0; k < shape[prefix.length]!; k++) yield* positions(shape, [...prefix, k]);
}

function at({ shape, data }: Value, position: readonly number[]): number {
  return data[position.reduce((offset, k, axis) => offset * shape[axis]! + k, 0)]!;
}

function rescale(sum: number, by: Requantise, channel: number): number {
  const k = by.multiplier.length === 1 ? 0 : channel;
  const product = BigInt(sum) * BigInt(by.multiplier[k]!);
  const unit = 1n << BigInt(by.shift[k]!);
  // floor(product / unit) without relying on the sign of BigInt's remainder
  const rest = ((product % unit) + unit) % unit;
  let value = (product - rest) / unit;
  if (rest * 2n > unit || (rest * 2n === unit && (by.rounding === "half-up" || value % 2n !== 0n))) value += 1n;
  const result = value + BigInt(by.zeroPoint);
  return Number(result < BigInt(by.low) ? BigInt(by.low) : result > BigInt(by.high) ? BigInt(by.high) : result);
}

/** Positions [y, x, ky, kx] of the input under a window that are inside it. */
function under(window: Window, input: Value, y: number, x: number): [number, number, number, number][] {
  const inside: [number, number, number, number][] = [];
  for (let ky = 0; ky < window.kernel[0]; ky++) {
    for (let kx = 0; kx < window.kernel[1]; kx++) {
      const iy = y * window.strides[0] + ky * window.dilations[0] - window.pads[0];
      const ix = x * window.strides[1] + kx * window.dilations[1] - window.pads[1];
      if (iy >= 0 && ix >= 0 && iy < input.shape[2]! && ix < input.shape[3]!) inside.push([iy, ix, ky, kx]);
    }
  }
  return inside;
}

function elementOf(
  op: IntegerOperation,
  value: (id: TensorId) => Value,
  zero: number,
  shape: readonly number[],
): (position: number[]) => number {
  const clip = (v: number) => Math.max(-128, Math.min(127, v));
  switch (op.kind) {
    case "conv": {
      const input = value(op.input);
      const perGroup = input.shape[1]! / op.groups;
      const [kh, kw] = op.window.kernel;
      return ([n, c, y, x]) => {
        const group = Math.floor(c! / (shape[1]! / op.groups));
        let sum = op.bias[c!]!;
        for (const [iy, ix, ky, kx] of under(op.window, input, y!, x!)) {
          for (let k = 0; k < perGroup; k++) {
            const weight = op.weights[((c! * perGroup + k) * kh + ky) * kw + kx]!;
            sum += (at(input, [n!, group * perGroup + k, iy, ix]) - input.zero) * weight;
          }
        }
        return rescale(sum, op.requantise, c!);
      };
    }
    case "matmul": {
      const [a, b] = [value(op.a), value(op.b)];
      return ([n, row, column]) => {
        let sum = 0;
        for (let k = 0; k < a.shape[2]!; k++) {
          sum += (at(a, [n!, row!, k]) - a.zero) * at(b, op.transposed ? [n!, column!, k] : [n!, k, column!]);
        }
        return rescale(sum, op.requantise, 0);
      };
    }
    case "add":
    case "mul": {
      const [a, b] = [value(op.a), value(op.b)];
      const read = (v: Value, p: number[]) =>
        at(
          v,
          p.map((k, axis) => (v.shape[axis] === 1 ? 0 : k)),
        ) - v.zero;
      return (p) => {
        const [x, y] = [read(a, p), read(b, p)];
        return rescale(op.kind === "add" ? x * op.factors![0] + y * op.factors![1] : x * y, op.requantise, 0);
      };
    }
    case "lookup": {
      const input = value(op.input);
      return (p) => at(input, p);
    }
    case "max-pool": {
      const input = value(op.input);
      return ([n, c, y, x]) =>
        Math.max(-128, ...under(op.window, input, y!, x!).map(([iy, ix]) => at(input, [n!, c!, iy, ix])));
    }
    case "average-pool": {
      const input = value(op.input);
      return ([n, c, y, x]) => {
        const inside = under(op.window, input, y!, x!);
        const sum = inside.reduce((total, [iy, ix]) => total + at(input, [n!, c!, iy, ix]) - input.zero, 0);
        return rescale(sum, op.requantise, (op.countPadding ? op.requantise.multiplier.length : inside.length) - 1);
      };
    }
    case "softmax": {
      const input = value(op.input);
      return (p) => {
        const axis = Array.from({ length: shape[op.axis]! }, (_, k) => at(input, p.with(op.axis, k)));
        const e = axis.map((v) => BigInt(op.exponential[Math.max(...axis) - v]!));
        const sum = e.reduce((total, v) => total + v, 0n);
        return clip(Number((e[p[op.axis]!]! * 2n ** BigInt(op.fractionBits) * 2n + sum) / (2n * sum)) + zero);
      };
    }
    case "reshape": {
      const input = value(op.input);
      return (p) => input.data[p.reduce((offset, k, axis) => offset * shape[axis]! + k, 0)]!;
    }
    case "transpose": {
      const input = value(op.input);
      return (p) =>
        at(
          input,
          input.shape.map((_, axis) => p[op.order.indexOf(axis)]!),
        );
    }
    case "slice": {
      const input = value(op.input);
      return (p) =>
        at(
          input,
          p.map((k, axis) => op.starts[axis]! + k * op.steps[axis]!),
        );
    }
    case "concat": {
      const inputs = op.inputs.map(value);
      return (p) => {
        let k = p[op.axis]!;
        for (const input of inputs) {
          if (k < input.shape[op.axis]!) return at(input, p.with(op.axis, k));
          k -= input.shape[op.axis]!;
        }
        throw new Error("beyond the last input");
      };
    }
    case "pad": {
      const input = value(op.input);
      return (p) => {
        const inner = p.map((k, axis) => {
          const [i, extent] = [k - op.before[axis]!, input.shape[axis]!];
          if (op.mode === "edge") return Math.min(Math.max(i, 0), extent - 1);
          if (op.mode === "reflect") return i < 0 ? -i : i >= extent ? 2 * (extent - 1) - i : i;
          return i;
        });
        return inner.every((i, axis) => i >= 0 && i < input.shape[axis]!) ? at(input, inner) : op.value;
      };
    }
    case "gather": {
      const input = value(op.input);
      return (p) => at(input, p.with(op.axis, op.indices[p[op.axis]!]!));
    }
    default:
      return op satisfies never;
  }
}
