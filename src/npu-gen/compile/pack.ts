/**
 * First layers with few channels would leave most inputs of the array idle. Where the host writes the image anyway, it writes
 * it so that positions of the window lie side by side as channels: all of them, or those of a row.
 */
import type { Convolution, IntegerOperation, IntegerTensor, Window } from "../../dl-frontend/integer/graph.js";
import type { NpuConfig } from "../config.js";
import { blocksOf } from "./shape.js";

/** Which positions of the window become channels. */
type Packing = "none" | "row" | "all";

export interface Builder {
  tensor(like: IntegerTensor, shape: readonly number[], name: string): IntegerTensor;
  push(operation: IntegerOperation): void;
}

/** Cycles of a convolution that reads what the host wrote: one word a cycle is loaded, and computing can go along with it. */
function cost(config: NpuConfig, packing: Packing, { window, output, channels, height, width }: Geometry): number {
  const [kh, kw] = window.kernel;
  const [rows, columns] = output;
  const loadRows = packing === "all" ? rows : height;
  const loadColumns = packing === "none" ? width : columns;
  const blocks = blocksOf(channels * (packing === "all" ? kh * kw : packing === "row" ? kw : 1), config);
  const positions = packing === "all" ? 1 : packing === "row" ? kh : kh * kw;
  const load = loadRows * loadColumns * blocks;
  const work = rows * columns * blocks * positions * Math.ceil(output[2] / config.outputs);
  return blocks === 1 ? Math.max(load, work) : load + work;
}

interface Geometry {
  readonly window: Window;
  /** Rows, columns, channels. */
  readonly output: readonly [number, number, number];
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** The convolution on a packed image, when that is clearly faster; `input` is the image. */
export function packed(
  operation: Convolution,
  input: IntegerTensor,
  output: IntegerTensor,
  config: NpuConfig,
  build: Builder,
): Convolution {
  const { window, groups } = operation;
  const [n, channels, height, width] = input.shape as [number, number, number, number];
  const [, outputs, rows, columns] = output.shape as [number, number, number, number];
  if (groups !== 1 || window.kernel[0] * window.kernel[1] === 1) return operation;
  const geometry: Geometry = { window, output: [rows, columns, outputs], channels, height, width };
  const plain = cost(config, "none", geometry);
  const [best, cycles] = (["row", "all"] as const)
    .map((packing) => [packing, cost(config, packing, geometry)] as const)
    .reduce((a, b) => (b[1] < a[1] ? b : a));
  if (cycles > 0.9 * plain) return operation;

  const all = best === "all";
  const [kh, kw] = window.kernel;
  const [top, left, bottom, right] = window.pads;
  const before = [0, 0, all ? top : 0, left];
  const after = [0, 0, all ? bottom : 0, right];
  const grown = input.shape.map((extent, axis) => extent + before[axis]! + after[axis]!);
  const framed = build.tensor(input, grown, `${input.name}:framed`);
  build.push({
    kind: "pad",
    name: `${operation.name}:frame`,
    input: input.id,
    output: framed.id,
    before,
    after,
    mode: "constant",
    value: input.quantisation.zeroPoint,
  });
  const parts: IntegerTensor[] = [];
  for (let ky = 0; ky < (all ? kh : 1); ky++)
    for (let kx = 0; kx < kw; kx++) {
      const part = build.tensor(input, [n, channels, all ? rows : height, columns], `${input.name}:${ky},${kx}`);
      build.push({
        kind: "slice",
        name: `${operation.name}:position`,
        input: framed.id,
        output: part.id,
        starts: [0, 0, ky * window.dilations[0], kx * window.dilations[1]],
        steps: [1, 1, all ? window.strides[0] : 1, window.strides[1]],
      });
      parts.push(part);
    }
  const joined = build.tensor(
    input,
    [n, channels * parts.length, all ? rows : height, columns],
    `${input.name}:packed`,
  );
  build.push({
    kind: "concat",
    name: `${operation.name}:pack`,
    inputs: parts.map((p) => p.id),
    output: joined.id,
    axis: 1,
  });
  return {
    ...operation,
    input: joined.id,
    weights: packedWeights(operation.weights, outputs, channels, kh, kw, all),
    window: all
      ? { kernel: [1, 1], strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0] }
      : {
          kernel: [kh, 1],
          strides: [window.strides[0], 1],
          dilations: [window.dilations[0], 1],
          pads: [top, 0, bottom, 0],
        },
  };
}

/** [outputs, channels, kh, kw] to [outputs, (ky, kx, channel)] or [outputs, (kx, channel), ky]. */
function packedWeights(
  weights: Int8Array,
  outputs: number,
  channels: number,
  kh: number,
  kw: number,
  all: boolean,
): Int8Array {
  const out = new Int8Array(weights.length);
  let from = 0;
  for (let o = 0; o < outputs; o++)
    for (let c = 0; c < channels; c++)
      for (let ky = 0; ky < kh; ky++)
        for (let kx = 0; kx < kw; kx++) {
          const at = all ? (ky * kw + kx) * channels + c : (kx * channels + c) * kh + ky;
          out[o * channels * kh * kw + at] = weights[from++]!;
        }
  return out;
}
