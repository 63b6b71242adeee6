/** Pools: windows a channel, in the lanes. */
import type { AveragePool, MaxPool, Window } from "../../dl-frontend/integer/graph.js";
import { sumRows } from "../config.js";
import type { EmitContext } from "./context.js";
import { byColumns, compute, type Lowered, MODE } from "./emit-conv.js";
import { drain, PassStream, type Tile, tilesOf } from "./emit-post.js";
import { IDENTITY } from "./parameters.js";
import type { Place } from "./places.js";
import { blocksOf } from "./shape.js";

/** A largest-value pool or a part of it; the window's pads are those of the part. */
export function emitMaxPool(
  context: EmitContext,
  operation: MaxPool,
  input: Place,
  output: Place,
  pads: Window["pads"],
): void {
  const stream = new PassStream(
    context,
    { scalars: { requantise: IDENTITY }, requantise: IDENTITY, channels: output.shape.c, bias: () => 0 },
    1,
  );
  const whole = everything(output);
  // The parameters are the same for all channels: those of the first block serve.
  passOver(context, { input, output, window: { ...operation.window, pads } }, whole, MODE.largest, -128, () =>
    stream.load(0),
  );
}

export function emitAveragePool(
  context: EmitContext,
  operation: AveragePool,
  input: Place,
  output: Place,
  inputZero: number,
  pads: Window["pads"],
): void {
  const { requantise } = operation;
  const window = { ...operation.window, pads };
  const positions = window.kernel[0] * window.kernel[1];
  // Padding with the zero point, a window of any number of positions inside adds up to the sum plus this.
  const bias = -inputZero * positions;
  const lowered: Lowered = { input, output, window };
  for (const { tile, count } of rectangles(operation, window, input, output)) {
    const by = requantise.multiplier.length === 1 ? 0 : (operation.countPadding ? positions : Math.max(1, count)) - 1;
    const own = {
      ...requantise,
      multiplier: requantise.multiplier.slice(by, by + 1),
      shift: requantise.shift.slice(by, by + 1),
    };
    const lanes = Math.min(output.shape.c, context.config.inputs);
    const stream = new PassStream(
      context,
      { scalars: { requantise: own }, requantise: own, channels: lanes, bias: () => bias },
      1,
    );
    passOver(context, lowered, [tile], MODE.sums, inputZero, () => stream.load(0));
  }
}

/** A strip of the image of one block of channels whose mean is wanted: it adds to the strips before; the last one gives the mean. */
export function emitMeanStrip(
  context: EmitContext,
  { window, requantise }: AveragePool,
  input: Place,
  output: Place,
  inputZero: number,
  { adds, goesOn, half }: { readonly adds: boolean; readonly goesOn: boolean; readonly half: 0 | 1 },
): void {
  const { h, w } = input.shape;
  const strip: Window = { kernel: [h, w], strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0] };
  const tile: Tile = { n: 0, y: 0, x: 0, rows: 1, columns: 1 };
  const pass = { mode: MODE.sums, block: 0, blocks: 1, half, pad: inputZero, accumulate: adds };
  compute(context, { input, output, window: strip }, tile, pass);
  if (goesOn) return;
  const positions = window.kernel[0] * window.kernel[1];
  const own = { ...requantise, multiplier: requantise.multiplier.slice(-1), shift: requantise.shift.slice(-1) };
  const bias = (): number => -inputZero * positions;
  const stream = new PassStream(
    context,
    { scalars: { requantise: own }, requantise: own, channels: output.shape.c, bias },
    1,
  );
  stream.load(0);
  drain(context, tile, half, 0, 0, output, { table: false });
}

const everything = ({ shape }: Place): Tile[] =>
  Array.from({ length: shape.n }, (_, n) => ({ n, y: 0, x: 0, rows: shape.h, columns: shape.w }));

function passOver(
  context: EmitContext,
  lowered: Lowered,
  areas: readonly Tile[],
  mode: number,
  pad: number,
  load: () => void,
): void {
  const { config } = context;
  const blocks = blocksOf(lowered.output.shape.c, config);
  const columns = byColumns(context, lowered.window, lowered.output.shape.w);
  for (const area of areas)
    for (const tile of tilesOf(area, sumRows(config)))
      for (let block = 0; block < blocks; block++) {
        const half = context.nextHalf();
        compute(context, lowered, tile, { mode, columns, block, blocks: 1, half, pad });
        load();
        drain(context, tile, half, 0, block, lowered.output, { table: false });
      }
}

/** Rectangles of the output whose windows have equally many positions inside the image. */
function rectangles(
  operation: AveragePool,
  window: Window,
  input: Place,
  output: Place,
): { readonly tile: Tile; readonly count: number }[] {
  const { h, w, n } = output.shape;
  const runs = (axis: 0 | 1, extent: number, size: number): { at: number; length: number; inside: number }[] => {
    const list: { at: number; length: number; inside: number }[] = [];
    for (let o = 0; o < extent; o++) {
      let inside = 0;
      for (let k = 0; k < window.kernel[axis]; k++) {
        const i = o * window.strides[axis] + k * window.dilations[axis] - window.pads[axis];
        if (i >= 0 && i < size) inside++;
      }
      const last = list.at(-1);
      if (last && (last.inside === inside || operation.countPadding)) last.length++;
      else list.push({ at: o, length: 1, inside });
    }
    return list;
  };
  const rows = runs(0, h, input.shape.h);
  const columns = runs(1, w, input.shape.w);
  return Array.from({ length: n }, (_, image) =>
    rows.flatMap((r) =>
      columns.map((c) => ({
        tile: { n: image, y: r.at, x: c.at, rows: r.length, columns: c.length },
        count: r.inside * c.inside,
      })),
    ),
  ).flat();
}
