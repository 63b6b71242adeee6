import { posix } from "node:path";
import {
  type Diagnostic,
  InputError,
  InternalError,
  inputError,
  UnsupportedError,
  unsupported,
} from "../../support/errors.js";
import type { Host } from "../../support/host.js";
import { builtinPrelude, undefinedFunctions } from "../builtins/builtins.js";
import { rename, renameInModule } from "../clang/compiler.js";
import type { CompileRequest } from "../clang/request.js";
import { gatherSources, type SourceSet } from "../clang/sources.js";
import { USER_ROOT } from "../clang/wasm.js";
import { clangRunner, type RunClang } from "./driver.js";
import { builtinFlags, cudaFlags, HEADER_FOLDER, IMPLICIT_HEADER } from "./flags.js";
import { headers, implicitHeader } from "./headers/index.js";
import { compilePruned, INSTANCES } from "./prune.js";

/** What the host half of a CUDA source says about the device half. */
export interface CudaFacts {
  /** LLVM names of the variables that are `__device__` or `__constant__`. */
  readonly deviceVariables: ReadonlySet<string>;
  /** `__constant__` and `__device__` variables that the host names in a call of the runtime API, by their plain names. */
  readonly hostSymbols: ReadonlySet<string>;
  /** Plain names of `__constant__` variables: older clangs do not mark them as constant. */
  readonly constants: ReadonlySet<string>;
  /** Parameter types of kernels as written, by the kernel's plain name: an `extern "C"` kernel's LLVM name has none. */
  readonly signatures: ReadonlyMap<string, readonly string[]>;
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
  const main = inside(sources.main);
  const files = new Map<string, string | Uint8Array>();
  for (const [path, bytes] of sources.files) files.set(inside(path), bytes);
  const userFiles = [...files.keys()];
  const { text, firstLine } = withInstances(new TextDecoder().decode(files.get(main) as Uint8Array), request);
  files.set(main, text);
  for (const [name, content] of headers) files.set(`${HEADER_FOLDER}/${name}`, content);
  files.set(IMPLICIT_HEADER, implicitHeader);
  const pruned = await compilePruned({ run, flags, files, userFiles, main });
  const shown = pruned.diagnostics.map((each) => withUserNames(each, sources));
  checkInstances(shown, request, firstLine);
  if (shown.some(({ severity }) => severity === "error")) throw failure(shown, pruned.missing);
  if (!pruned.result.ok) throw new InternalError(`clang failed without an error message: ${pruned.result.messages}`);
  const llvm = await withBuiltins(run, flags, pruned.files, main, pruned.result.llvm);
  const texts = [...sources.files.values()].map((bytes) => new TextDecoder().decode(bytes));
  const cuda: CudaFacts = {
    deviceVariables: deviceVariables(llvm),
    hostSymbols: hostSymbols(texts),
    constants: constants(texts),
    signatures: signatures(texts),
  };
  return { llvm: renameInModule(llvm, sources), warnings: shown, cuda };
}

/** The source with a function behind its end that needs the kernel templates asked for. */
function withInstances(source: string, { instances = [] }: CompileRequest) {
  const text = `${source}\n`;
  const firstLine = text.split("\n").length;
  const uses = instances.map((name) => `(void)&${name};\n`).join("");
  return { firstLine, text: instances.length === 0 ? source : `${text}static void ${INSTANCES}() {\n${uses}}\n` };
}

/** What is wrong behind the end of the source is wrong with a name that the user gave. */
function checkInstances(diagnostics: readonly Diagnostic[], request: CompileRequest, firstLine: number): void {
  for (const { span, message, severity } of diagnostics) {
    if (severity !== "error" || span?.file !== request.file || span.line < firstLine) continue;
    const name = request.instances?.[span.line - firstLine - 1] ?? "";
    throw inputError("kernel/template-arguments", `the kernel '${name}' cannot be made from its template: ${message}`, {
      help: "Name a kernel template of the file with all its template arguments, such as 'reduce<float,128>'.",
    });
  }
}

