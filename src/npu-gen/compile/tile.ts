/** Rectangles of tensors: what of the operands a rectangle of the result needs, and how a result is cut into rectangles. */
import type { Window } from "../../dl-frontend/integer/graph.js";
import { type NpuConfig, wordsOfLine } from "../config.js";
import type { Place } from "./places.js";
import { blocksOf, roundUp, type Shape4 } from "./shape.js";

/** Images, rows and columns of a tensor, all channels: first one and how many. */
export interface Box {
  readonly n0: number;
  readonly n: number;
  readonly y0: number;
  readonly h: number;
  readonly x0: number;
  readonly w: number;
}

/** A box of a tensor and where it lies; `place` has the box's shape. */
export interface Part {
  readonly box: Box;
  readonly whole: Shape4;
  readonly place: Place;
}

export const boxOf = ({ n, h, w }: Shape4): Box => ({ n0: 0, n, y0: 0, h, x0: 0, w });

export const isSameBox = (a: Box, b: Box): boolean =>
  a.n0 === b.n0 && a.n === b.n && a.y0 === b.y0 && a.h === b.h && a.x0 === b.x0 && a.w === b.w;

/** A box within a place of the whole tensor. */
export function partWithin(whole: Place, box: Box): Part {
  const { pitches: p, shape } = whole;
  const offset = whole.offset + box.n0 * p.batch + box.y0 * p.row + box.x0 * p.pixel;
  return {
    box,
    whole: shape,
    place: { ...whole, offset, shape: { n: box.n, c: shape.c, h: box.h, w: box.w } },
  };
}

/** Channels of one block within a place of all of them. */
export function blockWithin(whole: Place, block: number, lanes: number): Place {
  const { shape } = whole;
  const c = Math.min(lanes, shape.c - block * lanes);
  return { ...whole, offset: whole.offset + block * whole.pitches.block, shape: { ...shape, c } };
}

/** Words that a box takes in the activation memory when it comes from DRAM or goes there. */
export function wordsOfBox(box: Box, { c, w }: Shape4, config: NpuConfig): number {
  const line = wordsOfLine(config);
  // A box that begins within a line brings the rest of it along.
  const row = roundUp(box.w, line) + (box.w === w ? 0 : line);
  return box.n * blocksOf(c, config) * box.h * row;
}

/** Rows or columns of the input that outputs `first` … `first + count - 1` read, clipped to the image. */
function reach(first: number, count: number, size: number, window: Window, axis: 0 | 1): [number, number] {
  const low = first * window.strides[axis] - window.pads[axis];
  const high = low + (count - 1) * window.strides[axis] + (window.kernel[axis] - 1) * window.dilations[axis];
  const inside = (at: number): number => Math.min(Math.max(at, 0), size - 1);
  return [inside(low), inside(high) - inside(low) + 1];
}

/** What a window operation reads for a box of its output. */
export function boxUnderWindow(box: Box, input: Shape4, window: Window): Box {
  const [y0, h] = reach(box.y0, box.h, input.h, window, 0);
  const [x0, w] = reach(box.x0, box.w, input.w, window, 1);
  return { n0: box.n0, n: box.n, y0, h, x0, w };
}

/** The window as it lies over a box of the input for a box of the output: only the first pads change. */
export function windowWithin(window: Window, output: Box, input: Box): Window {
  const [top, left, bottom, right] = window.pads;
  return {
    ...window,
    pads: [
      input.y0 - (output.y0 * window.strides[0] - top),
      input.x0 - (output.x0 * window.strides[1] - left),
      bottom,
      right,
    ],
  };
}

/** What an operand of an operation element by element gives to a box; axes of one position are broadcast. */
export const boxBroadcast = (box: Box, { n, h, w }: Shape4): Box => ({
  n0: n === 1 ? 0 : box.n0,
  n: n === 1 ? 1 : box.n,
  y0: h === 1 ? 0 : box.y0,
  h: h === 1 ? 1 : box.h,
  x0: w === 1 ? 0 : box.x0,
  w: w === 1 ? 1 : box.w,
});

/** Axes along which a result may be cut. */
export interface Cuts {
  readonly images: boolean;
  readonly rows: boolean;
  readonly columns: boolean;
}

/** Ways to cut a result, coarser ones first: whole, by images, by rows, by columns. Columns are cut where lines begin. */
export function* tilings(shape: Shape4, cuts: Cuts, config: NpuConfig): Generator<Box[]> {
  const { n, h, w } = shape;
  const boxes = (images: number, rows: number, columns: number): Box[] => {
    const found: Box[] = [];
    for (let n0 = 0; n0 < n; n0 += images)
      for (let y0 = 0; y0 < h; y0 += rows)
        for (let x0 = 0; x0 < w; x0 += columns)
          found.push({
            n0,
            n: Math.min(images, n - n0),
            y0,
            h: Math.min(rows, h - y0),
            x0,
            w: Math.min(columns, w - x0),
          });
    return found;
  };
  yield boxes(n, h, w);
  const images = cuts.images ? 1 : n;
  if (images < n) yield boxes(images, h, w);
  let rows = h;
  if (cuts.rows)
    for (const size of sizes(h, 1)) {
      rows = size;
      yield boxes(images, rows, w);
    }
  if (cuts.columns) for (const size of sizes(w, wordsOfLine(config))) yield boxes(images, rows, size);
}

/** Sizes of equal parts, multiples of `step`, from two parts to the smallest parts. */
function* sizes(extent: number, step: number): Generator<number> {
  let last = extent;
  for (let parts = 2; last > step; parts = Math.ceil(parts * 1.2)) {
    const size = roundUp(Math.ceil(extent / parts), step);
    if (size < last) {
      last = size;
      yield size;
    }
  }
}
