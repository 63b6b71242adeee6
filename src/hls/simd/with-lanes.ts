import type { StructuredKernel } from "../structure/types.js";
import { shareTokens } from "./lanes.js";

/** Work-items that share a token, in each dimension. */
export type Simd = readonly [number, number, number];

/** Without `settleAddresses`, which comes when accesses of neighbours have been joined. The kernel with `simd[d]` work-items of dimension d to a token, or one where its loops do not run alike for neighbours. */
export function withLanes(kernel: StructuredKernel, simd: Simd): StructuredKernel {
  return ([0, 1, 2] as const).reduce((k, d) => (simd[d] > 1 ? (shareTokens(k, d, simd[d]) ?? k) : k), kernel);
}
