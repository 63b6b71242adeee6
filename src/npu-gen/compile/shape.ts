/** How tensors of any rank lie in words: batch, channels in blocks, rows, pixels. */
import { type NpuConfig, wordsOfLine } from "../config.js";

/** Axis 0, axis 1, the product of the axes between, the last axis. */
export interface Shape4 {
  readonly n: number;
  readonly c: number;
  readonly h: number;
  readonly w: number;
}

export function shape4(shape: readonly number[]): Shape4 {
  if (shape.length < 2) return { n: 1, c: shape[0] ?? 1, h: 1, w: 1 };
  const [n, c, ...spatial] = shape;
  const w = spatial.at(-1) ?? 1;
  return { n: n!, c: c!, h: spatial.slice(0, -1).reduce((a, b) => a * b, 1), w };
}

export const elementsOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

export const blocksOf = (channels: number, config: NpuConfig): number => Math.ceil(channels / config.inputs);

/** Distances in words. */
export interface Pitches {
  readonly batch: number;
  readonly block: number;
  readonly row: number;
  readonly pixel: number;
}

export function densePitches(shape: Shape4, config: NpuConfig): Pitches {
  const plane = shape.h * shape.w;
  return { batch: plane * blocksOf(shape.c, config), block: plane, row: shape.w, pixel: 1 };
}

/** In DRAM every row begins with a line, so that any rectangle of rows can be transferred. */
export function linedPitches(shape: Shape4, config: NpuConfig): Pitches {
  const row = roundUp(shape.w, wordsOfLine(config));
  return { batch: shape.h * row * blocksOf(shape.c, config), block: shape.h * row, row, pixel: 1 };
}

export const denseWords = (shape: Shape4, config: NpuConfig): number =>
  shape.n * blocksOf(shape.c, config) * shape.h * shape.w;

/** Calls back for every element in memory order of the plain tensor, with its word (from the first) and lane. */
export function forElements(
  shape: Shape4,
  pitches: Pitches,
  config: NpuConfig,
  visit: (flat: number, word: number, lane: number) => void,
): void {
  let flat = 0;
  for (let n = 0; n < shape.n; n++)
    for (let c = 0; c < shape.c; c++) {
      const lane = c % config.inputs;
      const plane = n * pitches.batch + Math.floor(c / config.inputs) * pitches.block;
      for (let h = 0; h < shape.h; h++)
        for (let w = 0; w < shape.w; w++) visit(flat++, plane + h * pitches.row + w * pitches.pixel, lane);
    }
}

export const roundUp = (value: number, step: number): number => Math.ceil(value / step) * step;
