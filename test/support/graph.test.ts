import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  dominators,
  type Graph,
  postorder,
  reverse,
  stronglyConnectedComponents,
  topologicalOrder,
} from "../../src/support/graph.js";

const graphs = fc
  .integer({ min: 1, max: 9 })
  .chain((size) =>
    fc.array(fc.array(fc.integer({ min: 0, max: size - 1 }), { maxLength: 3 }), { minLength: size, maxLength: size }),
  )
  .map((successors): Graph => ({ size: successors.length, successors }));

function reachable(graph: Graph, from: number, without = -1): Set<number> {
  const seen = new Set<number>();
  const work = from === without ? [] : [from];
  for (let n = work.pop(); n !== undefined; n = work.pop())
    if (!seen.has(n)) {
      seen.add(n);
      work.push(...graph.successors[n]!.filter((t) => t !== without));
    }
  return seen;
}

describe("graph", () => {
  it("dominates exactly when the other cannot be reached without it", () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const tree = dominators(graph, 0);
        const reached = reachable(graph, 0);
        for (let a = 0; a < graph.size; a++)
          for (let b = 0; b < graph.size; b++) {
            const expected = reached.has(a) && reached.has(b) && (a === b || !reachable(graph, 0, a).has(b));
            expect(tree.dominates(a, b), `${a} dominates ${b}`).toBe(expected);
          }
        for (const n of reached)
          if (n !== 0) expect(tree.dominates(tree.immediate[n]!, n) && tree.immediate[n] !== n).toBe(true);
      }),
    );
  });

  it("finds components of nodes that reach each other, targets first", () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const components = stronglyConnectedComponents(graph);
        const home = new Map(components.flatMap((nodes, at) => nodes.map((n) => [n, at] as const)));
        expect(home.size).toBe(graph.size);
        for (let a = 0; a < graph.size; a++) {
          for (const b of reachable(graph, a)) expect(home.get(b)! <= home.get(a)!).toBe(true);
          for (let b = 0; b < graph.size; b++)
            expect(home.get(a) === home.get(b)).toBe(reachable(graph, a).has(b) && reachable(graph, b).has(a));
        }
      }),
    );
  });

  it("orders topologically, smallest first, or says that there is a cycle", () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const order = topologicalOrder(graph);
        const isCyclic = graph.successors.some((targets, n) => targets.some((t) => reachable(graph, t).has(n)));
        expect(order === undefined).toBe(isCyclic);
        if (!order) return;
        expect([...order].sort()).toEqual([...Array(graph.size).keys()].sort());
        graph.successors.forEach((targets, n) => {
          for (const t of targets) expect(order.indexOf(n)).toBeLessThan(order.indexOf(t));
        });
      }),
    );
    expect(topologicalOrder({ size: 4, successors: [[], [0], [], []] })).toEqual([1, 0, 2, 3]);
  });

  it("walks deep graphs without recursion", () => {
    const size = 200_000;
    const chain: Graph = { size, successors: Array.from({ length: size }, (_, n) => (n + 1 < size ? [n + 1] : [])) };
    expect(postorder(chain, [0])[0]).toBe(size - 1);
    expect(stronglyConnectedComponents(chain)).toHaveLength(size);
    expect(dominators(chain, 0).dominates(3, size - 1)).toBe(true);
    expect(reverse(chain).successors[5]).toEqual([4]);
  });
});
