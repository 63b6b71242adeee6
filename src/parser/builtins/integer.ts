import { type Builtin, type BuiltinTable, lanewise, perLane, sameType, uniform, values } from "./definition.js";
import { asUnsigned, bitsOf, isInt, isSigned, limits, literal, type Scalar, type ValueType } from "./types.js";

/** A scalar type of twice the width, for exact products. */
function wide(type: ValueType): string {
  const sign = isSigned(type) ? "" : "u";
  switch (bitsOf(type)) {
    case 8:
    case 16:
      return `${sign}int`;
    case 32:
      return `${sign}long`;
    default:
      return isSigned(type) ? "_BitInt(128)" : "unsigned _BitInt(128)";
  }
}

const product = (type: ValueType) => `(${wide(type)})$0 * (${wide(type)})$1`;
const highHalf = (type: ValueType) => `(${type.scalar})((${product(type)}) >> ${bitsOf(type)})`;

/** The value of `expression`, of a type that holds it exactly, brought into the type's range. */
function saturated(type: ValueType, expression: string, domain = wide(type)): string {
  const { min, max } = limits(type);
  const bound = (value: bigint) => literal(value, type.scalar);
  // The expression stands four times; the compiler computes it once.
  return (
    `((${expression}) < (${domain})${bound(min)} ? ${bound(min)} : ` +
    `(${expression}) > (${domain})${bound(max)} ? ${bound(max)} : (${type.scalar})(${expression}))`
  );
}

/** clang 19 widens a scalar char or short to int before it saturates: those are written out. */
function saturating(name: "add" | "sub", operator: string): Builtin {
  return uniform("int", 2, (type) =>
    type.lanes === 1 && bitsOf(type) < 32
      ? saturated(type, `(int)$0 ${operator} (int)$1`, "int")
      : `__builtin_elementwise_${name}_sat($0, $1)`,
  );
}

function bitCount(function32: string, function64: string): (type: ValueType) => string {
  return (type) => (bitsOf(type) === 64 ? `${function64}($0)` : `${function32}((uint)(${asUnsigned(type).scalar})$0)`);
}

/** Only the low 24 bits of both factors count: a narrower multiplier. */
const narrow24 = (operand: string, type: ValueType) =>
  isSigned(type) ? `((int)((uint)${operand} << 8) >> 8)` : `(${operand} & 0xffffffu)`;
const product24 = (type: ValueType) => `(${narrow24("$0", type)} * ${narrow24("$1", type)})`;

function only32(builtin: Builtin): Builtin {
  return (parameters, name) =>
    parameters.every((type) => type.kind === "value" && isInt(type) && bitsOf(type) === 32)
      ? builtin(parameters, name)
      : undefined;
}

const wider: Partial<Record<Scalar, Scalar>> = {
  char: "short",
  uchar: "ushort",
  short: "int",
  ushort: "uint",
  int: "long",
  uint: "ulong",
};

const upsample: Builtin = (parameters) => {
  const [high, low] = values(parameters, 2) ?? [];
  const scalar = high && wider[high.scalar];
  if (!high || !low || !scalar || !sameType(asUnsigned(high), low)) return undefined;
  const result: ValueType = { ...high, scalar };
  const unsigned = asUnsigned(result).scalar;
  const joined = `(${scalar})(((${unsigned})$0 << ${bitsOf(high)}) | (${unsigned})$1)`;
  return { result, body: `return ${lanewise(result, parameters, joined)};` };
};

/** OpenCL C 1.2, section 6.12.3, and `ctz` of 2.0. `min`, `max` and `clamp` exist for floats as well: see common.ts. */
export const integerBuiltins: BuiltinTable = {
  abs: perLane(
    "int",
    1,
    (type) => (isSigned(type) ? `(${asUnsigned(type).scalar})__builtin_elementwise_abs($0)` : "$0"),
    asUnsigned,
  ),
  abs_diff: perLane(
    "int",
    2,
    (type) => {
      const unsigned = asUnsigned(type).scalar;
      return `(${unsigned})($0 > $1 ? (${unsigned})$0 - (${unsigned})$1 : (${unsigned})$1 - (${unsigned})$0)`;
    },
    asUnsigned,
  ),
  add_sat: saturating("add", "+"),
  sub_sat: saturating("sub", "-"),
  hadd: perLane("int", 2, (type) => `(${type.scalar})(($0 >> 1) + ($1 >> 1) + ($0 & $1 & 1))`),
  rhadd: perLane("int", 2, (type) => `(${type.scalar})(($0 >> 1) + ($1 >> 1) + (($0 | $1) & 1))`),
  mul_hi: perLane("int", 2, highHalf),
  mad_hi: perLane(
    "int",
    3,
    (type) => `(${type.scalar})((${asUnsigned(type).scalar})${highHalf(type)} + (${asUnsigned(type).scalar})$2)`,
  ),
  mad_sat: perLane("int", 3, (type) => saturated(type, `${product(type)} + (${wide(type)})$2`)),
  mul24: only32(perLane("int", 2, (type) => product24(type))),
  mad24: only32(perLane("int", 3, (type) => `(${type.scalar})((uint)${product24(type)} + (uint)$2)`)),
  rotate: perLane("int", 2, (type) => {
    const unsigned = asUnsigned(type).scalar;
    const mask = bitsOf(type) - 1;
    return `(${type.scalar})(((${unsigned})$0 << ($1 & ${mask})) | ((${unsigned})$0 >> (-$1 & ${mask})))`;
  }),
  clz: perLane("int", 1, (type) => {
    const bits = bitsOf(type);
    const count = bitCount("__builtin_clz", "__builtin_clzl")(type);
    const excess = bits < 32 ? ` - ${32 - bits}` : "";
    return `(${type.scalar})($0 ? ${count}${excess} : ${bits})`;
  }),
  ctz: perLane("int", 1, (type) => {
    const count = bitCount("__builtin_ctz", "__builtin_ctzl")(type);
    return `(${type.scalar})($0 ? ${count} : ${bitsOf(type)})`;
  }),
  popcount: perLane(
    "int",
    1,
    (type) => `(${type.scalar})${bitCount("__builtin_popcount", "__builtin_popcountl")(type)}`,
  ),
  upsample,
};
