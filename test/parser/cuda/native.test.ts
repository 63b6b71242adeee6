/** A native clang for CUDA: what it is started with, and what it sees. */
import { describe, expect, it } from "vitest";
import { compileToLlvm } from "../../../src/parser/clang/compile.js";
import { ToolError } from "../../../src/support/errors.js";
import type { ProcessResult } from "../../../src/support/host.js";
import { MemoryHost } from "../../support/memory-host.js";

const answer = (more: Partial<ProcessResult> = {}): ProcessResult => ({
  exitCode: 0,
  stdout: "",
  stderr: "",
  notFound: false,
  timedOut: false,
  ...more,
});

interface Call {
  readonly args: readonly string[];
  /** Virtual path to content, from the overlay. */
  readonly files: ReadonlyMap<string, string>;
}

/** A host with one program, which plays a clang: it leaves `llvm` or says what is wrong. */
function clangHost(play: (call: Call, count: number) => { llvm?: string; stderr?: string; timedOut?: boolean }) {
  const host = new MemoryHost({
    "/project/gpu/k.cu": '#include "part.cuh"\n__global__ void k() {}\nint main() { unknown(); }\n',
    "/project/gpu/part.cuh": "#pragma once\n",
  });
  const calls: Call[] = [];
  const run = async (_program: string, args: readonly string[]): Promise<ProcessResult> => {
    if (args[0] === "--version") return answer({ stdout: "clang version 19.1.7" });
    const overlay = JSON.parse(host.readText(args[args.indexOf("-ivfsoverlay") + 1]!)) as {
      roots: { name: string; "external-contents": string }[];
    };
    const files = new Map(overlay.roots.map((each) => [each.name, host.readText(each["external-contents"])]));
    calls.push({ args, files });
    const { llvm, stderr = "", timedOut = false } = play(calls.at(-1)!, calls.length);
    if (llvm !== undefined) host.writeFile(args[args.indexOf("-o") + 1]!, llvm);
    return answer({ exitCode: llvm === undefined ? 1 : 0, stderr, timedOut });
  };
  return Object.assign(host, { calls, run });
}

const request = { file: "gpu/k.cu", clang: "my-clang", includeDirs: ["inc"], defines: ["N=4"], std: "C++14" };

describe("a native clang for CUDA", () => {
  it("sees all files through an overlay, ours and the user's, and leaves nothing behind", async () => {
    const host = clangHost(() => ({ llvm: 'source_filename = "/src/project/gpu/k.cu"\n' }));
    const { llvm } = await compileToLlvm(host, request);
    expect(llvm).toContain('"gpu/k.cu"');
    const [{ args, files }] = host.calls as [Call];
    expect(args).toEqual(
      expect.arrayContaining(["-cc1", "-fcuda-is-device", "-std=c++14", "-DN=4", "-I/src/project/inc"]),
    );
    expect(args.at(-1)).toBe("/src/project/gpu/k.cu");
    expect([...files.keys()]).toEqual(
      expect.arrayContaining([
        "/src/project/gpu/k.cu",
        "/src/project/gpu/part.cuh",
        "/soff/cuda/cuda_runtime.h",
        "/soff/cuda/soff_cuda.h",
      ]),
    );
    expect([...host.files.keys()].filter((path) => path.startsWith("/cache/"))).toEqual([]);
  });

  it("is asked again without the host code that it could not read", async () => {
    const host = clangHost(({ args, files }) => {
      if (args.includes("-E")) return { llvm: "" };
      if (!files.get("/src/project/gpu/k.cu")!.includes("unknown")) return { llvm: "done" };
      return { stderr: "/src/project/gpu/k.cu:3:14: error: use of undeclared identifier 'unknown'\n" };
    });
    expect((await compileToLlvm(host, request)).llvm).toBe("done");
    expect(host.calls.at(-1)!.files.get("/src/project/gpu/k.cu")).toBe(
      '#include "part.cuh"\n__global__ void k() {}\nint main() { ;          }\n',
    );
  });

  it("links the built-in functions that are called", async () => {
    const host = clangHost(({ args }) => {
      if (args.includes("cl")) return { llvm: "bitcode" };
      return { llvm: args.includes("-mlink-builtin-bitcode") ? "done" : "declare spir_func i32 @_Z3minii(i32, i32)\n" };
    });
    expect((await compileToLlvm(host, request)).llvm).toBe("done");
    expect(host.calls.map(({ args }) => args.includes("-mlink-builtin-bitcode"))).toEqual([false, false, true]);
    expect(host.calls[1]!.files.get("/soff/builtins.cl")).toContain('__asm("_Z3minii")');
    expect(host.calls[2]!.files.get("/soff/builtins.bc")).toBe("bitcode");
  });

  it("does not wait for ever", async () => {
    const host = clangHost(() => ({ timedOut: true }));
    const failure = await compileToLlvm(host, request).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ToolError);
    expect((failure as ToolError).message).toMatch(/five minutes/);
  });
});
