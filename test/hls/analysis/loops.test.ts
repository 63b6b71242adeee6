import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { irreducibleEdge, loopForest } from "../../../src/hls/analysis/loops.js";
import { KernelBuilder } from "../../../src/hls/ir/build.js";
import type { BlockId, Kernel } from "../../../src/hls/ir/types.js";
import { randomKernel } from "../random-kernel.js";

/** A kernel with these successors: none returns, two branch on a parameter. */
function withEdges(edges: readonly (readonly number[])[]): Kernel {
  const builder = new KernelBuilder("graph");
  const condition = builder.scalar("c", { kind: "int", bits: 1 });
  for (const _ of edges) builder.block();
  edges.forEach((targets, block) => {
    builder.at(block as BlockId);
    const [a, b] = targets as BlockId[];
    if (a === undefined) builder.ret();
    else if (b === undefined) builder.branch(a);
    else builder.branchIf(condition, a, b);
  });
  return builder.finish();
}

describe("loopForest", () => {
  it("finds nested loops with their exits, latches and depths", () => {
    // 0 → 1 outer header → 2 inner header ⇄ 3, 2 → 4 latch of 1; 1 → 5 exit; 3 → 5 leaves both
    const kernel = withEdges([[1], [2, 5], [3, 4], [2, 5], [1], []]);
    const forest = loopForest(kernel);
    expect(forest.loops.map((loop) => [loop.header, [...loop.blocks].sort(), loop.depth])).toEqual([
      [1, [1, 2, 3, 4], 1],
      [2, [2, 3], 2],
    ]);
    const [outer, inner] = forest.loops;
    expect(inner!.parent).toBe(outer);
    expect(outer!.children).toEqual([inner]);
    expect(outer!.latches).toEqual([4]);
    expect(outer!.entries).toEqual([{ from: 0, to: 1 }]);
    expect(inner!.exits).toEqual([
      { from: 2, to: 4 },
      { from: 3, to: 5 },
    ]);
    expect(outer!.exits).toEqual([
      { from: 1, to: 5 },
      { from: 3, to: 5 },
    ]);
    expect(forest.innermost(3 as BlockId)).toBe(inner);
    expect(forest.innermost(4 as BlockId)).toBe(outer);
    expect(forest.innermost(5 as BlockId)).toBeUndefined();
    expect(irreducibleEdge(kernel)).toBeUndefined();
  });

  it("makes one loop of two latches, and a loop of a block to itself", () => {
    const forest = loopForest(withEdges([[1], [2, 3], [1], [1, 4], [4, 5], []]));
    expect(forest.loops.map((loop) => [loop.header, [...loop.latches].sort()])).toEqual([
      [1, [2, 3]],
      [4, [4]],
    ]);
  });

  it("names an edge into the middle of a cycle", () => {
    expect(irreducibleEdge(withEdges([[1, 2], [2], [1, 3], []]))).toBeDefined();
  });

  it("agrees with reachability on random graphs", () => {
    const graph = fc.integer({ min: 2, max: 9 }).chain((size) =>
      fc.array(fc.uniqueArray(fc.integer({ min: 1, max: size - 1 }), { maxLength: 2 }), {
        minLength: size,
        maxLength: size,
      }),
    );
    fc.assert(
      fc.property(graph, (edges) => {
        const kernel = withEdges(edges);
        const forest = loopForest(kernel);
        const reach = (from: number, avoid: number) => {
          const seen = new Set<number>();
          const work = from === avoid ? [] : [from];
          for (let b = work.pop(); b !== undefined; b = work.pop()) {
            if (seen.has(b)) continue;
            seen.add(b);
            work.push(...edges[b]!.filter((t) => t !== avoid));
          }
          return seen;
        };
        const reached = reach(0, -1);
        const dominates = (a: number, b: number) => reached.has(b) && (a === b || !reach(0, a).has(b));
        let irreducible = false;
        for (const header of reached) {
          const latches = [...reached].filter((b) => edges[b]!.includes(header) && dominates(header, b));
          const loop = forest.byHeader(header as BlockId);
          expect(loop !== undefined).toBe(latches.length > 0);
          if (!loop) continue;
          // In the loop: blocks that reach a latch without the header.
          const members = [...reached].filter((b) => b === header || latches.some((l) => reach(b, header).has(l)));
          const natural = members.filter((b) => dominates(header, b));
          expect([...loop.blocks].sort()).toEqual(natural.sort());
        }
        // A cycle that remains without the edges back to dominators can be entered twice.
        const forward = edges.map((targets, b) => targets.filter((t) => !(reached.has(b) && dominates(t, b))));
        for (const b of reached) {
          const seen = new Set<number>();
          const work = [...forward[b]!];
          for (let x = work.pop(); x !== undefined; x = work.pop())
            if (!seen.has(x)) {
              seen.add(x);
              work.push(...forward[x]!);
            }
          if (seen.has(b)) irreducible = true;
        }
        expect(irreducibleEdge(kernel) !== undefined).toBe(irreducible);
      }),
      { numRuns: 300 },
    );
  });

  it("finds structured programs reducible", () => {
    for (let seed = 0; seed < 30; seed++) expect(irreducibleEdge(randomKernel(seed, 80))).toBeUndefined();
  });
});
