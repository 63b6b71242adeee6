/**
 * The element types that data on the command line and in .npy files can have, and how values become
 * bytes (little endian, as device memory is).
 */

export interface ElementType {
  readonly kind: "int" | "uint" | "float";
  readonly bits: number;
}

/** NumPy's names first (they are what soff prints), then OpenCL C's names for the same types. */
const ELEMENT_TYPES: Readonly<Record<string, ElementType>> = {
  int8: { kind: "int", bits: 8 },
  int16: { kind: "int", bits: 16 },
  int32: { kind: "int", bits: 32 },
  int64: { kind: "int", bits: 64 },
  uint8: { kind: "uint", bits: 8 },
  uint16: { kind: "uint", bits: 16 },
  uint32: { kind: "uint", bits: 32 },
  uint64: { kind: "uint", bits: 64 },
  float16: { kind: "float", bits: 16 },
  float32: { kind: "float", bits: 32 },
  float64: { kind: "float", bits: 64 },
  char: { kind: "int", bits: 8 },
  short: { kind: "int", bits: 16 },
  int: { kind: "int", bits: 32 },
  long: { kind: "int", bits: 64 },
  uchar: { kind: "uint", bits: 8 },
  ushort: { kind: "uint", bits: 16 },
  uint: { kind: "uint", bits: 32 },
  ulong: { kind: "uint", bits: 64 },
  size_t: { kind: "uint", bits: 64 },
  half: { kind: "float", bits: 16 },
  float: { kind: "float", bits: 32 },
  double: { kind: "float", bits: 64 },
};

export const elementTypeNames: readonly string[] = Object.keys(ELEMENT_TYPES);

/** The element type called `name`, in NumPy's or in OpenCL C's words. */
export function elementType(name: string): ElementType | undefined {
  return Object.hasOwn(ELEMENT_TYPES, name) ? ELEMENT_TYPES[name] : undefined;
}

/** `float32`, `uint8`, … */
export function elementTypeName(type: ElementType): string {
  return `${type.kind}${type.bits}`;
}

/** The smallest and the largest value of an integer type. */
export function integerRange(type: ElementType): { readonly least: bigint; readonly most: bigint } {
  return type.kind === "int"
    ? { least: -(1n << BigInt(type.bits - 1)), most: (1n << BigInt(type.bits - 1)) - 1n }
    : { least: 0n, most: (1n << BigInt(type.bits)) - 1n };
}

/** Writes a value as the element at byte `offset`. Integers wrap, floats are rounded to nearest even. */
export function writeElement(view: DataView, offset: number, type: ElementType, value: number | bigint): void {
  if (type.kind === "float") {
    const real = Number(value);
    if (type.bits === 64) view.setFloat64(offset, real, true);
    else if (type.bits === 32) view.setFloat32(offset, real, true);
    else view.setUint16(offset, halfBits(real), true);
    return;
  }
  if (type.bits === 64) {
    view.setBigUint64(offset, BigInt.asUintN(64, BigInt(value)), true);
    return;
  }
  const low = typeof value === "bigint" ? Number(BigInt.asUintN(32, value)) : value;
  if (type.bits === 32) view.setUint32(offset, low, true);
  else if (type.bits === 16) view.setUint16(offset, low, true);
  else view.setUint8(offset, low);
}

/** Reads the element at byte `offset`. 64-bit integers come as bigint, everything else as number. */
export function readElement(view: DataView, offset: number, type: ElementType): number | bigint {
  const signed = type.kind === "int";
  if (type.kind === "float") {
    if (type.bits === 64) return view.getFloat64(offset, true);
    return type.bits === 32 ? view.getFloat32(offset, true) : halfValue(view.getUint16(offset, true));
  }
  switch (type.bits) {
    case 8:
      return signed ? view.getInt8(offset) : view.getUint8(offset);
    case 16:
      return signed ? view.getInt16(offset, true) : view.getUint16(offset, true);
    case 32:
      return signed ? view.getInt32(offset, true) : view.getUint32(offset, true);
    default:
      return signed ? view.getBigInt64(offset, true) : view.getBigUint64(offset, true);
  }
}

/** A number as the bits of an IEEE binary16, rounded to nearest even. */
export function halfBits(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  if (Number.isNaN(value)) return 0x7e00;
  const magnitude = Math.abs(value);
  // 65520 is half way between the largest half and the next step: it and all above become infinity.
  if (magnitude >= 65520) return sign | 0x7c00;
  // The distance of neighbouring halves is 2^-24 for subnormals and 2^(exponent - 10) above.
  let exponent = -14;
  while (magnitude >= 2 ** (exponent + 1)) exponent++;
  const steps = roundToEven(magnitude * 2 ** (10 - exponent));
  // A subnormal has fewer than 1024 steps; a carry out of the fraction moves on to the next exponent by itself.
  return sign | (((exponent + 14) << 10) + steps);
}

/** The number that the bits of an IEEE binary16 stand for. */
export function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

function roundToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest > 0.5 || (rest === 0.5 && below % 2 === 1)) return below + 1;
  return below;
}
