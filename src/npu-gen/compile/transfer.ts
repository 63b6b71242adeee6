/** Rectangles between DRAM, where each row begins with a line, and the activation memory. */
import { invariant } from "../../support/errors.js";
import { type NpuConfig, wordsOfLine } from "../config.js";
import type { EmitContext } from "./context.js";
import { hull, jumpsOf, type Loop, MAX_COUNT } from "./loops.js";
import { baseOf, type Place } from "./places.js";
import { reads, writes } from "./program.js";
import { blocksOf } from "./shape.js";

/** Words of the first line that lie before a place in DRAM. The alignment does not depend on the region's base, which is a line's. */
const leadOf = (dram: Place, config: NpuConfig): number => dram.offset % wordsOfLine(config);

/** True when rows of a place in DRAM can be transferred: pixels side by side, and all rows begin equally within a line. */
export function isTransferable({ offset, shape, pitches }: Place, config: NpuConfig): boolean {
  const line = wordsOfLine(config);
  const aligned = (extent: number, pitch: number): boolean => extent === 1 || pitch % line === 0;
  return (
    offset >= 0 &&
    (shape.w === 1 || pitches.pixel === 1) &&
    aligned(shape.h, pitches.row) &&
    aligned(blocksOf(shape.c, config), pitches.block) &&
    aligned(shape.n, pitches.batch)
  );
}

/** The place for a box of `dram` in the activation memory, at the start of a region, and the words that it takes. */
export function landing(
  dram: Place,
  config: NpuConfig,
): { readonly words: number; readonly place: Omit<Place, "region"> } {
  const line = wordsOfLine(config);
  const { shape } = dram;
  const lead = leadOf(dram, config);
  const row = Math.ceil((lead + shape.w) / line) * line;
  const pitches = { batch: shape.h * row * blocksOf(shape.c, config), block: shape.h * row, row, pixel: 1 };
  return { words: shape.n * pitches.batch, place: { offset: lead, shape, pitches } };
}

/** Emits the transfers between a place in DRAM and its landing. */
export function emitTransfer(context: EmitContext, engine: "load" | "store", dram: Place, memory: Place): void {
  const { config, program } = context;
  const line = wordsOfLine(config);
  const { shape, pitches: far } = dram;
  const { pitches: near } = memory;
  const lead = leadOf(dram, config);
  const lines = near.row / line;
  const from = baseOf(dram) - lead;
  const to = baseOf(memory) - lead;
  invariant(from % line === 0, "a transfer that begins within a line");
  const blocks = blocksOf(shape.c, config);
  // Rows that follow each other in DRAM as they do in the memory are one stretch.
  const joined = far.row === near.row && shape.h * lines <= MAX_COUNT;
  const stretch = joined ? shape.h * lines : lines;
  const loops = (row: number, block: number, unit: number): Loop[] => [
    { count: stretch, strides: [unit] },
    { count: joined ? 1 : shape.h, strides: [row] },
    { count: blocks, strides: [block] },
  ];
  for (let n = 0; n < shape.n; n++) {
    const lineLoops = loops(far.row / line, far.block / line, 1);
    const wordLoops = loops(near.row, near.block, line);
    const at = (from + n * far.batch) / line;
    const word = to + n * near.batch;
    // The engines count a stretch's words one by one: their jumps start from its last line and its last word.
    const [, lineRow, lineBlock] = jumpsOf(lineLoops, 0, 3);
    const [, wordRow, wordBlock] = jumpsOf(wordLoops, 0, 3).map((jump) => jump - (line - 1));
    const [low, high] = hull(word, wordLoops, 0);
    const words = [low, high + line - 1] as const;
    const linesThere = hull(at, lineLoops, 0);
    program.emit(
      engine,
      {
        line: at,
        lines: stretch - 1,
        counts: [lineLoops[1]!.count - 1, blocks - 1],
        lineJumps: engine === "load" ? stretchJumps(lineLoops) : [lineRow!, lineBlock!],
        word,
        wordJumps: [wordRow!, wordBlock!],
      },
      engine === "load"
        ? [reads("lines", linesThere), writes("words", words)]
        : [reads("words", words), writes("lines", linesThere)],
    );
  }
}

/** The load engine asks for whole stretches: its jumps start from a stretch's first line. */
function stretchJumps(loops: readonly Loop[]): number[] {
  return jumpsOf(loops.slice(1), 0, 2);
}
