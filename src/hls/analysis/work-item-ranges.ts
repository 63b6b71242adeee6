/** What work-item functions may give. */
import type { WorkItemQuery } from "../ir/types.js";
import { fromUnsigned, type Range } from "./range.js";

/** Largest values of work-item functions that a launch may have; `launch` and interpreter refuse others. */
export const workItemLimits = {
  global_id: 2n ** 48n - 1n,
  global_size: 2n ** 32n - 1n,
  global_offset: 2n ** 48n - 1n,
  group_id: 2n ** 32n - 1n,
  num_groups: 2n ** 32n - 1n,
  local_id: 1023n,
  local_size: 1024n,
  enqueued_local_size: 1024n,
  work_dim: 3n,
} as const satisfies Record<WorkItemQuery, bigint>;

/** Sizes are at least 1 while a work-item runs; positions start at 0. */
function minimumOf(query: WorkItemQuery): bigint {
  switch (query) {
    case "global_size":
    case "local_size":
    case "enqueued_local_size":
    case "num_groups":
    case "work_dim":
      return 1n;
    case "global_id":
    case "local_id":
    case "group_id":
    case "global_offset":
      return 0n;
  }
}

export function workItemRange(query: WorkItemQuery, bits: number): Range {
  return fromUnsigned(bits, minimumOf(query), workItemLimits[query]);
}
