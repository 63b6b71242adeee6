/** Integer operations as JavaScript. Short ones inline; long ones as numbers where ranges allow it, else in two words. */
import type { Range } from "../analysis/range.js";
import type { Def, Instruction, IntBinary, IntPredicate, IntUnary, Operand } from "../ir/types.js";
import { widthOf } from "../ir/types.js";
import { type Code, type Expression, type Pair, shortLiteral } from "./code.js";
import { safe } from "./representation.js";

type Binary = Extract<Instruction, { op: "binary" }>;
type Unary = Extract<Instruction, { op: "unary" }>;
type Compare = Extract<Instruction, { op: "icmp" }>;

const num = (text: string): Expression => ({ as: "num", text });
const wide = (text: string): Expression => ({ as: "wide", text });
const big = (text: string): Expression => ({ as: "big", text });

/** Brings a number of up to 53 bits, or a fraction of it, to the normal form of a short integer. */
export function wrapShort(bits: number, text: string): string {
  return bits === 32 ? `(${text}) | 0` : `(${text}) & ${2 ** bits - 1}`;
}

export function integerBinary(code: Code, { result, left, right }: Binary, kind: IntBinary): Expression {
  const bits = widthOf(result.type);
  if (bits <= 32) return num(shortBinary(code, kind, bits, left, right));
  const asWide = code.reps.of(result.id) === "wide" ? wideBinary(code, kind, bits, left, right) : undefined;
  if (asWide !== undefined) return wide(asWide);
  if (bits === 64) return pairBinary(code, kind, left, right);
  return big(`binaryBig("${kind}", ${bits}, ${code.big(left)}, ${code.big(right)})`);
}

function shortBinary(code: Code, kind: IntBinary, bits: number, left: Operand, right: Operand): string {
  const a = code.num(left);
  const b = code.num(right);
  const ones = shortLiteral(bits, -1n);
  const wrap = (text: string) => wrapShort(bits, text);
  const shift = right.kind === "const" ? Number(right.bits) : undefined;
  const inRange = (shifted: string, otherwise: string) =>
    shift === undefined
      ? `${code.unsigned(right)} < ${bits} ? ${shifted} : ${otherwise}`
      : shift < bits
        ? shifted
        : otherwise;
  switch (kind) {
    case "add":
      return wrap(`${a} + ${b}`);
    case "sub":
      return wrap(`${a} - ${b}`);
    case "mul":
      return bits === 32 ? `Math.imul(${a}, ${b})` : wrap(`Math.imul(${a}, ${b})`);
    case "udiv":
      return guardZero(right, b, ones, wrap(`${code.unsigned(left)} / ${code.unsigned(right)}`));
    case "sdiv":
      return guardZero(right, b, ones, wrap(`${code.signed(left)} / ${code.signed(right)}`));
    case "urem":
      return guardZero(right, b, a, wrap(`${code.unsigned(left)} % ${code.unsigned(right)}`));
    case "srem":
      return guardZero(right, b, a, wrap(`${code.signed(left)} % ${code.signed(right)}`));
    case "and":
      return `${a} & ${b}`;
    case "or":
      return `${a} | ${b}`;
    case "xor":
      return `${a} ^ ${b}`;
    case "shl":
      return inRange(wrap(`${a} << ${b}`), "0");
    case "lshr":
      return inRange(wrap(`${code.unsigned(left)} >>> ${b}`), "0");
    case "ashr":
      return inRange(wrap(`${code.signed(left)} >> ${b}`), wrap(`${code.signed(left)} >> 31`));
    case "umin":
      return `${code.unsigned(left)} < ${code.unsigned(right)} ? ${a} : ${b}`;
    case "umax":
      return `${code.unsigned(left)} > ${code.unsigned(right)} ? ${a} : ${b}`;
    case "smin":
      return `${code.signed(left)} < ${code.signed(right)} ? ${a} : ${b}`;
    case "smax":
      return `${code.signed(left)} > ${code.signed(right)} ? ${a} : ${b}`;
  }
}

