/** Shapes and axes of operators, as their attributes and constant operands give them; for inference, folding and lowering. */
import type { NodeView } from "./node-view.js";
import { outputExtents, windowOf } from "./window.js";

/** NumPy's broadcasting. */
export function broadcast(view: NodeView, shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const extents = shapes.map((shape) => shape[axis - (rank - shape.length)] ?? 1);
    const extent = extents.find((e) => e !== 1) ?? 1;
    if (extents.some((e) => e !== 1 && e !== extent)) {
      throw view.fail(`shapes ${shapes.map((shape) => shape.join("x") || "scalar").join(" and ")} cannot be broadcast`);
    }
    return extent;
  });
}

/** Shape of a convolution of x and weights [Co, Ci / group, ...]. */
export function convolved(view: NodeView, x: readonly number[], w: readonly number[]): number[] {
  const group = view.int("group", 1);
  if (x.length < 3 || w.length !== x.length)
    throw view.fail(`image ${x.join("x")} and weights ${w.join("x")} do not match`);
  if (group < 1 || x[1] !== w[1]! * group || w[0]! % group !== 0) {
    throw view.fail(`image ${x.join("x")}, weights ${w.join("x")} and ${group} groups do not match`);
  }
  const given = view.ints("kernel_shape");
  if (given && given.join() !== w.slice(2).join())
    throw view.fail(`kernel_shape ${given.join("x")} is not the weights'`);
  const spatial = x.slice(2);
  return [x[0]!, w[0]!, ...outputExtents(view, windowOf(view, spatial, w.slice(2)), spatial)];
}

export function multiplied(view: NodeView, a: readonly number[], b: readonly number[]): number[] {
  if (a.length === 0 || b.length === 0) throw view.fail("an operand is a scalar");
  const left = a.length === 1 ? [1, ...a] : a;
  const right = b.length === 1 ? [...b, 1] : b;
  if (left.at(-1) !== right.at(-2)) throw view.fail(`matrices ${a.join("x")} and ${b.join("x")} do not match`);
  const batch = broadcast(view, [left.slice(0, -2), right.slice(0, -2)]);
  return [...batch, ...(a.length === 1 ? [] : [left.at(-2)!]), ...(b.length === 1 ? [] : [right.at(-1)!])];
}

/** Axes of reductions: an attribute up to some version, then an input. */
export function reducedAxes(view: NodeView): { axes: number[]; keep: boolean } | undefined {
  const rank = view.shape(0).length;
  if (view.node.inputs[1] && !view.constant(1)) return undefined;
  const given = view.numbers(1) ?? view.ints("axes") ?? [];
  const keep = view.int("keepdims", 1) === 1;
  if (given.length === 0) {
    return { axes: view.int("noop_with_empty_axes", 0) ? [] : Array.from({ length: rank }, (_, k) => k), keep };
  }
  return { axes: given.map((axis) => view.axis(axis, rank)), keep };
}

/** The shape that Reshape asks for. */
export function reshaped(view: NodeView): number[] | undefined {
  const wanted = view.node.inputs.length > 1 ? view.numbers(1) : view.ints("shape");
  if (!wanted) return undefined;
  const from = view.shape(0);
  const size = from.reduce((a, b) => a * b, 1);
  const shape = wanted.map((extent, axis) => {
    if (extent !== 0 || view.int("allowzero", 0) === 1) return extent;
    if (axis >= from.length) throw view.fail(`it copies axis ${axis} of a tensor of rank ${from.length}`);
    return from[axis]!;
  });
  const open = shape.indexOf(-1);
  if (open >= 0) {
    const others = shape.reduce((a, b, k) => (k === open ? a : a * b), 1);
    shape[open] = others === 0 ? 0 : size / others;
  }
  if (shape.some((e) => !Number.isInteger(e) || e < 0) || shape.reduce((a, b) => a * b, 1) !== size) {
    throw view.fail(`${from.join("x") || "a scalar"} cannot become ${wanted.join("x") || "a scalar"}`);
  }
  return shape;
}

