/** From the draft to the kernel: unreachable blocks and edges that a constant condition closes go, blocks get their numbers. */
import { InternalError } from "../../support/errors.js";
import { reversePostorder } from "../../support/graph.js";
import type { Block, BlockId, Phi, Terminator } from "../ir/types.js";
import { type DraftBlock, type DraftTerminator, successors } from "./draft.js";

/** The reachable blocks in reverse postorder, entry first. */
export function finishBlocks(entry: DraftBlock): readonly Block[] {
  const found = collect(entry);
  const index = new Map(found.map((block, at) => [block, at]));
  const order = reversePostorder(
    { size: found.length, successors: found.map((block) => successors(block).map((to) => index.get(to)!)) },
    [0],
  ).map((at) => found[at]!);
  const ids = new Map(order.map((block, id) => [block, id as BlockId]));
  const idOf = (block: DraftBlock): BlockId => ids.get(block)!;
  return order.map((block) => ({
    id: idOf(block),
    label: block.label,
    phis: block.phis.map(
      (phi): Phi => ({
        result: phi.result,
        incoming: phi.incoming
          .filter((incoming) => ids.has(incoming.block) && successors(incoming.block).includes(block))
          .map(({ block: from, value }) => ({ block: idOf(from), value })),
        span: phi.span,
      }),
    ),
    instructions: block.instructions,
    terminator: finishTerminator(block.terminator, idOf),
  }));
}

function collect(entry: DraftBlock): readonly DraftBlock[] {
  const found = new Set([entry]);
  // A set visits what is added while it is walked.
  for (const block of found) for (const to of successors(block)) found.add(to);
  return [...found];
}

function finishTerminator(terminator: DraftTerminator | undefined, idOf: (block: DraftBlock) => BlockId): Terminator {
  if (!terminator) throw new InternalError("a block has no end");
  switch (terminator.op) {
    case "br":
      return { ...terminator, target: idOf(terminator.target) };
    case "condbr":
      return { ...terminator, whenTrue: idOf(terminator.whenTrue), whenFalse: idOf(terminator.whenFalse) };
    case "switch":
      return {
        ...terminator,
        cases: terminator.cases.map(({ value, target }) => ({ value, target: idOf(target) })),
        defaultTarget: idOf(terminator.defaultTarget),
      };
    case "ret":
    case "unreachable":
      return terminator;
  }
}