function guardZero(divisor: Operand, text: string, whenZero: string, otherwise: string): string {
  if (divisor.kind === "const") return divisor.bits === 0n ? whenZero : otherwise;
  return `${text} === 0 ? ${whenZero} : ${otherwise}`;
}

const within = (low: bigint, high: bigint, least: bigint, most: bigint) => low >= least && high <= most;
const isWord = (r: Range) => within(r.smin, r.smax, -(1n << 31n), (1n << 31n) - 1n);
const isUnsignedWord = (r: Range) => within(r.smin, r.smax, 0n, (1n << 32n) - 1n);

/** The operation on signed numbers, when its exact result is the wrapped one; undefined when that cannot be seen. */
function wideBinary(code: Code, kind: IntBinary, bits: number, left: Operand, right: Operand): string | undefined {
  if (!code.isWide(left) || !code.isWide(right)) return undefined;
  const a = code.wide(left);
  const b = code.wide(right);
  const x = code.range(left);
  const y = code.range(right);
  const half = 1n << BigInt(bits - 1);
  const fits = (low: bigint, high: bigint, limit = safe) =>
    within(low, high, -limit, limit) && within(low, high, -half, half - 1n);
  const shift = right.kind === "const" && right.bits < BigInt(bits) ? right.bits : undefined;
  const words = (operator: string) =>
    isWord(x) && isWord(y)
      ? `${a} ${operator} ${b}`
      : isUnsignedWord(x) && isUnsignedWord(y)
        ? `(${a} ${operator} ${b}) >>> 0`
        : undefined;
  switch (kind) {
    case "add":
      return fits(x.smin + y.smin, x.smax + y.smax, 2n * safe) ? `${a} + ${b}` : undefined;
    case "sub":
      return fits(x.smin - y.smax, x.smax - y.smin, 2n * safe) ? `${a} - ${negative(b)}` : undefined;
    case "mul": {
      const products = [x.smin * y.smin, x.smin * y.smax, x.smax * y.smin, x.smax * y.smax];
      return products.every((p) => fits(p, p)) ? `${a} * ${b}` : undefined;
    }
    case "and":
      // A mask below 2^32 only looks at the low word, whatever the other operand is.
      if (isUnsignedWord(y)) return `(${a} & ${b}) >>> 0`;
      return isUnsignedWord(x) ? `(${a} & ${b}) >>> 0` : words("&");
    case "or":
      return words("|");
    case "xor":
      return words("^");
    case "shl":
      return shift !== undefined && fits(x.smin << shift, x.smax << shift) ? `${a} * ${2 ** Number(shift)}` : undefined;
    case "lshr":
    case "ashr":
      if (shift === undefined || (kind === "lshr" && x.smin < 0n)) return undefined;
      if (isWord(x)) return `${a} >> ${shift > 31n ? 31n : shift}`;
      return `Math.floor(${a} / ${2 ** Number(shift)})`;
    case "udiv":
      if (x.smin < 0n || y.smin <= 0n) return undefined;
      return isUnsignedWord(x) && isUnsignedWord(y) ? `Math.floor(${a} / ${b})` : `(${a} - ${a} % ${b}) / ${b}`;
    case "sdiv":
      if (y.smin <= 0n) return undefined;
      return isWord(x) && isWord(y) ? `${a} / ${b} | 0` : `(${a} - ${a} % ${b}) / ${b}`;
    case "urem":
      return x.smin < 0n || y.smin <= 0n ? undefined : `${a} % ${b}`;
    case "srem":
      return y.smin <= 0n ? undefined : `${a} % ${b}`;
    case "umin":
      return x.smin < 0n || y.smin < 0n ? undefined : `${a} < ${b} ? ${a} : ${b}`;
    case "umax":
      return x.smin < 0n || y.smin < 0n ? undefined : `${a} > ${b} ? ${a} : ${b}`;
    case "smin":
      return `${a} < ${b} ? ${a} : ${b}`;
    case "smax":
      return `${a} > ${b} ? ${a} : ${b}`;
  }
}