/** For every axis start, step and count of a Slice with constant operands. */
export function sliceOf(view: NodeView): { start: number; step: number; count: number }[] | undefined {
  const old = view.node.inputs.length === 1;
  const starts = old ? view.ints("starts") : view.numbers(1);
  const ends = old ? view.ints("ends") : view.numbers(2);
  const x = view.shape(0);
  const axes = old ? view.ints("axes") : view.node.inputs[3] ? view.numbers(3) : undefined;
  const steps = view.node.inputs[4] ? view.numbers(4) : undefined;
  if (!starts || !ends || (view.node.inputs[3] && !axes) || (view.node.inputs[4] && !steps)) return undefined;
  const result = x.map((extent) => ({ start: 0, step: 1, count: extent }));
  for (const [k, first] of starts.entries()) {
    const axis = view.axis(axes?.[k] ?? k, x.length);
    const extent = x[axis]!;
    const step = steps?.[k] ?? 1;
    const end = ends[k];
    if (step === 0 || end === undefined) throw view.fail("a step is 0 or an end is missing");
    const bound = (at: number, low: number, high: number) => Math.min(Math.max(at < 0 ? at + extent : at, low), high);
    const from = step > 0 ? bound(first, 0, extent) : bound(first, 0, extent - 1);
    const to = step > 0 ? bound(end, 0, extent) : bound(end, -1, extent - 1);
    result[axis] = { start: from, step, count: Math.max(0, Math.ceil((to - from) / step)) };
  }
  return result;
}

/** Borders before and after each axis of a Pad with constant operands; may be negative. */
export function padsOf(view: NodeView): { before: number[]; after: number[] } | undefined {
  const rank = view.shape(0).length;
  const given = view.node.inputs.length > 1 ? view.numbers(1) : (view.ints("pads") ?? view.ints("paddings"));
  const axes = view.node.inputs[3] ? view.numbers(3) : undefined;
  if (!given || (view.node.inputs[3] && !axes)) return undefined;
  const before = new Array<number>(rank).fill(0);
  const after = new Array<number>(rank).fill(0);
  const order = axes ?? Array.from({ length: rank }, (_, k) => k);
  if (given.length !== 2 * order.length) throw view.fail(`pads has ${given.length} entries, not ${2 * order.length}`);
  for (const [k, axis] of order.entries()) {
    before[view.axis(axis, rank)] = given[k]!;
    after[view.axis(axis, rank)] = given[k + order.length]!;
  }
  return { before, after };
}

/** Geometry of a ConvTranspose: the output's shape and the borders that are cut away. */
export function transposedConvolution(view: NodeView) {
  const [x, w] = [view.shape(0), view.shape(1)];
  const group = view.int("group", 1);
  if (x.length < 3 || w.length !== x.length || x[1] !== w[0]! || group < 1 || w[0]! % group !== 0) {
    throw view.fail(`image ${x.join("x")}, weights ${w.join("x")} and ${group} groups do not match`);
  }
  const spatial = x.slice(2);
  const strides = view.ints("strides") ?? spatial.map(() => 1);
  const dilations = view.ints("dilations") ?? spatial.map(() => 1);
  const extra = view.ints("output_padding") ?? spatial.map(() => 0);
  const wanted = view.ints("output_shape");
  const mode = view.string("auto_pad", "NOTSET");
  const pads = view.ints("pads");
  const before: number[] = [];
  const extents = spatial.map((extent, axis) => {
    const full = strides[axis]! * (extent - 1) + extra[axis]! + (w[axis + 2]! - 1) * dilations[axis]! + 1;
    const target = wanted?.at(axis - spatial.length) ?? (mode.startsWith("SAME") ? extent * strides[axis]! : undefined);
    if (target !== undefined && (wanted || mode !== "NOTSET")) {
      const cut = Math.max(0, full - target);
      before.push(mode === "SAME_UPPER" ? Math.floor(cut / 2) : Math.ceil(cut / 2));
      return target;
    }
    const cut = mode === "VALID" ? [0, 0] : [pads?.[axis] ?? 0, pads?.[axis + spatial.length] ?? 0];
    before.push(cut[0]!);
    return full - cut[0]! - cut[1]!;
  });
  if (extents.some((extent) => extent < 1)) throw view.fail("nothing is left of its output");
  return { shape: [x[0]!, w[1]! * group, ...extents], before, strides, dilations, group };
}
