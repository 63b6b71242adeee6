/** LLVM types as lists of scalar lanes. */
import type { LlvmType } from "../../parser/llvm/module.js";
import { type AddressSpace, i, type Type, widestInt } from "../ir/types.js";
import { type DataLayout, floatBits } from "./layout.js";

/** OpenCL's numbering on spir64. Generic pointers (4) get their space from where they come from. */
export function spaceOfNumber(addressSpace: number): AddressSpace | undefined {
  switch (addressSpace) {
    case 0:
      return "private";
    case 1:
      return "global";
    case 2:
      return "constant";
    case 3:
      return "local";
    default:
      return undefined;
  }
}

/** Why a type cannot be a value of the Kernel IR, or undefined. */
export function refusedType(type: LlvmType, layout: DataLayout): string | undefined {
  const t = layout.resolve(type);
  switch (t.kind) {
    case "int":
      return t.bits > widestInt ? `an integer of ${t.bits} bits` : undefined;
    case "float":
      return t.name === "bfloat" || t.name === "fp128" ? `the type ${t.name}` : undefined;
    case "vector":
    case "array":
      return refusedType(t.element, layout);
    case "struct":
      return t.fields.map((field) => refusedType(field, layout)).find((reason) => reason !== undefined);
    case "ptr":
    case "void":
    case "label":
    case "metadata":
      return undefined;
    case "target":
      return t.name === "spirv.Event" ? undefined : `the opaque type ${t.name}`;
    default:
      return `a value of type ${t.kind}`;
  }
}

/** The lanes of a type, element 0 or field 0 first. A generic pointer is taken as global until its origin is known. */
export function lanesOf(type: LlvmType, layout: DataLayout): Type[] {
  const t = layout.resolve(type);
  switch (t.kind) {
    case "int":
      return [i(Math.min(t.bits, widestInt))];
    case "float":
      return [{ kind: "float", bits: Math.min(floatBits[t.name], 64) as 16 | 32 | 64 }];
    case "ptr":
      return [{ kind: "ptr", space: spaceOfNumber(t.addressSpace) ?? "global" }];
    case "vector":
    case "array": {
      const element = lanesOf(t.element, layout);
      return Array.from({ length: t.length }, () => element).flat();
    }
    case "struct":
      return t.fields.flatMap((field) => lanesOf(field, layout));
    default:
      return [];
  }
}

/** For each lane whether it is a generic pointer, whose space its type does not say. */
export function genericLanes(type: LlvmType, layout: DataLayout): boolean[] {
  const t = layout.resolve(type);
  switch (t.kind) {
    case "ptr":
      return [spaceOfNumber(t.addressSpace) === undefined];
    case "vector":
    case "array": {
      const element = genericLanes(t.element, layout);
      return Array.from({ length: t.length }, () => element).flat();
    }
    case "struct":
      return t.fields.flatMap((field) => genericLanes(field, layout));
    default:
      return lanesOf(t, layout).map(() => false);
  }
}

/** Number of lanes before, and of, the member at `path`. */
export function laneRange(
  type: LlvmType,
  path: readonly number[],
  layout: DataLayout,
): { readonly start: number; readonly length: number } {
  let start = 0;
  let current = layout.resolve(type);
  for (const index of path) {
    if (current.kind === "struct") {
      for (const field of current.fields.slice(0, index)) start += lanesOf(field, layout).length;
      current = layout.resolve(current.fields[index]!);
    } else if (current.kind === "array" || current.kind === "vector") {
      start += index * lanesOf(current.element, layout).length;
      current = layout.resolve(current.element);
    }
  }
  return { start, length: lanesOf(current, layout).length };
}

/** The element type behind vectors: what arithmetic is done in. */
export function scalarOf(type: LlvmType, layout: DataLayout): LlvmType {
  const t = layout.resolve(type);
  return t.kind === "vector" ? scalarOf(t.element, layout) : t;
}

/** `float4`, `uint`, `void*` for messages and for kernels without metadata. */
export function typeText(type: LlvmType): string {
  switch (type.kind) {
    case "int":
      return { 1: "bool", 8: "char", 16: "short", 32: "int", 64: "long" }[type.bits] ?? `int${type.bits}`;
    case "float":
      return type.name;
    case "ptr":
      return "void*";
    case "vector":
      return `${typeText(type.element)}${type.length}`;
    case "array":
      return `${typeText(type.element)}[${type.length}]`;
    case "named":
      return type.name.replace(/^(struct|union|class)\./, "");
    default:
      return type.kind;
  }
}
