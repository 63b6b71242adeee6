/** Matrix products of two activations, elementwise operators, tables and softmax of the integer executor. */
import type { Operand } from "./execute.js";
import type { Binary, MatrixMultiply, Softmax, Table } from "./graph.js";
import { requantise } from "./requantise.js";
import { sizeOf, stridesOf, walk } from "./shape.js";

export function matrixMultiply(op: MatrixMultiply, a: Operand, b: Operand, shape: readonly number[]): Int8Array {
  const [batch, rows, columns] = shape as [number, number, number];
  const depth = a.shape[2]!;
  const output = new Int8Array(sizeOf(shape));
  const step = op.transposed ? 1 : columns;
  for (let n = 0; n < batch; n++) {
    for (let m = 0; m < rows; m++) {
      const left = (n * rows + m) * depth;
      for (let c = 0; c < columns; c++) {
        const right = n * depth * columns + (op.transposed ? c * depth : c);
        let sum = 0;
        for (let k = 0; k < depth; k++) {
          sum = (sum + Math.imul(a.data[left + k]! - a.zeroPoint, b.data[right + k * step]!)) | 0;
        }
        output[(n * rows + m) * columns + c] = requantise(sum, op.requantise, 0);
      }
    }
  }
  return op.table ? applyTable(op.table, output, shape) : output;
}

export function binary(op: Binary, a: Operand, b: Operand, shape: readonly number[]): Int8Array {
  const output = new Int8Array(sizeOf(shape));
  const [ma, mb] = op.factors ?? [1, 1];
  const right = new Int32Array(output.length);
  walk(shape, broadcastStrides(b.shape, shape), 0, (offset, index) => {
    right[index] = offset;
  });
  walk(shape, broadcastStrides(a.shape, shape), 0, (offset, index) => {
    const x = a.data[offset]! - a.zeroPoint;
    const y = b.data[right[index]!]! - b.zeroPoint;
    output[index] = requantise(op.kind === "add" ? x * ma + y * mb : x * y, op.requantise, 0);
  });
  return op.table ? applyTable(op.table, output, shape) : output;
}

/** Strides with which an operand of equal rank is read as `shape`: 0 on the axes that are repeated. */
function broadcastStrides(operand: readonly number[], shape: readonly number[]): number[] {
  return stridesOf(operand).map((stride, axis) => (operand[axis] === 1 && shape[axis] !== 1 ? 0 : stride));
}

export function lookup(table: Table, data: Int8Array, shape: readonly number[]): Int8Array {
  return applyTable(table, data.slice(), shape);
}

/** Replaces every value by its entry; a table of more than 256 entries has 256 for each position on axis 1. */
export function applyTable(table: Table, data: Int8Array, shape: readonly number[]): Int8Array {
  if (table.length === 256) {
    for (let k = 0; k < data.length; k++) data[k] = table[data[k]! & 255]!;
    return data;
  }
  const channels = shape[1]!;
  const inner = sizeOf(shape.slice(2));
  for (let k = 0; k < data.length; k++) {
    const channel = Math.floor(k / inner) % channels;
    data[k] = table[channel * 256 + (data[k]! & 255)]!;
  }
  return data;
}

export function softmax(op: Softmax, input: Operand, zeroPoint: number): Int8Array {
  const { shape, data } = input;
  const output = new Int8Array(data.length);
  const length = shape[op.axis]!;
  const stride = stridesOf(shape)[op.axis]!;
  const others = shape.map((extent, axis) => (axis === op.axis ? 1 : extent));
  const unit = 2 ** op.fractionBits;
  walk(others, stridesOf(shape), 0, (start) => {
    let maximum = -128;
    for (let k = 0; k < length; k++) maximum = Math.max(maximum, data[start + k * stride]!);
    let sum = 0;
    for (let k = 0; k < length; k++) sum += op.exponential[maximum - data[start + k * stride]!]!;
    for (let k = 0; k < length; k++) {
      const at = start + k * stride;
      // e * 2^k < 2^31 and S < 2^32, so that quotients of doubles below 2^53 have the right floor.
      const numerator = 2 * op.exponential[maximum - data[at]!]! * unit + sum;
      const value = Math.floor(numerator / (2 * sum)) + zeroPoint;
      output[at] = value < -128 ? -128 : value > 127 ? 127 : value;
    }
  });
  return output;
}
