/** Rearrangements: what only moves values. */

import { padsOf, sliceOf } from "../graph/geometry.js";
import type { NodeView } from "../graph/node-view.js";
import { type Lowering, NotAccelerated } from "./lowering.js";

const input = (lowering: Lowering, view: NodeView, index = 0) => lowering.store(view.node.inputs[index]!);

export function lowerReshape(lowering: Lowering, view: NodeView): void {
  const output = view.node.outputs[0]!;
  lowering.reshape(input(lowering, view), lowering.shapeOf(output), view.node.name, output);
}

export function lowerTranspose(lowering: Lowering, view: NodeView): void {
  const output = view.node.outputs[0]!;
  const shape = view.shape(0);
  const order = view.ints("perm") ?? shape.map((_, k) => shape.length - 1 - k);
  lowering.emit(view.node.name, { kind: "transpose", input: input(lowering, view), order }, lowering.shapeOf(output), {
    as: output,
  });
}

export function lowerSlice(lowering: Lowering, view: NodeView): void {
  const parts = sliceOf(view);
  if (!parts) throw new NotAccelerated("its bounds are not constant", "make starts, ends, axes and steps constants");
  const output = view.node.outputs[0]!;
  const draft = {
    kind: "slice",
    input: input(lowering, view),
    starts: parts.map(({ start }) => start),
    steps: parts.map(({ step }) => step),
  } as const;
  lowering.emit(view.node.name, draft, lowering.shapeOf(output), { as: output });
}

export function lowerSplit(lowering: Lowering, view: NodeView): void {
  const from = input(lowering, view);
  const shape = view.shape(0);
  const axis = view.axis(view.int("axis", 0), shape.length);
  let start = 0;
  for (const output of view.node.outputs) {
    const part = lowering.shapeOf(output);
    const starts = shape.map((_, k) => (k === axis ? start : 0));
    lowering.emit(view.node.name, { kind: "slice", input: from, starts, steps: shape.map(() => 1) }, part, {
      as: output,
    });
    start += part[axis]!;
  }
}

export function lowerConcat(lowering: Lowering, view: NodeView): void {
  const output = view.node.outputs[0]!;
  const shape = lowering.shapeOf(output);
  const axis = view.axis(view.int("axis", 1), shape.length);
  const inputs = view.node.inputs.map((_, k) => input(lowering, view, k));
  lowering.emit(view.node.name, { kind: "concat", inputs, axis }, shape, { as: output });
}

export function lowerPad(lowering: Lowering, view: NodeView): void {
  const pads = padsOf(view);
  const mode = view.string("mode", "constant");
  if (!pads || (view.optional(2) && !view.constant(2))) {
    throw new NotAccelerated("its pads are not constant", "make pads and value constants");
  }
  if (mode !== "constant" && mode !== "edge" && mode !== "reflect") {
    throw new NotAccelerated(`it pads in mode ${mode}`, "use constant, edge or reflect");
  }
  const shape = view.shape(0);
  const output = view.node.outputs[0]!;
  const { name } = view.node;
  const value = view.numbers(2)?.[0] ?? view.float("value", 0);
  const source = view.node.inputs[0]!;
  let at = input(lowering, view);
  if ([...pads.before, ...pads.after].some((pad) => pad < 0)) {
    const starts = pads.before.map((pad) => Math.max(0, -pad));
    const cut = shape.map((extent, axis) => extent - starts[axis]! - Math.max(0, -pads.after[axis]!));
    at = lowering.emit(name, { kind: "slice", input: at, starts, steps: shape.map(() => 1) }, cut, { source });
  }
  const [before, after] = [pads.before, pads.after].map((list) => list.map((pad) => Math.max(0, pad))) as [
    number[],
    number[],
  ];
  lowering.emit(name, { kind: "pad", input: at, before, after, mode, value }, lowering.shapeOf(output), { as: output });
}

export function lowerGather(lowering: Lowering, view: NodeView): void {
  const indices = view.constant(1);
  if (!indices) throw new NotAccelerated("its indices are not constant", "the host looks up embeddings");
  const shape = view.shape(0);
  const axis = view.axis(view.int("axis", 0), shape.length);
  const extent = shape[axis]!;
  const list = Int32Array.from(indices.data, (index) => (index < 0 ? index + extent : index));
  if (list.some((index) => index < 0 || index >= extent)) throw view.fail(`an index is outside an axis of ${extent}`);
  const { name } = view.node;
  const output = view.node.outputs[0]!;
  const wanted = lowering.shapeOf(output);
  const from = input(lowering, view);
  const flat = shape.with(axis, list.length);
  const same = flat.join() === wanted.join();
  const made = lowering.emit(
    name,
    { kind: "gather", input: from, axis, indices: list },
    flat,
    same ? { as: output } : { source: output },
  );
  if (!same) lowering.reshape(made, wanted, name, output);
}

export function lowerExpand(lowering: Lowering, view: NodeView): void {
  const { name } = view.node;
  const output = view.node.outputs[0]!;
  const shape = lowering.shapeOf(output);
  const from = view.shape(0);
  const source = view.node.inputs[0]!;
  let at = lowering.reshape(
    input(lowering, view),
    [...new Array<number>(shape.length - from.length).fill(1), ...from],
    name,
  );
  for (const [axis, extent] of shape.entries()) {
    const now = lowering.valueOf(at).shape;
    if (now[axis] === extent) continue;
    // Tile repeats the whole axis, Expand an axis of length 1.
    const indices = Int32Array.from({ length: extent }, (_, k) => k % now[axis]!);
    at = lowering.emit(name, { kind: "gather", input: at, axis, indices }, now.with(axis, extent), { source });
  }
  lowering.reshape(at, shape, name, output);
}

/** Blocks of pixels from channels, and back. */
export function lowerDepthToSpace(lowering: Lowering, view: NodeView): void {
  const { name } = view.node;
  const output = view.node.outputs[0]!;
  const source = view.node.inputs[0]!;
  const [n, c, h, w] = view.shape(0) as [number, number, number, number];
  const b = view.int("blocksize", 1);
  const columnRowDepth = view.string("mode", "DCR") === "CRD";
  let parts: number[];
  let order: number[];
  if (view.op === "SpaceToDepth") {
    parts = [n, c, h / b, b, w / b, b];
    order = [0, 3, 5, 1, 2, 4];
  } else if (columnRowDepth) {
    parts = [n, c / (b * b), b, b, h, w];
    order = [0, 1, 4, 2, 5, 3];
  } else {
    parts = [n, b, b, c / (b * b), h, w];
    order = [0, 3, 4, 1, 5, 2];
  }
  const from = lowering.reshape(input(lowering, view), parts, name);
  const moved = lowering.emit(
    name,
    { kind: "transpose", input: from, order },
    order.map((axis) => parts[axis]!),
    { source },
  );
  lowering.reshape(moved, lowering.shapeOf(output), name, output);
}
