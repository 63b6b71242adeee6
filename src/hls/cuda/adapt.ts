/** Makes a module that clang compiled from CUDA look like one from OpenCL, which is what the importer knows. */
import type { LlvmFunction, LlvmInstruction, LlvmModule, MetadataValue } from "../../parser/llvm/module.js";
import { demangle } from "../import/demangle.js";
import { type KernelName, nameKernels } from "./names.js";
import { mapInstructions } from "./rewrite.js";
import { type ImplicitParameter, type VariableFacts, variablesToParameters } from "./variables.js";

export interface CudaModule {
  /** Its kernels are called by the `id` of their name. */
  readonly module: LlvmModule;
  readonly kernels: readonly KernelName[];
}

export interface CudaFacts extends VariableFacts {
  /** Parameter types as written, by the kernel's plain name. */
  readonly signatures: ReadonlyMap<string, readonly string[]>;
}

export function adaptCuda(original: LlvmModule, facts: CudaFacts): CudaModule {
  const { module, added } = variablesToParameters(original, facts);
  const kernels = nameKernels([...module.functions.values()].filter(isKernel).map(({ name }) => name));
  const byLlvmName = new Map(kernels.map((kernel) => [kernel.llvm, kernel]));
  const functions = new Map<string, LlvmFunction>();
  for (const fn of module.functions.values()) {
    const straight = castsToGeneric(fn);
    const kernel = byLlvmName.get(fn.name);
    const named = kernel ? describeKernel(straight, kernel, added.get(fn.name) ?? [], facts) : straight;
    functions.set(named.name, named);
  }
  return { module: { ...module, functions }, kernels };
}

const isKernel = (fn: LlvmFunction): boolean => fn.callingConvention === "spir_kernel" && fn.blocks.length > 0;

/** A buffer parameter comes in as a number and becomes a generic pointer: the cast in between says where it points. */
function castsToGeneric(fn: LlvmFunction): LlvmFunction {
  const numbers = new Map<string, LlvmInstruction & { op: "cast" }>();
  for (const { instructions } of fn.blocks) {
    for (const inst of instructions) {
      if (inst.op === "cast" && inst.cast === "ptrtoint" && inst.result !== undefined) numbers.set(inst.result, inst);
    }
  }
  if (numbers.size === 0) return fn;
  return mapInstructions(fn, (inst) => {
    if (inst.op !== "cast" || inst.cast !== "inttoptr" || inst.value.kind !== "local") return inst;
    const number = numbers.get(inst.value.name);
    if (number?.type.kind !== "int" || number.type.bits !== 64) return inst;
    return { ...inst, cast: "addrspacecast", value: number.value };
  });
}

/** The kernel under its new name, with the metadata that clang gives OpenCL kernels. */
function describeKernel(
  fn: LlvmFunction,
  kernel: KernelName,
  implicit: readonly ImplicitParameter[],
  facts: CudaFacts,
): LlvmFunction {
  const written = demangle(kernel.llvm)?.parameters ?? facts.signatures.get(kernel.llvm) ?? [];
  const own = fn.parameters.slice(0, fn.parameters.length - implicit.length);
  // A name that could not be read says nothing about any parameter.
  const types = own.map((_, index) => (written.length === own.length ? written[index]! : null));
  const metadata = new Map<string, MetadataValue>(fn.metadata);
  metadata.set("kernel_arg_name", [
    ...own.map(({ name }) => name.replace(/\.coerce\d*$/, "")),
    ...implicit.map(({ name }) => name),
  ]);
  metadata.set("kernel_arg_type", [
    ...types.map((type) => type?.replace(/\bconst /g, "") ?? null),
    ...implicit.map(({ typeName }) => typeName),
  ]);
  metadata.set("kernel_arg_type_qual", [
    ...types.map((type) => (type?.startsWith("const ") ? "const" : "")),
    ...implicit.map(({ constant }) => (constant ? "const" : "")),
  ]);
  return { ...fn, name: kernel.id, metadata };
}
