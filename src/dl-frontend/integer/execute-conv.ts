/** Convolution of the integer executor: rows of patches (im2col), then dot products of 2 pixels by 4 output channels at a time. */
import type { Operand } from "./execute.js";
import { applyTable } from "./execute-pointwise.js";
import type { Convolution } from "./graph.js";
import { requantise } from "./requantise.js";

export function convolve(op: Convolution, input: Operand, outputShape: readonly number[]): Int8Array {
  const [batch, channels, height, width] = input.shape as [number, number, number, number];
  const [, outChannels, outHeight, outWidth] = outputShape as [number, number, number, number];
  const [kernelH, kernelW] = op.window.kernel;
  const groupIn = channels / op.groups;
  const groupOut = outChannels / op.groups;
  const depth = groupIn * kernelH * kernelW;
  const output = new Int8Array(batch * outChannels * outHeight * outWidth);
  // 1 x 1 images (fully connected layers) have one pixel a row: the images of the batch are taken together instead.
  const pixels = outHeight === 1 && outWidth === 1 ? batch : outWidth;
  const rows = outHeight === 1 && outWidth === 1 ? 1 : batch * outHeight;
  const patches = new Int16Array(pixels * depth);
  const sums = new Int32Array(pixels * groupOut);
  const plane = outHeight * outWidth;
  for (let row = 0; row < rows; row++) {
    const together = pixels === batch && rows === 1;
    const image = together ? 0 : Math.floor(row / outHeight);
    const y = together ? 0 : row % outHeight;
    for (let group = 0; group < op.groups; group++) {
      for (let p = 0; p < pixels; p++) {
        const n = together ? p : image;
        const x = together && outWidth === 1 ? 0 : p;
        const base = (n * channels + group * groupIn) * height * width;
        fillPatch(patches, p * depth, input, base, op, groupIn, height, width, y, x);
      }
      multiply(op.weights, group * groupOut * depth, patches, sums, groupOut, pixels, depth);
      for (let c = 0; c < groupOut; c++) {
        const channel = group * groupOut + c;
        const bias = op.bias[channel]!;
        for (let p = 0; p < pixels; p++) {
          const n = together ? p : image;
          const x = together && outWidth === 1 ? 0 : p;
          const value = requantise((sums[c * pixels + p]! + bias) | 0, op.requantise, channel);
          output[(n * outChannels + channel) * plane + y * outWidth + x] = value;
        }
      }
    }
  }
  return op.table ? applyTable(op.table, output, outputShape) : output;
}

/** The input under the window at (y, x), less the zero point, channel by channel; 0 outside the input. */
function fillPatch(
  patches: Int16Array,
  start: number,
  input: Operand,
  base: number,
  op: Convolution,
  groupIn: number,
  height: number,
  width: number,
  y: number,
  x: number,
): void {
  const { kernel, strides, dilations, pads } = op.window;
  const { data, zeroPoint } = input;
  const top = y * strides[0] - pads[0];
  const left = x * strides[1] - pads[1];
  let to = start;
  for (let c = 0; c < groupIn; c++) {
    const from = base + c * height * width;
    for (let ky = 0; ky < kernel[0]; ky++) {
      const iy = top + ky * dilations[0];
      if (iy < 0 || iy >= height) {
        patches.fill(0, to, to + kernel[1]);
        to += kernel[1];
        continue;
      }
      for (let kx = 0; kx < kernel[1]; kx++) {
        const ix = left + kx * dilations[1];
        patches[to++] = ix < 0 || ix >= width ? 0 : data[from + iy * width + ix]! - zeroPoint;
      }
    }
  }
}

/** sums[c, p] = dot product of weight row c with patch p. */
function multiply(
  weights: Int8Array,
  start: number,
  patches: Int16Array,
  sums: Int32Array,
  rows: number,
  pixels: number,
  depth: number,
): void {
  let c = 0;
  for (; c + 4 <= rows; c += 4) {
    const w0 = start + c * depth;
    const w1 = w0 + depth;
    const w2 = w1 + depth;
    const w3 = w2 + depth;
    let p = 0;
    for (; p + 2 <= pixels; p += 2) {
      const p0 = p * depth;
      const p1 = p0 + depth;
      let a0 = 0;
      let a1 = 0;
      let b0 = 0;
      let b1 = 0;
      let c0 = 0;
      let c1 = 0;
      let d0 = 0;
      let d1 = 0;
      for (let k = 0; k < depth; k++) {
        const x0 = patches[p0 + k]!;
        const x1 = patches[p1 + k]!;
        const wa = weights[w0 + k]!;
        const wb = weights[w1 + k]!;
        const wc = weights[w2 + k]!;
        const wd = weights[w3 + k]!;
        a0 = (a0 + Math.imul(wa, x0)) | 0;
        a1 = (a1 + Math.imul(wa, x1)) | 0;
        b0 = (b0 + Math.imul(wb, x0)) | 0;
        b1 = (b1 + Math.imul(wb, x1)) | 0;
        c0 = (c0 + Math.imul(wc, x0)) | 0;
        c1 = (c1 + Math.imul(wc, x1)) | 0;
        d0 = (d0 + Math.imul(wd, x0)) | 0;
        d1 = (d1 + Math.imul(wd, x1)) | 0;
      }
      const at = c * pixels + p;
      sums[at] = a0;
      sums[at + 1] = a1;
      sums[at + pixels] = b0;
      sums[at + pixels + 1] = b1;
      sums[at + 2 * pixels] = c0;
      sums[at + 2 * pixels + 1] = c1;
      sums[at + 3 * pixels] = d0;
      sums[at + 3 * pixels + 1] = d1;
    }
    for (; p < pixels; p++) {
      for (let r = 0; r < 4; r++) sums[(c + r) * pixels + p] = dot(weights, w0 + r * depth, patches, p * depth, depth);
    }
  }
  for (; c < rows; c++) {
    for (let p = 0; p < pixels; p++) sums[c * pixels + p] = dot(weights, start + c * depth, patches, p * depth, depth);
  }
}

function dot(weights: Int8Array, w: number, patches: Int16Array, p: number, depth: number): number {
  let sum = 0;
  for (let k = 0; k < depth; k++) sum = (sum + Math.imul(weights[w + k]!, patches[p + k]!)) | 0;
  return sum;
}
