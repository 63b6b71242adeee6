/** Float operations as JavaScript: computed in double, rounded once more to the type (see `runtime.ts` for why that is exact). */
import { unreachable } from "../../support/errors.js";
import type { Cast, FloatBinary, FloatPredicate, FloatUnary, Instruction, Operand, Type } from "../ir/types.js";
import { widthOf } from "../ir/types.js";
import { type Code, type Expression, shortLiteral } from "./code.js";
import { wrapShort } from "./integers.js";

type Binary = Extract<Instruction, { op: "binary" }>;
type Unary = Extract<Instruction, { op: "unary" }>;
type CastInstruction = Extract<Instruction, { op: "cast" }>;

const float = (text: string): Expression => ({ as: "float", text });

/** Rounds a double to the type. */
function rounded(type: Type, text: string): Expression {
  const bits = widthOf(type);
  return float(bits === 64 ? text : bits === 32 ? `Math.fround(${text})` : `roundHalf(${text})`);
}

const arithmetic: Readonly<Record<"fadd" | "fsub" | "fmul" | "fdiv", string>> = {
  fadd: "+",
  fsub: "-",
  fmul: "*",
  fdiv: "/",
};

export function floatBinary(code: Code, { result, left, right }: Binary, kind: FloatBinary): Expression {
  if (kind === "copysign") return copySign(code, result.type, code.reps.of(result.id) === "float", left, right);
  const a = code.float(left);
  const b = code.float(right);
  switch (kind) {
    case "fadd":
    case "fsub":
    case "fmul":
    case "fdiv":
      return rounded(result.type, `${a} ${arithmetic[kind]} ${b.startsWith("-") ? `(${b})` : b}`);
    case "fmin":
      return float(`minimum(${a}, ${b})`);
    case "fmax":
      return float(`maximum(${a}, ${b})`);
    default:
      return unreachable(kind);
  }
}

function copySign(code: Code, type: Type, asNumber: boolean, size: Operand, sign: Operand): Expression {
  const bits = widthOf(type);
  if (bits === 64) {
    const signWord = code.hold(code.pair(sign).high);
    if (asNumber) return float(`${signWord} < 0 ? -Math.abs(${code.float(size)}) : Math.abs(${code.float(size)})`);
    const { low, high } = code.pair(size);
    return { as: "pair", low, high: `(${high}) & 0x7fffffff | ${signWord} & -2147483648` };
  }
  const signBits = code.num(sign);
  const signBit = bits === 32 ? `${signBits} < 0` : `(${signBits} & 32768) !== 0`;
  if (asNumber) return float(`${signBit} ? -Math.abs(${code.float(size)}) : Math.abs(${code.float(size)})`);
  const mask = bits === 32 ? 0x7fffffff : 0x7fff;
  return { as: "num", text: `${code.num(size)} & ${mask} | ${signBits} & ${bits === 32 ? -0x80000000 : 0x8000}` };
}

export function floatUnary(code: Code, { result, value }: Unary, kind: FloatUnary): Expression {
  if (kind === "fneg" || kind === "fabs")
    return signChange(code, result.type, code.reps.of(result.id) === "float", kind, value);
  const a = code.float(value);
  switch (kind) {
    case "fsqrt":
      return rounded(result.type, `Math.sqrt(${a})`);
    case "floor":
    case "ceil":
      return float(`Math.${kind}(${a})`);
    case "ftrunc":
      return float(`Math.trunc(${a})`);
    case "rint":
    case "round":
      return float(`${kind}(${a})`);
    default:
      return unreachable(kind);
  }
}

/** On numbers where NaNs do not matter, on bits where they do. */
function signChange(code: Code, type: Type, asNumber: boolean, kind: "fneg" | "fabs", value: Operand): Expression {
  if (asNumber) return float(kind === "fneg" ? `-(${code.float(value)})` : `Math.abs(${code.float(value)})`);
  const bits = widthOf(type);
  if (bits === 64) {
    const { low, high } = code.pair(value);
    return { as: "pair", low, high: kind === "fneg" ? `(${high}) ^ -2147483648` : `(${high}) & 0x7fffffff` };
  }
  const sign = bits === 32 ? -0x80000000 : 0x8000;
  const rest = bits === 32 ? 0x7fffffff : 0x7fff;
  return { as: "num", text: kind === "fneg" ? `${code.num(value)} ^ ${sign}` : `${code.num(value)} & ${rest}` };
}

