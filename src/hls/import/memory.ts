/** Loads and stores of any type as accesses of the Kernel IR. */
import type { LlvmType } from "../../parser/llvm/module.js";
import { i, type Operand, type Type, widthOf } from "../ir/types.js";
import { type MemoryLane, memoryLanes, planAccess } from "./access.js";
import { loadByval } from "./byval.js";
import { rebits } from "./casts.js";
import type { Frame, InstructionOf, KernelContext, Lane } from "./context.js";
import { ordered, orderingOfWords, relaxed } from "./ordering.js";
import { genericLanes, lanesOf } from "./types.js";
import { lanes, operands } from "./values.js";

export function importLoad(ctx: KernelContext, frame: Frame, inst: InstructionOf<"load">): readonly Lane[] {
  const [pointer] = lanes(ctx, frame, inst.pointer);
  const align = inst.align || ctx.layout.alignOf(inst.type);
  // Memory does what is no wider than one access at one moment; the order is what an atomic access adds.
  const ordering = inst.atomic ? orderingOfWords(inst.flags) : relaxed;
  const loaded = ordered(ctx, ordering, () => loadLanes(ctx, inst.type, pointer!, align));
  genericLanes(inst.type, ctx.layout).forEach((isGeneric, lane) => {
    const value = loaded[lane];
    if (isGeneric && value?.kind === "value") ctx.builder.generic.add(value.id);
  });
  return loaded;
}

export function importStore(ctx: KernelContext, frame: Frame, inst: InstructionOf<"store">): void {
  const [pointer] = lanes(ctx, frame, inst.pointer);
  const align = inst.align || ctx.layout.alignOf(inst.value.type);
  const address = ctx.operand(pointer!);
  const values = operands(ctx, frame, inst.value);
  const ordering = inst.atomic ? orderingOfWords(inst.flags) : relaxed;
  ordered(ctx, ordering, () => storeLanes(ctx, inst.value.type, values, address, align));
}

export function loadLanes(ctx: KernelContext, type: LlvmType, pointer: Lane, align: number): readonly Lane[] {
  const { builder, layout } = ctx;
  const whole = wholeInteger(type, ctx);
  if (whole) return rebits(builder, [loadOne(ctx, whole, pointer, align)], lanesOf(type, layout));
  const memory = memoryLanes(type, layout)!;
  if (pointer.kind === "byval")
    return memory.map((lane) => fromMemory(ctx, loadByval(ctx, pointer, lane, align), lane));
  const loaded: Operand[] = [];
  for (const piece of planAccess(memory, align)) {
    if (piece.kind === "lanes") {
      const types = memory.slice(piece.first, piece.first + piece.count).map((lane) => lane.type);
      loaded.push(...builder.load(types, at(ctx, pointer, piece.offset), piece.align));
    } else {
      const parts = piece.parts.map(
        (part) => builder.load([i(8 * part.bytes)], at(ctx, pointer, part.offset), part.bytes)[0]!,
      );
      const lane = memory[piece.lane]!;
      loaded.push(fromMemory(ctx, rebits(builder, parts, [i(8 * lane.bytes)])[0]!, lane));
    }
  }
  return loaded;
}

function loadOne(ctx: KernelContext, type: LlvmType, pointer: Lane, align: number): Operand {
  return ctx.operand(loadLanes(ctx, type, pointer, align)[0]!);
}

export function storeLanes(
  ctx: KernelContext,
  type: LlvmType,
  values: readonly Operand[],
  pointer: Operand,
  align: number,
): void {
  const { builder, layout } = ctx;
  const whole = wholeInteger(type, ctx);
  if (whole) {
    storeLanes(ctx, whole, rebits(builder, values, lanesOf(whole, layout)), pointer, align);
    return;
  }
  const memory = memoryLanes(type, layout)!;
  for (const piece of planAccess(memory, align)) {
    if (piece.kind === "lanes") {
      const stored = values.slice(piece.first, piece.first + piece.count);
      // Undefined lanes at the end (the fourth of a 3-vector) need not be written at all.
      let count = stored.length;
      while (count > 0 && builder.isUndef(stored[count - 1]!)) count--;
      if (count > 0) builder.store(stored.slice(0, count), at(ctx, pointer, piece.offset), piece.align);
    } else {
      const value = values[piece.lane]!;
      if (builder.isUndef(value)) continue;
      const bits = builder.resize(builder.toBits(value), 8 * memory[piece.lane]!.bytes);
      const parts = rebits(
        builder,
        [bits],
        piece.parts.map((part) => i(8 * part.bytes)),
      );
      piece.parts.forEach((part, k) => {
        builder.store([parts[k]!], at(ctx, pointer, part.offset), part.bytes);
      });
    }
  }
}

/** Vectors of elements that are no whole bytes (`<8 x i1>`) lie in memory as one integer. */
function wholeInteger(type: LlvmType, ctx: KernelContext): LlvmType | undefined {
  return memoryLanes(type, ctx.layout) ? undefined : { kind: "int", bits: ctx.layout.bitsOf(type) };
}

/** From the integer of whole bytes that memory holds to the lane's own type. */
function fromMemory(ctx: KernelContext, value: Operand, lane: MemoryLane): Operand {
  const type: Type = ctx.builder.typeOf(value);
  if (type.kind !== "int") return value;
  return ctx.builder.fromBits(ctx.builder.resize(value, widthOf(lane.type)), lane.type);
}

function at(ctx: KernelContext, pointer: Operand, offset: number): Operand {
  return ctx.builder.ptradd(pointer, ctx.builder.int(i(64), offset));
}
