/** Windows of convolutions and pooling as ONNX gives them, on any number of spatial axes. */
import type { NodeView } from "./node-view.js";

export interface SpatialWindow {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Before and after each axis. */
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** `spatial` are the input's extents behind batch and channels. */
export function windowOf(view: NodeView, spatial: readonly number[], kernel: readonly number[]): SpatialWindow {
  const rank = spatial.length;
  const list = (name: string, otherwise: number) => {
    const given = view.ints(name) ?? [];
    if (given.length !== 0 && given.length !== rank)
      throw view.fail(`${name} has ${given.length} entries, not ${rank}`);
    if (given.some((entry) => !Number.isInteger(entry) || entry < 1)) throw view.fail(`${name} is ${given.join()}`);
    return given.length === 0 ? spatial.map(() => otherwise) : given;
  };
  if (kernel.length !== rank) throw view.fail(`the kernel has ${kernel.length} axes, the image ${rank}`);
  if (kernel.some((extent) => extent < 1)) throw view.fail(`the kernel is ${kernel.join("x")}`);
  const strides = list("strides", 1);
  const dilations = list("dilations", 1);
  const pads = view.ints("pads") ?? [];
  if (pads.length !== 0 && pads.length !== 2 * rank)
    throw view.fail(`pads has ${pads.length} entries, not ${2 * rank}`);
  if (pads.some((pad) => pad < 0)) throw view.fail(`pads is ${pads.join()}`);
  let before = spatial.map((_, axis) => pads[axis] ?? 0);
  let after = spatial.map((_, axis) => pads[axis + rank] ?? 0);
  const mode = view.string("auto_pad", "NOTSET");
  if (mode === "VALID") {
    before = spatial.map(() => 0);
    after = before;
  } else if (mode === "SAME_UPPER" || mode === "SAME_LOWER") {
    const total = spatial.map((extent, axis) => {
      const covered = (kernel[axis]! - 1) * dilations[axis]! + 1;
      return Math.max(0, (Math.ceil(extent / strides[axis]!) - 1) * strides[axis]! + covered - extent);
    });
    const small = total.map((pad) => Math.floor(pad / 2));
    const large = total.map((pad) => Math.ceil(pad / 2));
    [before, after] = mode === "SAME_UPPER" ? [small, large] : [large, small];
  } else if (mode !== "NOTSET") throw view.fail(`auto_pad is ${mode}`);
  return { kernel, strides, dilations, before, after };
}

/** The output's spatial extents. With `ceil` (pooling) a last window may begin inside the input or its padding before the end. */
export function outputExtents(
  view: NodeView,
  window: SpatialWindow,
  spatial: readonly number[],
  ceil = false,
): number[] {
  return spatial.map((extent, axis) => {
    const { kernel, strides, dilations, before, after } = window;
    const covered = (kernel[axis]! - 1) * dilations[axis]! + 1;
    const room = extent + before[axis]! + after[axis]! - covered;
    if (room < 0) {
      throw view.fail(
        `its window of ${covered} does not fit into ${extent + before[axis]! + after[axis]!} on axis ${axis + 2}`,
      );
    }
    let count = (ceil ? Math.ceil(room / strides[axis]!) : Math.floor(room / strides[axis]!)) + 1;
    // A window that would begin in the padding after the end does not count.
    if (ceil && (count - 1) * strides[axis]! >= extent + before[axis]!) count--;
    return count;
  });
}
