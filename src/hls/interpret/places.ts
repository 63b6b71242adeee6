/**
 * Where the memory of a kernel lies that is not a buffer: constant objects, local and private variables, and local
 * memory that a launch gives. All of it above every device memory and with gaps, so that running over an end is
 * noticed and no two addresses are equal. Private variables have the same addresses in every work-item.
 */
import type { Kernel } from "../ir/types.js";

/** Below this lie the buffers. */
export const objectBase = 1n << 49n;
const localBase = objectBase + (1n << 46n);
const privateBase = objectBase + (2n << 46n);
const localArgumentBase = objectBase + (3n << 46n);
/** Distance of the local arguments; also more than any of them may have. */
export const localArgumentRoom = 1n << 36n;
const gap = 64n;

/** Addresses of the kernel's objects and variables, the same in every launch. */
export function placeObjects(kernel: Kernel): ReadonlyMap<string, bigint> {
  const spaceOf = (space: "local" | "private") => kernel.variables.filter((variable) => variable.space === space);
  return new Map([
    ...place(
      objectBase,
      kernel.objects.map(({ name, bytes, align }) => ({ name, size: bytes.length, align })),
    ),
    ...place(localBase, spaceOf("local")),
    ...place(privateBase, spaceOf("private")),
  ]);
}

/** Address of the local memory for the parameter at an index. */
export function localArgumentAddress(index: number): bigint {
  return localArgumentBase + BigInt(index) * localArgumentRoom;
}

function place(
  base: bigint,
  objects: readonly { readonly name: string; readonly size: number; readonly align: number }[],
): [string, bigint][] {
  let next = base;
  return objects.map(({ name, size, align }) => {
    const unit = BigInt(Math.max(align, 16));
    const address = ((next + unit - 1n) / unit) * unit;
    next = address + BigInt(size) + gap;
    return [name, address];
  });
}
