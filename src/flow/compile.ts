/** From source files to Kernel IR. */
import type { Kernel } from "../hls/ir/types.js";
import type { LlvmModule } from "../parser/llvm/module.js";
import { type Diagnostic, inputError, type SoffError, usageError } from "../support/errors.js";
import type { Host } from "../support/host.js";
import { suggestion } from "../support/text.js";

export interface CompileOptions {
  readonly defines?: readonly string[];
  readonly includeDirs?: readonly string[];
  readonly std?: string;
  readonly clang?: string;
  /** LLVM instructions that a wholly unrolled loop may have; default: loops stay as they are. */
  readonly unrollBudget?: number;
}

export interface Compiled {
  readonly kernels: readonly Kernel[];
  /** Names in the source of those kernels whose name there is no plain word. */
  readonly sourceNames: ReadonlyMap<string, string>;
  readonly warnings: readonly Diagnostic[];
}

/**
 * Compiles files and imports their kernels: those named, or all of them. A name must occur in one of
 * the files, and two files must not define the same kernel. With `single`, no name means the only
 * kernel there is.
 */
export async function compileKernels(
  host: Host,
  files: readonly string[],
  names: readonly string[],
  options: CompileOptions & { readonly single?: boolean },
): Promise<Compiled> {
  const { single = false, ...compileOptions } = options;
  const { importKernels } = await import("../hls/import/import.js");
  const compiled: SourceModule[] = [];
  const warnings: Diagnostic[] = [];
  for (const file of files) {
    host.progress(`compiling ${file}`);
    const result = await compileFile(host, file, names, compileOptions);
    warnings.push(...result.warnings);
    compiled.push(result);
  }
  checkNames(compiled, names);
  const sourceNames = new Map(compiled.flatMap(({ sourceNames: own }) => [...own]));
  if (single && names.length === 0) {
    requireSingle(
      shownNames(
        compiled.flatMap(({ names: defined }) => defined),
        sourceNames,
      ),
    );
  }
  const kernels = compiled.flatMap(({ module, names: defined, resolve, check }) => {
    const chosen = names.flatMap(resolve);
    // A file without the kernels asked for contributes nothing; one without any kernel is an error.
    if (names.length > 0 && defined.length > 0 && chosen.length === 0) return [];
    warnings.push(...(check?.(chosen.length > 0 ? chosen : defined) ?? []));
    return importKernels(module, { kernels: chosen });
  });
  if (single)
    requireSingle(
      shownNames(
        kernels.map(({ name }) => name),
        sourceNames,
      ),
    );
  return { kernels, sourceNames, warnings };
}

/** One compiled file and what its kernels are called. */
interface SourceModule {
  readonly file: string;
  readonly module: LlvmModule;
  readonly names: readonly string[];
  readonly sourceNames: ReadonlyMap<string, string>;
  /** The kernels that a name given by the user means: of CUDA templates more than one. */
  readonly resolve: (wanted: string) => readonly string[];
  /** Refuses what this language has and a circuit has not, in the kernels named; warns of what may be meant otherwise. */
  readonly check?: (kernels: readonly string[]) => readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
}

async function compileFile(
  host: Host,
  file: string,
  wanted: readonly string[],
  options: CompileOptions,
): Promise<SourceModule> {
  const { compileToLlvm } = await import("../parser/clang/compile.js");
  const { parseLlvm } = await import("../parser/llvm/parse.js");
  const instances = wanted.filter((name) => name.includes("<"));
  const { llvm, warnings, cuda } = await compileToLlvm(host, { file, ...options, instances });
  const module = parseLlvm(llvm);
  if (!cuda) {
    const { kernelNames } = await import("../hls/import/import.js");
    const names = kernelNames(module);
    const resolve = (name: string) => names.filter((each) => each === name);
    return { file, module, names, sourceNames: new Map(), warnings, resolve };
  }
  const { adaptCuda } = await import("../hls/cuda/adapt.js");
  const { matchKernels } = await import("../hls/cuda/names.js");
  const { refuseDeviceFunctions, warpSynchronous } = await import("../hls/cuda/refusals.js");
  const { module: adapted, kernels } = adaptCuda(module, cuda);
  return {
    file,
    module: adapted,
    names: kernels.map(({ id }) => id),
    sourceNames: new Map(kernels.flatMap(({ id, display }) => (id === display ? [] : [[id, display] as const]))),
    warnings,
    resolve: (name) => matchKernels(kernels, name).map(({ id }) => id),
    check: (chosen) => {
      if (kernels.length === 0) throw withoutKernels(file, [...cuda.signatures.keys()]);
      refuseDeviceFunctions(adapted, chosen);
      return warpSynchronous(adapted, chosen);
    },
  };
}

/** A CUDA source whose kernels are all templates, and nothing says of what. */
function withoutKernels(file: string, templates: readonly string[]): SoffError {
  return inputError("kernel/none", `${file} defines no kernel`, {
    help:
      templates.length > 0
        ? `Nothing launches its kernel templates (${templates.join(", ")}): name one with its arguments, such as --kernel '${templates[0]}<float>'.`
        : "Mark at least one function as __global__.",
  });
}

function checkNames(modules: readonly SourceModule[], wanted: readonly string[]): void {
  const owner = new Map<string, string>();
  for (const { file, names } of modules) {
    for (const name of names) {
      const other = owner.get(name);
      if (other !== undefined) {
        throw inputError("kernel/defined-twice", `${other} and ${file} both define a kernel ${name}`, {
          help: "Build them separately, or rename one of them.",
        });
      }
      owner.set(name, file);
    }
  }
  for (const name of wanted) {
    if (owner.size > 0 && !modules.some(({ resolve }) => resolve(name).length > 0)) {
      throw unknownKernel(name, shownNames(owner.keys(), new Map(modules.flatMap((each) => [...each.sourceNames]))));
    }
  }
}

/** As lists show kernels: by the name that files have, and the source's where it differs. */
export function shownNames(names: Iterable<string>, sourceNames: ReadonlyMap<string, string>): readonly string[] {
  return [...names].map((name) => {
    const source = sourceNames.get(name);
    return source === undefined ? name : `${name} (${source})`;
  });
}

/** When no kernel is named there must be only one to choose from. */
export function requireSingle(known: readonly string[]): void {
  if (known.length <= 1) return;
  throw usageError("kernel/not-chosen", "there is more than one kernel: choose one with --kernel", {
    help: `The kernels are: ${known.join(", ")}.`,
  });
}

/** The error for a kernel that is not there. */
export function unknownKernel(name: string, known: readonly string[]): SoffError {
  return inputError("kernel/not-found", `there is no kernel named '${name}'`, {
    help: suggestion(name, "kernels", known),
  });
}
