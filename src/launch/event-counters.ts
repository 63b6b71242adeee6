/** Event counters that a design has in hardware: where they are, and what their values say. */
import type { CounterInfo, DesignKernel } from "../rtl/design.js";

/** What a launch counted, all copies together. */
export interface EventCount extends CounterInfo {
  readonly count: number;
}

/** Byte offsets of all counters in the register file, in the order in which they are read. */
export function counterOffsets({ counters = [] }: DesignKernel): readonly number[] {
  return counters.flatMap((counter) => counter.offsets);
}

/** `values`: by {@link counterOffsets}. */
export function eventCounts({ counters = [] }: DesignKernel, values: readonly number[]): readonly EventCount[] {
  let next = 0;
  return counters.map(({ offsets, ...info }) => ({
    ...info,
    count: offsets.reduce((sum) => sum + values[next++]!, 0),
  }));
}
