/** Values that meet where control flow does. */
import { constOf, type Operand, valueOperand as operandOf } from "../ir/types.js";
import { inSpace } from "./arithmetic.js";
import type { Frame, InstructionOf, KernelContext, Lane } from "./context.js";
import type { DraftBlock, DraftPhi } from "./draft.js";
import { spaceOf } from "./provenance.js";
import { genericLanes, lanesOf } from "./types.js";
import { lanes } from "./values.js";

/** Phis of one LLVM instruction that wait for their incoming values. */
export interface PendingPhi {
  readonly inst: InstructionOf<"phi">;
  readonly phis: readonly DraftPhi[];
}

/** The predecessors of a phi, each once, in the order written; unreachable ones left out. */
export function incomingOf(inst: InstructionOf<"phi">, reachable: (label: string) => boolean) {
  const seen = new Set<string>();
  return inst.incoming.filter(({ block }) => {
    if (seen.has(block) || !reachable(block)) return false;
    seen.add(block);
    return true;
  });
}

/** Starts the phis of an instruction, one a lane. */
export function startPhi(ctx: KernelContext, frame: Frame, inst: InstructionOf<"phi">): PendingPhi {
  const isGeneric = genericLanes(inst.type, ctx.layout);
  const phis = lanesOf(inst.type, ctx.layout).map((type, lane) => {
    if (type.kind !== "ptr") return ctx.builder.phi(type);
    const space = inst.incoming.map(({ value }) => spaceOf(ctx, frame, value)).find((found) => found !== undefined);
    const phi = ctx.builder.phi({ kind: "ptr", space: space ?? type.space });
    if (space === undefined && isGeneric[lane]) ctx.builder.generic.add(phi.result.id);
    return phi;
  });
  return { inst, phis };
}

/** Fills in the incoming values once every block of the function is there. */
export function finishPhi(
  ctx: KernelContext,
  frame: Frame,
  { inst, phis }: PendingPhi,
  exits: ReadonlyMap<string, DraftBlock>,
): void {
  for (const { value, block } of incomingOf(inst, (label) => exits.has(label))) {
    const from = exits.get(block)!;
    // Constant expressions are computed at the end of the block that they come from.
    ctx.builder.block = from;
    ctx.builder.span = inst.span;
    const values = lanes(ctx, frame, value);
    phis.forEach((phi, lane) => {
      phi.incoming.push({ block: from, value: phiOperand(ctx, frame, values[lane]!, phi) });
    });
  }
}

/** A phi in the current block for values that come from several blocks. */
export function joinLanes(
  ctx: KernelContext,
  frame: Frame,
  incoming: readonly { readonly block: DraftBlock; readonly lane: Lane }[],
): Operand {
  const operands = incoming.map(({ block, lane }) => ({ block, value: ctx.operand(lane) }));
  const typed =
    operands.find(({ value }) => value.kind !== "const" && !ctx.builder.isGeneric(value)) ??
    operands.find(({ value }) => value.kind !== "const") ??
    operands[0]!;
  const phi = ctx.builder.phi(ctx.builder.typeOf(typed.value));
  for (const { block, value } of operands) {
    phi.incoming.push({ block, value: inSpace(ctx, frame, value, phi.result.type) });
  }
  return operandOf(phi.result.id);
}

function phiOperand(ctx: KernelContext, frame: Frame, lane: Lane, { result: { id, type } }: DraftPhi): Operand {
  const operand = inSpace(ctx, frame, ctx.operand(lane), type, ctx.builder.generic.has(id));
  return ctx.builder.isUndef(operand) ? constOf(type, 0n) : operand;
}
