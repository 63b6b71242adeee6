/** Operands of LLVM instructions as lanes: locals from the frame, constants built on the spot. */
import type { LlvmValue } from "../../parser/llvm/module.js";
import { InternalError } from "../../support/errors.js";
import { constOf, type Operand } from "../ir/types.js";
import { castLanes } from "./casts.js";
import type { Frame, KernelContext, Lane } from "./context.js";
import { gepLanes } from "./gep.js";
import { useGlobal } from "./objects.js";
import { lanesOf } from "./types.js";

/** The lanes of a value. A constant expression appends instructions to the current block. */
export function lanes(ctx: KernelContext, frame: Frame, value: LlvmValue): readonly Lane[] {
  const { builder, layout } = ctx;
  switch (value.kind) {
    case "local": {
      const known = frame.values.get(value.name);
      if (!known) throw new InternalError(`%${value.name} of @${frame.fn.name} is used before it is imported`);
      return known;
    }
    case "global": {
      const address = useGlobal(ctx, frame, value.name);
      return address ? [address] : lanesOf(value.type, layout).map((type) => constOf(type, 0n));
    }
    case "int":
      return lanesOf(value.type, layout).map((type) => constOf(type, value.value));
    case "float":
      return lanesOf(value.type, layout).map((type) => constOf(type, value.bits));
    case "null":
    case "zero":
      return lanesOf(value.type, layout).map((type) => constOf(type, 0n));
    case "undef":
    case "poison":
    case "none":
      return lanesOf(value.type, layout).map((type) => builder.undef(type));
    case "aggregate":
      return value.elements.flatMap((element) => lanes(ctx, frame, element));
    case "string":
      return [...value.bytes].map((byte) => constOf({ kind: "int", bits: 8 }, BigInt(byte)));
    case "splat": {
      const element = lanes(ctx, frame, value.element);
      const count = lanesOf(value.type, layout).length / element.length;
      return Array.from({ length: count }, () => element).flat();
    }
    case "constexpr":
      return constantExpression(ctx, frame, value);
    case "metadata":
      return [];
  }
}

function constantExpression(
  ctx: KernelContext,
  frame: Frame,
  value: LlvmValue & { kind: "constexpr" },
): readonly Lane[] {
  const e = value.expression;
  switch (e.op) {
    case "gep":
      return gepLanes(ctx, frame, e.sourceType, lanes(ctx, frame, e.base), e.indices);
    case "cast":
      return castLanes(ctx, frame, e.cast, lanes(ctx, frame, e.value), e.value.type, value.type);
    case "binary": {
      const kind = e.binary;
      if (kind === "fadd" || kind === "fsub" || kind === "fmul" || kind === "fdiv" || kind === "frem") {
        throw new InternalError(`constant expression ${kind}`);
      }
      const right = operands(ctx, frame, e.right);
      return operands(ctx, frame, e.left).map((left, lane) => ctx.builder.binary(kind, left, right[lane]!));
    }
  }
}

/** Lanes that must be ordinary operands. */
export function operands(ctx: KernelContext, frame: Frame, value: LlvmValue): readonly Operand[] {
  return lanes(ctx, frame, value).map((lane) => ctx.operand(lane));
}

/** The one operand of a scalar value. */
export function scalar(ctx: KernelContext, frame: Frame, value: LlvmValue): Operand {
  const [first] = operands(ctx, frame, value);
  if (!first) throw new InternalError(`a value of type ${value.type.kind} has no lanes`);
  return first;
}
