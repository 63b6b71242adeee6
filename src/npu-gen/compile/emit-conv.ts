/** Convolutions: on the array (any groups), or a channel a lane. */
import type { Convolution, Window } from "../../dl-frontend/integer/graph.js";
import { LINE_BYTES, stepLines, sumRows } from "../config.js";
import type { EmitContext } from "./context.js";
import { drain, PassStream, type Tile, tilesOf } from "./emit-post.js";
import { countsOf, hull, jumpsOf, type Loop } from "./loops.js";
import type { FusedAddition } from "./nodes.js";
import { scalarsOf } from "./parameters.js";
import { baseOf, type Place } from "./places.js";
import { reads, writes } from "./program.js";
import { blocksOf } from "./shape.js";

export const MODE = { dense: 0, products: 1, sums: 2, largest: 3 } as const;

/** A convolution as the engines see it, images of one pixel turned so that the batch is the row. */
export interface Lowered {
  readonly input: Place;
  readonly output: Place;
  readonly window: Window;
}

const pointwise: Window = { kernel: [1, 1], strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0] };

/** The batch of 1 x 1 images as one row of pixels. */
export function batchAsRow(place: Place): Place {
  const { shape, pitches } = place;
  return {
    ...place,
    shape: { n: 1, c: shape.c, h: 1, w: shape.n },
    pitches: { batch: 0, block: pitches.block, row: 0, pixel: pitches.batch },
  };
}

const single = ({ shape }: Place): boolean => shape.h === 1 && shape.w === 1;

export function lower(input: Place, output: Place, window: Window): Lowered {
  const simple =
    window.kernel.every((k) => k === 1) &&
    window.strides.every((s) => s === 1 || single(output)) &&
    window.pads.every((p) => p === 0);
  if (single(input) && single(output) && simple && input.shape.n > 1)
    return { input: batchAsRow(input), output: batchAsRow(output), window: pointwise };
  return { input, output, window };
}

/** Loops of the compute engine over input words: which of them go over what. */
export function addressLoops(
  input: Place,
  window: Window,
  order: "pixels inside" | "window inside" | "columns",
  tile: Tile,
  blocks: number,
): Loop[] {
  const p = input.pitches;
  const [sy, sx] = window.strides;
  const [dy, dx] = window.dilations;
  const pixels: Loop[] = [
    { count: tile.columns, strides: [sx * p.pixel, 0, sx] },
    { count: tile.rows, strides: [sy * p.row, sy, 0] },
  ];
  const positions: Loop[] = [
    { count: window.kernel[1], strides: [dx * p.pixel, 0, dx] },
    { count: window.kernel[0], strides: [dy * p.row, dy, 0] },
  ];
  // By columns: the rows of the window, then all columns of the image that the row of windows touches.
  if (order === "columns")
    return [
      positions[1]!,
      { count: (tile.columns - 1) * sx + window.kernel[1], strides: [p.pixel, 0, 1] },
      pixels[1]!,
      { count: blocks, strides: [p.block, 0, 0] },
    ];
  const inner = order === "pixels inside" ? [...pixels, ...positions] : [...positions, ...pixels];
  return [...inner, { count: blocks, strides: [p.block, 0, 0] }];
}

/** Windows by columns: fewer words are read, and the kernel's columns fit. */
export function byColumns(context: EmitContext, window: Window, columns: number): boolean {
  const [, width] = window.kernel;
  return (
    width >= 2 &&
    width <= context.config.columns &&
    window.dilations[1] === 1 &&
    window.strides[1] <= 16 &&
    (columns - 1) * window.strides[1] + width < columns * width
  );
}