/** `- -3` and not `--3`. */
const negative = (text: string) => (text.startsWith("-") ? `(${text})` : text);

function held(code: Code, operand: Operand): Pair {
  const { low, high } = code.pair(operand);
  return { low: code.hold(low), high: code.hold(high) };
}

function pairBinary(code: Code, kind: IntBinary, left: Operand, right: Operand): Expression {
  const a = held(code, left);
  const b = held(code, right);
  const each = (operator: string): Expression => ({
    as: "pair",
    low: `${a.low} ${operator} ${b.low}`,
    high: `${a.high} ${operator} ${b.high}`,
  });
  const choose = (predicate: IntPredicate): Expression => {
    const first = code.hold(comparePairs(predicate, a, b));
    return { as: "pair", low: `${first} ? ${a.low} : ${b.low}`, high: `${first} ? ${a.high} : ${b.high}` };
  };
  const call = (name: string): Expression => ({
    as: "pair",
    low: `${name}("${kind}", ${a.low}, ${a.high}, ${b.low}, ${b.high})`,
    high: "HI[0]",
  });
  switch (kind) {
    case "add": {
      const low = code.hold(`(${a.low} + ${b.low}) | 0`);
      return { as: "pair", low, high: `(${a.high} + ${b.high} + ((${low} >>> 0) < (${a.low} >>> 0) ? 1 : 0)) | 0` };
    }
    case "sub":
      return {
        as: "pair",
        low: `(${a.low} - ${negative(b.low)}) | 0`,
        high: `(${a.high} - ${negative(b.high)} - ((${a.low} >>> 0) < (${b.low} >>> 0) ? 1 : 0)) | 0`,
      };
    case "mul":
      return {
        as: "pair",
        low: `Math.imul(${a.low}, ${b.low})`,
        high: `(mulHigh(${a.low}, ${b.low}) + Math.imul(${a.high}, ${b.low}) + Math.imul(${a.low}, ${b.high})) | 0`,
      };
    case "and":
      return each("&");
    case "or":
      return each("|");
    case "xor":
      return each("^");
    case "shl":
    case "lshr":
    case "ashr":
      return right.kind === "const" && right.bits < 64n
        ? shiftByConstant(kind, a, Number(right.bits))
        : call("shiftPair");
    case "udiv":
    case "sdiv":
    case "urem":
    case "srem":
      return call("dividePair");
    case "umin":
      return choose("ult");
    case "umax":
      return choose("ugt");
    case "smin":
      return choose("slt");
    case "smax":
      return choose("sgt");
  }
}

function shiftByConstant(kind: "shl" | "lshr" | "ashr", { low, high }: Pair, by: number): Expression {
  const n = by & 31;
  if (by === 0) return { as: "pair", low, high };
  if (kind === "shl") {
    if (by >= 32) return { as: "pair", low: "0", high: `${low} << ${n}` };
    return { as: "pair", low: `${low} << ${n}`, high: `(${high} << ${n}) | (${low} >>> ${32 - n})` };
  }
  const shifted = kind === "ashr" ? `${high} >> ${n}` : `(${high} >>> ${n}) | 0`;
  if (by >= 32) return { as: "pair", low: shifted, high: kind === "ashr" ? `${high} >> 31` : "0" };
  return { as: "pair", low: `(${low} >>> ${n}) | (${high} << ${32 - n})`, high: shifted };
}

const operators = {
  eq: "===",
  ne: "!==",
  ult: "<",
  ule: "<=",
  ugt: ">",
  uge: ">=",
  slt: "<",
  sle: "<=",
  sgt: ">",
  sge: ">=",
} as const satisfies Record<IntPredicate, string>;

