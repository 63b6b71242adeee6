/** From `--arg` specifications to the bytes that a kernel's parameters get. */
import type { SourceParameter } from "../hls/ir/types.js";
import { inputError, type SoffError, usageError } from "../support/errors.js";
import type { Host } from "../support/host.js";
import { count } from "../support/text.js";
import { type ElementType, elementTypeName, halfBits, integerRange, writeElement } from "./element.js";
import { iota, random } from "./generate.js";
import { descrOf, type NpyArray, readNpy } from "./npy.js";
import { ARGUMENT_FORMS, type ArgumentSpec, parseInteger, parseReal, parseSpecification } from "./specification.js";

/** What a parameter tells about itself; `SourceParameter` and `DesignArgument` both do. */
export type ParameterInfo = Pick<SourceParameter, "name" | "typeName" | "passing" | "readOnly" | "bytes" | "element">;

/** How the bytes of a buffer are to be shown and written back. */
export interface ArrayForm {
  readonly descr: string;
  readonly element?: ElementType;
  readonly shape: readonly number[];
}

export type PreparedArgument =
  | { readonly kind: "buffer"; readonly parameter: ParameterInfo; readonly bytes: Uint8Array; readonly form: ArrayForm }
  /** Also a NULL buffer: eight zero bytes. */
  | { readonly kind: "scalar"; readonly parameter: ParameterInfo; readonly bytes: Uint8Array }
  | { readonly kind: "local"; readonly parameter: ParameterInfo; readonly size: number };

/** Turns the command line's specifications, one a parameter, into bytes. */
export function prepareArguments(
  host: Host,
  kernel: string,
  parameters: readonly ParameterInfo[],
  specifications: readonly string[],
): PreparedArgument[] {
  if (specifications.length !== parameters.length) {
    throw usageError(
      "argument/wrong-number",
      `kernel ${kernel} has ${count(parameters.length, "parameter")}, but ${count(specifications.length, "--arg")} ${specifications.length === 1 ? "was" : "were"} given`,
      { help: describeParameters(kernel, parameters) },
    );
  }
  return parameters.map((parameter, index) => prepareArgument(host, parameter, specifications[index]!, index));
}

/** One line a parameter with what its --arg may be. */
export function describeParameters(kernel: string, parameters: readonly ParameterInfo[]): string {
  if (parameters.length === 0) return `${kernel} takes no --arg.`;
  const lines = parameters.map(
    (parameter, index) => `  ${index + 1}. ${parameter.typeName} ${parameter.name}: ${expectedForm(parameter)}`,
  );
  return [`give one --arg a parameter, in this order:`, ...lines].join("\n");
}

function expectedForm(parameter: ParameterInfo): string {
  switch (parameter.passing) {
    case "buffer":
      return ARGUMENT_FORMS.buffer;
    case "local":
      return ARGUMENT_FORMS.local;
    case "scalar": {
      const lanes = parameter.element?.lanes ?? 0;
      if (lanes === 0) return ARGUMENT_FORMS.struct;
      return lanes === 1 ? ARGUMENT_FORMS.scalar : `${lanes} numbers such as ${Array(lanes).fill("0").join(",")}`;
    }
  }
}

/** One parameter and its specification. `index` counts from 0. */
export function prepareArgument(
  host: Host,
  parameter: ParameterInfo,
  specification: string,
  index: number,
): PreparedArgument {
  const which = `--arg ${index + 1} (${parameter.typeName} ${parameter.name})`;
  const spec = parseSpecification(specification, which);
  const wrongKind = () =>
    usageError("argument/wrong-kind", `${which}: "${specification}" cannot be given to this parameter`, {
      help: `Expected ${expectedForm(parameter)}.`,
    });
  switch (parameter.passing) {
    case "local":
      if (spec.kind !== "local") throw wrongKind();
      return { kind: "local", parameter, size: spec.size };
    case "buffer": {
      if (spec.kind === "null") return { kind: "scalar", parameter, bytes: new Uint8Array(8) };
      const array = bufferOf(host, spec, which);
      if (!array) throw wrongKind();
      return { kind: "buffer", parameter, bytes: array.bytes, form: array.form };
    }
    case "scalar":
      if (spec.kind === "file")
        return { kind: "scalar", parameter, bytes: bytesByValue(host, spec.path, parameter, which) };
      if (spec.kind !== "numbers" || !parameter.element) throw wrongKind();
      return { kind: "scalar", parameter, bytes: scalarBytes(spec.lanes, parameter, which) };
  }
}

