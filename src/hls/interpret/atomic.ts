/** Atomic operations as JavaScript. Work-items take turns only at barriers, so that read, compute, write is enough. */
import { unreachable } from "../../support/errors.js";
import { type Instruction, widthOf } from "../ir/types.js";
import { position, read, write, writeFloat } from "./access.js";
import type { Code } from "./code.js";
import type { AccessSite } from "./sites.js";

type Atomic = Extract<Instruction, { op: "atomic" }>;

export function atomic(code: Code, instruction: Atomic, site: AccessSite): void {
  const { kind, result, value } = instruction;
  const { type } = result;
  const bits = widthOf(type);
  const at = position(code, site, instruction.pointer);
  const before = code.hold(
    type.kind === "float"
      ? `F${bits}[${at} >>> ${bits / 32 + 1}]`
      : bits === 32
        ? `I32[${at} >>> 2]`
        : `bigWords[${at} >>> 3]`,
  );
  // The operand may be a name that the result takes over: it is read before.
  if (kind === "fadd") {
    const sum = code.hold(
      bits === 32 ? `Math.fround(${before} + ${code.float(value)})` : `${before} + ${code.float(value)}`,
    );
    code.assign(result, read(code.reps.of(result.id) === "float", type, at, 0, site.align));
    return writeFloat(code, bits, at, sum);
  }
  if (kind === "xchg") {
    const old = code.temporary();
    code.emit(
      bits === 32
        ? `const ${old} = I32[${at} >>> 2];`
        : `const ${old} = I32[${at} >>> 2], ${old}h = I32[(${at} >>> 2) + 1];`,
    );
    write(code, value, at, 0, site.align);
    if (bits === 32) return code.assign(result, { as: "num", text: old });
    return code.assign(result, { as: "pair", low: old, high: `${old}h` });
  }
  const isShort = bits === 32;
  const operand = isShort ? code.num(value) : code.big(value);
  const compare = instruction.compare && (isShort ? code.num(instruction.compare) : code.big(instruction.compare));
  const after = code.hold(
    isShort ? short(kind, before, operand, compare ?? "") : long(kind, before, operand, compare ?? ""),
  );
  code.emit(isShort ? `I32[${at} >>> 2] = ${after};` : `bigWords[${at} >>> 3] = ${after};`);
  code.assign(result, isShort ? { as: "num", text: before } : { as: "big", text: before });
}

type IntegerKind = Exclude<Atomic["kind"], "fadd" | "xchg">;

/** The new value of 32 bits; numbers are signed, and the array that it is stored in wraps it. */
function short(kind: IntegerKind, old: string, value: string, compare: string): string {
  const unsigned = (text: string) => `(${text} >>> 0)`;
  switch (kind) {
    case "add":
      return `${old} + ${value}`;
    case "sub":
      return `${old} - ${value}`;
    case "and":
      return `${old} & ${value}`;
    case "or":
      return `${old} | ${value}`;
    case "xor":
      return `${old} ^ ${value}`;
    case "umin":
      return `Math.min(${unsigned(old)}, ${unsigned(value)})`;
    case "umax":
      return `Math.max(${unsigned(old)}, ${unsigned(value)})`;
    case "smin":
      return `Math.min(${old}, ${value})`;
    case "smax":
      return `Math.max(${old}, ${value})`;
    case "inc":
      return `${unsigned(old)} >= ${unsigned(value)} ? 0 : ${old} + 1`;
    case "dec":
      return `${old} === 0 || ${unsigned(old)} > ${unsigned(value)} ? ${value} : ${old} - 1`;
    case "cmpxchg":
      return `${old} === ${compare} ? ${value} : ${old}`;
    default:
      return unreachable(kind);
  }
}

/** The new value of 64 bits; BigInts are unsigned, and the array wraps what is stored. */
function long(kind: IntegerKind, old: string, value: string, compare: string): string {
  const signed = (text: string) => `BigInt.asIntN(64, ${text})`;
  switch (kind) {
    case "add":
      return `${old} + ${value}`;
    case "sub":
      return `${old} - ${value}`;
    case "and":
      return `${old} & ${value}`;
    case "or":
      return `${old} | ${value}`;
    case "xor":
      return `${old} ^ ${value}`;
    case "umin":
      return `${old} < ${value} ? ${old} : ${value}`;
    case "umax":
      return `${old} > ${value} ? ${old} : ${value}`;
    case "smin":
      return `${signed(old)} < ${signed(value)} ? ${old} : ${value}`;
    case "smax":
      return `${signed(old)} > ${signed(value)} ? ${old} : ${value}`;
    case "inc":
      return `${old} >= ${value} ? 0n : ${old} + 1n`;
    case "dec":
      return `${old} === 0n || ${old} > ${value} ? ${value} : ${old} - 1n`;
    case "cmpxchg":
      return `${old} === ${compare} ? ${value} : ${old}`;
    default:
      return unreachable(kind);
  }
}
