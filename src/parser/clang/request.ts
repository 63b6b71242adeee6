import { inputError, usageError } from "../../support/errors.js";
import type { Host } from "../../support/host.js";

/** One source file to compile, and how. */
export interface CompileRequest {
  /** The source as the user typed it: absolute or relative to the host's `cwd`. */
  readonly file: string;
  /** `NAME` or `NAME=VALUE`. */
  readonly defines?: readonly string[];
  /** As typed. */
  readonly includeDirs?: readonly string[];
  /** Language version as the user typed it: `CL1.2` (default), `CL3.0`, `CLC++2021`, `C++17`, … */
  readonly std?: string;
  /** CUDA: kernel templates with arguments (`reduce<float,128>`) to compile beside those that the source launches. */
  readonly instances?: readonly string[];
  /** LLVM instructions that a wholly unrolled loop may have; default: loops stay as they are. */
  readonly unrollBudget?: number;
  /** A native clang (18 or later) instead of the WebAssembly one. */
  readonly clang?: string;
}

export type Language = "cl" | "clcpp" | "cu";

const standards: Record<Language, readonly string[]> = {
  cl: ["CL1.0", "CL1.1", "CL1.2", "CL2.0", "CL3.0"],
  clcpp: ["CLC++", "CLC++1.0", "CLC++2021"],
  cu: ["C++11", "C++14", "C++17", "C++20"],
};

/** Which language a request is in; rejects what cannot be compiled before any work is done. */
export function checkRequest(host: Host, request: CompileRequest): Language {
  const language = languageOf(request.file);
  if (!host.exists(request.file) || host.isDirectory(request.file)) {
    throw inputError(
      "input/file-not-found",
      host.isDirectory(request.file) ? `${request.file} is a folder` : `${request.file} does not exist`,
      { help: "Give the path of an OpenCL C (.cl), C++ for OpenCL (.clcpp) or CUDA (.cu) source." },
    );
  }
  const { std } = request;
  if (std !== undefined && !standards[language].some((known) => known.toLowerCase() === std.toLowerCase())) {
    throw usageError("usage/unknown-standard", `--cl-std ${std}: no such version for ${request.file}`, {
      help: `The versions are ${standards[language].join(", ")}.`,
    });
  }
  for (const define of request.defines ?? []) {
    if (!/^[A-Za-z_]\w*(?:\([\w\s,.]*\))?(?:=[\s\S]*)?$/.test(define)) {
      throw usageError("usage/bad-define", `-D ${define}: not of the form NAME or NAME=VALUE`);
    }
  }
  return language;
}

export function languageOf(file: string): Language {
  if (/\.cl$/i.test(file)) return "cl";
  if (/\.(?:clcpp|clc\+\+)$/i.test(file)) return "clcpp";
  if (/\.cuh?$/i.test(file)) return "cu";
  throw inputError("input/unknown-language", `${file}: no language known for this extension`, {
    help: "soff compiles .cl (OpenCL C), .clcpp (C++ for OpenCL) and .cu (CUDA).",
  });
}
