/** Resizing: nearest is a gather; linear by a whole factor a depthwise convolution of its phases; anything else a matrix an axis. */
import type { NodeView } from "../graph/node-view.js";
import { POINT } from "./lower-linear.js";
import { type Lowering, NotAccelerated } from "./lowering.js";
import type { ValueId } from "./network.js";

/** Where an output coordinate lies in the input, per ONNX's coordinate_transformation_mode. */
type Coordinate = (out: number, inLength: number, outLength: number, scale: number) => number;

const COORDINATES: Readonly<Record<string, Coordinate>> = {
  half_pixel: (x, _, __, s) => (x + 0.5) / s - 0.5,
  pytorch_half_pixel: (x, _, length, s) => (length > 1 ? (x + 0.5) / s - 0.5 : 0),
  align_corners: (x, from, to) => (to === 1 ? 0 : (x * (from - 1)) / (to - 1)),
  asymmetric: (x, _, __, s) => x / s,
  half_pixel_symmetric: (x, from, to, s) => from / 2 - to / s / 2 + (x + 0.5) / s - 0.5,
};

const ROUNDINGS: Readonly<Record<string, (x: number) => number>> = {
  round_prefer_floor: (x) => Math.ceil(x - 0.5),
  round_prefer_ceil: (x) => Math.floor(x + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

interface Axis {
  readonly axis: number;
  readonly from: number;
  readonly to: number;
  readonly coordinate: (out: number) => number;
}

export function lowerResize(lowering: Lowering, view: NodeView): void {
  const old = view.op === "Upsample" || view.opset < 11;
  const mode = view.string("mode", "nearest");
  const transformation = view.string("coordinate_transformation_mode", old ? "asymmetric" : "half_pixel");
  const transform = COORDINATES[transformation];
  if (!transform)
    throw new NotAccelerated(`its coordinates are ${transformation}`, "use half_pixel, asymmetric or align_corners");
  if (view.int("antialias", 0) === 1) throw new NotAccelerated("it is antialiased", "export with antialias 0");
  if (view.int("exclude_outside", 0) === 1)
    throw new NotAccelerated("it excludes the outside", "export with exclude_outside 0");
  const output = view.node.outputs[0]!;
  const [from, to] = [view.shape(0), lowering.shapeOf(output)];
  const scales = old ? (view.floats("scales") ?? view.numbers(1)) : view.numbers(2);
  const listed = view.ints("axes")?.map((axis) => view.axis(axis, from.length)) ?? from.map((_, k) => k);
  const axes: Axis[] = from.flatMap((extent, axis) => {
    if (extent === to[axis] && (scales?.[listed.indexOf(axis)] ?? 1) === 1) return [];
    const scale = (scales?.length ? scales[listed.indexOf(axis)] : undefined) ?? to[axis]! / extent;
    return [{ axis, from: extent, to: to[axis]!, coordinate: (x) => transform(x, extent, to[axis]!, scale) }];
  });
  const { name } = view.node;
  if (mode !== "nearest" && mode !== "linear" && mode !== "cubic")
    throw new NotAccelerated(`its mode is ${mode}`, "use linear");
  const rounding = ROUNDINGS[view.string("nearest_mode", old ? "floor" : "round_prefer_floor")];
  if (!rounding) throw view.fail("its nearest_mode is not known");
  if (mode !== "nearest" && from.length !== 4)
    throw new NotAccelerated("it interpolates other than images", "reshape it to NCHW");
  if (mode !== "nearest" && axes.some(({ axis }) => axis < 2)) {
    throw new NotAccelerated("it interpolates between channels or images", "resize only height and width");
  }
  const cubic = view.float("cubic_coeff_a", -0.75);
  let at = lowering.store(view.node.inputs[0]!);
  for (const each of axes) {
    if (mode === "nearest") {
      const indices = Int32Array.from({ length: each.to }, (_, x) => clamp(rounding(each.coordinate(x)), each.from));
      const shape = lowering.valueOf(at).shape.with(each.axis, each.to);
      at = lowering.emit(name, { kind: "gather", input: at, axis: each.axis, indices }, shape, {
        source: view.node.inputs[0]!,
      });
    } else {
      const taps = mode === "linear" ? linearTaps : (x: number) => cubicTaps(x, cubic);
      at = interpolate(lowering, name, at, each, taps, output);
    }
  }
  lowering.reshape(at, to, name, output);
}

const clamp = (x: number, length: number) => Math.min(Math.max(x, 0), length - 1);

type Tap = readonly [position: number, weight: number];

function linearTaps(x: number): Tap[] {
  const floor = Math.floor(x);
  return [
    [floor, 1 - (x - floor)],
    [floor + 1, x - floor],
  ];
}

/** Keys' cubic convolution. */
function cubicTaps(x: number, a: number): Tap[] {
  const floor = Math.floor(x);
  return [-1, 0, 1, 2].map((k) => {
    const d = Math.abs(x - floor - k);
    const near = (a + 2) * d ** 3 - (a + 3) * d ** 2 + 1;
    const far = a * d ** 3 - 5 * a * d ** 2 + 8 * a * d - 4 * a;
    return [floor + k, d <= 1 ? near : far];
  });
}

function interpolate(
  lowering: Lowering,
  name: string,
  input: ValueId,
  axis: Axis,
  taps: (x: number) => Tap[],
  source: string,
): ValueId {
  const factor = axis.to / axis.from;
  const rows = Array.from({ length: axis.to }, (_, x) =>
    taps(axis.coordinate(x)).filter(([, weight]) => Math.abs(weight) > 1e-9),
  );
  if (Number.isInteger(factor) && factor <= 8) {
    const phases = phasesOf(rows, factor);
    if (phases) return depthwise(lowering, name, input, axis, factor, phases, source);
  }
  return matrix(lowering, name, input, axis, rows, source);
}

/** The taps of each phase relative to the input position, when they repeat with the factor. */
function phasesOf(rows: readonly (readonly Tap[])[], factor: number): Tap[][] | undefined {
  const phases = Array.from({ length: factor }, (_, phase) => rows[phase]!.map(([at, weight]): Tap => [at, weight]));
  for (const [x, row] of rows.entries()) {
    const phase = phases[x % factor]!;
    const base = Math.floor(x / factor);
    if (row.length !== phase.length) return undefined;
    if (row.some(([at, w], k) => at - base !== phase[k]![0] || Math.abs(w - phase[k]![1]) > 1e-6)) return undefined;
  }
  return phases;
}

/** Channel c becomes `factor` channels, its phases, which are then interleaved along the axis. */
function depthwise(
  lowering: Lowering,
  name: string,
  input: ValueId,
  { axis }: Axis,
  factor: number,
  phases: readonly (readonly Tap[])[],
  source: string,
): ValueId {
  const shape = lowering.valueOf(input).shape;
  const [n, c, h, w] = shape as [number, number, number, number];
  const positions = phases.flat().map(([at]) => at);
  const [low, high] = [Math.min(...positions, 0), Math.max(...positions, 0)];
  const vertical = axis === 2;
  const before = [0, 0, vertical ? -low : 0, vertical ? 0 : -low];
  const after = [0, 0, vertical ? high : 0, vertical ? 0 : high];
  const padded = shape.map((extent, k) => extent + before[k]! + after[k]!);
  const own = lowering.valueOf(input).source!;
  const pad = { kind: "pad", input, before, after, mode: "edge", value: 0 } as const;
  const bordered = low === 0 && high === 0 ? input : lowering.emit(name, pad, padded, { source: own });
  const length = high - low + 1;
  const weights = new Float64Array(c * factor * length);
  for (let channel = 0; channel < c; channel++) {
    for (const [phase, taps] of phases.entries()) {
      for (const [at, weight] of taps) weights[(channel * factor + phase) * length + at - low]! += weight;
    }
  }
  const window = { ...POINT, kernel: vertical ? ([length, 1] as const) : ([1, length] as const) };
  const draft = {
    kind: "conv",
    input: bordered,
    weights,
    bias: new Float64Array(c * factor),
    groups: c,
    window,
  } as const;
  const made = lowering.emit(name, draft, [n, c * factor, h, w], { source });
  const split = lowering.reshape(made, [n, c, factor, h, w], name);
  const order = vertical ? [0, 1, 3, 2, 4] : [0, 1, 3, 4, 2];
  const moved = order.map((k) => [n, c, factor, h, w][k]!);
  const interleaved = lowering.emit(name, { kind: "transpose", input: split, order }, moved, { source });
  return lowering.reshape(interleaved, shape.with(axis, shape[axis]! * factor), name);
}

/** The axis becomes channels, and a 1 x 1 convolution multiplies by the matrix of all weights. */
function matrix(
  lowering: Lowering,
  name: string,
  input: ValueId,
  { axis, from, to }: Axis,
  rows: readonly (readonly Tap[])[],
  source: string,
): ValueId {
  const shape = lowering.valueOf(input).shape;
  const weights = new Float64Array(to * from);
  for (const [x, taps] of rows.entries()) for (const [at, w] of taps) weights[x * from + clamp(at, from)]! += w;
  const order = axis === 2 ? [0, 2, 1, 3] : [0, 3, 1, 2];
  const back = axis === 2 ? [0, 2, 1, 3] : [0, 2, 3, 1];
  const turned = order.map((k) => shape[k]!);
  const own = lowering.valueOf(input).source!;
  const channels = lowering.emit(name, { kind: "transpose", input, order }, turned, { source: own });
  const draft = {
    kind: "conv",
    input: channels,
    weights,
    bias: new Float64Array(to),
    groups: 1,
    window: POINT,
  } as const;
  const made = lowering.emit(name, draft, turned.with(1, to), { source });
  const result = back.map((k) => turned.with(1, to)[k]!);
  return lowering.emit(name, { kind: "transpose", input: made, order: back }, result, { source });
}
