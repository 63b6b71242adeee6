/** The functions of OpenCL C 1.2, section 6.12.2, that are computed by helpers of this folder. */
import { type Builtin, type BuiltinTable, lane, lanewise, sameType } from "../definition.js";
import { type ClType, isFloat, type PointerType, type Scalar, spell, type ValueType } from "../types.js";
import { exponentialHelpers } from "./exponential.js";
import { gammaHelpers } from "./gamma.js";
import { inverseHelpers } from "./inverse.js";
import type { Helpers } from "./library.js";
import { logarithmHelpers } from "./logarithm.js";
import { numberHelpers } from "./numbers.js";
import { partHelpers } from "./parts.js";
import { powerHelpers } from "./power.js";
import { remainderHelpers } from "./remainder.js";
import { trigonometricHelpers } from "./trigonometric.js";

export const mathHelpers: Helpers = {
  ...numberHelpers,
  ...exponentialHelpers,
  ...logarithmHelpers,
  ...powerHelpers,
  ...trigonometricHelpers,
  ...inverseHelpers,
  ...gammaHelpers,
  ...remainderHelpers,
  ...partHelpers,
};

const intLike = (type: ValueType): ValueType => ({ ...type, scalar: "int" });

/** A call of a helper on one lane. Halves are computed as floats: every result but that of `nextafter` is right after one more rounding. */
function call(helper: string, scalar: Scalar, ...operands: string[]): string {
  if (scalar === "half") return `@f:${helper}(${operands.map((o) => `(float)${o}`).join(", ")})`;
  return `@${scalar === "float" ? "f" : "d"}:${helper}(${operands.join(", ")})`;
}

const cast = (scalar: Scalar, text: string) => (scalar === "half" ? `(half)${text}` : text);

/** The float type of the first parameter, when there are so many parameters and the others fit it. */
function floatType(parameters: readonly ClType[], count: number, fits: (other: ClType, type: ValueType) => boolean) {
  const [first, ...others] = parameters;
  if (parameters.length !== count || first?.kind !== "value" || !isFloat(first)) return undefined;
  return others.every((other) => fits(other, first)) ? first : undefined;
}

const alike = (other: ClType, type: ValueType) => other.kind === "value" && sameType(other, type);
/** An int for each lane or one for all. */
const ints = (other: ClType, type: ValueType) =>
  other.kind === "value" && other.scalar === "int" && (other.lanes === type.lanes || other.lanes === 1);

/** Powers that a product computes, when the exponent is known: as exact, and a fraction of the hardware. */
function known(exponent: string, base: string, otherwise: string): string {
  const products: readonly (readonly [string, string])[] = [
    ["1", base],
    ["2", `${base} * ${base}`],
    ["3", `${base} * ${base} * ${base}`],
    ["4", `(${base} * ${base}) * (${base} * ${base})`],
    ["-1", `1 / ${base}`],
  ];
  return products.reduceRight(
    (rest, [value, product]) => `(__builtin_constant_p(${exponent}) && ${exponent} == ${value} ? ${product} : ${rest})`,
    otherwise,
  );
}

function elementwise(count: number, helper: string): Builtin {
  return (parameters) => {
    const type = floatType(parameters, count, alike);
    if (!type) return undefined;
    const operands = Array.from({ length: count }, (_, index) => `$${index}`);
    const computed = cast(type.scalar, call(helper, type.scalar, ...operands));
    const one = helper === "pow" ? known("$1", "$0", computed) : computed;
    return { result: type, body: `return ${lanewise(type, parameters, one)};` };
  };
}

/** A float and an integer power. */
function withInt(helper: string): Builtin {
  return (parameters) => {
    const type = floatType(parameters, 2, ints);
    if (!type) return undefined;
    const operand = type.scalar === "half" ? "(float)$0" : "$0";
    const computed = cast(type.scalar, `@${type.scalar === "double" ? "d" : "f"}:${helper}(${operand}, $1)`);
    const one = helper === "pown" ? known("$1", "$0", computed) : computed;
    return { result: type, body: `return ${lanewise(type, parameters, one)};` };
  };
}

const toInt =
  (helper: string): Builtin =>
  (parameters) => {
    const type = floatType(parameters, 1, alike);
    if (!type) return undefined;
    const result = intLike(type);
    return { result, body: `return ${lanewise(result, parameters, call(helper, type.scalar, "$0"))};` };
  };

/** A second result goes to where the last parameter points, which may be any address space. */
function withPointer(count: number, helper: string, second: string, secondOf: (type: ValueType) => ValueType): Builtin {
  return (parameters) => {
    const pointer = parameters[count];
    const type = floatType(parameters.slice(0, count), count, alike);
    if (parameters.length !== count + 1 || !type || !isPointerTo(pointer, secondOf(type))) return undefined;
    const operands = Array.from({ length: count }, (_, index) => `$${index}`);
    const target = secondOf(type);
    const extra = cast(target.scalar, call(second, type.scalar, ...operands));
    const main = cast(type.scalar, call(helper, type.scalar, ...operands));
    return {
      result: type,
      body: `*$${count} = ${lanewise(target, parameters, extra)}; return ${lanewise(type, parameters, main)};`,
    };
  };
}

