/**
 * How each value of a kernel is held in the generated JavaScript:
 *
 * - `num`: integers of up to 32 bits as numbers: 32 bits signed, fewer bits unsigned. Also the bits of a
 *   float or half that is only moved.
 * - `wide`: longer integers and addresses that provably stay within ±2^53, as their signed number.
 * - `pair`: other 64-bit integers and addresses, and the bits of a double, as two signed words.
 * - `big`: integers of other widths, as unsigned BigInts.
 * - `float`: floats as numbers. A number has only one NaN, so a value is held so only when its NaNs are
 *   canonical anyway, or when nobody can tell.
 */
import { integerRanges, type Ranges } from "../analysis/ranges.js";
import type { Kernel, Operand, Type, ValueId } from "../ir/types.js";
import { widthOf } from "../ir/types.js";
import { type Definition, definitionsOf } from "../ir/walk.js";

export type Representation = "num" | "wide" | "pair" | "big" | "float";

/** Buffers, objects and variables lie below this address. */
export const addressLimit = 1n << 50n;
export const safe = 1n << 53n;

export interface Representations {
  readonly definitions: readonly (Definition | undefined)[];
  readonly ranges: Ranges;
  of(id: ValueId): Representation;
}

export function representations(kernel: Kernel): Representations {
  const definitions = definitionsOf(kernel);
  const ranges = integerRanges(kernel, { addressLimit });
  const observed = observedNaNs(kernel, definitions);
  const canonical = canonicalNaNs(kernel, definitions);
  const table = definitions.map((definition): Representation => {
    if (!definition) return "num";
    const { id, type } = definition.def;
    if (type.kind === "float") {
      if (!observed[id] || canonical[id]) return "float";
      return type.bits === 64 ? "pair" : "num";
    }
    if (widthOf(type) <= 32) return "num";
    const range = ranges.of(id);
    if (!range || (range.smin >= -safe && range.smax <= safe)) return "wide";
    return widthOf(type) === 64 ? "pair" : "big";
  });
  return { definitions, ranges, of: (id) => table[id]! };
}

/** Floats whose exact bits reach memory or an integer through moves. */
function observedNaNs(kernel: Kernel, definitions: readonly (Definition | undefined)[]): Uint8Array {
  const observed = new Uint8Array(kernel.valueCount);
  const work: ValueId[] = [];
  const see = (operand: Operand) => {
    if (operand.kind !== "value" || observed[operand.id]) return;
    if (definitions[operand.id]!.def.type.kind !== "float") return;
    observed[operand.id] = 1;
    work.push(operand.id);
  };
  for (const block of kernel.blocks)
    for (const instruction of block.instructions) {
      if (instruction.op === "store") instruction.values.forEach(see);
      else if (instruction.op === "atomic") see(instruction.value);
      else if (instruction.op === "cast" && instruction.kind === "bitcast") see(instruction.value);
      else if (instruction.op === "binary" && instruction.kind === "copysign") see(instruction.right);
    }
  for (let id = work.pop(); id !== undefined; id = work.pop()) {
    const definition = definitions[id]!;
    if (definition.kind === "phi") for (const edge of definition.phi.incoming) see(edge.value);
    if (definition.kind !== "instruction") continue;
    const { instruction } = definition;
    if (instruction.op === "select") {
      see(instruction.whenTrue);
      see(instruction.whenFalse);
    } else if (instruction.op === "unary" && (instruction.kind === "fneg" || instruction.kind === "fabs"))
      see(instruction.value);
    else if (instruction.op === "binary" && instruction.kind === "copysign") see(instruction.left);
  }
  return observed;
}

/** Floats that are never a NaN other than the canonical one: results of arithmetic, and moves of such. Greatest fixed point. */
function canonicalNaNs(kernel: Kernel, definitions: readonly (Definition | undefined)[]): Uint8Array {
  const canonical = new Uint8Array(kernel.valueCount).fill(1);
  const is = (operand: Operand) =>
    operand.kind === "value"
      ? canonical[operand.id] === 1
      : operand.kind === "const" && !isOddNaN(operand.type, operand.bits);
  const holds = (definition: Definition): boolean => {
    if (definition.kind === "parameter") return false;
    if (definition.kind === "phi") return definition.phi.incoming.every((edge) => is(edge.value));
    const { instruction } = definition;
    switch (instruction.op) {
      case "load":
      case "atomic":
        return false;
      case "select":
        return is(instruction.whenTrue) && is(instruction.whenFalse);
      case "unary":
        return instruction.kind !== "fneg" && instruction.kind !== "fabs";
      case "binary":
        return instruction.kind !== "copysign";
      case "cast":
        return instruction.kind !== "bitcast";
      default:
        return true;
    }
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (const definition of definitions)
      if (definition && canonical[definition.def.id] && !holds(definition)) {
        canonical[definition.def.id] = 0;
        changed = true;
      }
  }
  return canonical;
}

export function isOddNaN(type: Type, bits: bigint): boolean {
  if (type.kind !== "float") return false;
  const fraction = type.bits === 16 ? 10n : type.bits === 32 ? 23n : 52n;
  const infinity = ((1n << (BigInt(type.bits) - 1n - fraction)) - 1n) << fraction;
  const size = BigInt.asUintN(type.bits - 1, bits);
  return size > infinity && bits !== (infinity | (1n << (fraction - 1n)));
}