export function fusedMultiplyAdd(code: Code, instruction: Extract<Instruction, { op: "fma" }>): Expression {
  const { result, a, b, c } = instruction;
  return float(`fma${widthOf(result.type)}(${code.float(a)}, ${code.float(b)}, ${code.float(c)})`);
}

/** The comparison as a JavaScript condition. JavaScript's comparisons are false for NaNs; `!==` is not. */
export function compareFloats(code: Code, predicate: FloatPredicate, left: Operand, right: Operand): string {
  const a = code.float(left);
  const b = code.float(right);
  switch (predicate) {
    case "oeq":
      return `${a} === ${b}`;
    case "one":
      return `${a} < ${b} || ${a} > ${b}`;
    case "olt":
      return `${a} < ${b}`;
    case "ole":
      return `${a} <= ${b}`;
    case "ogt":
      return `${a} > ${b}`;
    case "oge":
      return `${a} >= ${b}`;
    case "ord":
      return `${a} === ${a} && ${b} === ${b}`;
    case "ueq":
      return `!(${a} < ${b} || ${a} > ${b})`;
    case "une":
      return `${a} !== ${b}`;
    case "ult":
      return `!(${a} >= ${b})`;
    case "ule":
      return `!(${a} > ${b})`;
    case "ugt":
      return `!(${a} <= ${b})`;
    case "uge":
      return `!(${a} < ${b})`;
    case "uno":
      return `${a} !== ${a} || ${b} !== ${b}`;
    default:
      return unreachable(predicate);
  }
}

type FloatCast = Extract<Cast, "fptosi" | "fptoui" | "sitofp" | "uitofp" | "fptrunc" | "fpext">;

export function floatCast(code: Code, { result, value }: CastInstruction, kind: FloatCast): Expression {
  switch (kind) {
    case "fptrunc":
      return rounded(result.type, code.float(value));
    case "fpext":
      return float(code.float(value));
    case "fptosi":
    case "fptoui":
      return toInteger(code, widthOf(result.type), kind === "fptosi", code.float(value));
    case "sitofp":
    case "uitofp":
      return fromInteger(code, result.type, kind === "sitofp", value);
    default:
      return unreachable(kind);
  }
}

function toInteger(code: Code, bits: number, signed: boolean, value: string): Expression {
  if (bits <= 32) {
    const least = signed ? -(2 ** (bits - 1)) : 0;
    const most = 2 ** (signed ? bits - 1 : bits) - 1;
    return { as: "num", text: wrapShort(bits, `floatToInt(${value}, ${least}, ${most})`) };
  }
  if (bits !== 64) return { as: "big", text: `BigInt.asUintN(${bits}, floatToBig(${value}, ${bits}, ${signed}))` };
  const low = code.hold(`${signed ? "floatToSigned64" : "floatToUnsigned64"}(${value})`);
  return { as: "pair", low, high: "HI[0]" };
}

function fromInteger(code: Code, type: Type, signed: boolean, value: Operand): Expression {
  const bits = code.bitsOf(value);
  if (bits <= 32) return rounded(type, signed ? code.signed(value) : code.unsigned(value));
  // Adding 0 makes a zero of -0, which numbers that stand for integers may be.
  if (code.isWide(value) && (signed || code.isNonNegative(value))) return rounded(type, `${code.wide(value)} + 0`);
  if (bits !== 64) {
    const text = signed ? `BigInt.asIntN(${bits}, ${code.big(value)})` : code.big(value);
    return float(`bigToFloat(${text}, ${widthOf(type)})`);
  }
  const { low, high } = code.pair(value);
  const highWord = signed ? high : `(${high}) >>> 0`;
  if (widthOf(type) === 32) return float(`pairToSingle(${low}, ${highWord})`);
  return rounded(type, `pairToDouble(${low}, ${highWord})`);
}

/** A bit pattern read as another type of the same width. */
export function bitcast(code: Code, { result, value }: CastInstruction): Expression {
  const bits = widthOf(result.type);
  const from = code.typeOf(value);
  if (from.kind === result.type.kind) return code.as(value, code.rep(value));
  if (bits === 64) return { as: "pair", ...code.pair(value) };
  return {
    as: "num",
    text: from.kind === "float" && value.kind === "const" ? shortLiteral(bits, value.bits) : code.num(value),
  };
}