/** Emits one compute instruction: `block` is the first input block. */
export function compute(
  context: EmitContext,
  lowered: Lowered,
  tile: Tile,
  options: {
    readonly mode: number;
    readonly columns?: boolean;
    readonly block: number;
    readonly blocks: number;
    readonly half: 0 | 1;
    readonly pad: number;
    readonly fill?: number;
    /** Adds to what the accumulators hold. */
    readonly accumulate?: boolean;
  },
): void {
  const { input, window } = lowered;
  const { mode, block, blocks, half, pad, fill } = options;
  const columns = options.columns ?? false;
  const order = mode === MODE.dense ? "pixels inside" : columns ? "columns" : "window inside";
  const loops = addressLoops(input, window, order, tile, blocks);
  const y = tile.y * window.strides[0] - window.pads[0];
  const x = tile.x * window.strides[1] - window.pads[1];
  const p = input.pitches;
  const plane = baseOf(input) + tile.n * p.batch + block * p.block;
  const word = plane + y * p.row + x * p.pixel;
  const sums = half * sumRows(context.config);
  // What lies outside of the image is not read.
  const firstRow = Math.min(Math.max(y, 0), input.shape.h - 1);
  const reach = (tile.rows - 1) * window.strides[0] + (window.kernel[0] - 1) * window.dilations[0];
  const lastRow = Math.min(Math.max(y + reach, 0), input.shape.h - 1);
  const image: Loop[] = [
    { count: input.shape.w, strides: [p.pixel] },
    { count: lastRow - firstRow + 1, strides: [p.row] },
    { count: blocks, strides: [p.block] },
  ];
  context.program.emit(
    "compute",
    {
      mode,
      fill: fill === undefined ? 0 : 1,
      fillLast: fill === undefined ? 0 : fill - 1,
      columns: columns ? 1 : 0,
      lead: columns ? window.kernel[1] - 1 : 0,
      stride: columns ? window.strides[1] - 1 : 0,
      half,
      accumulate: options.accumulate ? 1 : 0,
      pad,
      word: wrap(word),
      y,
      x,
      height: input.shape.h,
      width: input.shape.w,
      counts: countsOf(loops, 5),
      jumps: jumpsOf(loops, 0, 5).map(wrap),
      yJumps: jumpsOf(loops, 1, 5),
      xJumps: jumpsOf(loops, 2, 5),
    },
    [
      reads("words", hull(plane + firstRow * p.row, image, 0)),
      writes("sums", [sums, sums + tile.rows * tile.columns - 1]),
    ],
  );
}

/** Addresses outside of the image wrap around: they are only counted through. */
const wrap = (word: number): number => ((word % 2 ** 24) + 2 ** 24) % 2 ** 24;

export interface ConvolutionEmission {
  readonly operation: Convolution;
  readonly addition?: FusedAddition | undefined;
  readonly inputZero: number;
  readonly valueZero: number;
  readonly addendZero: number;
  /** Channels of what is read and what is made, and columns of what is made, as a whole. */
  readonly inputs: number;
  readonly outputs: number;
  readonly columns: number;
  /** Weights, window and groups as they fit the input, which need not have the operation's own shape. */
  readonly weights: Int8Array;
  readonly window: Window;
  readonly groups: number;
}

/** Emits a convolution, or a part of it, on these places; the window's pads are those of the part. */
export type ConvolutionPass = (input: Place, output: Place, addend: Place | undefined, pads: Window["pads"]) => void;

/** True when every channel has its own filter and the filters' positions fit the lanes' memory. */
export function isDepthwise(context: EmitContext, e: ConvolutionEmission): boolean {
  const positions = e.window.kernel[0] * e.window.kernel[1];
  return e.groups === e.inputs && e.outputs === e.inputs && e.inputs > 1 && positions <= 2 ** context.config.tapBits;
}

/** Lays out the weights and parameters of a convolution, once for all of its parts. */
export function prepareConvolution(context: EmitContext, e: ConvolutionEmission): ConvolutionPass {
  const { operation, outputs } = e;
  const perOutput = e.weights.length / outputs;
  const bias = Int32Array.from(operation.bias);
  for (let o = 0; o < outputs; o++) {
    let sum = 0;
    for (let k = 0; k < perOutput; k++) sum += e.weights[o * perOutput + k]!;
    bias[o] = bias[o]! - e.inputZero * sum;
  }
  const table = e.addition ? e.addition.operation.table : operation.table;
  const stream = new PassStream(context, {
    scalars: scalarsOf(e),
    requantise: operation.requantise,
    channels: outputs,
    bias: (c) => bias[c]!,
    ...(table ? { table } : {}),
  });
  const pass = isDepthwise(context, e) ? prepareLanes(context, e, stream) : prepareDense(context, e, stream);
  return (input, output, addend, pads) => {
    const lowered = lower(input, output, { ...e.window, pads });
    const turned = addend && lowered.input !== input ? batchAsRow(addend) : addend;
    pass(lowered, { table: table !== undefined, ...(turned ? { addend: turned } : {}) });
  };
}

type More = { readonly table: boolean; readonly addend?: Place };

function areas({ shape }: Place): Tile[] {
  return Array.from({ length: shape.n }, (_, n) => ({ n, y: 0, x: 0, rows: shape.h, columns: shape.w }));
}

type LoweredPass = (lowered: Lowered, more: More) => void;

