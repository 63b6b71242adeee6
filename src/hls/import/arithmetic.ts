/** Operators, comparisons, casts and select, each lane by lane. */
import { remainderName } from "../../parser/builtins/builtins.js";
import type { LlvmFcmp } from "../../parser/llvm/module.js";
import { constOf, type FloatPredicate, i, type Operand, sameType, type Type } from "../ir/types.js";
import { inlineFunction } from "./calls.js";
import { castLanes } from "./casts.js";
import type { Frame, InstructionOf, KernelContext, Lane } from "./context.js";
import { scalarOf } from "./types.js";
import { lanes, operands } from "./values.js";

export function importBinary(ctx: KernelContext, frame: Frame, inst: InstructionOf<"binary">): readonly Lane[] {
  const { builder } = ctx;
  const left = operands(ctx, frame, inst.left);
  const right = operands(ctx, frame, inst.right);
  const kind = inst.binary;
  if (kind === "frem") return left.map((l, lane) => remainder(ctx, frame, inst, l, right[lane]!));
  return left.map((l, lane) => builder.binary(kind, l, right[lane]!));
}

/** A call of the function that came with the module for this. */
function remainder(ctx: KernelContext, frame: Frame, inst: InstructionOf<"binary">, x: Operand, y: Operand): Lane {
  const type = scalarOf(inst.type, ctx.layout);
  const fn = type.kind === "float" ? ctx.module.functions.get(remainderName(type.name)) : undefined;
  if (fn && fn.blocks.length > 0) return inlineFunction(ctx, frame, inst, fn, [[x], [y]])[0]!;
  ctx.unsupported(
    "unsupported/frem",
    frame,
    "a floating-point remainder of this type is not supported",
    "Compute x - y * trunc(x / y) when its rounding is good enough.",
  );
  return x;
}

export function importFneg(ctx: KernelContext, frame: Frame, inst: InstructionOf<"fneg">): readonly Lane[] {
  return operands(ctx, frame, inst.value).map((value) => ctx.builder.unary("fneg", value));
}

export function importIcmp(ctx: KernelContext, frame: Frame, inst: InstructionOf<"icmp">): readonly Lane[] {
  const { builder } = ctx;
  const right = operands(ctx, frame, inst.right);
  return operands(ctx, frame, inst.left).map((left, lane) =>
    builder.icmp(inst.predicate, builder.toBits(left), builder.toBits(right[lane]!)),
  );
}

const fcmpConstant: Partial<Record<LlvmFcmp, bigint>> = { false: 0n, true: 1n };

export function importFcmp(ctx: KernelContext, frame: Frame, inst: InstructionOf<"fcmp">): readonly Lane[] {
  const right = operands(ctx, frame, inst.right);
  const known = fcmpConstant[inst.predicate];
  return operands(ctx, frame, inst.left).map((left, lane) =>
    known === undefined ? ctx.builder.fcmp(inst.predicate as FloatPredicate, left, right[lane]!) : constOf(i(1), known),
  );
}

export function importCast(ctx: KernelContext, frame: Frame, inst: InstructionOf<"cast">): readonly Lane[] {
  return castLanes(ctx, frame, inst.cast, lanes(ctx, frame, inst.value), inst.value.type, inst.type);
}

export function importFreeze(ctx: KernelContext, frame: Frame, inst: InstructionOf<"freeze">): readonly Lane[] {
  return lanes(ctx, frame, inst.value);
}

export function importSelect(ctx: KernelContext, frame: Frame, inst: InstructionOf<"select">): readonly Lane[] {
  const conditions = operands(ctx, frame, inst.condition);
  const whenFalse = lanes(ctx, frame, inst.whenFalse);
  return lanes(ctx, frame, inst.whenTrue).map((whenTrue, lane) =>
    selectLane(ctx, frame, conditions.length === 1 ? conditions[0]! : conditions[lane]!, whenTrue, whenFalse[lane]!),
  );
}

function selectLane(ctx: KernelContext, frame: Frame, condition: Operand, whenTrue: Lane, whenFalse: Lane): Lane {
  if (whenTrue.kind === "byval" && whenFalse.kind === "byval" && whenTrue.parameter === whenFalse.parameter) {
    return { ...whenTrue, offset: ctx.builder.select(condition, whenTrue.offset, whenFalse.offset) };
  }
  const t = ctx.operand(whenTrue);
  const f = ctx.operand(whenFalse);
  const isOpen = t.kind === "const" || ctx.builder.isGeneric(t);
  const type = ctx.builder.typeOf(isOpen ? f : t);
  return ctx.builder.select(condition, inSpace(ctx, frame, t, type), inSpace(ctx, frame, f, type));
}

/**
 * A pointer constant takes the space of the pointers that it meets; two real pointers must agree. `isOpen`: the space
 * of those that it meets is not known yet.
 */
export function inSpace(ctx: KernelContext, frame: Frame, value: Operand, type: Type, isOpen = false): Operand {
  const own = ctx.builder.typeOf(value);
  if (own.kind !== "ptr" || type.kind !== "ptr" || sameType(own, type)) return value;
  if (value.kind === "const") return { ...value, type };
  // A generic pointer from memory is what the others are; that it can be nothing else is checked at the end.
  if (isOpen || ctx.builder.isGeneric(value)) {
    const cast = ctx.builder.cast("inttoptr", ctx.builder.cast("ptrtoint", value, i(64)), type);
    if (isOpen && cast.kind === "value") ctx.builder.generic.add(cast.id);
    return cast;
  }
  ctx.unsupported(
    "unsupported/mixed-pointer",
    frame,
    `a pointer may point to ${type.space} or to ${own.space} memory`,
    "Select the value after loading it from each place, not the pointer.",
  );
  return constOf(type, 0n);
}
