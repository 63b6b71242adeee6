/** Globals: `__local` variables, and constants (`__constant` variables, lookup tables that clang makes) as byte tables. */
import type { LlvmGlobal, LlvmType, LlvmValue } from "../../parser/llvm/module.js";
import type { Operand } from "../ir/types.js";
import type { Frame, KernelContext } from "./context.js";
import type { DataLayout } from "./layout.js";
import { localVariable } from "./memory-variables.js";

/** The name of a variable as the user wrote it: `kernel.tile` is `tile` declared in `kernel`. */
const variableName = (global: LlvmGlobal): string =>
  global.name
    .split(".")
    .filter((part) => !/^\d*$/.test(part))
    .at(-1) ?? global.name;

/**
 * The address of a global as a constant object or local variable of the kernel; undefined when it is of a kind that
 * is not supported (reported).
 */
export function useGlobal(ctx: KernelContext, frame: Frame, name: string): Operand | undefined {
  const address: Operand = { kind: "object", type: { kind: "ptr", space: "constant" }, object: name };
  if (ctx.objects.has(name)) return address;
  const global = ctx.module.globals.get(name);
  if (!global) {
    ctx.unsupported(
      "unsupported/function-pointer",
      frame,
      `the address of the function '${name}' is taken`,
      "Function pointers are not part of OpenCL C; select the function with an if or a switch.",
    );
    return undefined;
  }
  if (global.addressSpace === 3) return localVariable(ctx, global, variableName(global));
  if (!global.constant) {
    ctx.unsupported(
      "unsupported/program-scope-variable",
      frame,
      `the program-scope variable '${variableName(global)}' is not supported`,
      "Pass its data in a __global buffer argument.",
    );
    return undefined;
  }
  if (!global.initializer) {
    ctx.unsupported(
      "unsupported/extern-constant",
      frame,
      `the constant '${variableName(global)}' is declared but not defined in this file`,
      "Define it in the same file, or include the file that does.",
    );
    return undefined;
  }
  const bytes = new Uint8Array(ctx.layout.allocSize(global.type));
  if (!writeConstant(bytes, 0, global.type, global.initializer, ctx.layout)) {
    ctx.unsupported(
      "unsupported/pointer-table",
      frame,
      `the constant '${variableName(global)}' holds addresses`,
      "Store indices instead of pointers in the table.",
    );
    return undefined;
  }
  ctx.objects.set(name, { name, bytes, align: Math.max(global.align, 1) });
  return address;
}

/** Writes the bytes of a constant, little endian; false when it has no fixed bytes (an address). Padding stays 0. */
export function writeConstant(
  bytes: Uint8Array,
  offset: number,
  type: LlvmType,
  value: LlvmValue,
  layout: DataLayout,
): boolean {
  switch (value.kind) {
    case "zero":
    case "null":
    case "undef":
    case "poison":
      return true;
    case "string":
      bytes.set(value.bytes, offset);
      return true;
    case "int":
      putBits(bytes, offset, BigInt.asUintN(layout.bitsOf(type), value.value), layout.storeSize(type));
      return true;
    case "float":
      putBits(bytes, offset, value.bits, layout.storeSize(type));
      return true;
    case "splat":
    case "aggregate":
      return writeAggregate(bytes, offset, layout.resolve(type), value, layout);
    default:
      return false;
  }
}

function writeAggregate(
  bytes: Uint8Array,
  offset: number,
  type: LlvmType,
  value: LlvmValue & { kind: "splat" | "aggregate" },
  layout: DataLayout,
): boolean {
  const element = (index: number): LlvmValue => (value.kind === "splat" ? value.element : value.elements[index]!);
  switch (type.kind) {
    case "struct":
      return type.fields.every((field, index) =>
        writeConstant(bytes, offset + layout.fieldOffset(type, index), field, element(index), layout),
      );
    case "array": {
      const stride = layout.allocSize(type.element);
      return Array.from({ length: type.length }, (_, index) => index).every((index) =>
        writeConstant(bytes, offset + index * stride, type.element, element(index), layout),
      );
    }
    case "vector": {
      // Vectors are packed in memory, elements narrower than a byte included.
      const bits = layout.bitsOf(type.element);
      let packed = 0n;
      for (let index = 0; index < type.length; index++) {
        const lane = constantBits(element(index), bits);
        if (lane === undefined) return false;
        packed |= lane << BigInt(index * bits);
      }
      putBits(bytes, offset, packed, layout.storeSize(type));
      return true;
    }
    default:
      return false;
  }
}

/** The bits of a scalar constant; undefined for an address. */
export function constantBits(value: LlvmValue, bits: number): bigint | undefined {
  switch (value.kind) {
    case "int":
      return BigInt.asUintN(bits, value.value);
    case "float":
      return value.bits;
    case "zero":
    case "null":
    case "undef":
    case "poison":
      return 0n;
    default:
      return undefined;
  }
}

function putBits(bytes: Uint8Array, offset: number, bits: bigint, count: number): void {
  for (let k = 0; k < count; k++) bytes[offset + k] = Number((bits >> BigInt(8 * k)) & 0xffn);
}
