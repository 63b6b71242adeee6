/**
 * Fewer blocks and branches: branches on constants become jumps, blocks that nothing reaches go, a block joins the
 * only one before it, empty blocks are stepped over. An empty block on the way into a loop's header, from outside
 * or back, stays: loops keep the single entry and latch that they have.
 */
import { dominatorTree } from "../analysis/loops.js";
import { compact } from "../ir/compact.js";
import {
  type Block,
  type BlockId,
  type Kernel,
  type Operand,
  type Phi,
  type Terminator,
  type ValueId,
  widthOf,
} from "../ir/types.js";
import { mapBlockOperands, mapTargets, predecessorsOf, sameOperand, successorsOf } from "../ir/walk.js";
import type { Pass } from "./pass.js";

export const simplifyCfg: Pass = {
  name: "simplify-cfg",
  description: "remove unreachable and empty blocks, merge straight lines, decide constant branches",
  run: simplify,
};

function simplify(kernel: Kernel): Kernel {
  let current = kernel;
  for (;;) {
    const next = stepOverEmpty(mergeLines(dropUnreachable(decideBranches(current))));
    if (next.blocks.length === current.blocks.length && next.blocks.every((block, at) => block === current.blocks[at]))
      return compact(next);
    current = next;
  }
}

/** Branches on constants, and switches that always go one way. Edges that vanish leave their phis. */
function decideBranches(kernel: Kernel): Kernel {
  const blocks = [...kernel.blocks];
  for (const block of kernel.blocks) {
    const terminator = decided(block.terminator);
    if (terminator === block.terminator) continue;
    blocks[block.id] = { ...blocks[block.id]!, terminator };
    const still = new Set(successorsOf(terminator));
    for (const target of successorsOf(block.terminator)) {
      if (still.has(target)) continue;
      blocks[target] = withoutIncoming(blocks[target]!, new Set([block.id]));
    }
  }
  return blocks.every((block, at) => block === kernel.blocks[at]) ? kernel : { ...kernel, blocks };
}

function decided(terminator: Terminator): Terminator {
  const { span } = terminator;
  if (terminator.op === "condbr" && terminator.condition.kind === "const")
    return { op: "br", target: terminator.condition.bits ? terminator.whenTrue : terminator.whenFalse, span };
  if (terminator.op !== "switch") return terminator;
  if (terminator.value.kind === "const") {
    const { bits, type } = terminator.value;
    const hit = terminator.cases.find((c) => BigInt.asUintN(widthOf(type), c.value) === bits);
    return { op: "br", target: hit?.target ?? terminator.defaultTarget, span };
  }
  const [only, ...others] = successorsOf(terminator);
  if (others.length === 0) return { op: "br", target: only!, span };
  const cases = terminator.cases.filter((c) => c.target !== terminator.defaultTarget);
  return cases.length === terminator.cases.length ? terminator : { ...terminator, cases };
}

function withoutIncoming(block: Block, gone: ReadonlySet<BlockId>): Block {
  if (!block.phis.some((phi) => phi.incoming.some((edge) => gone.has(edge.block)))) return block;
  return {
    ...block,
    phis: block.phis.map((phi) => ({ ...phi, incoming: phi.incoming.filter((edge) => !gone.has(edge.block)) })),
  };
}

function dropUnreachable(kernel: Kernel): Kernel {
  const reached = new Set(dominatorTree(kernel).order);
  if (reached.size === kernel.blocks.length) return kernel;
  const gone = new Set(kernel.blocks.map((block) => block.id).filter((id) => !reached.has(id)));
  return removeBlocks({ ...kernel, blocks: kernel.blocks.map((block) => withoutIncoming(block, gone)) }, gone);
}

/** Takes blocks out and renumbers the rest. Nothing may refer to them any more. */
function removeBlocks(kernel: Kernel, gone: ReadonlySet<BlockId>): Kernel {
  const kept = kernel.blocks.filter((block) => !gone.has(block.id));
  const ids = new Map(kept.map((block, at) => [block.id, at as BlockId]));
  const map = (id: BlockId) => ids.get(id)!;
  const blocks = kept.map((block) => ({
    ...block,
    id: map(block.id),
    phis: block.phis.map((phi) => ({
      ...phi,
      incoming: phi.incoming.map((edge) => ({ block: map(edge.block), value: edge.value })),
    })),
    terminator: mapTargets(block.terminator, map),
  }));
  return { ...kernel, blocks };
}

