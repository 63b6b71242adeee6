import { InternalError } from "../../support/errors.js";
import type { LlvmType } from "./module.js";

const scratch = new DataView(new ArrayBuffer(8));

/** How the five binary formats of LLVM are laid out: bits of exponent and of fraction. */
const layouts = {
  half: { exponent: 5, fraction: 10 },
  bfloat: { exponent: 8, fraction: 7 },
  float: { exponent: 8, fraction: 23 },
  double: { exponent: 11, fraction: 52 },
  fp128: { exponent: 15, fraction: 112 },
} as const;

/**
 * The bits of a floating-point literal in its own type. Plain `0x…` always holds the bits of a
 * double, also for a `float`; `0xH`, `0xR`, `0xL` and `f0x` hold the type's own bits.
 */
export function floatBits(image: string, type: LlvmType): bigint {
  if (type.kind !== "float") throw new InternalError(`floating-point literal ${image} of type ${type.kind}`);
  const prefix = /^(?:0x([KLMHR]?)|f0x)/.exec(image);
  if (!prefix) return narrow(decimalBits(image), type.name);
  const digits = BigInt(`0x${image.slice(prefix[0].length)}`);
  switch (prefix[1]) {
    case "":
      return narrow(digits, type.name);
    case "L": {
      // The low 64 bits are written first.
      const low = digits >> 64n;
      return ((digits & 0xffff_ffff_ffff_ffffn) << 64n) | low;
    }
    case "K":
    case "M":
      throw new InternalError(`floating-point literal ${image}: no format that a kernel can have`);
    default:
      return digits;
  }
}

function decimalBits(image: string): bigint {
  const special: Record<string, number> = {
    "+inf": Infinity,
    "-inf": -Infinity,
    "+qnan": Number.NaN,
    "-qnan": -Number.NaN,
  };
  scratch.setFloat64(0, special[image] ?? Number(image));
  const bits = scratch.getBigUint64(0);
  return image === "-qnan" ? bits | (1n << 63n) : bits;
}

/** Rounds a double's bits to the type, to nearest even; keeps the payload of a NaN as far as it fits. */
function narrow(double: bigint, name: keyof typeof layouts): bigint {
  const { exponent: exponentBits, fraction: fractionBits } = layouts[name];
  if (name === "double") return double;
  const sign = double >> 63n;
  const exponent = Number((double >> 52n) & 0x7ffn);
  const fraction = double & ((1n << 52n) - 1n);
  const bias = 2 ** (exponentBits - 1) - 1;
  const infinity = ((1n << BigInt(exponentBits)) - 1n) << BigInt(fractionBits);
  const signed = (magnitude: bigint) => (sign << BigInt(exponentBits + fractionBits)) | magnitude;
  const shift = 52 - fractionBits;
  if (shift < 0) throw new InternalError(`a ${name} literal is written in its own format`);
  if (exponent === 0x7ff) {
    const payload = fraction >> BigInt(shift);
    return signed(infinity | (fraction !== 0n && payload === 0n ? 1n : payload));
  }
  if (exponent === 0) return signed(0n); // A double's subnormal is below half of any narrower type's smallest.
  // The significand with its leading one, to be shifted until it has the target's weight.
  const significand = fraction | (1n << 52n);
  const target = exponent - 1023 + bias;
  const drop = BigInt(shift + Math.max(0, 1 - target));
  if (drop > 54n) return signed(0n);
  const kept = significand >> drop;
  const rest = significand & ((1n << drop) - 1n);
  const half = 1n << (drop - 1n);
  const rounded = rest > half || (rest === half && (kept & 1n) === 1n) ? kept + 1n : kept;
  // Adding lets a carry out of the fraction step the exponent, up to infinity.
  const magnitude = rounded + (BigInt(Math.max(target, 1) - 1) << BigInt(fractionBits));
  return signed(magnitude > infinity ? infinity : magnitude);
}

/** `-7`, `u0xFF`, `s0xFF` (two's complement in the digits' width). */
export function integerValue(image: string): bigint {
  if (image.startsWith("u0x")) return BigInt(image.slice(1));
  if (image.startsWith("s0x")) {
    const digits = image.slice(3);
    return BigInt.asIntN(digits.length * 4, BigInt(`0x${digits}`));
  }
  return BigInt(image);
}
