/** Pointer arithmetic: element indices become byte offsets by the data layout. */
import type { LlvmType, LlvmValue } from "../../parser/llvm/module.js";
import { i, type Operand, widthOf } from "../ir/types.js";
import type { Frame, KernelContext, Lane } from "./context.js";
import { nextPowerOfTwo } from "./layout.js";
import { operands } from "./values.js";

/** The addresses that a `getelementptr` gives: several when base or an index is a vector. */
export function gepLanes(
  ctx: KernelContext,
  frame: Frame,
  sourceType: LlvmType,
  bases: readonly Lane[],
  indices: readonly LlvmValue[],
): readonly Lane[] {
  const { layout } = ctx;
  let constant = 0n;
  const terms: { readonly index: readonly Operand[]; readonly scale: number }[] = [];
  let count = bases.length;

  for (const step of layout.steps(sourceType, indices)) {
    if ("offset" in step) {
      constant += BigInt(step.offset);
      continue;
    }
    const index = operands(ctx, frame, step.index);
    count = Math.max(count, index.length);
    const [only] = index;
    if (index.length === 1 && only?.kind === "const") {
      constant += BigInt.asIntN(widthOf(only.type), only.bits) * BigInt(step.scale);
    } else if (step.scale !== 0) terms.push({ index, scale: step.scale });
  }

  return Array.from({ length: count }, (_, lane) => {
    const base = bases.length === 1 ? bases[0]! : bases[lane]!;
    return address(
      ctx,
      base,
      terms.map(({ index, scale }) => scaled(ctx, index.length === 1 ? index[0]! : index[lane]!, scale)),
      constant,
    );
  });
}

/** base + variable parts, then + constant: neighbours (stencils, members) share the variable part. */
function address(ctx: KernelContext, base: Lane, parts: readonly Operand[], constant: bigint): Lane {
  const { builder } = ctx;
  const offset = parts.reduce<Operand>((sum, part) => builder.add(sum, part), builder.int(i(64), 0));
  const fixed = builder.int(i(64), constant);
  if (base.kind === "byval") return { ...base, offset: builder.add(builder.add(base.offset, offset), fixed) };
  return builder.ptradd(builder.ptradd(base, offset), fixed);
}

/** index * scale in 64 bits; the index is signed. */
function scaled(ctx: KernelContext, index: Operand, scale: number): Operand {
  const { builder } = ctx;
  const wide = builder.resize(index, 64, "sext");
  const power = nextPowerOfTwo(scale);
  return power === scale
    ? builder.binary("shl", wide, builder.int(i(64), Math.log2(scale)))
    : builder.mul(wide, builder.int(i(64), scale));
}
