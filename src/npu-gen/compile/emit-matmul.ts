/**
 * Products of two activations on the array. The second operand's columns are the pixels and its rows the input channels, as it
 * lies; the first operand takes the place of the weights, for which it goes through DRAM in the order that the array reads.
 * Its zero point is taken off by further steps whose weights are the negative zero point.
 */
import type { MatrixMultiply } from "../../dl-frontend/integer/graph.js";
import { LINE_BYTES, stepLines, sumRows, wordsOfLine } from "../config.js";
import type { EmitContext } from "./context.js";
import { compute, MODE } from "./emit-conv.js";
import { byteAddresses, type Copies, emitCopies } from "./emit-move.js";
import { drain, PassStream, tilesOf } from "./emit-post.js";
import type { Place, Region } from "./places.js";
import { reads, writes } from "./program.js";
import { blocksOf, type Shape4 } from "./shape.js";

/** Lines of the first operand as weights: batch, groups of outputs, blocks of inputs. */
function weightLines(
  { config }: Pick<EmitContext, "config">,
  { n, c, w }: Shape4,
): { group: number; batch: number; all: number } {
  const group = blocksOf(w, config) * stepLines(config);
  const batch = group * Math.ceil(c / config.outputs);
  return { group, batch, all: batch * n };
}

/** Words that the rearranged operand takes; `shape` is the first operand's. */
export const scratchWords = (context: Pick<EmitContext, "config">, shape: Shape4): number =>
  weightLines(context, shape).all * wordsOfLine(context.config);

const pointwise = { kernel: [1, 1], strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0] } as const;

export function emitMatrixMultiply(
  context: EmitContext,
  operation: MatrixMultiply,
  a: Place,
  b: Place,
  output: Place,
  scratch: Region,
): void {
  const { config, image, program } = context;
  const lines = weightLines(context, a.shape);
  const line = image.place(lines.all);
  rearrange(context, a, scratch);
  const word = scratch.base!;
  const perLine = wordsOfLine(config);
  for (let from = 0; from < lines.all; from += 2 ** 16) {
    const count = Math.min(2 ** 16, lines.all - from);
    const low = word + from * perLine;
    program.emit("store", { line: line + from, lines: count - 1, word: low }, [
      reads("words", [low, low + count * perLine - 1]),
      writes("lines", [line + from, line + from + count - 1]),
    ]);
  }
  const { c: rows, w: depth } = a.shape;
  const blocks = blocksOf(depth, config);
  const zero = context.tensor(operation.a).quantisation.zeroPoint;
  const corrections = zero === 0 ? [] : zero === -128 ? [64, 64] : [-zero];
  const correctionLine = new Map(
    [...new Set(corrections)].map((value) => [
      value,
      image.place(lines.group, () => constantSteps(context, depth, value)),
    ]),
  );
  const stream = new PassStream(context, {
    scalars: { requantise: operation.requantise },
    requantise: operation.requantise,
    channels: rows,
    bias: () => 0,
    ...(operation.table ? { table: operation.table } : {}),
  });
  const lowered = { input: b, output, window: pointwise };
  const more = { table: operation.table !== undefined };
  for (let n = 0; n < output.shape.n; n++)
    for (const tile of tilesOf({ n, y: 0, x: 0, rows: 1, columns: output.shape.w }, sumRows(config)))
      for (let group = 0; group * config.outputs < rows; group++) {
        const half = context.nextHalf();
        const from = line + n * lines.batch + group * lines.group;
        const pass = { mode: MODE.dense, block: 0, blocks, half, pad: 0 };
        program.emit("weights", { line: from, count: lines.group - 1 }, [
          reads("lines", [from, from + lines.group - 1]),
        ]);
        compute(context, lowered, tile, pass);
        for (const value of corrections) {
          program.emit("weights", { line: correctionLine.get(value)!, count: lines.group - 1 });
          compute(context, lowered, tile, { ...pass, accumulate: true });
        }
        for (let slice = 0; slice < config.outputs / config.inputs; slice++) {
          const block = (group * config.outputs) / config.inputs + slice;
          if (block >= blocksOf(rows, config)) break;
          stream.load(block);
          drain(context, tile, half, slice, block, output, more);
        }
      }
}

/** Byte of the weight of output `o` for input `k` within a group's steps. */
function weightByte({ config }: EmitContext, o: number, k: number): number {
  const { inputs } = config;
  return Math.floor(k / inputs) * stepLines(config) * LINE_BYTES + 2 * inputs * (o >> 1) + 2 * (k % inputs) + (o & 1);
}

/** Copies the operand [n, rows, depth] into the order of weights; inputs beyond the last get the weight 0. */
function rearrange(context: EmitContext, a: Place, scratch: Region): void {
  const { config } = context;
  const { n, c: rows, w: depth } = a.shape;
  const from = byteAddresses(a, a.shape, config.inputs, config);
  const lines = weightLines(context, a.shape);
  const base = scratch.base! * config.inputs;
  const copies: Copies = { to: [], from: [] };
  const zeros: Copies = { to: [], from: [] };
  const padded = blocksOf(depth, config) * config.inputs;
  for (let image = 0; image < n; image++)
    for (let row = 0; row < rows; row++) {
      const group = Math.floor(row / config.outputs);
      const at = base + (image * lines.batch + group * lines.group) * LINE_BYTES;
      for (let k = 0; k < padded; k++) {
        const to = at + weightByte(context, row % config.outputs, k);
        if (k < depth) {
          copies.to.push(to);
          copies.from.push(from[(image * rows + row) * depth + k]!);
        } else {
          zeros.to.push(to);
          zeros.from.push(0);
        }
      }
    }
  emitCopies(context, copies, {});
  emitCopies(context, zeros, { constant: 1, value: 0 });
}

/** Steps whose weights are one value for every input that there is. */
function constantSteps(context: EmitContext, depth: number, value: number): Uint8Array {
  const { config } = context;
  const bytes = new Uint8Array(blocksOf(depth, config) * stepLines(config) * LINE_BYTES);
  for (let k = 0; k < depth; k++)
    for (let o = 0; o < config.outputs; o++) bytes[weightByte(context, o, k)] = value & 0xff;
  return bytes;
}
