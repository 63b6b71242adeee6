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
  const taps = mode === "cubic" ? (x: number) => cubicTaps(x, cubic) : linearTaps;
  const phases = mode === "nearest" ? undefined : allPhases(axes, taps);
  if (phases) at = depthwise(lowering, name, at, phases, output);
  else
    for (const each of axes) {
      if (mode === "nearest") {
        const indices = Int32Array.from({ length: each.to }, (_, x) => clamp(rounding(each.coordinate(x)), each.from));
        const shape = lowering.valueOf(at).shape.with(each.axis, each.to);
        at = lowering.emit(name, { kind: "gather", input: at, axis: each.axis, indices }, shape, {
          source: view.node.inputs[0]!,
        });
      } else at = matrix(lowering, name, at, each, rowsOf(each, taps), output);
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

type Taps = (x: number) => Tap[];

const rowsOf = (axis: Axis, taps: Taps) =>
  Array.from({ length: axis.to }, (_, x) => taps(axis.coordinate(x)).filter(([, weight]) => Math.abs(weight) > 1e-9));

/** Phases of height and width, when each is enlarged by a small whole factor (or stays) and its weights repeat with it. */
function allPhases(axes: readonly Axis[], taps: Taps): [Tap[][], Tap[][]] | undefined {
  const found = [2, 3].map((place): Tap[][] | undefined => {
    const axis = axes.find((each) => each.axis === place);
    if (!axis) return [[[0, 1]]];
    const factor = axis.to / axis.from;
    return Number.isInteger(factor) && factor <= 8 ? phasesOf(rowsOf(axis, taps), factor) : undefined;
  });
  return found[0] && found[1] ? [found[0], found[1]] : undefined;
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

/** Channel c becomes a channel for each pair of phases, computed from the pixels around; then they are interleaved. */
function depthwise(
  lowering: Lowering,
  name: string,
  input: ValueId,
  [vertical, horizontal]: readonly [Tap[][], Tap[][]],
  source: string,
): ValueId {
  const shape = lowering.valueOf(input).shape;
  const [n, c, h, w] = shape as [number, number, number, number];
  const span = (phases: Tap[][]) => {
    const positions = phases.flat().map(([at]) => at);
    return { low: Math.min(...positions, 0), high: Math.max(...positions, 0) };
  };
  const [v, u] = [span(vertical), span(horizontal)];
  const before = [0, 0, -v.low, -u.low];
  const after = [0, 0, v.high, u.high];
  const padded = shape.map((extent, k) => extent + before[k]! + after[k]!);
  const own = lowering.valueOf(input).source!;
  const pad = { kind: "pad", input, before, after, mode: "edge", value: 0 } as const;
  const bordered = padded.join() === shape.join() ? input : lowering.emit(name, pad, padded, { source: own });
  const kernel = [v.high - v.low + 1, u.high - u.low + 1] as const;
  const [fy, fx] = [vertical.length, horizontal.length];
  const phases = fy * fx;
  const one = new Float64Array(phases * kernel[0] * kernel[1]);
  for (const [py, rows] of vertical.entries()) {
    for (const [px, columns] of horizontal.entries()) {
      const first = (py * fx + px) * kernel[0] * kernel[1];
      for (const [y, a] of rows)
        for (const [x, b] of columns) one[first + (y - v.low) * kernel[1] + x - u.low]! += a * b;
    }
  }
  const weights = Float64Array.from({ length: c * one.length }, (_, k) => one[k % one.length]!);
  const window = { ...POINT, kernel };
  const exact = exactScale(one);
  const draft = {
    ...({ kind: "conv", input: bordered, weights, bias: new Float64Array(c * phases), groups: c, window } as const),
    ...(exact ? { weightScales: Float64Array.of(exact) } : {}),
  };
  const made = lowering.emit(name, draft, [n, c * phases, h, w], { source });
  const split = [n, c, fy, fx, h, w];
  const order = [0, 1, 4, 2, 5, 3];
  const parts = lowering.reshape(made, split, name);
  const moved = lowering.emit(
    name,
    { kind: "transpose", input: parts, order },
    order.map((k) => split[k]!),
    { source },
  );
  return lowering.reshape(moved, [n, c, h * fy, w * fx], name);
}

/** A scale with which all weights are whole numbers, for linear interpolation by small factors; undefined when there is none. */
function exactScale(weights: Float64Array): number | undefined {
  for (let denominator = 1; denominator <= 128; denominator++) {
    if (
      weights.every(
        (w) => Math.abs(w * denominator - Math.round(w * denominator)) < 1e-9 && Math.abs(w * denominator) <= 127,
      )
    ) {
      return 1 / denominator;
    }
  }
  return undefined;
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
