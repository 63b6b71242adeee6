/** Pooling and reductions. */

import { reducedAxes } from "../graph/geometry.js";
import type { NodeView } from "../graph/node-view.js";
import { type SpatialWindow, windowOf } from "../graph/window.js";
import type { Window } from "../integer/graph.js";
import { asImage, POINT, planar, threeDimensional } from "./lower-linear.js";
import { type Lowering, NotAccelerated } from "./lowering.js";

export function lowerPool(lowering: Lowering, view: NodeView): void {
  if (view.node.outputs.filter((name) => name !== "").length > 1) {
    throw new NotAccelerated("its indices are asked for", "use MaxPool without its second output");
  }
  if (view.op === "MaxPool" && view.int("storage_order", 0) !== 0) {
    throw new NotAccelerated("its storage order is column-major", "export with storage_order 0");
  }
  const spatial = view.shape(0).slice(2);
  const found = windowOf(view, spatial, view.ints("kernel_shape")!);
  const output = view.node.outputs[0]!;
  const extents = lowering.shapeOf(output).slice(2);
  const window = planar({ ...found, after: neededAfter(found, spatial, extents) });
  if (!window) throw threeDimensional();
  const countPadding = view.int("count_include_pad", 0) === 1;
  if (countPadding && found.after.some((pad, axis) => window.pads[axis + 4 - spatial.length]! > pad)) {
    throw new NotAccelerated("it counts padding and rounds its size up (ceil_mode)", "export with ceil_mode 0");
  }
  pool(lowering, view, view.op === "MaxPool", window, countPadding);
}

/** Padding after each axis with which the output has the wanted extents (ceil_mode lets windows reach further). */
function neededAfter(window: SpatialWindow, spatial: readonly number[], extents: readonly number[]): number[] {
  return spatial.map((extent, axis) => {
    const covered = (window.kernel[axis]! - 1) * window.dilations[axis]! + 1;
    const needed = (extents[axis]! - 1) * window.strides[axis]! + covered - extent - window.before[axis]!;
    return Math.max(window.after[axis]!, needed);
  });
}

function pool(lowering: Lowering, view: NodeView, max: boolean, window: Window, countPadding: boolean): void {
  const { name } = view.node;
  const output = view.node.outputs[0]!;
  const shape = lowering.shapeOf(output);
  const input = lowering.reshape(lowering.store(view.node.inputs[0]!), asImage(view.shape(0)), name);
  const flat = shape.length === 3;
  const draft = max
    ? ({ kind: "max-pool", input, window } as const)
    : ({ kind: "average-pool", input, window, countPadding, gain: 1 } as const);
  const made = lowering.emit(name, draft, asImage(shape), flat ? { source: output } : { as: output });
  if (flat) lowering.reshape(made, shape, name, output);
}

export function lowerGlobalPool(lowering: Lowering, view: NodeView): void {
  const kernel = asImage(view.shape(0)).slice(2);
  if (kernel.length !== 2) throw threeDimensional();
  pool(lowering, view, view.op === "GlobalMaxPool", { ...POINT, kernel: [kernel[0]!, kernel[1]!] }, true);
}

/** ReduceMean, ReduceSum, ReduceMax over any axes: the reduced ones are brought to the end and pooled. */
export function lowerReduce(lowering: Lowering, view: NodeView): void {
  const found = reducedAxes(view);
  if (!found) throw new NotAccelerated("its axes are not constant", "make the axes constants");
  const { name } = view.node;
  const shape = view.shape(0);
  const output = view.node.outputs[0]!;
  if (found.axes.length === 0) {
    return void lowering.reshape(lowering.store(view.node.inputs[0]!), shape, name, output);
  }
  const kept = shape.flatMap((_, axis) => (found.axes.includes(axis) ? [] : [axis]));
  const reduced = shape.flatMap((_, axis) => (found.axes.includes(axis) ? [axis] : []));
  const order = [...kept, ...reduced];
  const source = view.node.inputs[0]!;
  let at = lowering.store(source);
  if (order.some((axis, k) => axis !== k)) {
    at = lowering.emit(
      name,
      { kind: "transpose", input: at, order },
      order.map((axis) => shape[axis]!),
      { source },
    );
  }
  const product = (axes: readonly number[]) => axes.reduce((size, axis) => size * shape[axis]!, 1);
  const rows = reduced.length > 1 ? shape[reduced[0]!]! : 1;
  const columns = product(reduced) / rows;
  at = lowering.reshape(at, [1, product(kept), rows, columns], name);
  const window: Window = { ...POINT, kernel: [rows, columns] };
  const draft =
    view.op === "ReduceMax"
      ? ({ kind: "max-pool", input: at, window } as const)
      : ({
          kind: "average-pool",
          input: at,
          window,
          countPadding: true,
          gain: view.op === "ReduceSum" ? rows * columns : 1,
        } as const);
  at = lowering.emit(name, draft, [1, product(kept), 1, 1], { source: output });
  lowering.reshape(at, lowering.shapeOf(output), name, output);
}

export function lowerSoftmax(lowering: Lowering, view: NodeView): void {
  const shape = view.shape(0);
  const old = view.opset < 13;
  const axis = view.axis(view.int("axis", old ? 1 : -1), shape.length);
  const { name } = view.node;
  const input = lowering.store(view.node.inputs[0]!);
  const output = view.node.outputs[0]!;
  const size = (part: readonly number[]) => part.reduce((a, b) => a * b, 1);
  const length = old ? size(shape.slice(axis)) : shape[axis]!;
  if (length > 2 ** 16) throw new NotAccelerated(`its axis has ${length} elements`, "at most 65536 are summed exactly");
  // Up to opset 12 the axes from `axis` on are one.
  if (old && axis !== shape.length - 1 && size(shape.slice(axis + 1)) > 1) {
    const flat = [size(shape.slice(0, axis)), length];
    const from = lowering.reshape(input, flat, name);
    const made = lowering.emit(name, { kind: "softmax", input: from, axis: 1 }, flat, { source: output });
    lowering.reshape(made, shape, name, output);
    return;
  }
  lowering.emit(name, { kind: "softmax", input, axis }, shape, { as: output });
}