/** The comparison as a JavaScript condition. */
export function compare(code: Code, { predicate, left, right }: Compare): string {
  const operator = operators[predicate];
  const isSigned = predicate.startsWith("s");
  const isEquality = predicate === "eq" || predicate === "ne";
  const bits = code.bitsOf(left);
  if (bits <= 32) {
    const read = (operand: Operand) =>
      isEquality ? code.num(operand) : isSigned ? code.signed(operand) : code.unsigned(operand);
    return `${read(left)} ${operator} ${read(right)}`;
  }
  const sameOrder = isSigned || isEquality || (code.isNonNegative(left) && code.isNonNegative(right));
  if (code.isWide(left) && code.isWide(right) && sameOrder) return `${code.wide(left)} ${operator} ${code.wide(right)}`;
  if (bits === 64) return comparePairs(predicate, held(code, left), held(code, right));
  const read = (operand: Operand) => (isSigned ? `BigInt.asIntN(${bits}, ${code.big(operand)})` : code.big(operand));
  return `${read(left)} ${operator} ${read(right)}`;
}

function comparePairs(predicate: IntPredicate, a: Pair, b: Pair): string {
  if (predicate === "eq") return `${a.low} === ${b.low} && ${a.high} === ${b.high}`;
  if (predicate === "ne") return `${a.low} !== ${b.low} || ${a.high} !== ${b.high}`;
  const operator = operators[predicate];
  const strict = operator[0]!;
  const read = (word: string) => (predicate.startsWith("s") ? word : `(${word} >>> 0)`);
  return `${read(a.high)} ${strict} ${read(b.high)} || (${a.high} === ${b.high} && (${a.low} >>> 0) ${operator} (${b.low} >>> 0))`;
}

export function integerUnary(code: Code, { result, value }: Unary, kind: IntUnary): Expression {
  const bits = widthOf(result.type);
  if (bits > 32) {
    const text = `unaryBig("${kind}", ${bits}, ${code.big(value)})`;
    return big(text);
  }
  const a = code.num(value);
  switch (kind) {
    case "ctlz":
      return num(`Math.clz32(${a}) - ${32 - bits}`);
    case "cttz":
      return num(`${a} === 0 ? ${shortLiteral(bits, BigInt(bits))} : 31 - Math.clz32(${a} & -(${a}))`);
    case "ctpop":
      return num(`popCount(${a})`);
    case "bitreverse":
      return num(wrapShort(bits, `reverseWord(${a}) >>> ${32 - bits}`));
    case "bswap":
      return num(wrapShort(bits, `swapWord(${a}) >>> ${32 - bits}`));
    case "abs":
      return num(wrapShort(bits, `Math.abs(${code.signed(value)})`));
  }
}

/** trunc, zext and sext. */
export function resize(code: Code, kind: "trunc" | "zext" | "sext", value: Operand, result: Def): Expression {
  const from = code.bitsOf(value);
  const bits = widthOf(result.type);
  if (from <= 32) {
    if (bits <= 32) return num(wrapShort(bits, kind === "sext" ? code.signed(value) : code.num(value)));
    if (code.reps.of(result.id) === "pair") {
      const low = code.hold(kind === "sext" ? code.signed(value) : `${code.unsigned(value)} | 0`);
      return { as: "pair", low, high: kind === "sext" ? `${low} >> 31` : "0" };
    }
    return wide(kind === "sext" ? code.signed(value) : code.unsigned(value));
  }
  const isWide = code.isWide(value);
  if (bits <= 32) {
    if (isWide) return num(wrapShort(bits, code.wide(value)));
    if (from === 64) return num(wrapShort(bits, code.pair(value).low));
    return num(wrapShort(bits, `Number(BigInt.asUintN(${bits}, ${code.big(value)}))`));
  }
  if (isWide) {
    const { smin, smax } = code.range(value);
    const half = 1n << BigInt(bits - 1);
    if (
      kind === "sext" ||
      (kind === "zext" && smin >= 0n) ||
      (kind === "trunc" && within(smin, smax, -half, half - 1n))
    )
      return wide(code.wide(value));
  }
  if (kind === "trunc") return big(`BigInt.asUintN(${bits}, ${code.big(value)})`);
  if (kind === "zext") return big(code.big(value));
  return big(`BigInt.asUintN(${bits}, BigInt.asIntN(${from}, ${code.big(value)}))`);
}