/** A block whose only predecessor only goes to it continues that predecessor. */
function mergeLines(kernel: Kernel): Kernel {
  const predecessors = predecessorsOf(kernel);
  const into = new Map<BlockId, BlockId>();
  for (const block of kernel.blocks) {
    const [from, ...others] = predecessors[block.id]!;
    if (from === undefined || others.length > 0 || from === block.id || block.id === 0) continue;
    if (kernel.blocks[from]!.terminator.op === "br") into.set(block.id, from);
  }
  if (into.size === 0) return kernel;
  const headOf = (id: BlockId): BlockId => {
    let at = id;
    for (let up = into.get(at); up !== undefined; up = into.get(at)) at = up;
    return at;
  };
  const replaced = new Map<ValueId, Operand>();
  for (const block of into.keys())
    for (const phi of kernel.blocks[block]!.phis) replaced.set(phi.result.id, phi.incoming[0]!.value);
  const resolve = (operand: Operand): Operand => {
    let at = operand;
    for (;;) {
      const next = at.kind === "value" ? replaced.get(at.id) : undefined;
      if (!next) return at;
      at = next;
    }
  };
  const next = new Map([...into].map(([block, from]) => [from, block]));
  const blocks = kernel.blocks.map((block) => {
    if (into.has(block.id)) return block;
    const instructions = [...block.instructions];
    let last = block;
    for (let after = next.get(last.id); after !== undefined; after = next.get(last.id)) {
      last = kernel.blocks[after]!;
      instructions.push(...last.instructions);
    }
    const phis = block.phis.map((phi) => ({
      ...phi,
      incoming: phi.incoming.map((edge) => ({ block: headOf(edge.block), value: edge.value })),
    }));
    return { ...block, phis, instructions, terminator: last.terminator };
  });
  return removeBlocks(
    { ...kernel, blocks: blocks.map((block) => mapBlockOperands(block, resolve)) },
    new Set(into.keys()),
  );
}

/** Sends the predecessors of one block that only jumps on straight to its target, where the target's phis allow it. */
function stepOverEmpty(kernel: Kernel): Kernel {
  const predecessors = predecessorsOf(kernel);
  const tree = dominatorTree(kernel);
  for (const block of kernel.blocks) {
    const { id, phis, instructions, terminator } = block;
    if (id === 0 || phis.length || instructions.length || terminator.op !== "br" || terminator.target === id) continue;
    const target = kernel.blocks[terminator.target]!;
    if (predecessors[target.id]!.some((from) => tree.dominates(target.id, from))) continue;
    const from = predecessors[id]!;
    const agree = target.phis.every((phi) => {
      const value = valueFrom(phi, id);
      return from.every((p) => !predecessors[target.id]!.includes(p) || sameOperand(valueFrom(phi, p), value));
    });
    if (!agree) continue;
    const blocks = kernel.blocks.map((other) => {
      const redirected = from.includes(other.id)
        ? { ...other, terminator: mapTargets(other.terminator, (to) => (to === id ? target.id : to)) }
        : other;
      if (other.id !== target.id) return redirected;
      return { ...redirected, phis: target.phis.map((phi) => forwarded(phi, id, from)) };
    });
    return removeBlocks({ ...kernel, blocks }, new Set([id]));
  }
  return kernel;
}

function valueFrom(phi: Phi, block: BlockId): Operand {
  return phi.incoming.find((edge) => edge.block === block)!.value;
}

/** The phi with the value of the empty block given to the blocks before it. */
function forwarded(phi: Phi, empty: BlockId, from: readonly BlockId[]): Phi {
  const value = valueFrom(phi, empty);
  const others = phi.incoming.filter((edge) => edge.block !== empty);
  const known = new Set(others.map((edge) => edge.block));
  return {
    ...phi,
    incoming: [...others, ...from.filter((block) => !known.has(block)).map((block) => ({ block, value }))],
  };
}
