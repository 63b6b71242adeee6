import { posix } from "node:path";
import { type Diagnostic, InputError, InternalError } from "../../support/errors.js";
import type { Host } from "../../support/host.js";
import { builtinPrelude, undefinedFunctions } from "../builtins/builtins.js";
import { rename, renameInModule } from "../clang/compiler.js";
import { parseClangDiagnostics } from "../clang/diagnostics.js";
import type { CompileRequest } from "../clang/request.js";
import { gatherSources } from "../clang/sources.js";
import { USER_ROOT } from "../clang/wasm.js";
import { clangRunner, type RunClang } from "./driver.js";
import { builtinFlags, cudaFlags, HEADER_FOLDER, IMPLICIT_HEADER } from "./flags.js";
import { headers, implicitHeader } from "./headers/index.js";

/** What the host half of a CUDA source says about the device half. */
export interface CudaFacts {
  /** LLVM names of the variables that are `__device__` or `__constant__`. */
  readonly deviceVariables: ReadonlySet<string>;
  /** `__constant__` and `__device__` variables that the host names in a call of the runtime API, by their plain names. */
  readonly hostSymbols: ReadonlySet<string>;
}

export interface CudaResult {
  readonly llvm: string;
  readonly warnings: readonly Diagnostic[];
  readonly cuda: CudaFacts;
}

/** Compiles the device half of a `.cu` file. The host half is read, as far as it can be, and ignored. */
export async function compileCuda(host: Host, request: CompileRequest): Promise<CudaResult> {
  const run = await clangRunner(host, request);
  const sources = gatherSources(host, request);
  const inside = (path: string) => `${USER_ROOT}${path}`;
  const folders = (request.includeDirs ?? []).map((folder) => inside(posix.resolve(host.cwd, folder)));
  const flags = cudaFlags(request, folders);
  const files = new Map<string, string | Uint8Array>();
  for (const [path, bytes] of sources.files) files.set(inside(path), bytes);
  for (const [name, text] of headers) files.set(`${HEADER_FOLDER}/${name}`, text);
  files.set(IMPLICIT_HEADER, implicitHeader);
  const main = inside(sources.main);
  const result = await run(flags, files, main);
  const messages = rename(result.messages, sources);
  const diagnostics = parseClangDiagnostics(messages);
  if (diagnostics.some(({ severity }) => severity === "error")) throw new InputError(diagnostics);
  if (!result.ok) throw new InternalError(`clang failed without an error message: ${messages}`);
  const llvm = await withBuiltins(run, flags, files, main, result.llvm);
  const cuda: CudaFacts = { deviceVariables: deviceVariables(llvm), hostSymbols: new Set() };
  return { llvm: renameInModule(llvm, sources), warnings: diagnostics, cuda };
}

/** Variables that the host could reach are marked as initialised from outside. */
function deviceVariables(llvm: string): ReadonlySet<string> {
  const marked = llvm.matchAll(/^@([\w.$]+|"[^"]+") = .*\bexternally_initialized\b/gm);
  return new Set([...marked].map((match) => match[1]!.replace(/^"|"$/g, "")));
}

const PRELUDE = "/soff/builtins.cl";
const BITCODE = "/soff/builtins.bc";

/**
 * Links definitions of the built-in functions that are called. They are OpenCL C, so that they are compiled
 * on their own. Better known functions may let the optimiser keep a call that it had removed before.
 */
async function withBuiltins(
  run: RunClang,
  flags: readonly string[],
  files: ReadonlyMap<string, string | Uint8Array>,
  main: string,
  first: string,
): Promise<string> {
  const called = new Set<string>();
  let defined: string | undefined;
  for (let llvm = first; ; ) {
    for (const name of undefinedFunctions(llvm)) called.add(name);
    const prelude = builtinPrelude(called);
    if (prelude === undefined || prelude === defined) return llvm;
    const bitcode = await run(builtinFlags, new Map([[PRELUDE, prelude]]), PRELUDE);
    if (!bitcode.ok) {
      throw new InternalError(`clang refuses soff's built-in functions: ${bitcode.messages.slice(0, 2000)}`);
    }
    const linked = new Map([...files, [BITCODE, bitcode.output] as const]);
    const result = await run([...flags, "-mlink-builtin-bitcode", BITCODE], linked, main);
    if (!result.ok) {
      throw new InternalError(`clang cannot link soff's built-in functions: ${result.messages.slice(0, 2000)}`);
    }
    llvm = result.llvm;
    defined = prelude;
  }
}
