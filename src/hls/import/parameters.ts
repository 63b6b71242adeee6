/** The kernel's parameters: what the host passes, and the values inside the kernel that carry it. */
import type { LlvmFunction, LlvmParameter, LlvmType, MetadataValue } from "../../parser/llvm/module.js";
import { type Def, i, valueOperand as operandOf, type SourceParameter, type Type, widthOf } from "../ir/types.js";
import { memoryLanes } from "./access.js";
import type { ByvalParameter, Frame, KernelContext } from "./context.js";
import { argumentCopy } from "./memory-variables.js";
import { structParameters } from "./struct-parameters.js";
import { lanesOf, refusedType, scalarOf, typeText } from "./types.js";

/** A parameter whose values are known once the body is imported; a struct may become several, or none. */
export interface DraftParameter {
  readonly finish: () => readonly SourceParameter[];
}

/** Binds the kernel's LLVM parameters in its frame. */
export function importParameters(ctx: KernelContext, frame: Frame): readonly DraftParameter[] {
  return frame.fn.parameters.map((parameter, index) => importParameter(ctx, frame, parameter, index));
}

function importParameter(ctx: KernelContext, frame: Frame, parameter: LlvmParameter, index: number): DraftParameter {
  const { fn } = frame;
  const name = metadataText(fn, "kernel_arg_name", index) ?? parameter.name;
  const type = parameter.byval ?? parameter.type;
  const typeName = metadataText(fn, "kernel_arg_type", index) ?? typeText(type);
  const refused = refusedParameter(ctx, type, typeName, name);
  if (refused) {
    ctx.unsupported(refused.code, frame, refused.message, refused.help, fn.span);
    frame.values.set(
      parameter.name,
      lanesOf(type, ctx.layout).map((lane) => ctx.builder.int(lane, 0)),
    );
    return { finish: () => [] };
  }
  if (parameter.byval) return importStruct(ctx, frame, parameter, parameter.byval, name, typeName);
  const source: Omit<SourceParameter, "values"> =
    type.kind === "ptr"
      ? {
          name,
          typeName,
          passing: type.addressSpace === 3 ? "local" : "buffer",
          readOnly: type.addressSpace !== 3 && isConst(fn, index, type),
          bytes: 8,
        }
      : {
          name,
          typeName,
          passing: "scalar",
          readOnly: true,
          bytes: ctx.layout.allocSize(type),
          ...element(ctx, fn, parameter, index),
        };
  const values = bindLanes(ctx, frame, parameter.name, name, type);
  return { finish: () => [{ ...source, values }] };
}

function importStruct(
  ctx: KernelContext,
  frame: Frame,
  parameter: LlvmParameter,
  type: LlvmType,
  name: string,
  typeName: string,
): DraftParameter {
  const byval: ByvalParameter = { name, bytes: ctx.layout.allocSize(type), parts: new Map() };
  frame.values.set(parameter.name, [
    ctx.inMemory.has(name)
      ? argumentCopy(ctx, byval, type)
      : { kind: "byval", parameter: byval, offset: ctx.builder.int(i(64), 0) },
  ]);
  return { finish: () => structParameters(type, typeName, byval, ctx.layout) };
}

/** One value a lane, as it lies in memory: a bool is a byte. */
function bindLanes(
  ctx: KernelContext,
  frame: Frame,
  llvmName: string,
  name: string,
  type: LlvmType,
): SourceParameter["values"] {
  const { builder } = ctx;
  const memory = memoryLanes(type, ctx.layout) ?? [];
  const bound = memory.map((lane, k): { readonly def: Def; readonly offset: number; readonly type: Type } => {
    const stored = lane.type.kind === "int" ? i(8 * lane.bytes) : lane.type;
    const def = builder.define(stored, memory.length > 1 ? `${name}_${k}` : name);
    return { def, offset: lane.offset, type: lane.type };
  });
  frame.values.set(
    llvmName,
    bound.map(({ def, type: lane }) =>
      lane.kind === "int" ? builder.resize(operandOf(def.id), widthOf(lane)) : operandOf(def.id),
    ),
  );
  return bound.map(({ def, offset }) => ({ def, offset }));
}

function refusedParameter(ctx: KernelContext, type: LlvmType, typeName: string, name: string) {
  if (/^(image\w*_t|sampler_t)$/.test(typeName.replace(/^(__)?(read_only|write_only|read_write)\s+/, ""))) {
    return {
      code: "unsupported/image",
      message: `the parameter '${name}' of type ${typeName} is not supported yet`,
      help: "Pass the pixels in a __global buffer.",
    };
  }
  const refused = refusedType(type, ctx.layout);
  if (refused === undefined) return undefined;
  return {
    code: "unsupported/parameter-type",
    message: `the parameter '${name}' of type ${typeName} is not supported`,
    help: "Kernel parameters are buffers, numbers, vectors and structs.",
  };
}

/** `const` in the source, or constant memory. Whether the kernel really never writes it is checked later. */
function isConst(fn: LlvmFunction, index: number, type: LlvmType & { kind: "ptr" }): boolean {
  const qualifiers = metadataText(fn, "kernel_arg_type_qual", index) ?? "";
  return type.addressSpace === 2 || qualifiers.split(" ").includes("const");
}

/** How text becomes the argument's bytes: signedness is the source type's, which LLVM does not keep. */
function element(
  ctx: KernelContext,
  fn: LlvmFunction,
  parameter: LlvmParameter,
  index: number,
): Pick<SourceParameter, "element"> {
  const lanes = parameter.type.kind === "vector" ? parameter.type.length : 1;
  const type = scalarOf(parameter.type, ctx.layout);
  if (type.kind === "float") return { element: { kind: "float", bits: ctx.layout.bitsOf(type), lanes } };
  if (type.kind !== "int") return {};
  const base = metadataText(fn, "kernel_arg_base_type", index) ?? metadataText(fn, "kernel_arg_type", index) ?? "";
  const unsigned =
    /^(const\s+)?(unsigned\b|uchar|ushort|uint|ulong|size_t|uintptr_t|bool|_Bool)/.test(base) ||
    parameter.attributes.includes("zeroext");
  return { element: { kind: unsigned ? "uint" : "int", bits: 8 * Math.ceil(type.bits / 8), lanes } };
}

function metadataText(fn: LlvmFunction, key: string, index: number): string | undefined {
  const list = fn.metadata.get(key);
  const entry: MetadataValue | undefined = isList(list) ? list[index] : undefined;
  return typeof entry === "string" ? entry : undefined;
}

function isList(value: MetadataValue | undefined): value is readonly MetadataValue[] {
  return Array.isArray(value);
}
