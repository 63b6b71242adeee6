import { createHash } from "node:crypto";
import { posix } from "node:path";
import type { Host } from "../../support/host.js";
import { clangFlags } from "./flags.js";
import { checkNativeClang, plainPath, runNativeClang } from "./native.js";
import type { CompileRequest } from "./request.js";
import { gatherSources, type SourceSet } from "./sources.js";
import { type ClangResult, runWasmClang, USER_ROOT } from "./wasm.js";

/** One of the two clangs, ready to compile a request. What comes back has the user's file names. */
export interface Compiler {
  /** `prelude`: OpenCL C text to read ahead of the user's source. */
  run(prelude: string | undefined): Promise<ClangResult>;
}

export function wasmCompiler(host: Host, request: CompileRequest, language: "cl" | "clcpp"): Compiler {
  const sources = gatherSources(host, request);
  const inside = (path: string) => `${USER_ROOT}${path}`;
  const folders = (request.includeDirs ?? []).map((folder) => inside(posix.resolve(host.cwd, folder)));
  const flags = clangFlags(language, request, folders);
  const userFiles = [...sources.files].map(([path, bytes]) => [inside(path), bytes] as const);
  return {
    async run(prelude) {
      const files = new Map<string, string | Uint8Array>(userFiles);
      const include = prelude === undefined ? [] : ["-include", PRELUDE];
      if (prelude !== undefined) files.set(PRELUDE, prelude);
      const result = await runWasmClang(host, [...flags, ...include], files, inside(sources.main));
      return {
        ...result,
        llvm: renameInModule(result.llvm, sources),
        messages: rename(result.messages, sources),
      };
    },
  };
}

const PRELUDE = "/soff/builtins.cl";

export async function nativeCompiler(
  host: Host,
  request: CompileRequest,
  program: string,
  language: "cl" | "clcpp",
): Promise<Compiler> {
  await checkNativeClang(host, program);
  const flags = clangFlags(language, request, request.includeDirs ?? []);
  return {
    run(prelude) {
      const include = prelude === undefined ? [] : ["-include", writePrelude(host, prelude)];
      return runNativeClang(host, program, [...flags, ...include], plainPath(request.file));
    },
  };
}

/** A file of its own for each content, so that runs side by side do not meet. */
function writePrelude(host: Host, prelude: string): string {
  const digest = createHash("sha256").update(prelude).digest("hex").slice(0, 32);
  const path = posix.join(host.cacheDir, "builtins", `${digest}.cl`);
  if (!host.exists(path)) {
    const temporary = `${path}.${process.pid}.${Date.now()}`;
    host.writeFile(temporary, prelude);
    host.rename(temporary, path);
  }
  return path;
}

/** Only where a module names files: a user's string that looks like one of our paths stays. */
export function renameInModule(llvm: string, sources: SourceSet): string {
  return llvm.replace(/^(?:; ModuleID = |source_filename = |!\d+ = !DIFile\().*$/gm, (line) => rename(line, sources));
}

/** Replaces paths inside the WebAssembly clang's file system by the user's names. */
export function rename(text: string, sources: SourceSet): string {
  return text.replace(/\/src(\/[^\n:'"]*)/g, (whole, inner: string) => {
    const path = posix.normalize(inner);
    return sources.files.has(path) ? sources.display(path) : whole;
  });
}
