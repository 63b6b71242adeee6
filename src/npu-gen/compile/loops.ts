/** Nested loops of address generators: rounds and distances, innermost first. */
import { invariant } from "../../support/errors.js";

export interface Loop {
  readonly count: number;
  /** Distance of each of the addresses that go along. */
  readonly strides: readonly number[];
}

/** Most rounds of one loop. */
export const MAX_COUNT = 2 ** 16;

/** Rounds less one, padded to `dims`. */
export function countsOf(loops: readonly Loop[], dims: number): number[] {
  invariant(loops.length <= dims, `${loops.length} loops`);
  return Array.from({ length: dims }, (_, k) => {
    const count = loops[k]?.count ?? 1;
    invariant(count >= 1 && count <= MAX_COUNT, `a loop of ${count} rounds`);
    return count - 1;
  });
}

/** What address `which` jumps by when loop k goes on: its distance, less what the inner loops added. */
export function jumpsOf(loops: readonly Loop[], which: number, dims: number): number[] {
  let added = 0;
  return Array.from({ length: dims }, (_, k) => {
    const loop = loops[k];
    if (!loop) return 0;
    const stride = loop.strides[which]!;
    const jump = stride - added;
    added += (loop.count - 1) * stride;
    return jump;
  });
}

/** Lowest and highest address from a base. */
export function hull(base: number, loops: readonly Loop[], which: number): [number, number] {
  let low = base;
  let high = base;
  for (const { count, strides } of loops) {
    const reach = (count - 1) * strides[which]!;
    if (reach < 0) low += reach;
    else high += reach;
  }
  return [low, high];
}

export const roundsOf = (loops: readonly Loop[]): number => loops.reduce((n, l) => n * l.count, 1);

/**
 * The same addresses with as few loops as possible: loops of one round go, neighbours that continue each other become one.
 * What does not fit `dims` loops or the counters is unrolled: one entry a round of those, with the bases' offsets.
 */
export function foldLoops(
  loops: readonly Loop[],
  dims: number,
): { readonly loops: readonly Loop[]; readonly offsets: readonly number[] }[] {
  const addresses = loops[0]?.strides.length ?? 0;
  const folded: Loop[] = [];
  for (const loop of loops) {
    if (loop.count === 1) continue;
    const last = folded.at(-1);
    const continues = last && loop.strides.every((s, i) => s === last.strides[i]! * last.count);
    if (continues && last.count * loop.count <= MAX_COUNT)
      folded[folded.length - 1] = { count: last.count * loop.count, strides: last.strides };
    else folded.push(loop);
  }
  const inner = folded.slice(0, dims);
  const outer = folded.slice(dims);
  let entries = [{ loops: inner, offsets: new Array<number>(addresses).fill(0) }];
  for (const { count, strides } of outer)
    entries = Array.from({ length: count }, (_, i) =>
      entries.map((e) => ({ loops: e.loops, offsets: e.offsets.map((o, k) => o + i * strides[k]!) })),
    ).flat();
  return entries;
}
