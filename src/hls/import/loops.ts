/** Loops that the source does not have: copies of blocks, retries of atomic operations. */
import { i, type Operand, type Type, valueOperand } from "../ir/types.js";
import type { KernelContext } from "./context.js";
import { type DraftBlock, newBlock } from "./draft.js";

/** `for (at = start; at < end; at += step) body(at)`, all of 64 bits and unsigned. Goes on behind the loop. */
export function countedLoop(
  ctx: KernelContext,
  label: string,
  { start, end, step }: { readonly start: Operand; readonly end: Operand; readonly step: Operand },
  body: (at: Operand) => void,
): void {
  const { builder } = ctx;
  const loop = newBlock(label);
  const after = newBlock(`${label}.end`);
  const before = enter(ctx, loop, after, builder.icmp("ult", start, end));
  builder.block = loop;
  const at = builder.phi(i(64));
  at.incoming.push({ block: before, value: start });
  const here = valueOperand(at.result.id);
  body(here);
  const next = builder.add(here, step);
  const latch = builder.block;
  at.incoming.push({ block: latch, value: next });
  builder.terminate({
    op: "condbr",
    condition: builder.icmp("ult", next, end),
    whenTrue: loop,
    whenFalse: after,
    span: builder.span,
  });
  builder.block = after;
}

/** `do value = body(value) while the body says so`, from a first value. Gives what the body's last run was given. */
export function retryLoop(
  ctx: KernelContext,
  label: string,
  first: Operand,
  type: Type,
  body: (value: Operand) => { readonly next: Operand; readonly again: Operand },
): Operand {
  const { builder } = ctx;
  const { span } = builder;
  const loop = newBlock(label);
  const after = newBlock(`${label}.end`);
  const before = builder.block;
  builder.terminate({ op: "br", target: loop, span });
  builder.block = loop;
  const value = builder.phi(type);
  value.incoming.push({ block: before, value: first });
  const here = valueOperand(value.result.id);
  const { next, again } = body(here);
  value.incoming.push({ block: builder.block, value: next });
  builder.terminate({ op: "condbr", condition: again, whenTrue: loop, whenFalse: after, span });
  builder.block = after;
  return here;
}

/** Ends the current block with a branch into the loop or past it, and gives that block. */
function enter(ctx: KernelContext, loop: DraftBlock, after: DraftBlock, condition: Operand): DraftBlock {
  const { builder } = ctx;
  const { span, block } = builder;
  builder.terminate(
    condition.kind === "const"
      ? { op: "br", target: condition.bits === 1n ? loop : after, span }
      : { op: "condbr", condition, whenTrue: loop, whenFalse: after, span },
  );
  return block;
}
