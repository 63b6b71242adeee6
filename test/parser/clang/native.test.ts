import { describe, expect, it } from "vitest";
import { compileToLlvm } from "../../../src/parser/clang/compile.js";
import { InputError, ToolError } from "../../../src/support/errors.js";
import type { ProcessResult } from "../../../src/support/host.js";
import { MemoryHost } from "../../support/memory-host.js";

const answer = (stdout: string, more: Partial<ProcessResult> = {}): ProcessResult => ({
  exitCode: 0,
  stdout,
  stderr: "",
  notFound: false,
  timedOut: false,
  ...more,
});

/** A host with one program, which plays a clang. */
function clangHost(version: ProcessResult, compile: (args: readonly string[]) => ProcessResult = () => answer("")) {
  const calls: (readonly string[])[] = [];
  const run = async (_program: string, args: readonly string[]): Promise<ProcessResult> => {
    if (args[0] === "--version") return version;
    calls.push(args);
    return compile(args);
  };
  return Object.assign(new MemoryHost({ "/project/k.cl": "", "/project/-k.cl": "" }), { calls, run });
}

const request = { file: "k.cl", clang: "my-clang", includeDirs: ["inc"], defines: ["N=4"] };

describe("a native clang", () => {
  it("gets the same flags, the user's paths and the file last", async () => {
    const host = clangHost(answer("Debian clang version 19.1.7"));
    await compileToLlvm(host, request);
    expect(host.calls).toHaveLength(1);
    const [args] = host.calls;
    expect(args).toEqual(expect.arrayContaining(["-O2", "-ffp-contract=off", "-cl-std=CL1.2", "-DN=4", "-Iinc"]));
    expect(args!.slice(-3)).toEqual(["-o", "-", "k.cl"]);
    await compileToLlvm(host, { ...request, file: "-k.cl" });
    expect(host.calls[1]!.at(-1)).toBe("./-k.cl");
  });

  it("runs again with a prelude file when built-in functions are called", async () => {
    const calls = "declare spir_func i32 @_Z3minii(i32, i32)\ndeclare spir_func i64 @_Z13get_global_idj(i32)\n";
    const host = clangHost(answer("clang version 18.1.0"), (args) =>
      answer(args.includes("-include") ? "done" : calls),
    );
    expect((await compileToLlvm(host, request)).llvm).toBe("done");
    const second = host.calls[1]!;
    const prelude = host.readText(second[second.indexOf("-include") + 1]!);
    expect(prelude).toContain('__asm("_Z3minii")');
    expect(prelude).not.toContain("get_global_id");
  });

  it("runs until no built-in function is called without a definition", async () => {
    const declare = (name: string) => `declare spir_func i32 @${name}(i32, i32)\n`;
    const host = clangHost(answer("clang version 18.1.0"), () =>
      answer(declare(host.calls.length === 1 ? "_Z3minii" : "_Z3maxii") + declare("_Z3barii")),
    );
    await compileToLlvm(host, request);
    expect(host.calls).toHaveLength(3);
    const last = host.calls[2]!;
    const prelude = host.readText(last[last.indexOf("-include") + 1]!);
    expect(prelude).toContain("_Z3minii");
    expect(prelude).toContain("_Z3maxii");
  });

  it("hands on its diagnostics", async () => {
    const host = clangHost(answer("clang version 20.0.0"), () =>
      answer("", { exitCode: 1, stderr: "k.cl:2:3: error: expected ';'\n" }),
    );
    await expect(compileToLlvm(host, request)).rejects.toThrow(InputError);
    await expect(compileToLlvm(host, request)).rejects.toThrow("k.cl:2:3: expected ';'");
  });

  it.each([
    ["tool/clang-not-found", answer("", { notFound: true, exitCode: 127 })],
    ["tool/clang-too-old", answer("Ubuntu clang version 14.0.0-1ubuntu1")],
    ["tool/clang-unknown", answer("gcc (Debian 12.2.0) 12.2.0")],
  ])("%s", async (code, version) => {
    const failure = await compileToLlvm(clangHost(version), request).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ToolError);
    expect((failure as ToolError).diagnostics[0]!.code).toBe(code);
    expect((failure as ToolError).diagnostics[0]!.help).toBeTruthy();
  });

  it("does not wait for ever", async () => {
    const host = clangHost(answer("clang version 18.1.0"), () => answer("", { timedOut: true, exitCode: 143 }));
    await expect(compileToLlvm(host, request)).rejects.toThrow(/five minutes/);
  });
});
