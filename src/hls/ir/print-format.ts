/**
 * What `print` writes: the format of C's printf with OpenCL's vectors (`%v4hlf`), on the bits of the arguments. The
 * interpreter and the simulation of the circuit both call it, so that their texts agree.
 */
import { formatDecimal, formatExponent, formatGeneral, formatHexFloat } from "./float-text.js";
import type { Type } from "./types.js";

/** One piece of a format. */
export type FormatPart =
  | { readonly kind: "text"; readonly text: string }
  | {
      readonly kind: "conversion";
      /** As written, for messages. */
      readonly source: string;
      readonly flags: string;
      /** `*`: an argument gives it. */
      readonly width: number | "*" | undefined;
      readonly precision: number | "*" | undefined;
      readonly lanes: number;
      readonly length: string;
      readonly conversion: string;
    };

export type Conversion = Extract<FormatPart, { kind: "conversion" }>;

const conversionPattern =
  /%(?:%|([-+ #0]*)(\d+|\*)?(?:\.(\d*|\*))?(?:v(2|3|4|8|16))?(hh|hl|h|ll|l|j|z|t|L)?([diouxXcsfFeEgGaAp]))/g;

/** Splits a format. What is no conversion stands for itself. */
export function parseFormat(format: string): readonly FormatPart[] {
  const parts: FormatPart[] = [];
  const text = (piece: string) => {
    if (piece !== "") parts.push({ kind: "text", text: piece });
  };
  let end = 0;
  for (const match of format.matchAll(conversionPattern)) {
    text(format.slice(end, match.index));
    end = match.index + match[0].length;
    const [source, flags = "", width, precision, lanes, length = "", conversion] = match;
    if (conversion === undefined) {
      text("%");
      continue;
    }
    parts.push({
      kind: "conversion",
      source,
      flags,
      width: width === undefined || width === "*" ? width : Number(width),
      precision: precision === undefined || precision === "*" ? precision : Number(precision),
      lanes: Number(lanes ?? 1),
      length,
      conversion,
    });
  }
  text(format.slice(end));
  return parts;
}

/** How many arguments a conversion takes, lanes of vectors one by one. */
export function argumentsOf(part: Conversion): number {
  return part.lanes + (part.width === "*" ? 1 : 0) + (part.precision === "*" ? 1 : 0);
}

/**
 * The text. `bits`: those of each argument, zero-extended; `stringAt` reads the string at an address, undefined when
 * there is none. A conversion without its arguments stands for itself.
 */
export function formatPrint(
  format: string,
  bits: readonly bigint[],
  types: readonly Type[],
  stringAt: (address: bigint) => string | undefined,
): string {
  let at = 0;
  const signedArgument = (): number => {
    const type = types[at]!;
    return Number(BigInt.asIntN(Math.min(type.kind === "ptr" ? 64 : type.bits, 32), bits[at++]!));
  };
  return parseFormat(format)
    .map((part) => {
      if (part.kind === "text") return part.text;
      if (at + argumentsOf(part) > bits.length) {
        at = bits.length;
        return part.source;
      }
      const width = part.width === "*" ? signedArgument() : (part.width ?? 0);
      const precision = part.precision === "*" ? signedArgument() : part.precision;
      const flags = width < 0 ? `${part.flags}-` : part.flags;
      const shape = { flags, width: Math.abs(width), precision: (precision ?? -1) < 0 ? undefined : precision };
      return Array.from({ length: part.lanes }, () => one(part, shape, bits[at]!, types[at++]!, stringAt)).join(",");
    })
    .join("");
}

interface Shape {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
}

function one(
  { conversion, length }: Conversion,
  shape: Shape,
  bits: bigint,
  type: Type,
  stringAt: (address: bigint) => string | undefined,
): string {
  switch (conversion) {
    case "c":
      return pad("", String.fromCharCode(Number(bits & 255n)), shape, false);
    case "s": {
      const text = stringAt(bits) ?? "(null)";
      return pad("", shape.precision === undefined ? text : text.slice(0, shape.precision), shape, false);
    }
    case "p":
      return pad("", bits === 0n ? "(nil)" : `0x${bits.toString(16)}`, shape, false);
    case "d":
    case "i": {
      const value = BigInt.asIntN(integerWidth(length, type), bits);
      return integer(value < 0n ? "-" : positiveSign(shape), (value < 0n ? -value : value).toString(), shape);
    }
    case "u":
      return integer("", BigInt.asUintN(integerWidth(length, type), bits).toString(), shape);
    case "o":
    case "x":
    case "X": {
      const value = BigInt.asUintN(integerWidth(length, type), bits);
      const isAlternate = shape.flags.includes("#") && value !== 0n;
      if (conversion === "o") {
        // The alternate form has a leading zero even where no digit is wanted.
        if (shape.flags.includes("#") && value === 0n)
          return integer("", "0", { ...shape, precision: shape.precision === 0 ? 1 : shape.precision });
        return integer("", (isAlternate ? "0" : "") + value.toString(8), shape);
      }
      const text = integer(isAlternate ? "0x" : "", value.toString(16), shape);
      return conversion === "X" ? text.toUpperCase() : text;
    }
    default:
      return float(conversion, shape, numberOf(bits, type));
  }
}

/** Bits that an integer conversion looks at: no more than the argument has. */
function integerWidth(length: string, type: Type): number {
  const wanted = { hh: 8, h: 16, hl: 32, "": 32 }[length] ?? 64;
  return Math.min(wanted, type.kind === "ptr" ? 64 : type.bits);
}

/** Digits with at least `precision` of them; a precision takes the zero flag away. */
function integer(sign: string, digits: string, shape: Shape): string {
  const { precision } = shape;
  if (precision === 0 && /^0*$/.test(digits)) return pad(sign, "", shape, false);
  return pad(sign, digits.padStart(precision ?? 1, "0"), shape, precision === undefined);
}

function float(conversion: string, shape: Shape, value: number): string {
  const isUpper = conversion !== conversion.toLowerCase();
  const sign = value < 0 || Object.is(value, -0) ? "-" : positiveSign(shape);
  const size = Math.abs(value);
  const finish = (text: string) => (isUpper ? text.toUpperCase() : text);
  if (Number.isNaN(size)) return finish(pad(positiveSign(shape), "nan", shape, false));
  if (size === Number.POSITIVE_INFINITY) return finish(pad(sign, "inf", shape, false));
  const keepsPoint = shape.flags.includes("#");
  const precision = shape.precision ?? 6;
  switch (conversion.toLowerCase()) {
    case "f":
      return finish(pad(sign, formatDecimal(size, precision, keepsPoint), shape, true));
    case "e":
      return finish(pad(sign, formatExponent(size, precision, keepsPoint), shape, true));
    case "g":
      return finish(pad(sign, formatGeneral(size, precision, keepsPoint), shape, true));
    default:
      return finish(pad(`${sign}0x`, formatHexFloat(size, shape.precision, keepsPoint), shape, true));
  }
}

const positiveSign = ({ flags }: Shape): string => (flags.includes("+") ? "+" : flags.includes(" ") ? " " : "");

/** Fills up to the width: with spaces on either side, or with zeros between sign and digits. */
function pad(sign: string, text: string, { flags, width }: Shape, mayHaveZeros: boolean): string {
  if (flags.includes("-")) return (sign + text).padEnd(width);
  if (mayHaveZeros && flags.includes("0")) return sign + text.padStart(width - sign.length, "0");
  return (sign + text).padStart(width);
}

/** The number that an argument is; an integer where a float is wanted is taken as its value. */
function numberOf(bits: bigint, type: Type): number {
  if (type.kind !== "float") return Number(bits);
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, bits);
  if (type.bits === 64) return view.getFloat64(0);
  if (type.bits === 32) return view.getFloat32(4);
  const size = Number(bits & 0x7fffn);
  const [exponent, fraction] = [size >> 10, size & 0x3ff];
  const value =
    exponent === 31
      ? fraction
        ? Number.NaN
        : Number.POSITIVE_INFINITY
      : exponent === 0
        ? fraction * 2 ** -24
        : (fraction + 1024) * 2 ** (exponent - 25);
  return bits & 0x8000n ? -value : value;
}
