/** Addresses for the regions: those that live at the same time do not overlap. */
import { type NpuConfig, wordsOf, wordsOfLine } from "../config.js";
import type { Region } from "./places.js";
import { roundUp } from "./shape.js";

/**
 * The largest first, each at the lowest address that is free during its life. Gives the words needed, which may be more than
 * there are: then nothing may be emitted.
 */
export function allocate(
  regions: readonly Region[],
  config: NpuConfig,
): { readonly words: number; readonly fits: boolean } {
  const step = wordsOfLine(config);
  const placed: Region[] = [];
  let most = 0;
  const order = [...regions].sort((a, b) => b.words - a.words || a.first - b.first);
  for (const region of order) {
    const size = roundUp(region.words, step);
    const busy = placed
      .filter((other) => other.first <= region.last && region.first <= other.last)
      .map((other) => [other.base!, other.base! + roundUp(other.words, step)] as const)
      .sort((a, b) => a[0] - b[0]);
    let base = 0;
    for (const [from, to] of busy) {
      if (base + size <= from) break;
      base = Math.max(base, to);
    }
    region.base = base;
    placed.push(region);
    most = Math.max(most, base + size);
  }
  return { words: most, fits: most <= wordsOf(config) };
}
