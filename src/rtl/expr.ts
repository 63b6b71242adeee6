/**
 * Width-checked Verilog expressions. Every expression knows its width in bits, and the constructors
 * refuse operands whose widths do not fit, so that the printed text is clean under width lint.
 */
import { invariant } from "../support/errors.js";

export interface Expr {
  readonly text: string;
  readonly width: number;
  /** A plain identifier (may be sliced) or a constant. Anything else must be named before it is sliced. */
  readonly atom: "name" | "constant" | "none";
  readonly constant?: bigint;
}

export function name(text: string, width: number): Expr {
  return { text, width, atom: "name" };
}

export function constant(value: bigint | number, width: number): Expr {
  const bits = BigInt.asUintN(width, BigInt(value));
  return { text: `${width}'h${bits.toString(16)}`, width, atom: "constant", constant: bits };
}

function make(text: string, width: number): Expr {
  return { text: `(${text})`, width, atom: "none" };
}

function same(a: Expr, b: Expr): void {
  invariant(a.width === b.width, `width mismatch: ${a.text} (${a.width}) and ${b.text} (${b.width})`);
}

export type BinaryOperator = "+" | "-" | "*" | "&" | "|" | "^";
export function binary(op: BinaryOperator, a: Expr, b: Expr): Expr {
  same(a, b);
  return make(`${a.text} ${op} ${b.text}`, a.width);
}

export type Comparison = "==" | "!=" | "<" | "<=" | ">" | ">=";
export function compare(op: Comparison, a: Expr, b: Expr, signed = false): Expr {
  same(a, b);
  return signed ? make(`$signed(${a.text}) ${op} $signed(${b.text})`, 1) : make(`${a.text} ${op} ${b.text}`, 1);
}

export function shift(op: "<<" | ">>" | ">>>", a: Expr, amount: Expr): Expr {
  return op === ">>>"
    ? { text: `$unsigned($signed(${a.text}) >>> ${amount.text})`, width: a.width, atom: "none" }
    : make(`${a.text} ${op} ${amount.text}`, a.width);
}

export function not(a: Expr): Expr {
  if (a.constant !== undefined) return constant(~a.constant, a.width);
  return make(`~${a.text}`, a.width);
}

export function and(...terms: readonly Expr[]): Expr {
  const kept = terms.filter((t) => !(t.constant !== undefined && t.constant === (1n << BigInt(t.width)) - 1n));
  if (kept.length === 0) return terms[0] ?? constant(1, 1);
  if (kept.length === 1) return kept[0]!;
  for (const t of kept) same(kept[0]!, t);
  return make(kept.map((t) => t.text).join(" & "), kept[0]!.width);
}

export function or(...terms: readonly Expr[]): Expr {
  const kept = terms.filter((t) => t.constant !== 0n);
  if (kept.length === 0) return terms[0] ?? constant(0, 1);
  if (kept.length === 1) return kept[0]!;
  for (const t of kept) same(kept[0]!, t);
  return make(kept.map((t) => t.text).join(" | "), kept[0]!.width);
}

export function mux(condition: Expr, whenTrue: Expr, whenFalse: Expr): Expr {
  invariant(condition.width === 1, `condition ${condition.text} is ${condition.width} bits wide`);
  same(whenTrue, whenFalse);
  return make(`${condition.text} ? ${whenTrue.text} : ${whenFalse.text}`, whenTrue.width);
}

/** Bits `low + width - 1 : low`. `a` must be a name or a constant. */
export function slice(a: Expr, low: number, width: number): Expr {
  invariant(low >= 0 && width > 0 && low + width <= a.width, `slice [${low} +: ${width}] of ${a.text} (${a.width})`);
  if (low === 0 && width === a.width) return a;
  if (a.constant !== undefined) return constant(a.constant >> BigInt(low), width);
  invariant(a.atom === "name", `cannot slice ${a.text}`);
  return { text: width === 1 ? `${a.text}[${low}]` : `${a.text}[${low + width - 1}:${low}]`, width, atom: "none" };
}

/** Most significant first. */
export function concat(...parts: readonly Expr[]): Expr {
  if (parts.length === 1) return parts[0]!;
  return {
    text: `{${parts.map((p) => p.text).join(", ")}}`,
    width: parts.reduce((n, p) => n + p.width, 0),
    atom: "none",
  };
}

export function repeat(a: Expr, count: number): Expr {
  if (count === 1) return a;
  return { text: `{${count}{${a.text}}}`, width: a.width * count, atom: "none" };
}

export function zeroExtend(a: Expr, width: number): Expr {
  if (a.width === width) return a;
  if (a.constant !== undefined) return constant(a.constant, width);
  return concat(constant(0, width - a.width), a);
}

/** `a` must be a name or a constant. */
export function signExtend(a: Expr, width: number): Expr {
  if (a.width === width) return a;
  if (a.constant !== undefined) return constant(BigInt.asIntN(a.width, a.constant), width);
  return concat(repeat(slice(a, a.width - 1, 1), width - a.width), a);
}

/** Takes the low bits or zero-extends, as needed. */
export function resize(a: Expr, width: number): Expr {
  return a.width >= width ? slice(a, 0, width) : zeroExtend(a, width);
}
