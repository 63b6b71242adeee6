/** Vectors as lists of lanes, first-class structs and arrays too: most of these instructions only move lanes. */
import { constOf, type Operand, widthOf } from "../ir/types.js";
import type { Frame, InstructionOf, KernelContext, Lane } from "./context.js";
import { laneRange, lanesOf } from "./types.js";
import { lanes, operands, scalar } from "./values.js";

export function importExtractElement(
  ctx: KernelContext,
  frame: Frame,
  inst: InstructionOf<"extractelement">,
): readonly Lane[] {
  const { builder } = ctx;
  const vector = operands(ctx, frame, inst.vector);
  const index = scalar(ctx, frame, inst.index);
  if (index.kind === "const") return [vector[Number(index.bits)] ?? builder.undef(builder.typeOf(vector[0]!))];
  return [
    vector.slice(1).reduce((chosen, lane, k) => builder.select(isLane(ctx, index, k + 1), lane, chosen), vector[0]!),
  ];
}

export function importInsertElement(
  ctx: KernelContext,
  frame: Frame,
  inst: InstructionOf<"insertelement">,
): readonly Lane[] {
  const vector = operands(ctx, frame, inst.vector);
  const element = scalar(ctx, frame, inst.element);
  const index = scalar(ctx, frame, inst.index);
  if (index.kind === "const") return vector.map((lane, k) => (BigInt(k) === index.bits ? element : lane));
  return vector.map((lane, k) => ctx.builder.select(isLane(ctx, index, k), element, lane));
}

/** Whether a variable index names this lane. An index too narrow to name it never does. */
function isLane(ctx: KernelContext, index: Operand, lane: number): Operand {
  const type = ctx.builder.typeOf(index);
  if (BigInt(lane) >> BigInt(widthOf(type)) !== 0n) return constOf({ kind: "int", bits: 1 }, 0n);
  return ctx.builder.icmp("eq", index, ctx.builder.int(type, lane));
}

export function importShuffle(ctx: KernelContext, frame: Frame, inst: InstructionOf<"shufflevector">): readonly Lane[] {
  const all = [...lanes(ctx, frame, inst.left), ...lanes(ctx, frame, inst.right)];
  const type = ctx.typeOf(all[0]!);
  return inst.mask.map((lane) => (lane < 0 ? ctx.builder.undef(type) : all[lane]!));
}

export function importExtractValue(
  ctx: KernelContext,
  frame: Frame,
  inst: InstructionOf<"extractvalue">,
): readonly Lane[] {
  const { start, length } = laneRange(inst.aggregate.type, inst.path, ctx.layout);
  return lanes(ctx, frame, inst.aggregate).slice(start, start + length);
}

export function importInsertValue(
  ctx: KernelContext,
  frame: Frame,
  inst: InstructionOf<"insertvalue">,
): readonly Lane[] {
  const { start, length } = laneRange(inst.aggregate.type, inst.path, ctx.layout);
  const whole = lanes(ctx, frame, inst.aggregate);
  return [...whole.slice(0, start), ...lanes(ctx, frame, inst.element), ...whole.slice(start + length)];
}

/** Zeros in the shape of a type: what a refused instruction gives, so that the import can go on. */
export function placeholder(ctx: KernelContext, type: Parameters<typeof lanesOf>[0]): readonly Lane[] {
  return lanesOf(type, ctx.layout).map((lane) => constOf(lane, 0n));
}
