/** One LLVM instruction, by family. */
import type { LlvmInstruction } from "../../parser/llvm/module.js";
import { InternalError } from "../../support/errors.js";
import { constOf } from "../ir/types.js";
import {
  importBinary,
  importCast,
  importFcmp,
  importFneg,
  importFreeze,
  importIcmp,
  importSelect,
} from "./arithmetic.js";
import { importCall } from "./calls.js";
import type { Frame, InstructionOf, KernelContext, Lane } from "./context.js";
import { gepLanes } from "./gep.js";
import { importLoad, importStore, refuseAtomic } from "./memory.js";
import { refusedType } from "./types.js";
import { lanes } from "./values.js";
import { withoutMemory } from "./variables.js";
import {
  importExtractElement,
  importExtractValue,
  importInsertElement,
  importInsertValue,
  importShuffle,
  placeholder,
} from "./vectors.js";

/** The lanes of the instruction's result; none for one without. */
export function importInstruction(ctx: KernelContext, frame: Frame, inst: LlvmInstruction): readonly Lane[] {
  if (ctx.leftOut.has(inst)) return [];
  // A call is judged by what it calls.
  if ("type" in inst && inst.op !== "call") {
    const refused = refusedType(inst.type, ctx.layout);
    if (refused !== undefined) {
      ctx.unsupported(
        "unsupported/type",
        frame,
        `${refused} is not supported`,
        "Use char, short, int, long, float or vectors of them.",
      );
      return placeholder(ctx, inst.type);
    }
  }
  switch (inst.op) {
    case "binary":
      return importBinary(ctx, frame, inst);
    case "fneg":
      return importFneg(ctx, frame, inst);
    case "icmp":
      return importIcmp(ctx, frame, inst);
    case "fcmp":
      return importFcmp(ctx, frame, inst);
    case "cast":
      return importCast(ctx, frame, inst);
    case "select":
      return importSelect(ctx, frame, inst);
    case "freeze":
      return importFreeze(ctx, frame, inst);
    case "load":
      return importLoad(ctx, frame, inst);
    case "store":
      importStore(ctx, frame, inst);
      return [];
    case "gep":
      return gepLanes(ctx, frame, inst.sourceType, lanes(ctx, frame, inst.base), inst.indices);
    case "call":
      return importCall(ctx, frame, inst);
    case "extractelement":
      return importExtractElement(ctx, frame, inst);
    case "insertelement":
      return importInsertElement(ctx, frame, inst);
    case "shufflevector":
      return importShuffle(ctx, frame, inst);
    case "extractvalue":
      return importExtractValue(ctx, frame, inst);
    case "insertvalue":
      return importInsertValue(ctx, frame, inst);
    case "alloca": {
      const replacement = withoutMemory(ctx, frame, inst);
      return replacement ? [replacement] : refuseAlloca(ctx, frame, inst);
    }
    case "atomicrmw":
      refuseAtomic(ctx, frame, `the atomic operation '${inst.operation}'`);
      return placeholder(ctx, inst.type);
    case "cmpxchg":
      refuseAtomic(ctx, frame, "the atomic operation 'cmpxchg'");
      return placeholder(ctx, inst.type);
    case "fence":
      ctx.unsupported(
        "unsupported/fence",
        frame,
        "a memory fence is not supported yet",
        "Accesses of one work-item to one buffer keep their order; split the kernel where others must see them.",
      );
      return [];
    case "other":
      ctx.unsupported(
        "unsupported/instruction",
        frame,
        `the LLVM instruction '${inst.opcode}' is not supported`,
        "Write this part of the kernel with plain statements.",
      );
      return [];
    case "phi":
    case "br":
    case "condbr":
    case "switch":
    case "ret":
    case "unreachable":
      throw new InternalError(`${inst.op} is no instruction of a block's middle`);
  }
}

/** An array or struct that did not become variables. LLVM gives it no place: its first use has one. */
function refuseAlloca(ctx: KernelContext, frame: Frame, inst: InstructionOf<"alloca">): readonly Lane[] {
  const name = (inst.result ?? "").replace(/\..*$/, "");
  ctx.unsupported(
    "unsupported/private-array",
    frame,
    `the private array or struct${/^\d*$/.test(name) ? "" : ` '${name}'`} stays in memory, which is not supported yet`,
    "Use variables, index it with constants only, or keep it in a __global buffer.",
    firstUse(frame, inst.result),
  );
  return [constOf({ kind: "ptr", space: "private" }, 0n)];
}

/** Where a value is first used by an instruction that means something in the source. */
function firstUse(frame: Frame, name: string | undefined) {
  const names = new Set([name]);
  for (const block of frame.fn.blocks) {
    for (const inst of block.instructions) {
      const used = Object.values(inst)
        .flat()
        .some((value) => isLocal(value) && names.has(value.name));
      if (!used) continue;
      const marker =
        inst.op === "call" && inst.callee.kind === "global" && inst.callee.name.startsWith("llvm.lifetime");
      if (inst.span.line > 0 && !marker) return inst.span;
      if (inst.op === "gep" || inst.op === "cast") names.add(inst.result);
    }
  }
  return frame.fn.span;
}

function isLocal(value: unknown): value is { readonly kind: "local"; readonly name: string } {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "local";
}
