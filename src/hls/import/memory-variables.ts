/** Variables that live in memory: `__local` and `__shared__` ones, and private ones that did not become values. */
import type { LlvmGlobal, LlvmParameter, LlvmType } from "../../parser/llvm/module.js";
import { i, type Operand, type Type, valueOperand, widthOf } from "../ir/types.js";
import { memoryLanes } from "./access.js";
import { copy } from "./block-moves.js";
import type { ByvalParameter, Frame, InstructionOf, KernelContext } from "./context.js";
import { storeLanes } from "./memory.js";
import { functionName, valueName } from "./names.js";
import { constantBits } from "./objects.js";

/** The address of a variable in local memory. `name`: what the user calls it. */
export function localVariable(ctx: KernelContext, global: LlvmGlobal, name: string): Operand {
  const size = Math.max(1, ctx.layout.allocSize(global.type));
  return ctx.variable(global, { name, space: "local", size, align: Math.max(global.align, 1) });
}

/**
 * The address of a private variable. A function that is inlined at several places has one set of variables: it does
 * not call itself, so that no two calls are under way at once.
 */
export function privateVariable(ctx: KernelContext, frame: Frame, inst: InstructionOf<"alloca">): Operand {
  const count = constantBits(inst.count, 64);
  if (count === undefined) {
    ctx.unsupported(
      "unsupported/variable-length-array",
      frame,
      "an array whose length is not constant is not supported",
      "Give the array the largest length that is needed.",
    );
  }
  const size = Math.max(1, ctx.layout.allocSize(inst.allocated) * Number(count ?? 1n));
  const name = valueName(inst.result ?? "") || functionName(frame.fn.name);
  return ctx.variable(inst, { name, space: "private", size, align: Math.max(inst.align, 1) });
}

/** The private copy of a struct argument, filled where the kernel begins. Its members are the argument's parts. */
export function argumentCopy(ctx: KernelContext, parameter: ByvalParameter, type: LlvmType): Operand {
  const { builder } = ctx;
  const align = ctx.layout.alignOf(type);
  const address = ctx.variable(parameter, { name: parameter.name, space: "private", size: parameter.bytes, align });
  const values = (memoryLanes(type, ctx.layout) ?? []).map((lane) => {
    const stored: Type = lane.type.kind === "int" ? i(8 * lane.bytes) : lane.type;
    const def = builder.define(stored, `${parameter.name}_${lane.offset}`);
    parameter.parts.set(`${lane.offset}`, { def, offset: lane.offset });
    const value = valueOperand(def.id);
    return lane.type.kind === "int" ? builder.resize(value, widthOf(lane.type)) : value;
  });
  storeLanes(ctx, type, values, address, align);
  return address;
}

/** A function's own copy of a struct that it is passed by value. */
export function callCopy(ctx: KernelContext, parameter: LlvmParameter, source: Operand): Operand {
  const type = parameter.byval!;
  const align = ctx.layout.alignOf(type);
  const size = ctx.layout.allocSize(type);
  const name = valueName(parameter.name) || "argument";
  const address = ctx.variable(parameter, { name, space: "private", size: Math.max(1, size), align });
  copy(ctx, { pointer: address, align }, { pointer: source, align }, ctx.builder.int(i(64), size), false);
  return address;
}
