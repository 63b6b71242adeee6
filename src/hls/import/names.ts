/** Readable names from those that clang gives and its passes decorate. */
import { demangle } from "./demangle.js";

const noise = /^(i|i\d+|\d+|lcssa|sroa|addr|us|ascast|copyload|frozen|fr|pre|ph|loopexit|in|sink|speculated)$/;
/** What clang and its passes call values that the source gives no name. */
const meaningless =
  /^(call|cond|conv|tmp|add|sub|mul|div|rem|neg|cmp|inc|dec|and|or|xor|shl|shr|not|lnot|land|lor|tobool|arrayidx|arraydecay|idx|idxprom|idx_ext|incdec_ptr|add_ptr|scevgep|indvars_iv|retval|storemerge|spec_select|narrow|or_cond|vecext|vecins|splat|splat_\w+|elt_\w+|\w+_not|\w+_idx)\d*$/;

/** The source's name of a value; empty when LLVM made it up. */
export function valueName(llvmName: string): string {
  const parts = llvmName.split(".");
  while (parts.length > 1 && noise.test(parts.at(-1)!)) parts.pop();
  const kept = parts.filter((part, at) => at === 0 || !noise.test(part)).join("_");
  const name = kept.replace(/[^A-Za-z0-9_]/g, "_");
  return /^\d*$/.test(name) || meaningless.test(name) ? "" : name;
}

/** A function as the user wrote it: clang moves a kernel's body to `__clang_ocl_kern_imp_NAME`. */
export const functionName = (llvmName: string): string => {
  const name = llvmName.replace(/^__clang_ocl_kern_imp_/, "");
  return demangle(name)?.name ?? name;
};

/** A block's label without the marks of inlining. */
export const blockLabel = (llvmName: string): string =>
  llvmName.replace(/^__clang_ocl_kern_imp_/, "").replace(/(\.i)+\d*$/, "");
