/** Where widening stops on its way: at constants that comparisons speak of, and at powers of two. */
import type { Kernel, Operand } from "../ir/types.js";

const ascending = (values: Iterable<bigint>) => [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
const powers = (exponents: readonly number[]) =>
  exponents.flatMap((bits) => [(1n << BigInt(bits)) - 1n, -(1n << BigInt(bits))]);

/** The ends of common types. */
export const coarseThresholds: readonly bigint[] = ascending(powers([0, 16, 31, 32, 48, 63, 64]));

export function thresholdsOf(kernel: Kernel): readonly bigint[] {
  const values = new Set(powers([0, 1, 4, 8, 10, 12, 15, 16, 20, 24, 31, 32, 33, 40, 48, 62, 63, 64]));
  const see = (operand: Operand) => {
    if (operand.kind !== "const" || operand.type.kind !== "int") return;
    const signed = BigInt.asIntN(operand.type.bits, operand.bits);
    for (const value of [operand.bits, signed]) for (const near of [value - 1n, value, value + 1n]) values.add(near);
  };
  for (const block of kernel.blocks)
    for (const instruction of block.instructions)
      if (instruction.op === "icmp") {
        see(instruction.left);
        see(instruction.right);
      }
  return ascending(values);
}