/** What clang says of a kernel that uses the runtime API, which only the host half of our headers has. */
const DEVICE_RUNTIME =
  /kernel (?:call|launch) from|(?:__host__|host) function '(?:__)?cuda(?:[A-Z]|Push)|no matching function for call to 'cuda[A-Z]/;

/** Headers of NVIDIA's whose contents run on the device. */
const DEVICE_LIBRARIES =
  /^(?:curand_|cub\/|thrust\/|cuda\/std|cuda\/(?:atomic|barrier|pipeline)|mma\.h|cuda_(?:bf16|fp8|pipeline)|nvshmem|cutlass|cute|cuComplex\.h|cufftXt|cooperative_groups\/)/;

function failure(diagnostics: readonly Diagnostic[], missing: readonly string[]): InputError | UnsupportedError {
  const launch = diagnostics.find(({ message }) => DEVICE_RUNTIME.test(message));
  if (launch) {
    return unsupported(
      "unsupported/dynamic-parallelism",
      "a kernel that uses the CUDA runtime or launches kernels is not supported",
      {
        span: launch.span,
        help: "Launch all kernels from the host.",
      },
    );
  }
  const library = missing.find((name) => DEVICE_LIBRARIES.test(name));
  if (library !== undefined) {
    const found = unsupported("unsupported/device-library", `device code needs ${library}, which soff does not have`, {
      help: "Write out what the kernel takes from it, or name the folder of the header with -I.",
    });
    return new UnsupportedError(
      found.diagnostics.map((each) => ({
        ...each,
        notes: diagnostics.map((d): Diagnostic => ({ ...d, severity: "note" })),
      })),
    );
  }
  if (missing.length === 0) return new InputError(diagnostics);
  const note: Diagnostic = {
    code: "note/missing-headers",
    severity: "note",
    message: `these headers were not found and taken as empty: ${missing.join(", ")}`,
    help: "If device code needs one of them, name its folder with -I.",
  };
  return new InputError(
    diagnostics.map((each, index) => (index === 0 ? { ...each, notes: [...(each.notes ?? []), note] } : each)),
  );
}

function withUserNames(diagnostic: Diagnostic, sources: SourceSet): Diagnostic {
  const { span, notes } = diagnostic;
  return {
    ...diagnostic,
    ...(span ? { span: { ...span, file: rename(span.file, sources) } } : {}),
    ...(notes ? { notes: notes.map((note) => withUserNames(note, sources)) } : {}),
  };
}

/** Variables in calls such as `cudaMemcpyToSymbol(table, …)`: their contents are not known before the launch. */
function hostSymbols(texts: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const text of texts) {
    const calls = text.matchAll(/\bcuda\w*Symbol\w*\s*(?:<[^;>]*>\s*)?\(([^;]*)/g);
    for (const [, args] of calls) for (const word of args!.match(/[A-Za-z_]\w*/g) ?? []) found.add(word);
  }
  return found;
}

/** The names in `__constant__ float a[4] = {…}, b;`, as far as they are written without macros. */
function constants(texts: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const text of texts) {
    for (const [, names] of text.matchAll(/\b__constant__\b([^;={}()]*)/g)) {
      for (const [, name] of names!.matchAll(/\b(\w+)\s*(?:\[[^\]]*\]\s*)*(?=,|$)/g)) found.add(name!);
    }
  }
  return found;
}

/** `__global__ void name(const float *x, unsigned n)`: what is written before each parameter's name. */
function signatures(texts: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const text of texts) {
    for (const [, name, list] of text.matchAll(/\b__global__\b[^;{}=]*?\b(\w+)\s*\(([^(){};]*)\)\s*\{/g)) {
      const parameters = list!.trim() === "" ? [] : list!.split(",");
      found.set(
        name!,
        parameters.map((each) =>
          each.replace(/\b(?:__restrict__|__restrict|restrict)\b|\w+\s*(?:\[\s*\w*\s*\])?\s*$/g, "").trim(),
        ),
      );
    }
  }
  return found;
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
