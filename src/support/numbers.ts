/** The smallest power of two that is at least n; 1 for n below 1. */
export function powerOfTwo(n: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, n)));
}

/** Bits of the number of one of `count` things, at least 1. */
export function bitsFor(count: number): number {
  return Math.max(1, Math.ceil(Math.log2(Math.max(1, count))));
}
