/** Softmax over any axis. */
import type { Softmax } from "../../dl-frontend/integer/graph.js";
import { LINE_BYTES } from "../config.js";
import type { EmitContext } from "./context.js";
import { axisStrides } from "./emit-vector.js";
import { countsOf, foldLoops, jumpsOf, type Loop } from "./loops.js";
import { baseOf, type Place, wordsOfPlace } from "./places.js";
import { reads, writes } from "./program.js";

const DIMS = 3;
const TABLE_LINES = 512 / LINE_BYTES;

/** Softmax over an axis of `shape`, whose axes are at least batch and channels. */
export function emitSoftmax(
  context: EmitContext,
  operation: Softmax,
  shape: readonly number[],
  axis: number,
  input: Place,
  output: Place,
): void {
  const { config, image, program } = context;
  const lanes = config.inputs;
  const line = image.place(TABLE_LINES, () => {
    const bytes = new Uint8Array(TABLE_LINES * LINE_BYTES);
    const view = new DataView(bytes.buffer);
    operation.exponential.forEach((value, i) => {
      view.setUint16(2 * i, value, true);
    });
    return bytes;
  });
  program.emit("softmax", { table: 1, line });

  const places = [input, output];
  const strides = places.map((place) => axisStrides(shape, place).map((words) => words * lanes));
  const channels = shape[1]!;
  const blockBytes = places.map((place) => place.pitches.block * lanes);
  const length = shape[axis]!;
  const steps = (k: 0 | 1): [number, number] =>
    axis === 1 ? [1, blockBytes[k]! - (lanes - 1)] : [strides[k]![axis]!, 0];
  const rows: Loop[] = shape
    .map((count, a): Loop => ({ count, strides: [strides[0]![a]!, strides[1]![a]!] }))
    .filter((_, a) => a !== axis && a !== 1)
    .reverse();
  // Channels as rows: those of whole words, then those of the last word.
  const whole = Math.floor(channels / lanes);
  const rest = channels % lanes;
  const parts: { loops: Loop[]; block: number }[] = [];
  if (axis === 1) parts.push({ loops: rows, block: 0 });
  else {
    const lane = (count: number): Loop => ({ count, strides: [1, 1] });
    if (whole > 0)
      parts.push({
        loops: [lane(lanes), { count: whole, strides: [blockBytes[0]!, blockBytes[1]!] }, ...rows],
        block: 0,
      });
    if (rest > 0) parts.push({ loops: [lane(rest), ...rows], block: whole });
  }
  for (const { loops, block } of parts)
    for (const entry of foldLoops(loops, DIMS)) {
      const at = (k: 0 | 1): number => baseOf(places[k]!) * lanes + block * blockBytes[k]! + (entry.offsets[k] ?? 0);
      program.emit(
        "softmax",
        {
          length: length - 1,
          inner: axis === 1 ? lanes - 1 : 2 ** 16 - 1,
          fromSteps: steps(0),
          toSteps: steps(1),
          fraction: operation.fractionBits,
          zero: context.tensor(operation.output).quantisation.zeroPoint,
          counts: countsOf(entry.loops, DIMS),
          from: at(0),
          fromJumps: jumpsOf(entry.loops, 0, DIMS),
          to: at(1),
          toJumps: jumpsOf(entry.loops, 1, DIMS),
        },
        [reads("words", wordsOfPlace(input, config)), writes("words", wordsOfPlace(output, config))],
      );
    }
}
