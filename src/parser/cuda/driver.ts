import { createHash } from "node:crypto";
import { posix } from "node:path";
import { toolError } from "../../support/errors.js";
import type { Host } from "../../support/host.js";
import { checkNativeClang } from "../clang/native.js";
import type { CompileRequest } from "../clang/request.js";
import { type ClangResult, runWasmClang } from "../clang/wasm.js";

/** Runs clang's front end on files that exist only here, by absolute path. */
export type RunClang = (
  flags: readonly string[],
  files: ReadonlyMap<string, string | Uint8Array>,
  main: string,
) => Promise<ClangResult>;

export async function clangRunner(host: Host, request: CompileRequest): Promise<RunClang> {
  const program = request.clang;
  if (program === undefined) return (flags, files, main) => runWasmClang(host, flags, files, main);
  await checkNativeClang(host, program);
  return (flags, files, main) => runOnOverlay(host, program, flags, files, main);
}

const TIME_LIMIT_MS = 300_000;

/** A native clang sees the files through an overlay: changed sources keep the names that messages show. */
async function runOnOverlay(
  host: Host,
  program: string,
  flags: readonly string[],
  files: ReadonlyMap<string, string | Uint8Array>,
  main: string,
): Promise<ClangResult> {
  const digest = createHash("sha256");
  for (const [path, content] of files) digest.update(`${path}\n${content.length}\n`).update(content);
  digest.update(flags.join("\n"));
  const folder = posix.join(host.cacheDir, "cuda", `${digest.digest("hex").slice(0, 32)}.${process.pid}.${Date.now()}`);
  try {
    const roots = [...files].map(([path, content], index) => {
      const real = posix.join(folder, String(index));
      host.writeFile(real, content);
      return { type: "file", name: path, "external-contents": real };
    });
    const overlay = posix.join(folder, "overlay.yaml");
    const description = { version: 0, "case-sensitive": "true", "use-external-names": "false", roots };
    host.writeFile(overlay, JSON.stringify(description));
    const output = posix.join(folder, "out");
    const args = [...flags, "-ivfsoverlay", overlay, "-o", output, main];
    const result = await host.run(program, args, { timeoutMs: TIME_LIMIT_MS });
    if (result.timedOut) throw toolError("tool/clang-timeout", `${program} did not end within five minutes`);
    const ok = result.exitCode === 0 && host.exists(output);
    const bytes = ok ? host.readFile(output) : new Uint8Array();
    return { ok, llvm: new TextDecoder().decode(bytes), output: bytes, messages: result.stderr };
  } finally {
    host.remove(folder);
  }
}
