/** Parts of the compiler whose results can be said in advance. */
import { describe, expect, it } from "vitest";
import { nestsOf } from "../../src/npu-gen/compile/emit-move.js";
import { countsOf, foldLoops, jumpsOf, type Loop } from "../../src/npu-gen/compile/loops.js";
import { type Access, Program, reads, writes } from "../../src/npu-gen/compile/program.js";
import { engines, tokenEngines } from "../../src/npu-gen/isa/formats.js";
import { Random } from "../dl-frontend/random-graph.js";

/** Addresses as the RTL's walker makes them. */
function walk(base: number, loops: readonly Loop[], which: number, dims: number): number[] {
  const counts = countsOf(loops, dims);
  const jumps = jumpsOf(loops, which, dims);
  const rounds = counts.map(() => 0);
  const found: number[] = [];
  for (let at = base; ; ) {
    found.push(at);
    const level = rounds.findIndex((r, k) => r < counts[k]!);
    if (level < 0) return found;
    rounds.fill(0, 0, level);
    rounds[level]!++;
    at += jumps[level]!;
  }
}

describe("loops", () => {
  it("jump to base + sum of index * stride, innermost loop first", () => {
    const loops = [
      { count: 3, strides: [2] },
      { count: 2, strides: [-7] },
      { count: 2, strides: [100] },
    ];
    expect(walk(50, loops, 0, 4)).toEqual([50, 52, 54, 43, 45, 47, 150, 152, 154, 143, 145, 147]);
  });

  it("fold without changing the addresses", () => {
    const random = new Random(3);
    for (let round = 0; round < 100; round++) {
      const loops = Array.from({ length: random.between(0, 6) }, () => ({
        count: random.between(1, 4),
        strides: [random.between(-5, 5), random.between(0, 3)],
      }));
      const plain = loops.reduce(
        (all, { count, strides }) =>
          Array.from({ length: count }, (_, i) =>
            all.map(([a, b]) => [a! + i * strides[0]!, b! + i * strides[1]!]),
          ).flat(),
        [[0, 0]],
      );
      const folded = foldLoops(loops, 3).flatMap((entry) => {
        const a = walk(entry.offsets[0] ?? 0, entry.loops, 0, 3);
        const b = walk(entry.offsets[1] ?? 0, entry.loops, 1, 3);
        return a.map((x, i) => [x, b[i]!]);
      });
      expect(folded).toEqual(plain);
    }
  });
});

describe("movements", () => {
  it("are found as loops, whatever the list", () => {
    const random = new Random(11);
    for (let round = 0; round < 50; round++) {
      const length = random.between(1, 40);
      const to = Array.from({ length }, (_, i) => (round % 2 ? i * 3 : random.between(0, 99)));
      const from = Array.from({ length }, (_, i) => (round % 3 ? (i % 5) * 7 + i : random.between(0, 99)));
      const pairs = nestsOf({ to, from }).flatMap((nest) => {
        const loops = nest.loops;
        const a = walk(nest.to, loops, 0, 5);
        const b = walk(nest.from, loops, 1, 5);
        return a.map((x, i) => [x, b[i]!]);
      });
      expect(pairs).toEqual(to.map((x, i) => [x, from[i]!]));
    }
  });

  it("a transposition of 8 x 8 is one nest of two loops", () => {
    const to = Array.from({ length: 64 }, (_, i) => i);
    const from = to.map((i) => (i % 8) * 8 + Math.floor(i / 8));
    expect(nestsOf({ to, from })).toEqual([
      {
        to: 0,
        from: 0,
        loops: [
          { count: 8, strides: [1, 8] },
          { count: 8, strides: [8, 1] },
        ],
      },
    ]);
  });
});

describe("tokens", () => {
  it("order what overlaps, once, and nothing else", () => {
    const p = new Program();
    p.emit("load", {}, [writes("words", [0, 9])]);
    p.emit("load", {}, [writes("words", [10, 19])]);
    p.emit("compute", {}, [reads("words", [0, 9]), writes("sums", [0, 3])]);
    p.emit("post", {}, [reads("sums", [0, 3]), writes("words", [30, 39])]);
    p.emit("compute", {}, [reads("words", [0, 9]), writes("sums", [4, 7])]);
    p.emit("load", {}, [writes("words", [5, 6])]);
    const [load0, load1, compute0, post, compute1, load2] = p.finish().map((i) => i.fields);
    const bit = { load: 1, compute: 4, post: 8 };
    expect(load0).toMatchObject({ wait: 0, signal: bit.compute });
    expect(load1).toMatchObject({ wait: 0, signal: 0 });
    expect(compute0).toMatchObject({ wait: bit.load, signal: bit.post });
    expect(post).toMatchObject({ wait: bit.compute, signal: 0 });
    // The words are known to be there, and the other half is free.
    expect(compute1).toMatchObject({ wait: 0, signal: bit.load });
    expect(load2).toMatchObject({ wait: bit.compute, signal: 0 });
  });

  it("order every conflict of random programs", () => {
    const random = new Random(5);
    for (let round = 0; round < 20; round++) {
      const program = new Program();
      const accesses: Access[][] = [];
      for (let i = 0; i < 60; i++) {
        const own = Array.from({ length: random.between(1, 2) }, () => {
          const low = random.between(0, 40);
          const stretch = [low, low + random.between(0, 12)] as const;
          return random.chance(0.5) ? reads("words", stretch) : writes("words", stretch);
        });
        accesses.push(own);
        program.emit(random.pick(["load", "compute", "post", "move", "store"] as const), {}, own);
      }
      const instructions = program.finish().slice(0, -1);
      // Instruction j comes after i: the same engine, or a token of i's engine given no earlier than i, and whoever comes after those.
      const after = instructions.map((_, i) => new Set([i]));
      const given = new Map<string, number[]>();
      instructions.forEach(({ engine, fields }, j) => {
        const mine = after[j]!;
        const before = instructions.findLastIndex((other, i) => i < j && other.engine === engine);
        if (before >= 0) for (const i of after[before]!) mine.add(i);
        engines.slice(0, tokenEngines).forEach((from, f) => {
          if (!((fields.wait as number) & (1 << f))) return;
          const giver = given.get(`${from}>${engine}`)!.shift()!;
          for (const i of after[giver]!) mine.add(i);
        });
        engines.slice(0, tokenEngines).forEach((to, e) => {
          if (!((fields.signal as number) & (1 << e))) return;
          given.set(`${engine}>${to}`, [...(given.get(`${engine}>${to}`) ?? []), j]);
        });
      });
      for (let j = 0; j < accesses.length; j++)
        for (let i = 0; i < j; i++) {
          const conflict = accesses[i]!.some((a) =>
            accesses[j]!.some((b) => (a.write || b.write) && a.low <= b.high && b.low <= a.high),
          );
          if (conflict) expect(after[j]!.has(i), `round ${round}: ${i} before ${j}`).toBe(true);
        }
    }
  });
});
