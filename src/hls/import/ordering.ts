/** Fences and barriers, and the fences that an atomic operation brings along by its memory order. */
import type { Operand } from "../ir/types.js";
import type { KernelContext } from "./context.js";

/** Which side of an operation is fenced. */
export interface Ordering {
  readonly before: boolean;
  readonly after: boolean;
}

export const relaxed: Ordering = { before: false, after: false };
export const acquire: Ordering = { before: false, after: true };
export const release: Ordering = { before: true, after: false };
export const sequential: Ordering = { before: true, after: true };

/** By the numbers of OpenCL's `memory_order`; one that is no constant is taken for the strongest. */
export function orderingOf(operand: Operand | undefined): Ordering {
  if (operand?.kind !== "const") return sequential;
  switch (Number(operand.bits)) {
    case 0:
      return relaxed;
    case 1:
    case 2:
      return acquire;
    case 3:
      return release;
    default:
      return sequential;
  }
}

/** By LLVM's words, such as `syncscope("device") acq_rel acquire`. */
export function orderingOfWords(words: readonly string[]): Ordering {
  const has = (...names: string[]) => names.some((name) => words.includes(name));
  return { before: has("release", "acq_rel", "seq_cst"), after: has("acquire", "acq_rel", "seq_cst") };
}

/** The operation between its fences. */
export function ordered<T>(ctx: KernelContext, { before, after }: Ordering, operation: () => T): T {
  if (before) ctx.builder.fence();
  const result = operation();
  if (after) ctx.builder.fence();
  return result;
}

/** Functions that are nothing but a fence or barrier. */
const functions: Readonly<Record<string, "barrier" | "fence">> = {
  barrier: "barrier",
  work_group_barrier: "barrier",
  mem_fence: "fence",
  read_mem_fence: "fence",
  write_mem_fence: "fence",
  atomic_work_item_fence: "fence",
};

/** True when the function is one of them; what it stands for is there then. */
export function importOrdering(ctx: KernelContext, name: string): boolean {
  const kind = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (kind === "barrier") ctx.builder.barrier();
  else if (kind === "fence") ctx.builder.fence();
  return kind !== undefined;
}
