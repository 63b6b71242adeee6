/** Calls of `llvm.*`: lane-wise ones from the table, the others by hand. */

import { i, type Operand, widthOf } from "../ir/types.js";
import { importBlockMove } from "./block-moves.js";
import type { Frame, InstructionOf, KernelContext, Lane } from "./context.js";
import {
  ignoredIntrinsics,
  intrinsicName,
  laneIntrinsics,
  maxOverflowProduct,
  overflowIntrinsics,
  reductions,
} from "./intrinsics.js";
import { lanesOf } from "./types.js";
import { operands } from "./values.js";
import { placeholder } from "./vectors.js";

export function importIntrinsic(
  ctx: KernelContext,
  frame: Frame,
  inst: InstructionOf<"call">,
  fullName: string,
): readonly Lane[] {
  const name = intrinsicName(fullName);
  if (ignoredIntrinsics.has(name)) return placeholder(ctx, inst.type);
  const lowering = Object.hasOwn(laneIntrinsics, name) ? laneIntrinsics[name] : undefined;
  if (lowering) {
    const args = inst.arguments.map((arg) => operands(ctx, frame, arg));
    return lanesOf(inst.type, ctx.layout).map((type, lane) =>
      lowering(
        ctx.builder,
        args.map((values) => (values.length === 1 ? values[0]! : values[lane]!)),
        type,
      ),
    );
  }
  const overflow = Object.hasOwn(overflowIntrinsics, name) ? overflowIntrinsics[name] : undefined;
  if (overflow) return importOverflow(ctx, frame, inst, name, overflow);
  if (name.startsWith("vector.reduce.")) {
    const reduced = importReduction(ctx, frame, inst, name.slice("vector.reduce.".length));
    if (reduced) return [reduced];
  }
  if (name === "ptrmask") return importPointerMask(ctx, frame, inst);
  if (importBlockMove(ctx, frame, inst, name)) return [];
  ctx.unsupported(
    "unsupported/intrinsic",
    frame,
    `the compiler intrinsic '${fullName}' is not supported`,
    "Write the operation with plain operators.",
  );
  return placeholder(ctx, inst.type);
}

function importOverflow(
  ctx: KernelContext,
  frame: Frame,
  inst: InstructionOf<"call">,
  name: string,
  lowering: NonNullable<(typeof overflowIntrinsics)[string]>,
): readonly Lane[] {
  const left = operands(ctx, frame, inst.arguments[0]!);
  const right = operands(ctx, frame, inst.arguments[1]!);
  if (name.includes("mul") && widthOf(ctx.builder.typeOf(left[0]!)) > maxOverflowProduct) {
    ctx.unsupported(
      "unsupported/wide-integer",
      frame,
      "an overflow check of a product of more than 64 bits is not supported",
      "Use 64-bit factors.",
    );
    return placeholder(ctx, inst.type);
  }
  const both = left.map((x, lane) => lowering(ctx.builder, x, right[lane]!));
  return [...both.map(([value]) => value), ...both.map(([, overflowed]) => overflowed)];
}

function importReduction(
  ctx: KernelContext,
  frame: Frame,
  inst: InstructionOf<"call">,
  kind: string,
): Operand | undefined {
  const combine = Object.hasOwn(reductions, kind) ? reductions[kind] : undefined;
  if (!combine) return undefined;
  // fadd and fmul come with a start value as their first argument.
  const values = inst.arguments.flatMap((arg) => operands(ctx, frame, arg));
  const [type] = lanesOf(inst.type, ctx.layout);
  return values.slice(1).reduce((sum, value) => combine(ctx.builder, [sum, value], type!), values[0]!);
}

/** p & mask, as an offset from p: the pointer keeps its origin. */
function importPointerMask(ctx: KernelContext, frame: Frame, inst: InstructionOf<"call">): readonly Lane[] {
  const { builder } = ctx;
  const masks = operands(ctx, frame, inst.arguments[1]!);
  return operands(ctx, frame, inst.arguments[0]!).map((pointer, lane) => {
    const address = builder.cast("ptrtoint", pointer, i(64));
    const mask = builder.resize(masks.length === 1 ? masks[0]! : masks[lane]!, 64);
    return builder.ptradd(pointer, builder.sub(builder.and(address, mask), address));
  });
}
