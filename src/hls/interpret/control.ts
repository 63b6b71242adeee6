/**
 * Control flow as JavaScript. A reducible graph becomes nested labelled blocks and loops, after Ramsey, "Beyond
 * Relooper" (ICFP 2022): a block's code is followed by that of the blocks it dominates; a block with several
 * forward edges into it stands behind a labelled block that they break out of; a back edge continues its
 * header's loop. An irreducible graph becomes a loop around a switch.
 */
import { unreachable } from "../../support/errors.js";
import { dominatorTree, irreducibleEdge } from "../analysis/loops.js";
import type { BlockId, Kernel, Operand } from "../ir/types.js";
import { predecessorsOf, successorsOf } from "../ir/walk.js";
import type { Code } from "./code.js";

/** Beyond this nesting the engine's parser might run out of stack. */
const deepestNesting = 400;

export interface ControlHooks {
  /** Emits the instructions of a block. `isHeader`: some edge goes back to it. */
  body(block: BlockId, isHeader: boolean): void;
  /** Emits what the phis of `to` become on the edge. */
  edge(from: BlockId, to: BlockId): void;
  /** Emits the end of the work-item. */
  leave(block: BlockId): void;
}

export function emitControl(code: Code, kernel: Kernel, hooks: ControlHooks): void {
  const tree = dominatorTree(kernel);
  const position = new Map(tree.order.map((block, at) => [block as BlockId, at]));
  const predecessors = predecessorsOf(kernel).map((from) => from.filter((block) => position.has(block)));
  const isBack = (from: BlockId, to: BlockId) => position.get(to)! <= position.get(from)!;
  const isHeader = (block: BlockId) => predecessors[block]!.some((from) => isBack(from, block));
  const branch = (from: BlockId, jump: (to: BlockId) => void): void => {
    const { terminator } = kernel.blocks[from]!;
    const go = (to: BlockId) => {
      hooks.edge(from, to);
      jump(to);
    };
    switch (terminator.op) {
      case "br":
        return go(terminator.target);
      case "condbr":
        code.emit(`if (${code.num(terminator.condition)}) {`);
        code.indent(1);
        go(terminator.whenTrue);
        code.indent(-1);
        code.emit("} else {");
        code.indent(1);
        go(terminator.whenFalse);
        code.indent(-1);
        code.emit("}");
        return;
      case "switch":
        return emitSwitch(code, from, terminator, go);
      case "ret":
      case "unreachable":
        return hooks.leave(from);
      default:
        return unreachable(terminator);
    }
  };

  const depth = nestingDepth(kernel, tree.order as readonly BlockId[], tree.immediate);
  if (irreducibleEdge(kernel, tree) || depth > deepestNesting) {
    code.emit("let next = 0;");
    code.emit("for (;;) switch (next) {");
    for (const block of tree.order as readonly BlockId[]) {
      code.emit(`case ${block}: {`);
      hooks.body(block, isHeader(block));
      branch(block, (to) => code.emit(`next = ${to}; continue;`));
      code.emit("}");
    }
    code.emit("}");
    return;
  }

  const isMerge = (block: BlockId) => predecessors[block]!.filter((from) => !isBack(from, block)).length > 1;
  const children: BlockId[][] = kernel.blocks.map(() => []);
  for (const block of tree.order as readonly BlockId[]) if (block !== 0) children[tree.immediate[block]!]!.push(block);

  const subtree = (block: BlockId): void => {
    if (isHeader(block)) {
      code.emit(`L${block}: for (;;) {`);
      code.indent(1);
    }
    // The latest in reverse postorder is outermost: earlier ones may jump to it.
    const merges = children[block]!.filter(isMerge);
    for (const merge of merges.toReversed()) {
      code.emit(`M${merge}: {`);
      code.indent(1);
    }
    hooks.body(block, isHeader(block));
    branch(block, (to) => {
      if (isBack(block, to)) code.emit(`continue L${to};`);
      else if (isMerge(to)) code.emit(`break M${to};`);
      else subtree(to);
    });
    for (const merge of merges) {
      code.indent(-1);
      code.emit("}");
      subtree(merge);
    }
    if (isHeader(block)) {
      code.indent(-1);
      code.emit("}");
    }
  };
  subtree(0 as BlockId);
}

function emitSwitch(
  code: Code,
  from: BlockId,
  terminator: Extract<Kernel["blocks"][number]["terminator"], { op: "switch" }>,
  go: (to: BlockId) => void,
): void {
  // Written as tests, because a JavaScript switch would catch the breaks meant for labelled blocks' code inside it.
  const bits = code.bitsOf(terminator.value);
  const same = (label: bigint): string => {
    const constant: Operand = { kind: "const", type: code.typeOf(terminator.value), bits: BigInt.asUintN(bits, label) };
    if (bits <= 32) return `${code.num(terminator.value)} === ${code.num(constant)}`;
    if (code.isWide(terminator.value)) return `${code.wide(terminator.value)} === ${code.wide(constant)}`;
    if (bits !== 64) return `${code.big(terminator.value)} === ${code.big(constant)}`;
    const [a, b] = [code.pair(terminator.value), code.pair(constant)];
    return `(${a.low} === ${b.low} && ${a.high} === ${b.high})`;
  };
  const targets = successorsOf(terminator).filter((target) => target !== terminator.defaultTarget);
  const byTarget = targets.map((target) => ({
    target,
    test: terminator.cases
      .filter((c) => c.target === target)
      .map((c) => same(c.value))
      .join(" || "),
  }));
  code.block = from;
  byTarget.forEach(({ target, test }, at) => {
    code.emit(`${at === 0 ? "" : "} else "}if (${test}) {`);
    code.indent(1);
    go(target);
    code.indent(-1);
  });
  if (byTarget.length) code.emit("} else {");
  go(terminator.defaultTarget);
  if (byTarget.length) code.emit("}");
}

/** How deep blocks would nest: the longest path down the dominator tree, a labelled block for each merge on the way. */
function nestingDepth(kernel: Kernel, order: readonly BlockId[], immediate: Int32Array): number {
  const childCount = new Int32Array(kernel.blocks.length);
  for (const block of order) if (block !== 0) childCount[immediate[block]!]!++;
  const depth = new Int32Array(kernel.blocks.length);
  let deepest = 0;
  for (const block of order) {
    if (block !== 0) depth[block] = depth[immediate[block]!]! + 1 + childCount[immediate[block]!]!;
    deepest = Math.max(deepest, depth[block]!);
  }
  return deepest;
}
