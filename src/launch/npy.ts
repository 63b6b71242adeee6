/**
 * NumPy's .npy files, versions 1 to 3. What counts is the array's bytes in row-major order: any type
 * of fixed size can be read, structured ones too. Big-endian data, Python objects and strings of
 * objects are refused.
 */
import { inputError } from "../support/errors.js";
import { type ElementType, elementTypeName } from "./element.js";

export interface NpyArray {
  /** The type as the file's header spells it, e.g. `'<f4'` or `[('x', '<f4'), ('n', '<i4')]`. */
  readonly descr: string;
  readonly itemSize: number;
  /** The element type, when it is a plain number. */
  readonly element?: ElementType;
  readonly shape: readonly number[];
  /** Row-major (C order), whatever the file's order. */
  readonly bytes: Uint8Array;
}

const MAGIC = "\u0093NUMPY";

/** Reads the text of an .npy file. `path` is for messages. */
export function readNpy(data: Uint8Array, path: string): NpyArray {
  const fail = (problem: string, help?: string) =>
    inputError("npy/invalid", `${path} cannot be read as a NumPy array: ${problem}`, help ? { help } : {});
  if (data.length < 10 || latin1(data.subarray(0, 6)) !== MAGIC) {
    throw fail("it does not start with the signature of .npy files", "Write it with numpy.save(path, array).");
  }
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const major = data[6]!;
  if (major < 1 || major > 3) throw fail(`its format version is ${major}, but 1, 2 and 3 are known`);
  const lengthBytes = major === 1 ? 2 : 4;
  const start = 8 + lengthBytes;
  if (data.length < start) throw fail("it ends within the header");
  const headerLength = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (data.length < start + headerLength) throw fail("it ends within the header");
  const text = latin1(data.subarray(start, start + headerLength));
  const header = parseHeader(text, fail);
  const itemSize = sizeOf(header.descr, header.descrText, path, fail);
  const count = header.shape.reduce((product, extent) => product * extent, 1);
  const expected = count * itemSize;
  // A copy: `slice` of a Node Buffer would be a view.
  const bytes = new Uint8Array(data.subarray(start + headerLength));
  if (!Number.isSafeInteger(expected) || bytes.length !== expected) {
    throw fail(
      `its header promises ${expected} bytes (${header.descrText}, shape ${header.shape.join("x")}), but ${bytes.length} follow`,
    );
  }
  const element = typeof header.descr === "string" ? elementOf(header.descr) : undefined;
  return {
    descr: header.descrText,
    itemSize,
    ...(element ? { element } : {}),
    shape: header.shape,
    bytes: header.fortranOrder ? rowMajor(bytes, header.shape, itemSize) : bytes,
  };
}

/** The bytes of an .npy file (version 1.0). */
export function writeNpy(array: Pick<NpyArray, "descr" | "shape" | "bytes">): Uint8Array {
  const shape = array.shape.length === 1 ? `${array.shape[0]},` : array.shape.join(", ");
  const dictionary = `{'descr': ${array.descr}, 'fortran_order': False, 'shape': (${shape}), }`;
  // The data starts at a multiple of 64 bytes; the header ends with a newline.
  const padding = (64 - ((10 + dictionary.length + 1) % 64)) % 64;
  const header = `${dictionary}${" ".repeat(padding)}\n`;
  const out = new Uint8Array(10 + header.length + array.bytes.length);
  for (let k = 0; k < 6; k++) out[k] = MAGIC.charCodeAt(k);
  out[6] = 1;
  new DataView(out.buffer).setUint16(8, header.length, true);
  for (let k = 0; k < header.length; k++) out[10 + k] = header.charCodeAt(k);
  out.set(array.bytes, 10 + header.length);
  return out;
}

/** The header's spelling of a plain element type: `'<f4'`, `'|u1'`. */
export function descrOf(type: ElementType): string {
  const letter = { int: "i", uint: "u", float: "f" }[type.kind];
  return `'${type.bits === 8 ? "|" : "<"}${letter}${type.bits / 8}'`;
}

/** What people call the type: `float32`, `bool`, or the header's own words for a structured one. */
export function dtypeName(array: Pick<NpyArray, "descr" | "element">): string {
  if (array.descr === "'|b1'") return "bool";
  return array.element ? elementTypeName(array.element) : array.descr;
}

type Fail = (problem: string, help?: string) => Error;
type Literal = string | number | boolean | null | readonly Literal[] | { readonly [key: string]: Literal };

interface Header {
  readonly descr: Literal;
  readonly descrText: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
}

function parseHeader(text: string, fail: Fail): Header {
  const parser = new LiteralParser(text, fail);
  const entries = parser.dictionary();
  const descr = entries.get("descr");
  const order = entries.get("fortran_order");
  const shape = entries.get("shape");
  if (!descr || !order || !shape) throw fail("its header lacks descr, fortran_order or shape");
  if (typeof order.value !== "boolean") throw fail("fortran_order in its header is neither True nor False");
  const extents = shape.value;
  if (!Array.isArray(extents) || !extents.every((n) => typeof n === "number" && Number.isSafeInteger(n) && n >= 0)) {
    throw fail("the shape in its header is no tuple of whole numbers");
  }
  return {
    descr: descr.value,
    descrText: descr.text.trim(),
    fortranOrder: order.value,
    shape: extents as number[],
  };
}

