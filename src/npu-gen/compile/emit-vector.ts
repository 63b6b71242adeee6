/** Operations element by element: the post engine with operands from the activation memory. */
import type { Binary, Lookup } from "../../dl-frontend/integer/graph.js";
import type { EmitContext } from "./context.js";
import { PassStream } from "./emit-post.js";
import { countsOf, foldLoops, hull, jumpsOf, type Loop } from "./loops.js";
import { IDENTITY } from "./parameters.js";
import { baseOf, type Place } from "./places.js";
import { reads, writes } from "./program.js";
import { blocksOf, elementsOf, shape4 } from "./shape.js";

const SOURCE = { add: 1, mul: 2, plain: 3 } as const;

/** Distance in words of every axis of a tensor's plain shape but the channel's; 0 where it has one element. */
export function axisStrides(shape: readonly number[], place: Place): number[] {
  const { batch, row, pixel } = place.pitches;
  return shape.map((extent, axis) => {
    if (extent === 1 || (axis === 1 && shape.length > 1)) return 0;
    if (shape.length < 2) return 0;
    if (axis === 0) return batch;
    if (axis === shape.length - 1) return pixel;
    return row * elementsOf(shape.slice(axis + 1, -1));
  });
}

/** An operand or the result of a part: where it lies, and its axes. */
export interface VectorPart {
  readonly place: Place;
  readonly shape: readonly number[];
}

/** Lays out the parameters of an operation element by element, once for all of its parts. */
export function prepareVector(
  context: EmitContext,
  operation: Binary | Lookup,
): (operands: readonly VectorPart[], output: VectorPart) => void {
  const { config, program } = context;
  const ids = operation.kind === "lookup" ? [operation.input] : [operation.a, operation.b];
  const zeros = ids.map((id) => context.tensor(id).quantisation.zeroPoint);
  const channels = shape4(context.tensor(operation.output).shape).c;
  const requantise = operation.kind === "lookup" ? IDENTITY : operation.requantise;
  const table = operation.table;
  const stream = new PassStream(context, {
    scalars: {
      zeroA: zeros[0]!,
      zeroB: zeros[1] ?? 0,
      ...(operation.kind === "add" ? { factors: operation.factors ?? [1, 1] } : {}),
      requantise,
    },
    requantise,
    channels,
    bias: () => 0,
    ...(table ? { table } : {}),
  });
  // One pass over all blocks unless parameters change with them.
  const perBlock = table !== undefined && table.length > 256;
  const blocks = blocksOf(channels, config);
  return (operands, { place: output, shape }) => {
    const [a, b] = operands;
    const strides = [axisStrides(shape, output), ...operands.map((o) => axisStrides(o.shape, o.place))];
    const spread = operands.map((o) => o.place.shape.c === 1 && channels > 1);
    const blockPitch = [output, ...operands.map((o) => o.place)].map((p, i) =>
      i > 0 && spread[i - 1] ? 0 : p.pitches.block,
    );
    const spatial: Loop[] = shape
      .map((count, axis): Loop => ({ count, strides: strides.map((s) => s[axis]!) }))
      .filter((_, axis) => axis !== 1 && (shape.length > 1 || axis > 0));
    // Innermost first: the last axis, …, the second; then blocks; then the batch.
    const [batch, ...rest] = spatial;
    const inner = rest.reverse();
    const outer = batch ? [batch] : [];
    const passes = perBlock
      ? Array.from({ length: blocks }, (_, block) => ({ block, loops: [...inner, ...outer] }))
      : [{ block: 0, loops: [...inner, { count: blocks, strides: blockPitch }, ...outer] }];
    for (const { block, loops } of passes) {
      stream.load(block);
      for (const entry of foldLoops(loops, 4)) {
        const at = (place: Place, i: number): number =>
          baseOf(place) + block * blockPitch[i]! + (entry.offsets[i] ?? 0);
        const word = at(output, 0);
        const wordA = at(a!.place, 1);
        const wordB = b ? at(b.place, 2) : 0;
        program.emit(
          "post",
          {
            source: operation.kind === "lookup" ? SOURCE.plain : SOURCE[operation.kind],
            useB: b ? 1 : 0,
            useTable: table ? 1 : 0,
            spreadA: spread[0] ? 1 : 0,
            spreadB: spread[1] ? 1 : 0,
            counts: countsOf(entry.loops, 4),
            word,
            jumps: jumpsOf(entry.loops, 0, 4),
            a: wordA,
            aJumps: jumpsOf(entry.loops, 1, 4),
            b: wordB,
            bJumps: b ? jumpsOf(entry.loops, 2, 4) : [0, 0, 0, 0],
          },
          [
            writes("words", hull(word, entry.loops, 0)),
            reads("words", hull(wordA, entry.loops, 1)),
            ...(b ? [reads("words", hull(wordB, entry.loops, 2))] : []),
          ],
        );
      }
    }
  };
}
