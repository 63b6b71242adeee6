/** How many bits of each integer matter: the width that datapaths and FIFOs need to carry. */
import type { Kernel, ValueId } from "../ir/types.js";
import { definitionsOf } from "../ir/walk.js";
import { signedBits, unsignedBits } from "./range.js";
import { integerRanges, type Ranges } from "./ranges.js";

/** The low `bits` bits, zero-extended (sign-extended when `signed`) to the type's width, are the value. `1 <= bits <= width`. */
export interface ValueWidth {
  readonly bits: number;
  readonly signed: boolean;
}

/** For every integer value, the shorter of its two extensions (zero extension when they are equal). */
export function valueWidths(kernel: Kernel, ranges: Ranges = integerRanges(kernel)): ReadonlyMap<ValueId, ValueWidth> {
  const widths = new Map<ValueId, ValueWidth>();
  for (const definition of definitionsOf(kernel)) {
    if (definition?.def.type.kind !== "int") continue;
    const range = ranges.of(definition.def.id);
    const unsigned = range ? Math.max(1, unsignedBits(range)) : 1;
    const signed = range ? signedBits(range) : 1;
    widths.set(
      definition.def.id,
      unsigned <= signed ? { bits: unsigned, signed: false } : { bits: signed, signed: true },
    );
  }
  return widths;
}
