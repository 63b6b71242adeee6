import { type Builtin, type BuiltinTable, uniform } from "./definition.js";
import { isFloat, isInt, type Scalar, spell, type ValueType } from "./types.js";

/** Tries the integer form, then the one for floats. */
function either(forInts: Builtin, forFloats: Builtin): Builtin {
  return (parameters, name) => {
    const first = parameters[0];
    if (first?.kind !== "value") return undefined;
    return isInt(first) ? forInts(parameters, name) : forFloats(parameters, name);
  };
}

const unary = (body: string) => uniform("float", 1, body);
const binary = (body: string) => uniform("float", 2, body);

/** A constant of the type's own precision. */
function constant(type: ValueType, digits: string): string {
  return `((${spell(type)})(${digits}${type.scalar === "double" ? "" : "f"}))`;
}

const quietNaN: Partial<Record<Scalar, string>> = {
  half: "0x7e00",
  float: "0x7fc00000u",
  double: "0x7ff8000000000000ul",
};

const nan: Builtin = (parameters) => {
  const [code] = parameters;
  if (parameters.length !== 1 || code?.kind !== "value" || isFloat(code)) return undefined;
  const scalar: Scalar | undefined = (
    { ushort: "half", uint: "float", ulong: "double" } as Partial<Record<Scalar, Scalar>>
  )[code.scalar];
  if (!scalar) return undefined;
  const result: ValueType = { ...code, scalar };
  const bits = `(${spell(code)})($0 | (${spell(code)})(${quietNaN[scalar]}))`;
  return { result, body: `return __builtin_astype(${bits}, ${spell(result)});` };
};

const root = unary("__builtin_elementwise_sqrt($0)");
const quotient = binary("$0 / $1");
const reciprocal = uniform("float", 1, (type) => `${constant(type, "1.0")} / $0`);
const smoothT = (type: ValueType) =>
  `__builtin_elementwise_min(__builtin_elementwise_max(($2 - $0) / ($1 - $0), ${constant(type, "0.0")}), ${constant(type, "1.0")})`;

/**
 * OpenCL C 1.2, sections 6.12.2 (those without an approximation) and 6.12.4. Comparisons of vectors
 * give masks, on which `?:` chooses lane by lane.
 */
export const commonBuiltins: BuiltinTable = {
  min: either(uniform("int", 2, "__builtin_elementwise_min($0, $1)"), binary("$1 < $0 ? $1 : $0")),
  max: either(uniform("int", 2, "__builtin_elementwise_max($0, $1)"), binary("$0 < $1 ? $1 : $0")),
  clamp: either(
    uniform("int", 3, "__builtin_elementwise_min(__builtin_elementwise_max($0, $1), $2)"),
    uniform("float", 3, "__builtin_elementwise_min(__builtin_elementwise_max($0, $1), $2)"),
  ),
  fmin: binary("__builtin_elementwise_min($0, $1)"),
  fmax: binary("__builtin_elementwise_max($0, $1)"),
  fdim: uniform("float", 2, (type) => `$0 <= $1 ? ${constant(type, "0.0")} : $0 - $1`),
  maxmag: binary(
    "__builtin_elementwise_abs($0) > __builtin_elementwise_abs($1) ? $0 : " +
      "__builtin_elementwise_abs($1) > __builtin_elementwise_abs($0) ? $1 : __builtin_elementwise_max($0, $1)",
  ),
  minmag: binary(
    "__builtin_elementwise_abs($0) < __builtin_elementwise_abs($1) ? $0 : " +
      "__builtin_elementwise_abs($1) < __builtin_elementwise_abs($0) ? $1 : __builtin_elementwise_min($0, $1)",
  ),
  fabs: unary("__builtin_elementwise_abs($0)"),
  floor: unary("__builtin_elementwise_floor($0)"),
  ceil: unary("__builtin_elementwise_ceil($0)"),
  trunc: unary("__builtin_elementwise_trunc($0)"),
  rint: unary("__builtin_elementwise_rint($0)"),
  round: unary("__builtin_elementwise_round($0)"),
  copysign: binary("__builtin_elementwise_copysign($0, $1)"),
  fma: uniform("float", 3, "__builtin_elementwise_fma($0, $1, $2)"),
  mad: uniform("float", 3, "$0 * $1 + $2"),
  sqrt: root,
  native_sqrt: root,
  half_sqrt: root,
  native_recip: reciprocal,
  half_recip: reciprocal,
  native_divide: quotient,
  half_divide: quotient,
  nan,
  degrees: uniform("float", 1, (type) => `$0 * ${constant(type, "57.29577951308232")}`),
  radians: uniform("float", 1, (type) => `$0 * ${constant(type, "0.017453292519943295")}`),
  mix: uniform("float", 3, "$0 + ($1 - $0) * $2"),
  step: uniform("float", 2, (type) => `$1 < $0 ? ${constant(type, "0.0")} : ${constant(type, "1.0")}`),
  smoothstep: uniform(
    "float",
    3,
    (type) =>
      `${smoothT(type)} * ${smoothT(type)} * (${constant(type, "3.0")} - ${constant(type, "2.0")} * ${smoothT(type)})`,
  ),
  sign: uniform(
    "float",
    1,
    (type) =>
      `$0 > ${constant(type, "0.0")} ? ${constant(type, "1.0")} : $0 < ${constant(type, "0.0")} ? ${constant(type, "-1.0")} : ` +
      // A zero keeps its sign; of a NaN comes +0.
      `$0 == ${constant(type, "0.0")} ? $0 : ${constant(type, "0.0")}`,
  ),
};
