import { sharedCodegen, unrolling } from "../clang/flags.js";
import type { CompileRequest } from "../clang/request.js";

/** Where our headers are in the compiler's file system. */
export const HEADER_FOLDER = "/soff/cuda";
/** Empty files in place of headers that nobody has. */
export const MISSING_FOLDER = "/soff/missing";
export const IMPLICIT_HEADER = `${HEADER_FOLDER}/soff_cuda.h`;

/**
 * SPIR-V is the one GPU target for which clang gives CUDA what OpenCL has: kernels are `spir_kernel`,
 * `__shared__` is address space 3 and buffers are address space 1.
 */
const target: readonly string[] = ["-triple", "spirv64-unknown-unknown"];

/**
 * The device half of a CUDA source. The front end is called itself: the driver would look for an
 * installed CUDA. Include folders are as this clang sees them.
 */
export function cudaFlags(request: CompileRequest, includeDirs: readonly string[]): string[] {
  return [
    "-cc1",
    ...target,
    "-aux-triple",
    "x86_64-unknown-linux-gnu",
    "-fcuda-is-device",
    "-x",
    "cuda",
    `-std=${(request.std ?? "C++17").toLowerCase()}`,
    "-O2",
    "-emit-llvm",
    "-debug-info-kind=line-tables-only",
    "-dwarf-version=3",
    ...sharedCodegen,
    ...unrolling(request.unrollBudget ?? 0),
    // Every call ends up inlined; where clang does it, it can see through pointers and tables.
    "-mllvm",
    "-inline-threshold=100000",
    "-fdeclspec",
    "-fgnuc-version=4.2.1",
    "-fcxx-exceptions",
    "-fcuda-allow-variadic-functions",
    "-fhip-kernel-arg-name",
    "-fmessage-length=0",
    "-ferror-limit",
    "0",
    // The host half is pruned by what clang cannot read of it; what it warns of there is nobody's concern here.
    "-Wno-register",
    "-Wno-unused-value",
    "-Wno-unused-result",
    "-Wno-vla-cxx-extension",
    "-Wno-c++11-narrowing",
    "-Wno-c++17-extensions",
    "-Wno-writable-strings",
    "-Wno-return-type",
    "-Wno-pass-failed",
    ...(request.defines ?? []).map((define) => `-D${define}`),
    ...includeDirs.map((folder) => `-I${folder}`),
    "-internal-isystem",
    HEADER_FOLDER,
    "-internal-isystem",
    MISSING_FOLDER,
    "-include",
    IMPLICIT_HEADER,
  ];
}

/** The built-in functions that are called, from their OpenCL C text to bitcode that clang links. */
export const builtinFlags: readonly string[] = [
  "-cc1",
  ...target,
  "-x",
  "cl",
  "-cl-std=CL1.2",
  "-finclude-default-header",
  "-fdeclare-opencl-builtins",
  "-O2",
  "-disable-llvm-passes",
  "-emit-llvm-bc",
  ...sharedCodegen,
  // An inline function of OpenCL C leaves no definition behind that could be linked.
  "-Dinline=",
];
