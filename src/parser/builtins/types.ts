/** The types of OpenCL C that its built-in functions take and return. */
export type Scalar =
  | "char"
  | "uchar"
  | "short"
  | "ushort"
  | "int"
  | "uint"
  | "long"
  | "ulong"
  | "half"
  | "float"
  | "double";

/** A scalar (`lanes` 1) or a vector. */
export interface ValueType {
  readonly kind: "value";
  readonly scalar: Scalar;
  readonly lanes: number;
}

export interface PointerType {
  readonly kind: "pointer";
  /** Address space as clang numbers it for spir64. */
  readonly space: number;
  readonly constant: boolean;
  readonly volatile: boolean;
  readonly to: ValueType | VoidType;
}

export interface VoidType {
  readonly kind: "void";
}

export type ClType = ValueType | PointerType | VoidType;

interface ScalarFacts {
  readonly bits: number;
  readonly family: "int" | "float";
  readonly signed: boolean;
}

export const scalarFacts: Readonly<Record<Scalar, ScalarFacts>> = {
  char: { bits: 8, family: "int", signed: true },
  uchar: { bits: 8, family: "int", signed: false },
  short: { bits: 16, family: "int", signed: true },
  ushort: { bits: 16, family: "int", signed: false },
  int: { bits: 32, family: "int", signed: true },
  uint: { bits: 32, family: "int", signed: false },
  long: { bits: 64, family: "int", signed: true },
  ulong: { bits: 64, family: "int", signed: false },
  half: { bits: 16, family: "float", signed: true },
  float: { bits: 32, family: "float", signed: true },
  double: { bits: 64, family: "float", signed: true },
};

export const bitsOf = (type: ValueType): number => scalarFacts[type.scalar].bits;
export const isInt = (type: ValueType): boolean => scalarFacts[type.scalar].family === "int";
export const isFloat = (type: ValueType): boolean => scalarFacts[type.scalar].family === "float";
export const isSigned = (type: ValueType): boolean => scalarFacts[type.scalar].signed;

const signedBits: Readonly<Record<number, Scalar>> = { 8: "char", 16: "short", 32: "int", 64: "long" };
/** The unsigned integer scalar of each width. */
export const unsignedBits: Readonly<Record<number, Scalar>> = { 8: "uchar", 16: "ushort", 32: "uint", 64: "ulong" };

/** The signed integer type of the same width and lanes. */
export const asSigned = (type: ValueType): ValueType => ({ ...type, scalar: signedBits[bitsOf(type)]! });
/** The unsigned integer type of the same width and lanes. */
export const asUnsigned = (type: ValueType): ValueType => ({ ...type, scalar: unsignedBits[bitsOf(type)]! });

/** How OpenCL C spells a type. */
export function spell(type: ClType): string {
  switch (type.kind) {
    case "void":
      return "void";
    case "value":
      return type.lanes === 1 ? type.scalar : `${type.scalar}${type.lanes}`;
    case "pointer":
      return `${spaceWord(type.space)} ${type.constant ? "const " : ""}${type.volatile ? "volatile " : ""}${spell(type.to)} *`;
    default:
      return type satisfies never;
  }
}

export function spaceWord(space: number): string {
  return ["__private", "__global", "__constant", "__local", "__generic"][space] ?? "__private";
}

/** Smallest and largest value of an integer type, as literals of C. */
export function limits(type: ValueType): { readonly min: bigint; readonly max: bigint } {
  const bits = BigInt(bitsOf(type));
  return isSigned(type)
    ? { min: -(1n << (bits - 1n)), max: (1n << (bits - 1n)) - 1n }
    : { min: 0n, max: (1n << bits) - 1n };
}

/** An integer constant of exactly this scalar type. */
export function literal(value: bigint, scalar: Scalar): string {
  if (scalar === "ulong") return `${value}ul`;
  // The smallest long has no literal of its own.
  if (value === -(1n << 63n)) return `(${value + 1n}l - 1l)`;
  return `((${scalar})(${value}l))`;
}
