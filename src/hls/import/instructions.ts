/** One LLVM instruction, by family. */
import type { LlvmInstruction } from "../../parser/llvm/module.js";
import { InternalError } from "../../support/errors.js";
import {
  importBinary,
  importCast,
  importFcmp,
  importFneg,
  importFreeze,
  importIcmp,
  importSelect,
} from "./arithmetic.js";
import { importAtomicRmw, importCmpxchg } from "./atomics.js";
import { importCall } from "./calls.js";
import type { Frame, KernelContext, Lane } from "./context.js";
import { gepLanes } from "./gep.js";
import { importLoad, importStore } from "./memory.js";
import { privateVariable } from "./memory-variables.js";
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
      return [replacement ?? privateVariable(ctx, frame, inst)];
    }
    case "atomicrmw":
      return importAtomicRmw(ctx, frame, inst);
    case "cmpxchg":
      return importCmpxchg(ctx, frame, inst);
    case "fence":
      ctx.builder.fence();
      return [];
    case "other":
      ctx.unsupported(
        "unsupported/instruction",
        frame,
        `the LLVM instruction '${inst.opcode}' is not supported`,
        "Write this part of the kernel with plain statements.",
      );
      return inst.type === undefined || inst.type.kind === "void" ? [] : placeholder(ctx, inst.type);
    case "phi":
    case "br":
    case "condbr":
    case "switch":
    case "ret":
    case "unreachable":
      throw new InternalError(`${inst.op} is no instruction of a block's middle`);
  }
}