/** The array that a specification stands for: `@file.npy`, `zeros:…`, `iota:…` or `rand:…`. `which` names it in messages. */
export function arrayOf(host: Host, specification: string, which: string): { bytes: Uint8Array; form: ArrayForm } {
  const array = bufferOf(host, parseSpecification(specification, which), which);
  if (array) return array;
  throw usageError("argument/wrong-kind", `${which}: "${specification}" is no array`, {
    help: `Expected ${ARGUMENT_FORMS.buffer.replace(" or null", "")}.`,
  });
}

function bufferOf(host: Host, spec: ArgumentSpec, which: string): { bytes: Uint8Array; form: ArrayForm } | undefined {
  switch (spec.kind) {
    case "file": {
      const array = loadArray(host, spec.path, which);
      const { descr, element, shape, bytes } = array;
      return { bytes, form: { descr, shape, ...(element ? { element } : {}) } };
    }
    case "zeros":
    case "iota":
    case "rand": {
      const form = { descr: descrOf(spec.type), element: spec.type, shape: spec.shape };
      const elements = spec.shape.reduce((product, extent) => product * extent, 1);
      if (spec.kind === "zeros") return { bytes: new Uint8Array((elements * spec.type.bits) / 8), form };
      if (spec.kind === "iota") return { bytes: iota(spec.type, elements), form };
      return { bytes: random(spec.type, elements, spec.seed, spec.range), form };
    }
    default:
      return undefined;
  }
}

function loadArray(host: Host, path: string, which: string): NpyArray {
  if (!host.exists(path) || host.isDirectory(path)) {
    throw inputError("argument/no-such-file", `${which}: there is no file ${path}`);
  }
  return readNpy(host.readFile(path), path);
}

function bytesByValue(host: Host, path: string, parameter: ParameterInfo, which: string): Uint8Array {
  const { bytes } = loadArray(host, path, which);
  if (bytes.length !== parameter.bytes) {
    throw inputError(
      "argument/wrong-size",
      `${which}: ${path} holds ${count(bytes.length, "byte")}, but a ${parameter.typeName} has ${parameter.bytes}`,
    );
  }
  return bytes;
}

function scalarBytes(lanes: readonly string[], parameter: ParameterInfo, which: string): Uint8Array {
  const element = parameter.element!;
  if (lanes.length !== element.lanes) {
    throw usageError(
      "argument/wrong-lanes",
      `${which}: ${count(lanes.length, "number")} given, but a ${parameter.typeName} has ${element.lanes}`,
      { help: `Expected ${expectedForm(parameter)}.` },
    );
  }
  // A vector of three lanes has the size of one of four.
  const bytes = new Uint8Array(parameter.bytes);
  const view = new DataView(bytes.buffer);
  lanes.forEach((lane, index) => {
    writeElement(view, (index * element.bits) / 8, element, laneValue(lane, element, which));
  });
  return bytes;
}

function laneValue(text: string, type: ElementType, which: string): number | bigint {
  const name = elementTypeName(type);
  if (type.kind === "float") {
    const value = parseReal(text);
    if (value === undefined) throw notANumber(text, name, which);
    if (Number.isFinite(value) && !finiteAs(type, value)) throw outOfRange(text, name, which, "its largest is smaller");
    return value;
  }
  const value = text === "true" ? 1n : text === "false" ? 0n : parseInteger(text);
  if (value === undefined) throw notANumber(text, `${name} (a whole number)`, which);
  const { least, most } = integerRange(type);
  if (value < least || value > most) throw outOfRange(text, name, which, `${least} to ${most}`);
  return value;
}

function finiteAs(type: ElementType, value: number): boolean {
  if (type.bits === 64) return true;
  return type.bits === 32 ? Number.isFinite(Math.fround(value)) : (halfBits(value) & 0x7fff) < 0x7c00;
}

const notANumber = (text: string, type: string, which: string): SoffError =>
  usageError("argument/not-a-number", `${which}: "${text}" is no ${type}`);

const outOfRange = (text: string, type: string, which: string, range: string): SoffError =>
  usageError("argument/out-of-range", `${which}: ${text} does not fit into ${type} (${range})`);
