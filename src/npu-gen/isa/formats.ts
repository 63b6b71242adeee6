/**
 * The instruction set, once: which engines there are and which fields their instructions have. Encoder, disassembler and the
 * wiring of the RTL are derived from it. An instruction is one line of 512 bits; fields follow each other from bit 0 up.
 */

/** Engines in the order of their numbers. Those up to `softmax` exchange tokens. */
export const engines = ["load", "weights", "compute", "post", "move", "store", "softmax", "parameters", "end"] as const;
export type Engine = (typeof engines)[number];

/** Engines that give and take tokens. */
export const tokenEngines = 7;

export const INSTRUCTION_BITS = 512;

export interface Field {
  readonly name: string;
  readonly bits: number;
  /** So many fields of these bits, the first one lowest. */
  readonly times?: number;
}

const field = (name: string, bits: number, times?: number): Field => ({
  name,
  bits,
  ...(times === undefined ? {} : { times }),
});

export const COUNT_BITS = 16;
/** Word addresses of the activation memory and their differences; the RTL takes as many of them as its memory needs. */
export const WORD_BITS = 24;
/** Byte addresses of the activation memory. */
export const BYTE_BITS = 28;
/** DRAM lines from the image's base. */
export const LINE_BITS = 32;
export const STRETCH_BITS = 24;
export const TAG_BITS = 12;
export const TAP_BITS = 10;
export const SLICE_BITS = 3;

/** In front of every instruction. `wait` and `signal` have a bit a token engine. */
export const header: readonly Field[] = [
  field("engine", 4),
  field("wait", tokenEngines),
  field("signal", tokenEngines),
  /** For the simulator: the layer, counted from 1, that this instruction ends, or 0. */
  field("tag", TAG_BITS),
];

const transfer: readonly Field[] = [
  field("line", LINE_BITS),
  field("lines", COUNT_BITS),
  field("counts", COUNT_BITS, 2),
  field("lineJumps", LINE_BITS, 2),
  field("word", WORD_BITS),
  field("wordJumps", WORD_BITS, 2),
];

const stretch: readonly Field[] = [field("line", LINE_BITS), field("count", STRETCH_BITS), field("window", 1)];

/** Counts are rounds less one. */
export const formats: Readonly<Record<Engine, readonly Field[]>> = {
  load: transfer,
  store: transfer,
  weights: stretch,
  parameters: stretch,
  compute: [
    field("mode", 2),
    field("fill", 1),
    field("fillLast", TAP_BITS),
    field("columns", 1),
    field("lead", 3),
    field("stride", 4),
    field("half", 1),
    field("accumulate", 1),
    field("pad", 8),
    field("word", WORD_BITS),
    field("y", 16),
    field("x", 16),
    field("height", 16),
    field("width", 16),
    field("counts", COUNT_BITS, 5),
    field("jumps", WORD_BITS, 5),
    field("yJumps", 16, 5),
    field("xJumps", 16, 5),
  ],
  post: [
    field("parameters", 1),
    field("sections", 3),
    field("source", 2),
    field("useB", 1),
    field("fused", 1),
    field("useTable", 1),
    field("spreadA", 1),
    field("spreadB", 1),
    field("half", 1),
    field("slice", SLICE_BITS),
    field("counts", COUNT_BITS, 4),
    field("word", WORD_BITS),
    field("jumps", WORD_BITS, 4),
    field("a", WORD_BITS),
    field("aJumps", WORD_BITS, 4),
    field("b", WORD_BITS),
    field("bJumps", WORD_BITS, 4),
  ],
  move: [
    field("words", 1),
    field("constant", 1),
    field("value", 8),
    field("counts", COUNT_BITS, 5),
    field("from", BYTE_BITS),
    field("fromJumps", BYTE_BITS, 5),
    field("to", BYTE_BITS),
    field("toJumps", BYTE_BITS, 5),
  ],
  softmax: [
    field("table", 1),
    field("line", LINE_BITS),
    field("length", COUNT_BITS),
    field("inner", COUNT_BITS),
    field("fromSteps", BYTE_BITS, 2),
    field("toSteps", BYTE_BITS, 2),
    field("fraction", 4),
    field("zero", 8),
    field("counts", COUNT_BITS, 3),
    field("from", BYTE_BITS),
    field("fromJumps", BYTE_BITS, 3),
    field("to", BYTE_BITS),
    field("toJumps", BYTE_BITS, 3),
  ],
  end: [],
};

export interface PlacedField extends Field {
  readonly low: number;
}

function place(engine: Engine): ReadonlyMap<string, PlacedField> {
  const placed = new Map<string, PlacedField>();
  let low = 0;
  for (const f of [...header, ...formats[engine]]) {
    placed.set(f.name, { ...f, low });
    low += f.bits * (f.times ?? 1);
  }
  if (low > INSTRUCTION_BITS) throw new RangeError(`instructions of ${engine} have ${low} bits`);
  return placed;
}

/** Fields of an engine's instructions with their places. */
export const layouts: Readonly<Record<Engine, ReadonlyMap<string, PlacedField>>> = Object.fromEntries(
  engines.map((engine) => [engine, place(engine)]),
) as Record<Engine, ReadonlyMap<string, PlacedField>>;
