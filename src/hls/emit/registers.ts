/** Layout of the kernel's register file (see docs/rtl-library.md, "Control and dispatch"). */

import type { RegisterField } from "../../rtl/design.js";
import { powerOfTwo } from "../../support/numbers.js";
import type { SourceParameter } from "../ir/types.js";

/** Byte address of the first register of `soff_control`'s `args`. */
export const argsBase = 0x40;
/** Byte offsets within `args`; eight bytes a dimension, x first. */
export const rangeOffsets = {
  workDim: 0x00,
  globalSize: 0x08,
  localSize: 0x20,
  globalOffset: 0x38,
  end: 0x50,
} as const;

export interface RegisterLayout {
  readonly fields: readonly RegisterField[];
  /** Byte offset of every source parameter within `args`. */
  readonly parameterOffsets: readonly number[];
  /** Of parameters whose memory is in several channels: byte offsets of the addresses of all shares but the first, which the parameter is. */
  readonly stripeOffsets: ReadonlyMap<number, readonly number[]>;
  readonly argBytes: number;
}

/** `channelsOf`: how many channels a parameter's memory is in. */
export function layoutRegisters(
  parameters: readonly SourceParameter[],
  channelsOf: (parameter: number) => number = () => 1,
): RegisterLayout {
  const fields: RegisterField[] = [];
  const field = (name: string, offset: number, bytes: number): void => {
    fields.push({ name, offset: argsBase + offset, bytes });
  };
  field("work_dim", rangeOffsets.workDim, 4);
  ["x", "y", "z"].forEach((axis, k) => {
    field(`global_size_${axis}`, rangeOffsets.globalSize + 8 * k, 4);
    field(`local_size_${axis}`, rangeOffsets.localSize + 8 * k, 4);
    field(`global_offset_${axis}`, rangeOffsets.globalOffset + 8 * k, 8);
  });
  let offset: number = rangeOffsets.end;
  const parameterOffsets = parameters.map((p) => {
    const align = Math.min(8, Math.max(4, powerOfTwo(p.bytes)));
    const at = Math.ceil(offset / align) * align;
    field(p.name, at, p.bytes);
    offset = at + p.bytes;
    return at;
  });
  const names = new Set(fields.map((f) => f.name));
  const stripeOffsets = new Map<number, readonly number[]>();
  parameters.forEach((p, index) => {
    const others = Array.from({ length: channelsOf(index) - 1 }, (_, k) => {
      let name = `${p.name}_stripe${k + 1}`;
      while (names.has(name)) name += "_";
      names.add(name);
      const at = Math.ceil(offset / 8) * 8;
      field(name, at, 8);
      offset = at + 8;
      return at;
    });
    if (others.length > 0) stripeOffsets.set(index, others);
  });
  return { fields, parameterOffsets, stripeOffsets, argBytes: Math.ceil(offset / 4) * 4 };
}
