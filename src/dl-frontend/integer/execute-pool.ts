/** Pooling of the integer executor. */
import type { Operand } from "./execute.js";
import type { AveragePool, MaxPool, Window } from "./graph.js";
import { scaleAndRound } from "./requantise.js";
import { sizeOf } from "./shape.js";

export function maxPool(op: MaxPool, input: Operand, shape: readonly number[]): Int8Array {
  return pool(op.window, input, shape, (positions, count) => {
    let largest = -128;
    for (let k = 0; k < count; k++) largest = Math.max(largest, input.data[positions[k]!]!);
    return largest;
  });
}

export function averagePool(op: AveragePool, input: Operand, shape: readonly number[]): Int8Array {
  const { multiplier, shift, rounding, zeroPoint, low, high } = op.requantise;
  return pool(op.window, input, shape, (positions, count) => {
    let sum = 0;
    for (let k = 0; k < count; k++) sum += input.data[positions[k]!]! - input.zeroPoint;
    const entry = (op.countPadding ? multiplier.length : count) - 1;
    // A window wholly in the padding has no mean; ONNX leaves it open, and here it is the zero point.
    const mean = count === 0 ? 0 : scaleAndRound(sum, multiplier[entry]!, shift[entry]!, rounding);
    const value = mean + zeroPoint;
    return value < low ? low : value > high ? high : value;
  });
}

/** Calls `reduce` for every output with the positions of the input in its window. */
function pool(
  window: Window,
  input: Operand,
  shape: readonly number[],
  reduce: (positions: Int32Array, count: number) => number,
): Int8Array {
  const { kernel, strides, dilations, pads } = window;
  const [, , height, width] = input.shape as [number, number, number, number];
  const [batch, channels, outHeight, outWidth] = shape as [number, number, number, number];
  const output = new Int8Array(sizeOf(shape));
  const positions = new Int32Array(kernel[0] * kernel[1]);
  let at = 0;
  for (let plane = 0; plane < batch * channels; plane++) {
    const base = plane * height * width;
    for (let y = 0; y < outHeight; y++) {
      for (let x = 0; x < outWidth; x++) {
        let count = 0;
        for (let ky = 0; ky < kernel[0]; ky++) {
          const iy = y * strides[0] - pads[0] + ky * dilations[0];
          if (iy < 0 || iy >= height) continue;
          for (let kx = 0; kx < kernel[1]; kx++) {
            const ix = x * strides[1] - pads[1] + kx * dilations[1];
            if (ix >= 0 && ix < width) positions[count++] = base + iy * width + ix;
          }
        }
        output[at++] = reduce(positions, count);
      }
    }
  }
  return output;
}