function prepareLanes(context: EmitContext, e: ConvolutionEmission, stream: PassStream): LoweredPass {
  const { config, image, program } = context;
  const positions = e.window.kernel[0] * e.window.kernel[1];
  const blocks = blocksOf(e.outputs, config);
  const columns = byColumns(context, e.window, e.columns);
  const [height, width] = e.window.kernel;
  // By columns every row of the window has as many words as the lanes have columns, the kernel's behind.
  const rowWords = columns ? config.columns : width;
  const lead = rowWords - width;
  const lines = Math.ceil((height * rowWords * config.inputs) / LINE_BYTES);
  const line = image.place(blocks * lines, () => {
    const bytes = new Uint8Array(blocks * lines * LINE_BYTES);
    for (let c = 0; c < e.outputs; c++) {
      const at = Math.floor(c / config.inputs) * lines * LINE_BYTES + (c % config.inputs);
      for (let k = 0; k < positions; k++) {
        const word = Math.floor(k / width) * rowWords + lead + (k % width);
        bytes[at + word * config.inputs] = e.weights[c * positions + k]! & 0xff;
      }
    }
    return bytes;
  });
  return (lowered, more) => {
    for (let block = 0; block < blocks; block++) {
      let filled = false;
      for (const area of areas(lowered.output))
        for (const tile of tilesOf(area, sumRows(config))) {
          const half = context.nextHalf();
          if (!filled) program.emit("weights", { line: line + block * lines, count: lines - 1, window: 1 });
          compute(context, lowered, tile, {
            mode: MODE.products,
            columns,
            block,
            blocks: 1,
            half,
            pad: e.inputZero,
            ...(filled ? {} : { fill: columns ? height : positions }),
          });
          filled = true;
          stream.load(block);
          drain(context, tile, half, 0, block, lowered.output, more);
        }
    }
  };
}

/** Outputs `first` … of one pass of the array, and the input blocks that they need. */
interface OutputGroup {
  readonly first: number;
  readonly block: number;
  readonly blocks: number;
}

function outputGroups(context: EmitContext, e: ConvolutionEmission): OutputGroup[] {
  const { config } = context;
  const { outputs } = e;
  const perGroupIn = e.inputs / e.groups;
  const perGroupOut = outputs / e.groups;
  const groups: OutputGroup[] = [];
  for (let first = 0; first < outputs; first += config.outputs) {
    const last = Math.min(first + config.outputs, outputs) - 1;
    const from = Math.floor(first / perGroupOut) * perGroupIn;
    const to = (Math.floor(last / perGroupOut) + 1) * perGroupIn - 1;
    const block = Math.floor(from / config.inputs);
    groups.push({ first, block, blocks: Math.floor(to / config.inputs) - block + 1 });
  }
  return groups;
}

function prepareDense(context: EmitContext, e: ConvolutionEmission, stream: PassStream): LoweredPass {
  const { config, image, program } = context;
  const positions = e.window.kernel[0] * e.window.kernel[1];
  const groups = outputGroups(context, e);
  const steps = groups.reduce((n, g) => n + g.blocks * positions, 0);
  const lines = steps * stepLines(config);
  const line = image.place(lines, () => denseWeights(context, e, groups, lines));
  const slices = config.outputs / config.inputs;
  const blocks = blocksOf(e.outputs, config);
  return (lowered, more) => {
    for (const area of areas(lowered.output))
      for (const tile of tilesOf(area, sumRows(config))) {
        program.emit("weights", { line, count: lines - 1 });
        for (const group of groups) {
          const half = context.nextHalf();
          compute(context, lowered, tile, {
            mode: MODE.dense,
            block: group.block,
            blocks: group.blocks,
            half,
            pad: e.inputZero,
          });
          for (let slice = 0; slice < slices; slice++) {
            const block = group.first / config.inputs + slice;
            if (block >= blocks) break;
            stream.load(block);
            drain(context, tile, half, slice, block, lowered.output, more);
          }
        }
      }
  };
}

/** Step by step as the array takes them: outputs in pairs, weights of two outputs for an input side by side. */
function denseWeights(
  { config }: EmitContext,
  e: ConvolutionEmission,
  groups: readonly OutputGroup[],
  lines: number,
): Uint8Array {
  const bytes = new Uint8Array(lines * LINE_BYTES);
  const positions = e.window.kernel[0] * e.window.kernel[1];
  const { outputs } = e;
  const perGroupIn = e.inputs / e.groups;
  const perGroupOut = outputs / e.groups;
  const stepBytes = stepLines(config) * LINE_BYTES;
  let step = 0;
  for (const { first, block, blocks } of groups)
    for (let b = block; b < block + blocks; b++)
      for (let k = 0; k < positions; k++, step++) {
        const at = step * stepBytes;
        for (let o = 0; o < config.outputs && first + o < outputs; o++) {
          const output = first + o;
          const group = Math.floor(output / perGroupOut);
          const entry = at + 2 * config.inputs * (o >> 1) + (o & 1);
          for (let i = 0; i < config.inputs; i++) {
            const input = b * config.inputs + i - group * perGroupIn;
            if (input < 0 || input >= perGroupIn) continue;
            bytes[entry + 2 * i] = e.weights[(output * perGroupIn + input) * positions + k]! & 0xff;
          }
        }
      }
  return bytes;
}