function isPointerTo(pointer: ClType | undefined, type: ValueType): pointer is PointerType {
  return pointer?.kind === "pointer" && !pointer.constant && pointer.to.kind === "value" && sameType(pointer.to, type);
}

/** Through float a step of half would be lost. */
const nextafter: Builtin = (parameters, name) => {
  const type = floatType(parameters, 2, alike);
  if (type?.scalar !== "half") return elementwise(2, "nextafter")(parameters, name);
  const bits = (operand: string) => `__builtin_astype(${operand}, ushort)`;
  const step = `__builtin_astype((ushort)(${bits("$0")} + ((($0 < $1) == ($0 > 0)) ? 1 : -1)), half)`;
  const fromZero = `__builtin_astype((ushort)((${bits("$1")} & 0x8000) | 1), half)`;
  const one = `($0 != $0 ? $0 : ($1 != $1 || $0 == $1) ? $1 : $0 == 0 ? ${fromZero} : ${step})`;
  return { result: type, body: `return ${lanewise(type, parameters, one)};` };
};

/** fract's result must not round up to 1 in the narrower format. */
const fract: Builtin = (parameters, name) => {
  const inner = withPointer(1, "fract", "floor", (type) => type)(parameters, name);
  const [type] = parameters;
  if (!inner || type?.kind !== "value" || type.scalar !== "half") return inner;
  const rounded = cast("half", call("fract", "half", "$0"));
  const one = `(${rounded} == (half)1 ? (half)0x1.ffcp-1f : ${rounded})`;
  const floor = cast("half", call("floor", "half", "$0"));
  return {
    result: type,
    body: `*$1 = ${lanewise(type, parameters, floor)}; return ${lanewise(type, parameters, one)};`,
  };
};

/** Both results come from one long division a lane. */
const remquo: Builtin = (parameters) => {
  const type = floatType(parameters.slice(0, 2), 2, alike);
  const pointer = parameters[2];
  if (parameters.length !== 3 || !type || !isPointerTo(pointer, intLike(type))) return undefined;
  const format = type.scalar === "double" ? "d" : "f";
  const indices = Array.from({ length: type.lanes }, (_, index) => index);
  const operand = (name: string, index: number) =>
    `${type.scalar === "half" ? "(float)" : ""}${type.lanes === 1 ? name : lane(name, index)}`;
  const divisions = indices.map(
    (index) =>
      `@${format}:wide __soff_q${index} = @${format}:nearest(${operand("$0", index)}, ${operand("$1", index)});`,
  );
  const quotients = indices.map((index) => `@${format}:quotientbits(__soff_q${index})`);
  const rests = indices.map((index) => cast(type.scalar, `@${format}:restof(__soff_q${index})`));
  const vector = (of: ValueType, lanes: readonly string[]) =>
    of.lanes === 1 ? lanes[0]! : `(${spell(of)})(${lanes.join(", ")})`;
  return {
    result: type,
    body: `${divisions.join(" ")} *$2 = ${vector(intLike(type), quotients)}; return ${vector(type, rests)};`,
  };
};

const unary = [
  "acos acosh acospi asin asinh asinpi atan atanh atanpi cbrt cos cosh cospi erf erfc exp exp2 exp10 expm1 lgamma",
  "log log2 log10 log1p logb rsqrt sin sinh sinpi tan tanh tanpi tgamma",
].flatMap((names) => names.split(" "));
const binary = ["atan2", "atan2pi", "fmod", "hypot", "pow", "powr", "remainder"];
/** Those that also exist as `native_` and `half_`, in which accuracy may be traded: here they are the same. */
const relaxed = ["cos", "exp", "exp2", "exp10", "log", "log2", "log10", "rsqrt", "sin", "tan"];

const entries = (names: readonly string[], builtin: (name: string) => Builtin): BuiltinTable =>
  Object.fromEntries(names.map((name) => [name, builtin(name)]));
const variants = (names: readonly string[]) => names.flatMap((name) => [`native_${name}`, `half_${name}`]);
const plainName = (name: string) => name.replace(/^(native|half)_/, "");

export const mathBuiltins: BuiltinTable = {
  ...entries(unary, (name) => elementwise(1, name)),
  ...entries(binary, (name) => elementwise(2, name)),
  ...entries(variants(relaxed), (name) => elementwise(1, plainName(name))),
  ...entries(variants(["powr"]), (name) => elementwise(2, plainName(name))),
  ...entries(["pown", "rootn", "ldexp"], withInt),
  ilogb: toInt("ilogb"),
  nextafter,
  fract,
  modf: withPointer(1, "modf", "trunc", (type) => type),
  sincos: withPointer(1, "sin", "cos", (type) => type),
  frexp: withPointer(1, "frexp", "frexpexponent", intLike),
  lgamma_r: withPointer(1, "lgamma", "gammasign", intLike),
  remquo,
};