/** Python literals as they occur in headers: strings, whole numbers, True, False, None, tuples, lists, one dictionary. */
class LiteralParser {
  private at = 0;
  constructor(
    private readonly text: string,
    private readonly fail: Fail,
  ) {}

  dictionary(): Map<string, { readonly value: Literal; readonly text: string }> {
    const entries = new Map<string, { readonly value: Literal; readonly text: string }>();
    this.take("{");
    while (!this.accept("}")) {
      const key = this.literal(0);
      if (typeof key !== "string") throw this.fail("a key of its header is no string");
      this.take(":");
      const start = this.at;
      const value = this.literal(0);
      entries.set(key, { value, text: this.text.slice(start, this.at) });
      if (!this.accept(",") && this.peek() !== "}") throw this.fail("its header is malformed");
    }
    return entries;
  }

  private literal(depth: number): Literal {
    if (depth > 16) throw this.fail("its header is nested too deeply");
    const first = this.peek();
    if (first === "(" || first === "[") return this.sequence(first === "(" ? ")" : "]", depth);
    if (first === "'" || first === '"') return this.string(first);
    const word = /^(True|False|None|-?\d+L?)/.exec(this.text.slice(this.at))?.[0];
    if (word === undefined) throw this.fail("its header is malformed");
    this.at += word.length;
    if (word === "None") return null;
    return word === "True" || word === "False" ? word === "True" : Number(word.replace("L", ""));
  }

  private sequence(close: string, depth: number): readonly Literal[] {
    this.at++;
    const items: Literal[] = [];
    while (!this.accept(close)) {
      items.push(this.literal(depth + 1));
      if (!this.accept(",") && this.peek() !== close) throw this.fail("its header is malformed");
    }
    return items;
  }

  private string(quote: string): string {
    const end = this.text.indexOf(quote, this.at + 1);
    if (end < 0) throw this.fail("its header is malformed");
    const value = this.text.slice(this.at + 1, end);
    this.at = end + 1;
    return value;
  }

  private peek(): string | undefined {
    while (/\s/.test(this.text[this.at] ?? "")) this.at++;
    return this.text[this.at];
  }
  private accept(character: string): boolean {
    if (this.peek() !== character) return false;
    this.at++;
    return true;
  }
  private take(character: string): void {
    if (!this.accept(character)) throw this.fail(`its header lacks "${character}"`);
  }
}

/** Bytes of one element of a type as the header describes it. */
function sizeOf(descr: Literal, text: string, path: string, fail: Fail): number {
  if (typeof descr === "string") {
    const match = /^([<>|=])([a-zA-Z])(\d*)(\[.*\])?$/.exec(descr);
    if (!match) throw fail(`its type ${text} is not known`);
    const [, order, letter, digits] = match as unknown as [string, string, string, string];
    if (letter === "O") {
      throw fail("its elements are Python objects", "Convert it to an array of numbers: array.astype(numpy.float32).");
    }
    const size = Number(digits || "0") * (letter === "U" ? 4 : 1);
    if (size === 0) throw fail(`its type ${text} has no size`);
    if (order === ">" && size > 1) {
      throw inputError(
        "npy/big-endian",
        `${path} holds big-endian numbers (${text}), but device memory is little endian`,
        {
          help: "Convert it: array.astype(array.dtype.newbyteorder('<')).",
        },
      );
    }
    return size;
  }
  if (!Array.isArray(descr)) throw fail(`its type ${text} is not known`);
  let total = 0;
  for (const field of descr as readonly Literal[]) {
    if (!Array.isArray(field) || field.length < 2) throw fail(`its type ${text} is not known`);
    const [, type, shape] = field as readonly Literal[];
    const repeat = Array.isArray(shape) ? (shape as number[]).reduce((a, b) => a * b, 1) : Number(shape ?? 1);
    total += sizeOf(type as Literal, text, path, fail) * repeat;
  }
  return total;
}

function elementOf(descr: string): ElementType | undefined {
  const match = /^[<|=>](?:([iu])([1248])|(f)([248])|(b)(1))$/.exec(descr);
  if (!match) return undefined;
  const [letter, digits] = match.slice(1).filter((part) => part !== undefined) as [string, string];
  const kind = letter === "i" ? "int" : letter === "f" ? "float" : "uint";
  return { kind, bits: Number(digits) * 8 };
}

/** Column-major bytes in row-major order. */
function rowMajor(bytes: Uint8Array, shape: readonly number[], itemSize: number): Uint8Array {
  const out = new Uint8Array(bytes.length);
  const index = shape.map(() => 0);
  const strides: number[] = [];
  let stride = itemSize;
  for (const extent of shape) {
    strides.push(stride);
    stride *= extent;
  }
  let from = 0;
  for (let to = 0; to < bytes.length; to += itemSize) {
    out.set(bytes.subarray(from, from + itemSize), to);
    // The last index runs fastest in row-major order.
    for (let d = shape.length - 1; d >= 0; d--) {
      index[d]!++;
      from += strides[d]!;
      if (index[d]! < shape[d]!) break;
      from -= strides[d]! * shape[d]!;
      index[d] = 0;
    }
  }
  return out;
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
