/** Conversions, lane by lane, and bit casts between vectors and scalars of any lane width. */
import type { LlvmCast, LlvmType } from "../../parser/llvm/module.js";
import { InternalError } from "../../support/errors.js";
import { i, type Operand, sameType, type Type, widthOf } from "../ir/types.js";
import type { Builder } from "./builder.js";
import type { Frame, KernelContext, Lane } from "./context.js";
import { lanesOf, spaceOfNumber } from "./types.js";

export function castLanes(
  ctx: KernelContext,
  frame: Frame,
  cast: LlvmCast,
  values: readonly Lane[],
  from: LlvmType,
  to: LlvmType,
): readonly Lane[] {
  const { builder } = ctx;
  const targets = lanesOf(to, ctx.layout);
  // A pointer into a struct argument stays one through casts that only change its address space.
  if (cast === "addrspacecast" || (cast === "bitcast" && from.kind === "ptr")) {
    return values.map((value) => (value.kind === "byval" ? value : addressSpaceCast(ctx, frame, value, to)));
  }
  const sources = values.map((value) => ctx.operand(value));
  switch (cast) {
    case "bitcast":
      return rebits(builder, sources, targets);
    case "ptrtoint":
    case "ptrtoaddr":
      return sources.map((value, lane) =>
        builder.resize(builder.cast("ptrtoint", value, i(64)), widthOf(targets[lane]!)),
      );
    case "inttoptr":
      return sources.map((value, lane) => builder.cast("inttoptr", builder.resize(value, 64), targets[lane]!));
    case "trunc":
    case "zext":
    case "sext":
    case "fptrunc":
    case "fpext":
    case "fptoui":
    case "fptosi":
    case "uitofp":
    case "sitofp":
      return sources.map((value, lane) => builder.cast(cast, value, targets[lane]!));
  }
}

/** To or from the generic space the pointer keeps the space of what it points into. */
function addressSpaceCast(ctx: KernelContext, frame: Frame, value: Operand, to: LlvmType): Operand {
  const type = ctx.builder.typeOf(value);
  const target = to.kind === "vector" ? to.element : to;
  const space = target.kind === "ptr" ? spaceOfNumber(target.addressSpace) : undefined;
  if (type.kind !== "ptr") throw new InternalError("addrspacecast of something that is no pointer");
  if (space === undefined || space === type.space || value.kind === "object") return value;
  if (value.kind === "const") return { ...value, type: { kind: "ptr", space } };
  ctx.unsupported(
    "unsupported/address-space-cast",
    frame,
    `a ${type.space} pointer is cast to the ${space} address space`,
    "Use a pointer of the address space in which the data lies.",
  );
  return value;
}

/**
 * The same bits in other lanes, first lane lowest (little endian): `<4 x i8>` to `i32`, `<2 x i64>` to
 * `<4 x float>`, and so on. Works slice by slice, so no integer is wider than a lane.
 */
export function rebits(builder: Builder, sources: readonly Operand[], targets: readonly Type[]): Operand[] {
  const same = sources.length === targets.length;
  if (same && sources.every((value, lane) => sameType(builder.typeOf(value), targets[lane]!))) return [...sources];
  let position = 0;
  const placed = sources.map((value) => {
    const width = widthOf(builder.typeOf(value));
    const start = position;
    position += width;
    return { value, start, width };
  });
  let start = 0;
  return targets.map((target) => {
    const width = widthOf(target);
    const end = start + width;
    const inside = placed.filter((source) => source.start < end && source.start + source.width > start);
    if (inside.length > 0 && inside.every((source) => builder.isUndef(source.value))) {
      start = end;
      return builder.undef(target);
    }
    let bits = builder.int(i(width), 0);
    for (const source of inside) {
      const low = Math.max(start, source.start);
      const high = Math.min(end, source.start + source.width);
      const whole = builder.toBits(source.value);
      const down = builder.binary("lshr", whole, builder.int(i(source.width), low - source.start));
      const slice = builder.resize(builder.resize(down, high - low), width);
      bits = builder.or(bits, builder.binary("shl", slice, builder.int(i(width), low - start)));
    }
    start = end;
    return builder.fromBits(bits, target);
  });
}
