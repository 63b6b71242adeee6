/** The body of one function: its blocks in an order in which definitions come before uses, then the phis. */
import type { LlvmBlock, LlvmInstruction } from "../../parser/llvm/module.js";
import { InternalError, invariant } from "../../support/errors.js";
import { reversePostorder } from "../../support/graph.js";
import { valueOperand as operandOf } from "../ir/types.js";
import { branchTargets } from "./branches.js";
import type { Frame, KernelContext, Lane } from "./context.js";
import { type DraftBlock, newBlock } from "./draft.js";
import { importInstruction } from "./instructions.js";
import { blockLabel, valueName } from "./names.js";
import { finishPhi, incomingOf, type PendingPhi, startPhi } from "./phis.js";
import { lanes, scalar } from "./values.js";

/** Imports a function's blocks, its entry into the current block. Its returns are left open, in `frame.returns`. */
export function importBody(ctx: KernelContext, frame: Frame): void {
  const { builder } = ctx;
  const order = reachableBlocks(frame.fn.blocks);
  const starts = new Map<string, DraftBlock>();
  order.forEach((block, at) => {
    starts.set(block.label, at === 0 ? builder.block : newBlock(blockLabel(block.label)));
  });
  const exits = new Map<string, DraftBlock>();
  const pending: PendingPhi[] = [];
  for (const block of order) {
    builder.block = starts.get(block.label)!;
    importBlock(ctx, frame, block, starts, pending);
    exits.set(block.label, builder.block);
  }
  for (const phi of pending) finishPhi(ctx, frame, phi, exits);
}

function importBlock(
  ctx: KernelContext,
  frame: Frame,
  block: LlvmBlock,
  starts: ReadonlyMap<string, DraftBlock>,
  pending: PendingPhi[],
): void {
  const { builder } = ctx;
  for (const inst of block.instructions) {
    builder.span = inst.span;
    if (inst.op === "phi") {
      const incoming = incomingOf(inst, (label) => starts.has(label));
      const [only] = incoming;
      // With one predecessor the value is there already.
      if (incoming.length === 1 && only) {
        frame.values.set(inst.result!, lanes(ctx, frame, only.value));
        continue;
      }
      const phi = startPhi(ctx, frame, inst);
      pending.push(phi);
      const values = phi.phis.map(({ result }) => operandOf(result.id));
      nameLanes(ctx, inst.result, values, 0);
      frame.values.set(inst.result!, values);
    } else if (!importTerminator(ctx, frame, inst, starts)) {
      const since = builder.valueCount;
      const result = importInstruction(ctx, frame, inst);
      nameLanes(ctx, inst.result, result, since);
      if (inst.result !== undefined) frame.values.set(inst.result, result);
    }
  }
}

function nameLanes(ctx: KernelContext, llvmName: string | undefined, values: readonly Lane[], since: number): void {
  const name = llvmName === undefined ? "" : valueName(llvmName);
  if (name === "") return;
  values.forEach((value, lane) => {
    if (value.kind !== "byval") ctx.builder.nameResult(value, values.length > 1 ? `${name}_${lane}` : name, since);
  });
}

/** False when the instruction does not end its block. */
function importTerminator(
  ctx: KernelContext,
  frame: Frame,
  inst: LlvmInstruction,
  starts: ReadonlyMap<string, DraftBlock>,
): boolean {
  const { builder } = ctx;
  const { span } = inst;
  const target = (label: string): DraftBlock => {
    const block = starts.get(label);
    invariant(block, `branch to the unknown block ${label} in @${frame.fn.name}`);
    return block;
  };
  switch (inst.op) {
    case "br":
      builder.terminate({ op: "br", target: target(inst.target), span });
      return true;
    case "condbr": {
      const condition = scalar(ctx, frame, inst.condition);
      const whenTrue = target(inst.whenTrue);
      const whenFalse = target(inst.whenFalse);
      // Inlining makes some conditions constant.
      const only = condition.kind === "const" ? (condition.bits === 1n ? whenTrue : whenFalse) : undefined;
      builder.terminate(
        only || whenTrue === whenFalse
          ? { op: "br", target: only ?? whenTrue, span }
          : { op: "condbr", condition, whenTrue, whenFalse, span },
      );
      return true;
    }
    case "switch": {
      const value = scalar(ctx, frame, inst.value);
      const type = builder.typeOf(value);
      if (type.kind !== "int") throw new InternalError("switch on something that is no integer");
      const defaultTarget = target(inst.defaultTarget);
      // A case that goes where the default goes anyway says nothing.
      const cases = inst.cases
        .map((c) => ({ value: BigInt.asUintN(type.bits, c.value), target: target(c.target) }))
        .filter((c) => c.target !== defaultTarget);
      const only = value.kind === "const" ? cases.find((c) => c.value === value.bits) : undefined;
      builder.terminate(
        cases.length === 0 || value.kind === "const"
          ? { op: "br", target: only?.target ?? defaultTarget, span }
          : { op: "switch", value, cases, defaultTarget, span },
      );
      return true;
    }
    case "ret":
      frame.returns.push({ block: builder.block, lanes: inst.value ? lanes(ctx, frame, inst.value) : [], span });
      return true;
    case "unreachable":
      builder.terminate({ op: "unreachable", span });
      return true;
    default:
      return false;
  }
}

/** Reachable blocks in reverse postorder: a definition's block comes before those that it dominates. */
function reachableBlocks(blocks: readonly LlvmBlock[]): readonly LlvmBlock[] {
  const indexOf = new Map(blocks.map((block, index) => [block.label, index]));
  const targets = blocks.map((block) => branchTargets(block.instructions.at(-1)).map((label) => indexOf.get(label)!));
  return reversePostorder({ size: blocks.length, successors: targets }, [0]).map((index) => blocks[index]!);
}
