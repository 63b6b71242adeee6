/** The passes, in the order in which a kernel goes through them. */
import { cse } from "./cse.js";
import { dce } from "./dce.js";
import { fold } from "./fold.js";
import { narrow, narrowTo } from "./narrow.js";
import type { Pass } from "./pass.js";
import { rangeFold } from "./range-fold.js";
import { simplifyCfg } from "./simplify-cfg.js";
import { spinFences } from "./spin-fences.js";

/** Every pass once, for `soff passes` and flags. */
export const allPasses: readonly Pass[] = [simplifyCfg, fold, cse, rangeFold, narrow, dce, spinFences];

/**
 * What a kernel goes through before it becomes a datapath whose addresses have so many bits. After narrowing,
 * truncations meet extensions and vanish.
 */
export function passesFor(addressBits: number): readonly Pass[] {
  return [simplifyCfg, fold, rangeFold, simplifyCfg, fold, cse, dce, spinFences, narrowTo(addressBits), fold, cse, dce];
}

/** The same for addresses of 64 bits, as the interpreter has them. */
export const kernelPasses: readonly Pass[] = passesFor(64);
