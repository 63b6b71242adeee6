/** What memory units call the operations of atomics (see docs/memory.md). */
import type { Access } from "../datapath/types.js";
import type { AtomicKind } from "../ir/types.js";
import type { AccessNode } from "../structure/types.js";

const codes: Readonly<Record<AtomicKind, number>> = {
  xchg: 1,
  add: 2,
  sub: 3,
  and: 4,
  or: 5,
  xor: 6,
  umin: 7,
  umax: 8,
  smin: 9,
  smax: 10,
  inc: 11,
  dec: 12,
  cmpxchg: 13,
  fadd: 14,
};

/** 0 for plain loads and stores. */
export function atomicCode(node: AccessNode): number {
  return node.kind === "atomic" ? codes[node.operation] : 0;
}

/** Parameter FADD of a memory unit: 0 no floating point, 1 both formats, 2 float alone, 3 double alone. */
export function floatAdders(accesses: readonly Access[]): 0 | 1 | 2 | 3 {
  const widths = new Set(
    accesses.flatMap(({ node, bytes }) => (node.kind === "atomic" && node.operation === "fadd" ? [bytes] : [])),
  );
  if (widths.size === 2) return 1;
  return widths.has(4) ? 2 : widths.has(8) ? 3 : 0;
}
