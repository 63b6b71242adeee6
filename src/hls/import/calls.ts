/** Calls: defined functions are inlined, intrinsics and work-item functions become operations, the rest is refused. */
import type { LlvmFunction } from "../../parser/llvm/module.js";
import { importAsyncCopy } from "./async-copy.js";
import { importAtomicFunction } from "./atomics.js";
import { importBody } from "./body.js";
import { calledFunction, type Frame, type InstructionOf, type KernelContext, type Lane } from "./context.js";
import { demangle } from "./demangle.js";
import { newBlock } from "./draft.js";
import { importIntrinsic } from "./intrinsic-calls.js";
import { callCopy } from "./memory-variables.js";
import { functionName } from "./names.js";
import { importOrdering } from "./ordering.js";
import { joinLanes } from "./phis.js";
import { importPrintf } from "./printing.js";
import { refusal } from "./refused-calls.js";
import { lanes, operands } from "./values.js";
import { placeholder } from "./vectors.js";
import { workItemFunction } from "./workitem.js";

export function importCall(ctx: KernelContext, frame: Frame, inst: InstructionOf<"call">): readonly Lane[] {
  const fn = calledFunction(ctx.module, inst.callee);
  if (inst.callee.kind !== "global") {
    ctx.unsupported(
      "unsupported/indirect-call",
      frame,
      "a call through a function pointer is not supported",
      "Select the function with an if or a switch.",
    );
    return placeholder(ctx, inst.type);
  }
  const { name } = inst.callee;
  if (name.startsWith("llvm.")) return importIntrinsic(ctx, frame, inst, name);
  if (fn && fn.blocks.length > 0) return inline(ctx, frame, inst, fn);
  const result = importBuiltin(ctx, frame, inst, name);
  if (result) return result;
  const { code, message, help } = refusal(name);
  ctx.unsupported(code, frame, message, help);
  return placeholder(ctx, inst.type);
}

/** A function that is no part of the program: what it does, or undefined when it is not known. */
function importBuiltin(
  ctx: KernelContext,
  frame: Frame,
  inst: InstructionOf<"call">,
  llvmName: string,
): readonly Lane[] | undefined {
  if (llvmName === "printf") return [importPrintf(ctx, frame, inst)];
  const signature = demangle(llvmName) ?? { name: llvmName, parameters: [] };
  if (importOrdering(ctx, signature.name) || importAsyncCopy(ctx, frame, inst, signature)) return [];
  const atomic = importAtomicFunction(ctx, frame, inst, signature);
  if (atomic) return atomic;
  const value = workItemFunction(
    ctx.builder,
    signature.name,
    inst.arguments.flatMap((arg) => operands(ctx, frame, arg)),
  );
  return value && [value];
}

function inline(ctx: KernelContext, frame: Frame, inst: InstructionOf<"call">, fn: LlvmFunction): readonly Lane[] {
  return inlineFunction(
    ctx,
    frame,
    inst,
    fn,
    inst.arguments.map((argument) => lanes(ctx, frame, argument)),
  );
}

/** The body of a function in the place of an instruction, for arguments as lanes. */
export function inlineFunction(
  ctx: KernelContext,
  frame: Frame,
  inst: InstructionOf<"call" | "binary">,
  fn: LlvmFunction,
  values: readonly (readonly Lane[])[],
): readonly Lane[] {
  for (let at: Frame | undefined = frame; at; at = at.call?.caller) {
    if (at.fn !== fn) continue;
    ctx.unsupported(
      "unsupported/recursion",
      frame,
      `the function '${functionName(fn.name)}' calls itself`,
      "Use a loop: hardware has no call stack.",
    );
    return placeholder(ctx, inst.type);
  }
  const callee: Frame = { fn, values: new Map(), call: { caller: frame, span: inst.span }, returns: [] };
  fn.parameters.forEach((parameter, index) => {
    const passed = values[index]!;
    // A struct argument of the kernel that is only read needs no copy.
    const isCopied = parameter.byval && passed[0]?.kind !== "byval";
    callee.values.set(parameter.name, isCopied ? [callCopy(ctx, parameter, ctx.operand(passed[0]!))] : passed);
  });
  importBody(ctx, callee);
  return returnTo(ctx, callee, inst);
}

/** Goes on after the call: in the block of the only return, or in a block where the returns meet. */
function returnTo(ctx: KernelContext, callee: Frame, inst: InstructionOf<"call" | "binary">): readonly Lane[] {
  const { builder } = ctx;
  const [only, second] = callee.returns;
  builder.span = inst.span;
  if (only && !second) {
    builder.block = only.block;
    return only.lanes;
  }
  const join = newBlock(`${functionName(callee.fn.name)}.exit`);
  for (const { block, span } of callee.returns) {
    builder.block = block;
    builder.terminate({ op: "br", target: join, span });
  }
  builder.block = join;
  if (!only) return placeholder(ctx, inst.type);
  return only.lanes.map((_, lane) =>
    joinLanes(
      ctx,
      callee,
      callee.returns.map(({ block, lanes: values }) => ({ block, lane: values[lane]! })),
    ),
  );
}
