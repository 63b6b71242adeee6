import { posix } from "node:path";
import { inputError } from "../../support/errors.js";
import type { Host } from "../../support/host.js";
import type { CompileRequest } from "./request.js";

/** The source and every file that it may include, by absolute path. */
export interface SourceSet {
  readonly main: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** A file's name as the user would type it: relative when he typed relative paths. */
  display(path: string): string;
}

const MAX_FILE_BYTES = 16 * 2 ** 20;
const MAX_TOTAL_BYTES = 64 * 2 ** 20;
const MAX_FILES = 4096;

/**
 * Lines that may name a file to include. Names in `#define` count too: `#include NAME` expands them.
 * A name too many only costs a look for a file that is not there.
 */
const INCLUDING_LINE =
  /^[ \t]*(?:#|%:|\?\?=)[ \t]*(?:include|include_next|import|define|if|elif|embed)\b(?:[^\n\\]|\\[^\n]|\\\n)*/gm;
const NAME = /"([^"\n]+)"|<([^>\n]+)>/g;

/** Finds what the source includes, transitively, by its text; conditions are not evaluated. */
export function gatherSources(host: Host, request: CompileRequest): SourceSet {
  const main = posix.resolve(host.cwd, request.file);
  const folders = (request.includeDirs ?? []).map((folder) => posix.resolve(host.cwd, folder));
  const files = new Map<string, Uint8Array>();
  let total = 0;
  const waiting = [main];
  // `-D HEADER="x.h"` with `#include HEADER`.
  for (const name of namesIn((request.defines ?? []).map((define) => `#define ${define}`).join("\n"))) {
    waiting.push(...candidates(name, posix.dirname(main), folders));
  }
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (files.has(path) || !host.exists(path) || host.isDirectory(path)) continue;
    const bytes = host.readFile(path);
    total += bytes.length;
    if (bytes.length > MAX_FILE_BYTES || total > MAX_TOTAL_BYTES || files.size >= MAX_FILES) {
      throw inputError("input/sources-too-large", `${request.file} includes more than soff reads (at ${path})`, {
        help: "A kernel's sources may have 16 MiB a file, 64 MiB and 4096 files in all.",
      });
    }
    files.set(path, bytes);
    for (const name of namesIn(new TextDecoder().decode(bytes))) {
      waiting.push(...candidates(name, posix.dirname(path), folders));
    }
  }
  return { main, files, display: displayNames(host, request, main, folders) };
}

function namesIn(text: string): Set<string> {
  const names = new Set<string>();
  for (const [line] of text.matchAll(INCLUDING_LINE)) {
    for (const match of line.matchAll(NAME)) names.add(match[1] ?? match[2]!);
  }
  return names;
}

function candidates(name: string, folder: string, folders: readonly string[]): string[] {
  return [folder, ...folders].map((base) => posix.resolve(base, name));
}

/** Names below a folder that the user typed start with what he typed; others are relative to where he stands. */
function displayNames(host: Host, request: CompileRequest, main: string, folders: readonly string[]) {
  const typed = [
    { path: posix.dirname(main), shown: posix.dirname(request.file) },
    ...folders.map((path, index) => ({ path, shown: request.includeDirs![index]! })),
  ].sort((a, b) => b.path.length - a.path.length);
  return (path: string): string => {
    if (path === main) return request.file;
    const base = typed.find((each) => path.startsWith(each.path === "/" ? "/" : `${each.path}/`));
    if (base) return posix.join(base.shown, posix.relative(base.path, path));
    return posix.isAbsolute(request.file) ? path : posix.relative(host.cwd, path);
  };
}
