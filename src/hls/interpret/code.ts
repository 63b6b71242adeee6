/** Operands as JavaScript expressions in whatever representation an operation wants, and the text being written. */
import { InternalError, invariant } from "../../support/errors.js";
import { exactly, full, type Range } from "../analysis/range.js";
import { type BlockId, type Def, type Kernel, type Operand, type Type, type ValueId, widthOf } from "../ir/types.js";
import { typeOf } from "../ir/walk.js";
import {
  addressLimit,
  isOddNaN,
  type Representation,
  type Representations,
  representations,
  safe,
} from "./representation.js";
import { halfOf } from "./runtime.js";

export interface Pair {
  readonly low: string;
  readonly high: string;
}

/** What an operation computed, in one of the representations; the high word of a `pair` is named apart. */
export type Expression =
  | { readonly as: "num" | "wide" | "big" | "float"; readonly text: string }
  /** `low` is evaluated before `high`, which may read `HI[0]` that a function called by `low` left. */
  | { readonly as: "pair"; readonly low: string; readonly high: string };

export class Code {
  readonly lines: string[] = [];
  readonly reps: Representations;
  /** The block being written, from which ranges are looked at. */
  block = 0 as BlockId;
  private temporaries = 0;
  private depth = 2;

  constructor(
    readonly kernel: Kernel,
    private readonly objectAddresses: ReadonlyMap<string, bigint>,
    /** Accesses are told to the launch's observer. */
    readonly observed = false,
  ) {
    this.reps = representations(kernel);
  }

  emit(line: string): void {
    this.lines.push("  ".repeat(Math.min(this.depth, 20)) + line);
  }
  indent(by: 1 | -1): void {
    this.depth += by;
  }
  /** A name for an intermediate result. */
  temporary(): string {
    return `t${this.temporaries++}`;
  }
  /** Evaluates an expression once. */
  hold(expression: string): string {
    if (/^-?[\w.]+$/.test(expression)) return expression;
    const name = this.temporary();
    this.emit(`const ${name} = ${expression};`);
    return name;
  }

  typeOf(operand: Operand): Type {
    return typeOf(operand, this.reps.definitions);
  }
  bitsOf(operand: Operand): number {
    return widthOf(this.typeOf(operand));
  }
  range(operand: Operand): Range {
    if (operand.kind === "const") return exactly(widthOf(operand.type), operand.bits);
    return this.reps.ranges.at(operand, this.block) ?? full(this.bitsOf(operand));
  }
  rep(operand: Operand): Representation {
    if (operand.kind === "value") return this.reps.of(operand.id);
    if (operand.kind === "object") return "wide";
    const bits = widthOf(operand.type);
    if (operand.type.kind === "float")
      return !isOddNaN(operand.type, operand.bits) ? "float" : bits === 64 ? "pair" : "num";
    if (bits <= 32) return "num";
    const value = BigInt.asIntN(bits, operand.bits);
    return value >= -safe && value <= safe ? "wide" : bits === 64 ? "pair" : "big";
  }
  isWide(operand: Operand): boolean {
    return this.rep(operand) === "wide";
  }

  /** Integers of up to 32 bits, and the bits of floats and halves. */
  num(operand: Operand): string {
    if (operand.kind === "value") {
      const name = `v${operand.id}`;
      if (this.reps.of(operand.id) !== "float") return name;
      return this.bitsOf(operand) === 16 ? `halfBits(${name})` : `singleBits(${name})`;
    }
    invariant(operand.kind === "const", "an address is no short integer");
    return shortLiteral(widthOf(operand.type), operand.bits);
  }
  /** The signed reading of a short integer. */
  signed(operand: Operand): string {
    const bits = this.bitsOf(operand);
    if (operand.kind === "const") return BigInt.asIntN(bits, operand.bits).toString();
    const text = this.num(operand);
    return bits === 32 ? text : `(${text} << ${32 - bits} >> ${32 - bits})`;
  }
  /** The unsigned reading of a short integer. */
  unsigned(operand: Operand): string {
    const bits = this.bitsOf(operand);
    if (operand.kind === "const") return operand.bits.toString();
    return bits === 32 ? `(${this.num(operand)} >>> 0)` : this.num(operand);
  }

  /** A long integer as a signed number. Exact only when it fits. */
  wide(operand: Operand): string {
    if (operand.kind === "const") return BigInt.asIntN(widthOf(operand.type), operand.bits).toString();
    if (operand.kind === "object") return this.address(operand.object).toString();
    const name = `v${operand.id}`;
    switch (this.reps.of(operand.id)) {
      case "wide":
        return name;
      case "pair":
        return `(${name}h * 4294967296 + (${name}l >>> 0))`;
      case "big":
        return `Number(BigInt.asIntN(${this.bitsOf(operand)}, ${name}))`;
      default:
        throw new InternalError(`value ${operand.id} is no long integer`);
    }
  }

  /** 64 bits as two words. */
  pair(operand: Operand): Pair {
    if (operand.kind === "const") return pairLiteral(operand.bits);
    if (operand.kind === "object") return pairLiteral(this.address(operand.object));
    const name = `v${operand.id}`;
    switch (this.reps.of(operand.id)) {
      case "pair":
        return { low: `${name}l`, high: `${name}h` };
      case "wide":
        return pairOfWide(name);
      case "float":
        return { low: this.hold(`doubleBits(${name})`), high: this.hold("HI[0] + 0") };
      default:
        throw new InternalError(`value ${operand.id} has no two words`);
    }
  }

