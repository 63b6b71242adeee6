/** What a pass is, and the one function that runs them. */
import { InternalError } from "../../support/errors.js";
import { printKernel } from "../ir/print.js";
import type { Kernel } from "../ir/types.js";
import { verifyKernel } from "../ir/verify.js";

/** From kernel to kernel, with the same meaning. Its file, its flag and its tests' folder have its name. */
export interface Pass {
  readonly name: string;
  /** One line for `soff passes`. */
  readonly description: string;
  run(kernel: Kernel): Kernel;
}

export interface RunPassesOptions {
  /** Called with the text of the kernel after every pass, or after those named. */
  readonly printAfter?: { readonly passes: "all" | readonly string[]; print(pass: string, text: string): void };
  /** Checks the kernel before the first and after every pass. Default: true. */
  readonly verify?: boolean;
  /** Name of the last pass to run. */
  readonly stopAfter?: string;
  readonly onTiming?: (pass: string, milliseconds: number) => void;
}

/** Runs passes in order. A pass that breaks the kernel is named in the {@link InternalError}. */
export function runPasses(kernel: Kernel, passes: readonly Pass[], options: RunPassesOptions = {}): Kernel {
  const { printAfter, verify = true, stopAfter, onTiming } = options;
  if (verify) check(kernel, "before the first pass");
  let current = kernel;
  for (const pass of passes) {
    const start = performance.now();
    current = pass.run(current);
    onTiming?.(pass.name, performance.now() - start);
    if (verify) check(current, `after pass ${pass.name}`);
    if (printAfter && (printAfter.passes === "all" || printAfter.passes.includes(pass.name)))
      printAfter.print(pass.name, printKernel(current));
    if (pass.name === stopAfter) break;
  }
  return current;
}

function check(kernel: Kernel, when: string): void {
  try {
    verifyKernel(kernel);
  } catch (error) {
    throw new InternalError(`${when}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
