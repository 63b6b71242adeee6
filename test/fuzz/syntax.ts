/**
 * Random programs as trees of text: an expression knows its type, a statement may hold bodies of
 * further statements. That is all that printing and shrinking need.
 */
import { preludeFor } from "./prelude.js";

export interface ScalarType {
  readonly kind: "int" | "uint" | "float" | "bool";
  readonly bits: number;
}

/** `lanes` 1 is a scalar. */
export interface Type {
  readonly element: ScalarType;
  readonly lanes: number;
}

export interface Expression {
  readonly type: Type;
  readonly parts: readonly (string | Expression)[];
}

/** Text, an expression, or a body in braces. A statement prints as its parts in a row. */
export type StatementPart = string | Expression | readonly Statement[];
export interface Statement {
  readonly parts: readonly StatementPart[];
  /** Stands as a whole or not at all: its bodies would mean something else without what is around them. */
  readonly fixed?: boolean;
}

export interface Helper {
  readonly name: string;
  readonly result: Type;
  readonly parameters: readonly { readonly name: string; readonly type: Type }[];
  readonly body: readonly Statement[];
}

/** How the host makes an argument; `address` groups buffers that are one and the same. */
export type Argument =
  | {
      readonly kind: "buffer";
      readonly name: string;
      readonly type: Type;
      /** `count`: only changed by atomic operations. */
      readonly access: "read" | "write" | "readwrite" | "count";
      readonly elements: number;
      readonly seed: number;
      /** Name of an earlier argument whose buffer this is. */
      readonly sameAs?: string;
    }
  | { readonly kind: "scalar"; readonly name: string; readonly type: Type; readonly seed: number };

export interface Program {
  readonly seed: number;
  readonly tables: readonly string[];
  readonly functions: readonly Helper[];
  readonly arguments: readonly Argument[];
  readonly body: readonly Statement[];
  readonly range: {
    readonly workDim: number;
    readonly global: readonly [number, number, number];
    readonly local: readonly [number, number, number];
    readonly offset: readonly [number, number, number];
  };
}

const elementNames: Readonly<Record<ScalarType["kind"], Readonly<Record<number, string>>>> = {
  int: { 8: "char", 16: "short", 32: "int", 64: "long" },
  uint: { 8: "uchar", 16: "ushort", 32: "uint", 64: "ulong" },
  float: { 32: "float" },
  bool: { 1: "bool" },
};

export function elementName(type: ScalarType): string {
  return elementNames[type.kind][type.bits]!;
}

export function typeName(type: Type): string {
  return elementName(type.element) + (type.lanes === 1 ? "" : String(type.lanes));
}

export function sameType(a: Type, b: Type): boolean {
  return a.lanes === b.lanes && a.element.kind === b.element.kind && a.element.bits === b.element.bits;
}

/** Bytes in memory: three lanes take the room of four. */
export function sizeOf(type: Type): number {
  return (type.element.bits / 8) * (type.lanes === 3 ? 4 : type.lanes);
}

export const scalar = (kind: ScalarType["kind"], bits: number): Type => ({ element: { kind, bits }, lanes: 1 });
export const vectorOf = (type: Type, lanes: number): Type => ({ element: type.element, lanes });
export const bool = scalar("bool", 1);
export const uint = scalar("uint", 32);
export const int = scalar("int", 32);
export const float = scalar("float", 32);

export const statement = (...parts: StatementPart[]): Statement => ({ parts });
export const expression = (type: Type, ...parts: (string | Expression)[]): Expression => ({ type, parts });

export function printExpression(node: Expression): string {
  return node.parts.map((part) => (typeof part === "string" ? part : printExpression(part))).join("");
}

function printBody(body: readonly Statement[], indent: string): string {
  const inner = `${indent}    `;
  return `{\n${body.map((s) => inner + printStatement(s, inner)).join("\n")}${body.length ? "\n" : ""}${indent}}`;
}

function printStatement(node: Statement, indent: string): string {
  return node.parts
    .map((part) => {
      if (typeof part === "string") return part;
      return "parts" in part ? printExpression(part) : printBody(part, indent);
    })
    .join("");
}

function printParameter(argument: Argument): string {
  if (argument.kind === "scalar") return `const ${typeName(argument.type)} ${argument.name}`;
  return `__global ${argument.access === "read" ? "const " : ""}${typeName(argument.type)} *${argument.name}`;
}

/** The whole program as OpenCL C. */
export function printProgram(program: Program): string {
  const functions = program.functions.map((f) => {
    const parameters = f.parameters.map((p) => `${typeName(p.type)} ${p.name}`).join(", ");
    return `${typeName(f.result)} ${f.name}(${parameters})\n${printBody(f.body, "")}\n`;
  });
  const head = `__kernel void fuzz(${program.arguments.map(printParameter).join(",\n                   ")})`;
  const text = [...program.tables, ...functions, `${head}\n${printBody(program.body, "")}\n`].join("\n");
  return `${preludeFor(text)}\n${text}`;
}