  /** Any integer as an unsigned BigInt. */
  big(operand: Operand): string {
    if (operand.kind === "const") return `${operand.bits}n`;
    if (operand.kind === "object") return `${this.address(operand.object)}n`;
    const bits = this.bitsOf(operand);
    const name = `v${operand.id}`;
    switch (this.reps.of(operand.id)) {
      case "num":
        return `BigInt(${this.unsigned(operand)})`;
      case "wide":
        return `BigInt.asUintN(${bits}, BigInt(${name}))`;
      case "pair":
        return `pairToBig(${name}l, ${name}h)`;
      case "big":
        return name;
      case "float":
        throw new InternalError(`value ${operand.id} is no integer`);
    }
  }

  /** A float as a number. */
  float(operand: Operand): string {
    const type = this.typeOf(operand);
    if (operand.kind === "const") return floatLiteral(type, operand.bits);
    invariant(operand.kind === "value", "an address is no float");
    const name = `v${operand.id}`;
    switch (this.reps.of(operand.id)) {
      case "float":
        return name;
      case "pair":
        return `doubleOf(${name}l, ${name}h)`;
      default:
        return widthOf(type) === 16 ? `halfOf(${name})` : `singleOf(${name})`;
    }
  }

  /** An operand in a given representation. */
  as(operand: Operand, rep: Representation): Expression {
    switch (rep) {
      case "num":
        return { as: rep, text: this.num(operand) };
      case "wide":
        return { as: rep, text: this.wide(operand) };
      case "big":
        return { as: rep, text: this.big(operand) };
      case "float":
        return { as: rep, text: this.float(operand) };
      case "pair":
        return { as: rep, ...this.pair(operand) };
    }
  }

  /** Stores a result, in the representation that its value has. */
  assign(def: Def, expression: Expression): void {
    const name = `v${def.id}`;
    const rep = this.reps.of(def.id);
    const converted = convert(expression, rep, def.type);
    if (converted.as !== "pair") this.emit(`${name} = ${converted.text};`);
    else this.emit(`${name}l = ${converted.low}; ${name}h = ${converted.high};`);
  }

  address(object: string): bigint {
    const address = this.objectAddresses.get(object);
    invariant(address !== undefined, `no object or variable ${object}`);
    invariant(address < addressLimit, `${object} lies too high`);
    return address;
  }

  /** Whether the values of the operand, read as unsigned, are the same as read as signed. */
  isNonNegative(operand: Operand): boolean {
    return this.range(operand).smin >= 0n;
  }
}

/** The names that hold a value. */
export function variablesOf(id: ValueId, rep: Representation): readonly string[] {
  return rep === "pair" ? [`v${id}l`, `v${id}h`] : [`v${id}`];
}

/** What a variable starts as, so that the engine knows its kind. */
export function initialValue(rep: Representation): string {
  return rep === "big" ? "0n" : rep === "float" ? "0.1" : "0";
}

/** Between the representations of one type. */
function convert(expression: Expression, rep: Representation, type: Type): Expression {
  if (expression.as === rep) return expression;
  const bits = widthOf(type);
  if (type.kind === "float") {
    if (rep === "pair" && expression.as === "float")
      return { as: "pair", low: `doubleBits(${expression.text})`, high: "HI[0]" };
    if (rep === "num" && expression.as === "float")
      return { as: "num", text: `${bits === 16 ? "halfBits" : "singleBits"}(${expression.text})` };
    if (expression.as === "pair") return { as: "float", text: `doubleOf(${expression.low}, ${expression.high})` };
    if (expression.as === "num")
      return { as: "float", text: `${bits === 16 ? "halfOf" : "singleOf"}(${expression.text})` };
  }
  switch (rep) {
    case "num":
      if (expression.as === "big")
        return {
          as: "num",
          text: bits === 32 ? `Number(BigInt.asIntN(32, ${expression.text}))` : `Number(${expression.text})`,
        };
      break;
    case "wide":
      if (expression.as === "pair")
        // The sum is evaluated left to right; the low word comes first because a call in it may leave the high one.
        return { as: "wide", text: `(((${expression.low}) >>> 0) + (${expression.high}) * 4294967296)` };
      if (expression.as === "big") return { as: "wide", text: `Number(BigInt.asIntN(${bits}, ${expression.text}))` };
      break;
    case "pair":
      if (expression.as === "wide") return { as: "pair", ...pairOfWide(`(${expression.text})`) };
      if (expression.as === "big") return { as: "pair", low: `bigToPair(${expression.text})`, high: "HI[0]" };
      break;
    case "big":
      if (expression.as === "wide") return { as: "big", text: `BigInt.asUintN(${bits}, BigInt(${expression.text}))` };
      break;
    case "float":
      break;
  }
  throw new InternalError(`no way from ${expression.as} to ${rep}`);
}

export function pairOfWide(text: string): Pair {
  return { low: `${text} | 0`, high: `Math.floor(${text} / 4294967296) | 0` };
}

function pairLiteral(bits: bigint): Pair {
  return {
    low: BigInt.asIntN(32, bits).toString(),
    high: BigInt.asIntN(32, bits >> 32n).toString(),
  };
}

/** A short integer in its normal form. */
export function shortLiteral(bits: number, value: bigint): string {
  return (bits === 32 ? BigInt.asIntN(32, value) : BigInt.asUintN(bits, value)).toString();
}

function floatLiteral(type: Type, bits: bigint): string {
  const view = new DataView(new ArrayBuffer(8));
  const width = widthOf(type);
  if (width === 32) view.setUint32(0, Number(bits));
  else if (width === 64) view.setBigUint64(0, bits);
  const value = width === 16 ? halfOf(Number(bits)) : width === 32 ? view.getFloat32(0) : view.getFloat64(0);
  return Object.is(value, -0) ? "-0" : String(value);
}
