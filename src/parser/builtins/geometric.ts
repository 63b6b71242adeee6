import { type Builtin, type BuiltinTable, lane, sameType, values } from "./definition.js";
import { isFloat, spell, type ValueType } from "./types.js";

const scalarOf = (type: ValueType): ValueType => ({ ...type, lanes: 1 });

/** Vectors of up to four floats. */
function operands(parameters: Parameters<Builtin>[0], count: number): ValueType | undefined {
  const all = values(parameters, count);
  const type = all?.[0];
  if (!all || !type || !isFloat(type) || type.lanes > 4) return undefined;
  return all.every((each) => sameType(each, type)) ? type : undefined;
}

/** Products summed in a tree: half the adders' latency of a chain. */
function dot(type: ValueType, a: string, b: string): string {
  if (type.lanes === 1) return `(${a} * ${b})`;
  const terms = Array.from({ length: type.lanes }, (_, index) => `${lane(a, index)} * ${lane(b, index)}`);
  const [x, y, z, w] = terms;
  if (z === undefined) return `(${x} + ${y})`;
  return w === undefined ? `((${x} + ${y}) + ${z})` : `((${x} + ${y}) + (${z} + ${w}))`;
}

const root = (text: string) => `__builtin_elementwise_sqrt(${text})`;

const names = (type: ValueType) => Array.from({ length: type.lanes }, (_, index) => `__soff_v${index}`);

/** The product of a vector in single variables with itself. */
function square(variables: readonly string[]): string {
  const [x, y, z, w] = variables.map((v) => `${v} * ${v}`);
  if (y === undefined) return `(${x})`;
  if (z === undefined) return `(${x} + ${y})`;
  return w === undefined ? `((${x} + ${y}) + ${z})` : `((${x} + ${y}) + (${z} + ${w}))`;
}

/** The lanes of a vector in variables, halves as floats: their squares fit. */
function declared(type: ValueType, operand: string): string {
  const scalar = type.scalar === "half" ? "float" : type.scalar;
  const element = (index: number) => (type.lanes === 1 ? operand : `(${operand})${lane("", index)}`);
  return names(type)
    .map((name, index) => `${scalar} ${name} = ${element(index)};`)
    .join(" ");
}

/** `__soff_m`: the bits of the largest magnitude; its exponent makes squares that neither overflow nor vanish. */
function scaled(type: ValueType): { readonly format: "f" | "d"; readonly largest: string; readonly scale: string } {
  const format = type.scalar === "double" ? "d" : "f";
  const largest = names(type)
    .map((name) => `@${format}:magnitude(${name})`)
    .reduce((all, each) => `@${format}:larger(${all}, ${each})`);
  return {
    format,
    largest: `${format === "d" ? "ulong" : "uint"} __soff_m = ${largest}; ${type.scalar === "half" ? "float" : type.scalar} __soff_s = @${format}:normscale(__soff_m);`,
    scale: names(type)
      .map((name) => `${name} *= __soff_s;`)
      .join(" "),
  };
}

function lengthOf(type: ValueType, operand: string): string {
  if (type.lanes === 1) return `return __builtin_elementwise_abs(${operand});`;
  const norm = root(square(names(type)));
  if (type.scalar === "half") return `${declared(type, operand)} return (half)${norm};`;
  const { format, largest, scale } = scaled(type);
  return `${declared(type, operand)} ${largest} ${scale} return ${norm} * @${format}:normback(__soff_m);`;
}

const length: Builtin = (parameters) => {
  const type = operands(parameters, 1);
  return type && { result: scalarOf(type), body: lengthOf(type, "$0") };
};

const distance: Builtin = (parameters) => {
  const type = operands(parameters, 2);
  return type && { result: scalarOf(type), body: lengthOf(type, "$0 - $1") };
};

/** Section 7.5.1: zeros stay; beside infinities everything else counts as zero. */
const normalize: Builtin = (parameters) => {
  const type = operands(parameters, 1);
  if (!type) return undefined;
  const { format, largest, scale } = scaled(type);
  const ends = names(type).map((name) => `${name} = @${format}:normend(${name}, __soff_m);`);
  const norm = root(square(names(type)));
  const cast = type.scalar === "half" ? "(half)" : "";
  const lanes = names(type).map((name) => `${cast}(${name} / __soff_l)`);
  const result = type.lanes === 1 ? lanes[0]! : `(${spell(type)})(${lanes.join(", ")})`;
  const scalar = type.scalar === "half" ? "float" : type.scalar;
  return {
    result: type,
    body: `${declared(type, "$0")} ${largest} ${scale} ${ends.join(" ")} ${scalar} __soff_l = ${norm}; return __soff_l == 0 ? $0 : ${result};`,
  };
};

/** Without care for what overflows. */
const fastLength: Builtin = (parameters) => {
  const type = operands(parameters, 1);
  if (!type) return undefined;
  const body = type.lanes === 1 ? "__builtin_elementwise_abs($0)" : root(dot(type, "$0", "$0"));
  return { result: scalarOf(type), body: `return ${body};` };
};

const fastDistance: Builtin = (parameters) => {
  const type = operands(parameters, 2);
  if (!type) return undefined;
  const name = spell(type);
  const body =
    type.lanes === 1
      ? "return __builtin_elementwise_abs($0 - $1);"
      : `${name} __soff_d = $0 - $1; return ${root(dot(type, "__soff_d", "__soff_d"))};`;
  return { result: scalarOf(type), body };
};

/** The zero vector stays as it is. */
const fastNormalize: Builtin = (parameters) => {
  const type = operands(parameters, 1);
  if (!type) return undefined;
  return {
    result: type,
    body: `${type.scalar} __soff_l = ${dot(type, "$0", "$0")}; if (__soff_l == 0) return $0; return $0 / ${root("__soff_l")};`,
  };
};

const cross: Builtin = (parameters) => {
  const type = operands(parameters, 2);
  if (!type || type.lanes < 3) return undefined;
  const term = (i: number, j: number) => `${lane("$0", i)} * ${lane("$1", j)} - ${lane("$0", j)} * ${lane("$1", i)}`;
  const lanes = [term(1, 2), term(2, 0), term(0, 1), ...(type.lanes === 4 ? ["0"] : [])];
  return { result: type, body: `return (${spell(type)})(${lanes.join(", ")});` };
};

/** OpenCL C 1.2, section 6.12.5. */
export const geometricBuiltins: BuiltinTable = {
  dot: (parameters) => {
    const type = operands(parameters, 2);
    return type && { result: scalarOf(type), body: `return ${dot(type, "$0", "$1")};` };
  },
  cross,
  length,
  fast_length: fastLength,
  distance,
  fast_distance: fastDistance,
  normalize,
  fast_normalize: fastNormalize,
};
