/** Where widening stops on its way: at constants that comparisons speak of, and at powers of two. */
import type { Kernel, Operand } from "../ir/types.js";

export function thresholdsOf(kernel: Kernel): readonly bigint[] {
  const values = new Set<bigint>();
  for (const bits of [0, 1, 4, 8, 10, 12, 15, 16, 20, 24, 31, 32, 33, 40, 48, 62, 63, 64]) {
    values.add((1n << BigInt(bits)) - 1n);
    values.add(-(1n << BigInt(bits)));
  }
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
  return [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
