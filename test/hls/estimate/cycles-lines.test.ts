import { describe, expect, it } from "vitest";
import { countLines, sideBySide } from "../../../src/hls/estimate/cycles-lines.js";
import type { LineStream } from "../../../src/hls/estimate/cycles-trace.js";

/** Each turn a list of `line` or `line!` (a store, by site 1; loads are by site 0). */
function stream(...turns: readonly string[]): LineStream {
  const words = turns.map((turn) => turn.split(" ").filter(Boolean));
  const all = words.flat();
  const starts = words.map((_, k) => words.slice(0, k).flat().length);
  return {
    lines: Float64Array.from(all, (word) => Number.parseInt(word, 10)),
    sites: Uint16Array.from(all, (word) => (word.endsWith("!") ? 1 : 0)),
    turns: [...starts, all.length],
  };
}
const lines = (s: LineStream, window: number) => [...sideBySide(s, window)].map((index) => s.lines[index]);

describe("side by side", () => {
  const s = stream("1 2 3", "11", "", "21 22", "31 32");
  it("takes turns one after the other with a window of one", () => {
    expect(lines(s, 1)).toEqual([1, 2, 3, 11, 21, 22, 31, 32]);
  });
  it("takes one access of each turn in the window, and the next turn when one is over", () => {
    expect(lines(s, 2)).toEqual([1, 11, 2, 21, 3, 22, 31, 32]);
    expect(lines(s, 100)).toEqual([1, 11, 21, 31, 2, 22, 32, 3]);
  });
});

describe("lines", () => {
  const count = (s: LineStream, capacity: number) =>
    countLines(s, sideBySide(s, 1), [{ sites: new Set([0, 1]), stores: new Set([1]), lines: capacity }])[0];

  it("fetches what was read first or replaced since", () => {
    expect(count(stream("1 2 1 3 1 2"), 2)).toEqual({ fetched: 4, written: 0, flushed: 0, distinct: 3 });
    expect(count(stream("1 2 1 3 1 2"), 3)).toEqual({ fetched: 3, written: 0, flushed: 0, distinct: 3 });
  });
  it("fetches nothing for stores, and writes dirty lines when they are replaced or at the end", () => {
    expect(count(stream("1! 2! 1! 3! 3!"), 2)).toEqual({ fetched: 0, written: 1, flushed: 2, distinct: 3 });
    expect(count(stream("1 1! 2 3"), 2)).toEqual({ fetched: 3, written: 1, flushed: 0, distinct: 3 });
  });
  it("counts every access where there is no cache", () => {
    expect(count(stream("1 1 1! 2!"), 0)).toEqual({ fetched: 2, written: 2, flushed: 0, distinct: 2 });
  });
  it("keeps caches apart", () => {
    const s = stream("1 1! 2 2!");
    const counts = countLines(s, sideBySide(s, 1), [
      { sites: new Set([0]), stores: new Set(), lines: 8 },
      { sites: new Set([1]), stores: new Set([1]), lines: 8 },
    ]);
    expect(counts).toEqual([
      { fetched: 2, written: 0, flushed: 0, distinct: 2 },
      { fetched: 0, written: 0, flushed: 2, distinct: 2 },
    ]);
  });
});
