/** Sizes, alignments and offsets of LLVM types on spir64: 64-bit pointers, `i64:64`, vectors aligned to their size. */
import type { LlvmModule, LlvmType, LlvmValue } from "../../parser/llvm/module.js";
import { InternalError } from "../../support/errors.js";

export const floatBits = { half: 16, bfloat: 16, float: 32, double: 64, fp128: 128 } as const;

const roundUp = (size: number, align: number): number => Math.ceil(size / align) * align;

/** The smallest power of two that is at least `size`. */
export function nextPowerOfTwo(size: number): number {
  let power = 1;
  while (power < size) power *= 2;
  return power;
}

export class DataLayout {
  constructor(private readonly types: LlvmModule["types"]) {}

  /** The type behind a name; an opaque or unknown name has no layout. */
  resolve(type: LlvmType): LlvmType {
    let resolved = type;
    while (resolved.kind === "named") {
      const target = this.types.get(resolved.name);
      if (target === undefined) return resolved;
      resolved = target;
    }
    return resolved;
  }

  /** Width of a value in bits (vectors packed, aggregates with their padding). */
  bitsOf(type: LlvmType): number {
    const t = this.resolve(type);
    switch (t.kind) {
      case "int":
        return t.bits;
      case "float":
        return floatBits[t.name];
      case "ptr":
        return 64;
      case "vector":
        return t.length * this.bitsOf(t.element);
      default:
        return 8 * this.allocSize(t);
    }
  }

  /** Bytes that a store writes. */
  storeSize(type: LlvmType): number {
    return Math.ceil(this.bitsOf(type) / 8);
  }

  /** Distance between neighbours in an array. */
  allocSize(type: LlvmType): number {
    const t = this.resolve(type);
    switch (t.kind) {
      case "array":
        return t.length * this.allocSize(t.element);
      case "struct": {
        const last = t.fields.length - 1;
        const end = last < 0 ? 0 : this.fieldOffset(t, last) + this.allocSize(t.fields[last]!);
        return roundUp(end, this.alignOf(t));
      }
      case "int":
      case "float":
      case "ptr":
      case "vector":
        return roundUp(this.storeSize(t), this.alignOf(t));
      case "target":
        // Events, which only pass through variables.
        return 8;
      default:
        throw new InternalError(`type ${t.kind} has no size`);
    }
  }

  alignOf(type: LlvmType): number {
    const t = this.resolve(type);
    switch (t.kind) {
      case "int":
        return Math.min(8, nextPowerOfTwo(Math.ceil(t.bits / 8)));
      case "float":
      case "vector":
        return nextPowerOfTwo(this.storeSize(t));
      case "ptr":
      case "target":
        return 8;
      case "array":
        return this.alignOf(t.element);
      case "struct":
        return t.packed ? 1 : t.fields.reduce((align, field) => Math.max(align, this.alignOf(field)), 1);
      default:
        throw new InternalError(`type ${t.kind} has no alignment`);
    }
  }

  fieldOffset(struct: LlvmType & { kind: "struct" }, index: number): number {
    let offset = 0;
    for (const [i, field] of struct.fields.entries()) {
      if (!struct.packed) offset = roundUp(offset, this.alignOf(field));
      if (i === index) return offset;
      offset += this.allocSize(field);
    }
    throw new InternalError(`struct has no field ${index}`);
  }

  /** What each index of a `getelementptr` adds: index times scale, the index of a struct as the field's offset. */
  steps(sourceType: LlvmType, indices: readonly LlvmValue[]): readonly GepStep[] {
    let current = sourceType;
    return indices.map((index, position): GepStep => {
      if (position === 0) return { index, scale: this.allocSize(sourceType) };
      const type = this.resolve(current);
      switch (type.kind) {
        case "struct": {
          const field = Number(constantIndex(index) ?? 0n);
          current = type.fields[field]!;
          return { offset: this.fieldOffset(type, field) };
        }
        case "array":
          current = type.element;
          return { index, scale: this.allocSize(type.element) };
        case "vector":
          current = type.element;
          return { index, scale: this.storeSize(type.element) };
        default:
          throw new InternalError(`getelementptr into ${type.kind}`);
      }
    });
  }

  /** The offset of a `getelementptr` whose indices are all constant, else undefined. */
  constantOffset(sourceType: LlvmType, indices: readonly LlvmValue[]): number | undefined {
    let sum = 0;
    for (const step of this.steps(sourceType, indices)) {
      if ("offset" in step) sum += step.offset;
      else {
        const index = constantIndex(step.index);
        if (index === undefined) return undefined;
        sum += Number(index) * step.scale;
      }
    }
    return sum;
  }
}

export type GepStep = { readonly index: LlvmValue; readonly scale: number } | { readonly offset: number };

/** The value of a constant index (the first lane's of a vector), signed. */
function constantIndex(value: LlvmValue): bigint | undefined {
  switch (value.kind) {
    case "int":
      return value.type.kind === "int" ? BigInt.asIntN(value.type.bits, value.value) : value.value;
    case "zero":
    case "null":
    case "undef":
    case "poison":
      return 0n;
    case "splat":
      return constantIndex(value.element);
    case "aggregate":
      return constantIndex(value.elements[0]!);
    default:
      return undefined;
  }
}
