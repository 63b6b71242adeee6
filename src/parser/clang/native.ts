import { toolError } from "../../support/errors.js";
import type { Host } from "../../support/host.js";
import type { ClangResult } from "./wasm.js";

const OLDEST = 18;
const TIME_LIMIT_MS = 300_000;

/** Runs the clang that the user named. Its file names are the user's own. */
export async function runNativeClang(
  host: Host,
  program: string,
  flags: readonly string[],
  main: string,
): Promise<ClangResult> {
  const result = await host.run(program, [...flags, "-o", "-", main], { timeoutMs: TIME_LIMIT_MS });
  if (result.notFound) throw notFound(program);
  if (result.timedOut) throw toolError("tool/clang-timeout", `${program} did not end within five minutes`);
  const output = new TextEncoder().encode(result.stdout);
  return { ok: result.exitCode === 0, llvm: result.stdout, output, messages: result.stderr };
}

/** Makes sure that the program is a clang which writes the LLVM IR that we read. */
export async function checkNativeClang(host: Host, program: string): Promise<void> {
  const result = await host.run(program, ["--version"], { timeoutMs: 30_000 });
  if (result.notFound) throw notFound(program);
  const version = /clang version (\d+)/.exec(result.stdout)?.[1];
  if (version === undefined) {
    throw toolError("tool/clang-unknown", `${program} does not answer --version like a clang`, {
      help: "Name a clang of LLVM 18 or later, or leave --clang out to use the built-in one.",
    });
  }
  if (Number(version) < OLDEST) {
    throw toolError("tool/clang-too-old", `${program} is clang ${version}; soff needs ${OLDEST} or later`, {
      help: "Name a newer clang, or leave --clang out to use the built-in one.",
    });
  }
}

/** A path that no program takes for an option. */
export function plainPath(path: string): string {
  return path.startsWith("-") ? `./${path}` : path;
}

function notFound(program: string) {
  return toolError("tool/clang-not-found", `the clang \`${program}\` was not found`, {
    help: "Check the path, or leave --clang out to use the built-in one.",
  });
}
