/**
 * Algorithms on directed graphs whose nodes are the numbers 0 … size-1. All are iterative: depth of
 * a graph is the user's, the size of the stack is not.
 */

export interface Graph {
  readonly size: number;
  /** `successors[n]`: targets of n's edges. Duplicates are allowed and count once. */
  readonly successors: readonly (readonly number[])[];
}

/** Nodes reachable from `roots`, each after all the successors that a depth-first walk reaches from it. */
export function postorder(graph: Graph, roots: readonly number[]): number[] {
  const order: number[] = [];
  const seen = new Uint8Array(graph.size);
  const stack: { node: number; next: number }[] = [];
  for (const root of roots) {
    if (seen[root]) continue;
    seen[root] = 1;
    stack.push({ node: root, next: 0 });
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const successor = graph.successors[top.node]![top.next++];
      if (successor === undefined) {
        order.push(top.node);
        stack.pop();
      } else if (!seen[successor]) {
        seen[successor] = 1;
        stack.push({ node: successor, next: 0 });
      }
    }
  }
  return order;
}

/** Reachable nodes; in an acyclic graph every node stands before its successors. */
export function reversePostorder(graph: Graph, roots: readonly number[]): number[] {
  return postorder(graph, roots).reverse();
}

/** The same nodes with every edge turned round. */
export function reverse(graph: Graph): Graph {
  const successors: number[][] = Array.from({ length: graph.size }, () => []);
  graph.successors.forEach((targets, node) => {
    for (const target of new Set(targets)) successors[target]!.push(node);
  });
  return { size: graph.size, successors };
}

/**
 * All nodes, each before its successors, smallest number first among those that are free; undefined
 * when there is a cycle.
 */
export function topologicalOrder(graph: Graph): number[] | undefined {
  const waiting = new Int32Array(graph.size);
  for (const targets of graph.successors) for (const target of new Set(targets)) waiting[target]!++;
  const ready = new MinHeap();
  for (let node = 0; node < graph.size; node++) if (waiting[node] === 0) ready.push(node);
  const order: number[] = [];
  for (let node = ready.pop(); node !== undefined; node = ready.pop()) {
    order.push(node);
    for (const target of new Set(graph.successors[node]!)) if (--waiting[target]! === 0) ready.push(target);
  }
  return order.length === graph.size ? order : undefined;
}

/** Strongly connected components (Tarjan), each after the components that it has edges to. */
export function stronglyConnectedComponents(graph: Graph): number[][] {
  const index = new Int32Array(graph.size).fill(-1);
  const low = new Int32Array(graph.size);
  const onStack = new Uint8Array(graph.size);
  const stack: number[] = [];
  const components: number[][] = [];
  let counter = 0;
  const enter = (node: number) => {
    index[node] = low[node] = counter++;
    stack.push(node);
    onStack[node] = 1;
    return { node, next: 0 };
  };
  for (let root = 0; root < graph.size; root++) {
    if (index[root] !== -1) continue;
    const work = [enter(root)];
    for (let top = work.at(-1); top; top = work.at(-1)) {
      const { node } = top;
      const successor = graph.successors[node]![top.next++];
      if (successor !== undefined) {
        if (index[successor] === -1) work.push(enter(successor));
        else if (onStack[successor]) low[node] = Math.min(low[node]!, index[successor]!);
        continue;
      }
      work.pop();
      const parent = work.at(-1);
      if (parent) low[parent.node] = Math.min(low[parent.node]!, low[node]!);
      if (low[node] !== index[node]) continue;
      const component: number[] = [];
      let member: number;
      do {
        member = stack.pop()!;
        onStack[member] = 0;
        component.push(member);
      } while (member !== node);
      components.push(component.sort((a, b) => a - b));
    }
  }
  return components;
}

export interface Dominators {
  readonly root: number;
  /** Reachable nodes in reverse postorder; the root is the first. */
  readonly order: readonly number[];
  /** Immediate dominator; the root's is itself, an unreachable node's is -1. */
  readonly immediate: Int32Array;
  /** Whether every path from the root to `b` passes `a` (a node dominates itself). False for unreachable nodes. */
  dominates(a: number, b: number): boolean;
}

/** Dominator tree by Cooper, Harvey and Kennedy's iteration over reverse postorder. */
export function dominators(graph: Graph, root: number): Dominators {
  const order = reversePostorder(graph, [root]);
  const position = new Int32Array(graph.size).fill(-1);
  order.forEach((node, at) => {
    position[node] = at;
  });
  const predecessors = reverse(graph).successors;
  const immediate = new Int32Array(graph.size).fill(-1);
  immediate[root] = root;
  const meet = (a: number, b: number) => {
    while (a !== b) {
      while (position[a]! > position[b]!) a = immediate[a]!;
      while (position[b]! > position[a]!) b = immediate[b]!;
    }
    return a;
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (const node of order) {
      if (node === root) continue;
      let best = -1;
      for (const from of predecessors[node]!) {
        if (immediate[from] === -1) continue;
        best = best === -1 ? from : meet(best, from);
      }
      if (immediate[node] !== best) {
        immediate[node] = best;
        changed = true;
      }
    }
  }
  // Intervals of a walk over the tree answer `dominates` in constant time.
  const children: number[][] = Array.from({ length: graph.size }, () => []);
  for (const node of order) if (node !== root) children[immediate[node]!]!.push(node);
  const finish = postorder({ size: graph.size, successors: children }, [root]);
  const last = new Int32Array(graph.size).fill(-1);
  const first = new Int32Array(graph.size).fill(-1);
  finish.forEach((node, at) => {
    last[node] = at;
    first[node] = children[node]!.reduce((least, child) => Math.min(least, first[child]!), at);
  });
  const dominates = (a: number, b: number) =>
    last[a]! >= 0 && last[b]! >= 0 && first[a]! <= last[b]! && last[b]! <= last[a]!;
  return { root, order, immediate, dominates };
}

class MinHeap {
  private readonly items: number[] = [];

  push(value: number): void {
    const { items } = this;
    let at = items.push(value) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (items[parent]! <= value) break;
      items[at] = items[parent]!;
      at = parent;
    }
    items[at] = value;
  }

  pop(): number | undefined {
    const { items } = this;
    const top = items[0];
    const value = items.pop();
    if (top === undefined || value === undefined || items.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && items[child + 1]! < items[child]!) child++;
      if (items[child]! >= value) break;
      items[at] = items[child]!;
      at = child;
    }
    items[at] = value;
    return top;
  }
}
