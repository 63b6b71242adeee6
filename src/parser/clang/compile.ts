import { type Diagnostic, InputError, InternalError } from "../../support/errors.js";
import type { Host } from "../../support/host.js";
import { builtinPrelude, undefinedFunctions } from "../builtins/builtins.js";
import { type CudaFacts, compileCuda } from "../cuda/compile.js";
import { type Compiler, nativeCompiler, wasmCompiler } from "./compiler.js";
import { parseClangDiagnostics } from "./diagnostics.js";
import { type CompileRequest, checkRequest } from "./request.js";

export interface CompileResult {
  /** LLVM IR text; files in it have the names that the user typed. */
  readonly llvm: string;
  readonly warnings: readonly Diagnostic[];
  /** For a CUDA source: what its host half says about the device half. */
  readonly cuda?: CudaFacts;
}

/**
 * Compiles one source to optimised LLVM IR for spir64. clang's errors are thrown as an
 * {@link InputError}, one diagnostic each, with the user's file names, lines and columns.
 */
export async function compileToLlvm(host: Host, request: CompileRequest): Promise<CompileResult> {
  const language = checkRequest(host, request);
  if (language === "cu") {
    const result = await compileCuda(host, request);
    return { ...result, warnings: [...missingFolders(host, request), ...result.warnings] };
  }
  const compiler: Compiler =
    request.clang === undefined
      ? wasmCompiler(host, request, language)
      : await nativeCompiler(host, request, request.clang, language);
  const result = await compiler.run(undefined);
  const diagnostics = [...missingFolders(host, request), ...parseClangDiagnostics(result.messages)];
  if (diagnostics.some(({ severity }) => severity === "error")) throw new InputError(diagnostics);
  if (!result.ok) throw new InternalError(`clang failed without an error message: ${result.messages}`);
  return { llvm: await withBuiltins(compiler, result.llvm), warnings: diagnostics };
}

/**
 * Compiles again with definitions of the built-in functions that are called, so that only work-item
 * functions and those not known here are left as calls. Most kernels call none. Better known
 * functions may let the optimiser keep a call that it had removed before: hence the loop.
 */
async function withBuiltins(compiler: Compiler, first: string): Promise<string> {
  const called = new Set<string>();
  let defined: string | undefined;
  for (let llvm = first; ; ) {
    for (const name of undefinedFunctions(llvm)) called.add(name);
    const prelude = builtinPrelude(called);
    if (prelude === undefined || prelude === defined) return llvm;
    const result = await compiler.run(prelude);
    // The user's source has compiled before: what fails now are our definitions.
    if (!result.ok) {
      throw new InternalError(`clang refuses soff's built-in functions: ${result.messages.slice(0, 2000)}`);
    }
    llvm = result.llvm;
    defined = prelude;
  }
}

/** clang passes over include folders that are not there; whoever typed one wants to know. */
function missingFolders(host: Host, request: CompileRequest): Diagnostic[] {
  return (request.includeDirs ?? [])
    .filter((folder) => !host.isDirectory(folder))
    .map((folder) => ({
      code: "input/include-dir-not-found",
      severity: "warning",
      message: `the include folder ${folder} does not exist`,
    }));
}
