/** Copies without arithmetic of the integer executor. */
import type { Operand } from "./execute.js";
import type { Movement } from "./graph.js";
import { sizeOf, stridesOf, walk } from "./shape.js";

export function transpose(order: readonly number[], input: Operand, shape: readonly number[]): Int8Array {
  const strides = stridesOf(input.shape);
  return copy(
    shape,
    order.map((axis) => strides[axis]!),
    0,
    input.data,
  );
}

export function slice(
  starts: readonly number[],
  steps: readonly number[],
  input: Operand,
  shape: readonly number[],
): Int8Array {
  const strides = stridesOf(input.shape);
  const start = starts.reduce((sum, first, axis) => sum + first * strides[axis]!, 0);
  return copy(
    shape,
    strides.map((stride, axis) => stride * steps[axis]!),
    start,
    input.data,
  );
}

export function concatenate(axis: number, inputs: readonly Operand[], shape: readonly number[]): Int8Array {
  const output = new Int8Array(sizeOf(shape));
  const inner = sizeOf(shape.slice(axis + 1));
  const outer = sizeOf(shape.slice(0, axis));
  let start = 0;
  for (const input of inputs) {
    const length = input.shape[axis]! * inner;
    for (let k = 0; k < outer; k++) {
      output.set(input.data.subarray(k * length, (k + 1) * length), k * shape[axis]! * inner + start);
    }
    start += length;
  }
  return output;
}

export function gather(axis: number, indices: Int32Array, input: Operand, shape: readonly number[]): Int8Array {
  const output = new Int8Array(sizeOf(shape));
  const inner = sizeOf(shape.slice(axis + 1));
  const outer = sizeOf(shape.slice(0, axis));
  let to = 0;
  for (let k = 0; k < outer; k++) {
    for (const index of indices) {
      const from = (k * input.shape[axis]! + index) * inner;
      output.set(input.data.subarray(from, from + inner), to);
      to += inner;
    }
  }
  return output;
}

export function pad(op: Movement & { kind: "pad" }, input: Operand, shape: readonly number[]): Int8Array {
  const strides = stridesOf(input.shape);
  // For every axis where each output position reads, or -1 in a constant border.
  const sources = shape.map((extent, axis) => {
    const last = input.shape[axis]! - 1;
    return Int32Array.from({ length: extent }, (_, k) => {
      const at = k - op.before[axis]!;
      if (at >= 0 && at <= last) return at;
      if (op.mode === "edge") return at < 0 ? 0 : last;
      if (op.mode === "reflect") return at < 0 ? -at : 2 * last - at;
      return -1;
    });
  });
  const output = new Int8Array(sizeOf(shape)).fill(op.value);
  const fill = (axis: number, from: number, to: number): void => {
    if (axis === shape.length) {
      output[to] = input.data[from]!;
      return;
    }
    const inner = sizeOf(shape.slice(axis + 1));
    for (const [k, source] of sources[axis]!.entries()) {
      if (source >= 0) fill(axis + 1, from + source * strides[axis]!, to + k * inner);
    }
  };
  fill(0, 0, 0);
  return output;
}

function copy(shape: readonly number[], strides: readonly number[], start: number, data: Int8Array): Int8Array {
  const output = new Int8Array(sizeOf(shape));
  walk(shape, strides, start, (offset, index) => {
    output[index] = data[offset]!;
  });
  return output;
}
