/** The text after `--arg`: what it says, before anybody knows which parameter it is for. */

import { usageError } from "../support/errors.js";
import { suggestion } from "../support/text.js";
import { type ElementType, elementType, elementTypeNames } from "./element.js";
import { rangeFits } from "./generate.js";

export type ArgumentSpec =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "zeros"; readonly type: ElementType; readonly shape: readonly number[] }
  | { readonly kind: "iota"; readonly type: ElementType; readonly shape: readonly number[] }
  | {
      readonly kind: "rand";
      readonly type: ElementType;
      readonly shape: readonly number[];
      readonly seed: bigint;
      readonly range?: { readonly low: number | bigint; readonly high: number | bigint };
    }
  | { readonly kind: "local"; readonly size: number }
  | { readonly kind: "null" }
  /** Numbers as written, one a lane. */
  | { readonly kind: "numbers"; readonly lanes: readonly string[] };

/** What an --arg may look like, for messages. */
export const ARGUMENT_FORMS = {
  buffer: "@file.npy, zeros:TYPE:SHAPE, iota:TYPE:SHAPE, rand:TYPE:SHAPE:SEED[:LOW:HIGH] or null",
  scalar: "a number such as 42, -1.5 or 0x10",
  struct: "@file.npy with its bytes",
  local: "local:BYTES",
} as const;

/** Larger generated buffers would not fit into this process. */
const MAX_BYTES = 2 ** 31;

/** Reads one specification; `which` names the argument in messages. */
export function parseSpecification(text: string, which: string): ArgumentSpec {
  const fail = (problem: string, help?: string) =>
    usageError("argument/malformed", `${which}: "${text}": ${problem}`, help ? { help } : {});
  if (text.startsWith("@")) {
    if (text === "@") throw fail("the name of a file is missing after @");
    return { kind: "file", path: text.slice(1) };
  }
  if (text === "null" || text === "NULL") return { kind: "null" };
  const [word, ...rest] = text.split(":") as [string, ...string[]];
  switch (word) {
    case "local": {
      const size = rest.length === 1 ? wholeNumber(rest[0]!) : undefined;
      if (size === undefined || size === 0) throw fail("expected local:BYTES, such as local:4096");
      return { kind: "local", size };
    }
    case "zeros":
    case "iota": {
      if (rest.length !== 2) throw fail(`expected ${word}:TYPE:SHAPE, such as ${word}:float32:64x64`);
      return { kind: word, ...typeAndShape(rest[0]!, rest[1]!, fail) };
    }
    case "rand":
      return randomSpecification(rest, fail);
    default:
      if (text !== "" && /^[-+.\w]/.test(text) && !text.includes(":")) {
        return { kind: "numbers", lanes: text.split(",").map((lane) => lane.trim()) };
      }
      throw fail("this is no value", `Expected ${Object.values(ARGUMENT_FORMS).join("; or ")}.`);
  }
}

type Fail = (problem: string, help?: string) => Error;

function randomSpecification(rest: readonly string[], fail: Fail): ArgumentSpec {
  if (![2, 3, 5].includes(rest.length)) {
    throw fail("expected rand:TYPE:SHAPE:SEED or rand:TYPE:SHAPE:SEED:LOW:HIGH, such as rand:float32:1024:1");
  }
  const [typeName, shapeText, seedText = "0", lowText, highText] = rest as [string, string, string?, string?, string?];
  const { type, shape } = typeAndShape(typeName, shapeText, fail);
  if (!/^\d{1,20}$/.test(seedText) || BigInt(seedText) >= 1n << 64n) {
    throw fail(`the seed "${seedText}" is no whole number of at most 64 bits`);
  }
  const seed = BigInt(seedText);
  if (lowText === undefined || highText === undefined) return { kind: "rand", type, shape, seed };
  const range = type.kind === "float" ? floatRange(lowText, highText) : integerRangeOf(type, lowText, highText);
  if (!range) {
    throw fail(`${lowText}:${highText} is no range of ${typeName}: LOW <= value < HIGH, both within the type`);
  }
  return { kind: "rand", type, shape, seed, range };
}

function floatRange(low: string, high: string) {
  const range = { low: Number(low), high: Number(high) };
  if (low.trim() === "" || high.trim() === "") return undefined;
  return Number.isFinite(range.low) && Number.isFinite(range.high) && range.low <= range.high ? range : undefined;
}

function integerRangeOf(type: ElementType, low: string, high: string) {
  const range = { low: parseInteger(low), high: parseInteger(high) };
  if (range.low === undefined || range.high === undefined || range.low > range.high) return undefined;
  return rangeFits(type, range.low, range.high) ? { low: range.low, high: range.high } : undefined;
}

function typeAndShape(typeName: string, shapeText: string, fail: Fail) {
  const type = elementType(typeName);
  if (!type) throw fail(`there is no type "${typeName}"`, suggestion(typeName, "types", elementTypeNames));
  const shape = shapeText.split("x").map(wholeNumber);
  if (shape.some((extent) => extent === undefined)) {
    throw fail(`the shape "${shapeText}" is not of the form 1024 or 64x64`);
  }
  const extents = shape as number[];
  const bytes = extents.reduce((product, extent) => product * extent, type.bits / 8);
  if (bytes > MAX_BYTES) throw fail(`this makes ${bytes} bytes, but at most ${MAX_BYTES} can be generated`);
  return { type, shape: extents };
}

function wholeNumber(text: string): number | undefined {
  const value = Number(text);
  return /^\d+$/.test(text) && Number.isSafeInteger(value) ? value : undefined;
}

/** A whole number as C writes it: decimal, 0x…, 0b…, with a sign. Undefined when it is none. */
export function parseInteger(text: string): bigint | undefined {
  const match = /^([-+]?)(\d+|0[xX][0-9a-fA-F]+|0[bB][01]+)$/.exec(text);
  if (!match) return undefined;
  const magnitude = BigInt(match[2]!);
  return match[1] === "-" ? -magnitude : magnitude;
}

/** A real number as C writes it, or inf and nan with a sign. Undefined when it is none. */
export function parseReal(text: string): number | undefined {
  const special = /^([-+]?)(inf|infinity|nan)$/i.exec(text);
  if (special) {
    if (special[2]!.toLowerCase() === "nan") return Number.NaN;
    return special[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  const whole = parseInteger(text);
  // "-0" has a sign that a whole number cannot carry.
  if (whole !== undefined && whole !== 0n) return Number(whole);
  const match = /^([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)f?$/.exec(text);
  return match ? Number(match[1]) : undefined;
}
