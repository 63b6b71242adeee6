/** From the command line's sizes to an NDRange that the device can run. */
import { usageError } from "../support/errors.js";
import type { Dim3, NdRange } from "./launch.js";

/** Work-items of one work-group that the device takes at most (CL_DEVICE_MAX_WORK_GROUP_SIZE). */
export const MAX_WORK_GROUP_SIZE = 1024;
const MAX_SIZE = 2 ** 32 - 1;
/** Global ids have 48 bits. */
const MAX_OFFSET = 2 ** 48 - 2 ** 32;

export interface RangeRequest {
  readonly global: readonly number[];
  readonly local?: readonly number[];
  readonly offset?: readonly number[];
  readonly requiredLocalSize?: Dim3;
}

/** Checks the sizes and chooses the local size when it was left out: the required one, else {@link chooseLocalSize}. */
export function makeRange(request: RangeRequest): NdRange {
  const { global: sizes, requiredLocalSize: required } = request;
  const workDim = sizes.length;
  for (const [name, given] of [
    ["--local", request.local],
    ["--offset", request.offset],
  ] as const) {
    if (given && given.length !== workDim) {
      throw usageError("range/dimensions", `${name} has ${given.length} dimensions, but --global has ${workDim}`, {
        help: "Give all of them the same number of dimensions.",
      });
    }
  }
  if (sizes.some((size) => size > MAX_SIZE)) {
    throw usageError("range/too-large", `--global ${sizes.join(",")}: a size may be at most ${MAX_SIZE}`);
  }
  if (request.offset?.some((offset) => offset > MAX_OFFSET)) {
    throw usageError(
      "range/offset-too-large",
      `--offset ${request.offset.join(",")}: an offset may be at most ${MAX_OFFSET}`,
    );
  }
  const global = dim3(sizes, 1);
  if (required?.some((size, d) => d >= workDim && size > 1)) {
    throw usageError(
      "range/required-local",
      `--global has ${workDim} dimensions, but the kernel demands a local size of ${required.join(",")} (reqd_work_group_size)`,
      { help: "Give --global as many dimensions as that size has." },
    );
  }
  const local = request.local ? dim3(request.local, 1) : (required ?? chooseLocalSize(global));
  checkLocal(local, required, request.local !== undefined, workDim);
  return { workDim, global, local, offset: dim3(request.offset ?? [], 0) };
}

/** Work-items of a launch. */
export function workItemsOf(range: NdRange): number {
  return range.global[0] * range.global[1] * range.global[2];
}

/**
 * The local size when nobody asks for one: in x the largest divisor of the global size up to 64, so
 * that every group is full; 1 elsewhere. A size without a divisor of at least 8 takes 64 with a
 * smaller last group.
 */
export function chooseLocalSize(global: Dim3): Dim3 {
  const most = Math.min(64, global[0]);
  for (let size = most; size >= Math.min(8, most) && size > 0; size--) {
    if (global[0] % size === 0) return [size, 1, 1];
  }
  return [Math.max(1, most), 1, 1];
}

function checkLocal(local: Dim3, required: Dim3 | undefined, given: boolean, workDim: number): void {
  if (local.some((size) => size === 0)) throw usageError("range/zero-local", "--local: a size must not be 0");
  if (required && given && required.some((size, d) => size !== local[d])) {
    throw usageError(
      "range/required-local",
      `--local ${local.slice(0, workDim).join(",")}: the kernel demands a local size of ${required.join(",")} (reqd_work_group_size)`,
      { help: "Leave --local out, or give that size." },
    );
  }
  const items = local[0] * local[1] * local[2];
  if (items > MAX_WORK_GROUP_SIZE) {
    throw usageError(
      "range/group-too-large",
      `a work-group of ${local.join(" x ")} has ${items} work-items, but the device takes at most ${MAX_WORK_GROUP_SIZE}`,
    );
  }
}

function dim3(values: readonly number[], filler: number): Dim3 {
  return [values[0] ?? filler, values[1] ?? filler, values[2] ?? filler];
}
