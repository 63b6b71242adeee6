import { importKernels } from "../../../src/hls/import/import.js";
import type { Kernel } from "../../../src/hls/ir/types.js";
import { compileToLlvm } from "../../../src/parser/clang/compile.js";
import type { LlvmModule } from "../../../src/parser/llvm/module.js";
import { parseLlvm } from "../../../src/parser/llvm/parse.js";
import { type Diagnostic, SoffError } from "../../../src/support/errors.js";
import { MemoryHost } from "../../support/memory-host.js";

/** Compiles OpenCL C with the real clang and parses what comes out. */
export async function compile(source: string, options: { std?: string; file?: string } = {}): Promise<LlvmModule> {
  const file = options.file ?? "k.cl";
  const host = new MemoryHost({ [file]: source });
  const { llvm } = await compileToLlvm(host, { file, ...(options.std ? { std: options.std } : {}) });
  return parseLlvm(llvm);
}

/** The kernels of a source, by name. */
export async function kernelsOf(source: string, options?: Parameters<typeof compile>[1]): Promise<Map<string, Kernel>> {
  return new Map(importKernels(await compile(source, options)).map((kernel) => [kernel.name, kernel]));
}

/** What importing a kernel is refused with; empty when it is not. */
export function problemsOf(module: LlvmModule, kernel: string): readonly Diagnostic[] {
  try {
    importKernels(module, { kernels: [kernel] });
    return [];
  } catch (error) {
    if (error instanceof SoffError) return error.diagnostics;
    throw error;
  }
}
