/** Dominators and natural loops of a kernel. */
import { type Dominators, dominators } from "../../support/graph.js";
import type { BlockId, Kernel } from "../ir/types.js";
import { flowGraph, predecessorsOf, successorsOf } from "../ir/walk.js";

export interface Edge {
  readonly from: BlockId;
  readonly to: BlockId;
}

/** A natural loop: everything that reaches a latch without passing the header. Loops with one header are one loop. */
export interface Loop {
  readonly header: BlockId;
  /** Header first, then the others in reverse postorder; blocks of inner loops included. */
  readonly blocks: readonly BlockId[];
  /** Sources of the back edges to the header. */
  readonly latches: readonly BlockId[];
  /** Edges from a block of the loop to one outside. */
  readonly exits: readonly Edge[];
  /** Edges from outside to the header. */
  readonly entries: readonly Edge[];
  readonly parent: Loop | undefined;
  readonly children: readonly Loop[];
  /** 1 for an outermost loop. */
  readonly depth: number;
  contains(block: BlockId): boolean;
}

export interface LoopForest {
  /** Every loop, outer before inner, headers in reverse postorder. */
  readonly loops: readonly Loop[];
  readonly roots: readonly Loop[];
  /** The loop with this header. */
  byHeader(block: BlockId): Loop | undefined;
  /** The innermost loop that contains the block. */
  innermost(block: BlockId): Loop | undefined;
}

/** Dominator tree of the control flow graph from the entry block. */
export function dominatorTree(kernel: Kernel): Dominators {
  return dominators(flowGraph(kernel), 0);
}

/**
 * An edge that makes the graph irreducible: it goes backward in a depth-first walk, but its target
 * does not dominate its source, so that the cycle can be entered elsewhere. Undefined when reducible.
 * Whether there is such an edge does not depend on the walk.
 */
export function irreducibleEdge(kernel: Kernel, tree: Dominators = dominatorTree(kernel)): Edge | undefined {
  const position = positions(kernel, tree);
  for (const from of tree.order as readonly BlockId[])
    for (const to of successorsOf(kernel.blocks[from]!.terminator))
      if (position[to]! <= position[from]! && !tree.dominates(to, from)) return { from, to };
  return undefined;
}

interface Building {
  header: BlockId;
  blocks: BlockId[];
  latches: BlockId[];
  exits: Edge[];
  entries: Edge[];
  parent: Building | undefined;
  children: Building[];
  depth: number;
  contains(block: BlockId): boolean;
}

/** Natural loops of the reachable blocks. In an irreducible graph, cycles without a dominating header are no loops. */
export function loopForest(kernel: Kernel, tree: Dominators = dominatorTree(kernel)): LoopForest {
  const position = positions(kernel, tree);
  const predecessors = predecessorsOf(kernel);
  const innermost: (Building | undefined)[] = kernel.blocks.map(() => undefined);
  const byHeader = new Map<BlockId, Building>();
  const loops: Building[] = [];
  // Inner headers come later in reverse postorder than the headers around them: outermost first.
  for (const header of tree.order as readonly BlockId[]) {
    const latches = predecessors[header]!.filter((from) => tree.dominates(header, from));
    if (latches.length === 0) continue;
    const members = new Set<BlockId>([header]);
    const work = [...latches];
    for (let block = work.pop(); block !== undefined; block = work.pop()) {
      if (members.has(block)) continue;
      members.add(block);
      work.push(...predecessors[block]!.filter((from) => position[from]! >= 0));
    }
    const blocks = [...members].sort((a, b) => position[a]! - position[b]!);
    const parent = innermost[header];
    const loop: Building = {
      header,
      blocks,
      latches,
      exits: blocks.flatMap((from) =>
        successorsOf(kernel.blocks[from]!.terminator)
          .filter((to) => !members.has(to))
          .map((to) => ({ from, to })),
      ),
      entries: predecessors[header]!.filter((from) => position[from]! >= 0 && !members.has(from)).map((from) => ({
        from,
        to: header,
      })),
      parent,
      children: [],
      depth: (parent?.depth ?? 0) + 1,
      contains: (block) => members.has(block),
    };
    parent?.children.push(loop);
    loops.push(loop);
    byHeader.set(header, loop);
    for (const block of blocks) innermost[block] = loop;
  }
  return {
    loops,
    roots: loops.filter((loop) => !loop.parent),
    byHeader: (block) => byHeader.get(block),
    innermost: (block) => innermost[block],
  };
}

function positions(kernel: Kernel, tree: Dominators): Int32Array {
  const position = new Int32Array(kernel.blocks.length).fill(-1);
  tree.order.forEach((block, at) => {
    position[block] = at;
  });
  return position;
}
