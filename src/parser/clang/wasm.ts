import type { Tree } from "@yowasp/clang";
import { toolError } from "../../support/errors.js";
import type { Host } from "../../support/host.js";

/** What a run of clang left behind. */
export interface ClangResult {
  readonly ok: boolean;
  readonly llvm: string;
  /** The same as it was written: bitcode is no text. */
  readonly output: Uint8Array;
  /** Its diagnostics, as text. */
  readonly messages: string;
}

type Clang = typeof import("@yowasp/clang");
let loaded: Promise<Clang> | undefined;

/** Starts to load the compiler (a second and a half), so that other work may go on meanwhile. */
export function loadClang(host: Host): Promise<Clang> {
  if (!loaded) {
    host.progress("Loading clang…");
    loaded = import("@yowasp/clang");
  }
  return loaded;
}

/** Where the user's files are in the compiler's own file system: below this, by their absolute path. */
export const USER_ROOT = "/src";
const OUTPUT_FOLDER = "soff";

/** Runs the WebAssembly clang with `files` (absolute paths in its file system) on `main`. */
export async function runWasmClang(
  host: Host,
  flags: readonly string[],
  files: ReadonlyMap<string, string | Uint8Array>,
  main: string,
): Promise<ClangResult> {
  const { runLLVM, Exit } = await loadClang(host);
  const tree: Tree = { [OUTPUT_FOLDER]: {} };
  for (const [path, content] of files) place(tree, path, content);
  place(tree, `/${OUTPUT_FOLDER}/overlay.yaml`, overlay([...files.keys()]));
  const written: Uint8Array[] = [];
  const said: Uint8Array[] = [];
  const collect = (chunks: Uint8Array[]) => (bytes: Uint8Array | null) => {
    if (bytes) chunks.push(bytes.slice());
  };
  // To standard output: files of its file system are copied at every write, and there is one for every few characters.
  const args = ["clang", ...flags, "-ivfsoverlay", `/${OUTPUT_FOLDER}/overlay.yaml`, "-o", "-", main];
  try {
    await runLLVM(args, tree, {
      stdin: null,
      stdout: collect(written),
      stderr: collect(said),
      decodeASCII: false,
      // Without a callback it would print to standard output.
      fetchProgress: () => {},
    });
    const output = Buffer.concat(written);
    return { ok: true, llvm: decode(output), output, messages: decode(Buffer.concat(said)) };
  } catch (error) {
    const messages = decode(Buffer.concat(said));
    if (error instanceof Exit) return { ok: false, llvm: "", output: new Uint8Array(), messages };
    const reason = messages.trim().split("\n").at(-1) || (error instanceof Error ? error.message : String(error));
    throw toolError("tool/clang-crashed", `clang ended without a result: ${reason}`, {
      help: "It may have run out of memory. If that is not so, please report it with the source.",
    });
  }
}

/**
 * The compiler's file system ignores `..`; clang's own overlay resolves it before it looks, so every
 * file is named there too, as itself.
 */
function overlay(paths: readonly string[]): string {
  return JSON.stringify({
    version: 0,
    "case-sensitive": "true",
    "use-external-names": "false",
    roots: paths.map((path) => ({ type: "file", name: path, "external-contents": path })),
  });
}

function place(tree: Tree, path: string, content: string | Uint8Array): void {
  const parts = path.split("/").filter((part) => part !== "");
  const name = parts.pop()!;
  let folder = tree;
  for (const part of parts) {
    if (!Object.hasOwn(folder, part)) folder[part] = {};
    folder = folder[part] as Tree;
  }
  folder[name] = content;
}

const decode = (content: Uint8Array): string => new TextDecoder().decode(content);
