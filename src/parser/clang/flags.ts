import type { CompileRequest } from "./request.js";

/** How code is generated in every language, in words that clang's driver and its front end share. */
export const sharedCodegen: readonly string[] = [
  // a * b + c is two roundings, as in plain IEEE arithmetic; FP_CONTRACT ON in the source still fuses.
  "-ffp-contract=off",
  // A float out of an integer's range saturates, NaN gives 0: what the Kernel IR's conversions do.
  "-fno-strict-float-cast-overflow",
  // No loop and no run of stores becomes memset, memcpy or popcount: there is no such library here.
  "-fno-builtin",
  "-mllvm",
  "-disable-loop-idiom-all",
  // No second copy of a loop behind a run-time alias check.
  "-mllvm",
  "-runtime-check-per-loop-load-elim=0",
  // A vector that is loaded whole stays one access, also when its lanes are used one by one.
  "-mllvm",
  "-disable-vector-combine",
];

/**
 * Loops of few iterations, known at compile time, are unrolled wholly: their bodies are then computed side by side. All others stay
 * as the user wrote them, because the datapath runs their iterations as a pipeline. `budget`: LLVM instructions that an
 * unrolled loop may have.
 */
export function unrolling(budget: number): string[] {
  if (budget === 0) return [];
  const options = [
    `-unroll-threshold=${budget}`,
    `-unroll-full-max-count=${mostIterations}`,
    "-unroll-runtime=false",
    "-unroll-allow-partial=false",
    "-unroll-allow-peeling=false",
    "-unroll-max-upperbound=0",
  ];
  return ["-funroll-loops", ...options.flatMap((option) => ["-mllvm", option])];
}
const mostIterations = 16;

/** What every OpenCL compilation shares, whether clang is native or WebAssembly. */
const common: readonly string[] = [
  "-target",
  "spir64-unknown-unknown",
  "-O2",
  "-S",
  "-emit-llvm",
  // Lines for messages and for the names in the Verilog. From DWARF 4 on clang also describes the callees of
  // calls, and then breaks on built-ins that are declared by one kernel's call and defined by our text.
  "-gdwarf-3",
  "-gline-tables-only",
  "-fno-discard-value-names",
  "-fno-vectorize",
  "-fno-slp-vectorize",
  ...sharedCodegen,
  "-fno-color-diagnostics",
  "-Wno-unused-command-line-argument",
];

/** Flags that follow from the request. Include directories are given as this clang sees them. */
export function clangFlags(
  language: "cl" | "clcpp",
  request: CompileRequest,
  includeDirs: readonly string[],
): string[] {
  const std = request.std ?? (language === "cl" ? "CL1.2" : "CLC++2021");
  return [
    "-x",
    language,
    `-cl-std=${std}`,
    ...common,
    // The later of two flags counts.
    "-fno-unroll-loops",
    ...unrolling(request.unrollBudget ?? 0),
    ...(request.defines ?? []).map((define) => `-D${define}`),
    ...includeDirs.map((folder) => `-I${folder}`),
  ];
}
