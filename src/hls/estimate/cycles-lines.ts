/** Lines that go between caches and memory, by the order in which a circuit with many work-items under way asks for them. */
import type { LineStream } from "./cycles-trace.js";

/** A cache in front of memory: which sites it serves and how many lines it holds. */
export interface CacheModel {
  readonly sites: ReadonlySet<number>;
  /** 0: no cache, every access goes to memory. */
  readonly lines: number;
  /** Sites that store; a line that is only stored to is not fetched. */
  readonly stores: ReadonlySet<number>;
}

export interface LineCounts {
  readonly fetched: number;
  /** Written back while the launch runs, and by the flush at its end. */
  readonly written: number;
  readonly flushed: number;
  /** Different lines touched. */
  readonly distinct: number;
}

/** Indices of a stream's accesses when `window` turns at a time go on side by side, one access each. */
export function sideBySide({ turns, lines }: LineStream, window: number): Uint32Array {
  const order = new Uint32Array(lines.length);
  const at: number[] = [];
  const end: number[] = [];
  let next = 0;
  const fill = (): void => {
    while (at.length < window && next < turns.length - 1) {
      const [from, to] = [turns[next]!, turns[next + 1]!];
      next++;
      if (from === to) continue;
      at.push(from);
      end.push(to);
    }
  };
  let length = 0;
  fill();
  while (at.length > 0) {
    let kept = 0;
    for (let k = 0; k < at.length; k++) {
      order[length++] = at[k]!;
      if (at[k]! + 1 === end[k]!) continue;
      at[kept] = at[k]! + 1;
      end[kept++] = end[k]!;
    }
    at.length = kept;
    end.length = kept;
    fill();
  }
  return order;
}

/** Every cache replaces the line that was not used longest. */
export function countLines(stream: LineStream, order: Uint32Array, caches: readonly CacheModel[]): LineCounts[] {
  const cacheOf = new Map<number, number>();
  caches.forEach((cache, index) => {
    for (const site of cache.sites) cacheOf.set(site, index);
  });
  const counts = caches.map(() => ({ fetched: 0, written: 0, flushed: 0 }));
  // In order of use; the value says whether the line is dirty.
  const held = caches.map(() => new Map<number, boolean>());
  const seen = caches.map(() => new Set<number>());
  for (const index of order) {
    const site = stream.sites[index]!;
    const cache = cacheOf.get(site);
    if (cache === undefined) continue;
    const { lines: capacity, stores } = caches[cache]!;
    const line = stream.lines[index]!;
    const store = stores.has(site);
    const lines = held[cache]!;
    const count = counts[cache]!;
    if (capacity === 0) {
      seen[cache]!.add(line);
      if (store) count.written++;
      else count.fetched++;
      continue;
    }
    const dirty = lines.get(line);
    if (dirty !== undefined) lines.delete(line);
    else {
      seen[cache]!.add(line);
      if (!store) count.fetched++;
      if (lines.size >= capacity) {
        const [oldest, oldestDirty] = lines.entries().next().value!;
        lines.delete(oldest);
        if (oldestDirty) count.written++;
      }
    }
    lines.set(line, store || dirty === true);
  }
  return counts.map((count, k) => {
    for (const dirty of held[k]!.values()) if (dirty) count.flushed++;
    return { ...count, distinct: seen[k]!.size };
  });
}

/** For each site, how often it asks for another line than the last time: what a port that keeps its line has to ask for. */
export function lineChanges(stream: LineStream, order: Uint32Array, sites: number): number[] {
  const last = new Float64Array(sites).fill(-1);
  const changes = new Array<number>(sites).fill(0);
  for (const index of order) {
    const site = stream.sites[index]!;
    if (last[site] === stream.lines[index]) continue;
    last[site] = stream.lines[index]!;
    changes[site]!++;
  }
  return changes;
}
