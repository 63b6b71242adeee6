import { type Builtin, type BuiltinTable, lane, sameType, values } from "./definition.js";
import { asSigned, asUnsigned, bitsOf, isFloat, isInt, type Scalar, spell, type ValueType } from "./types.js";

/** 0 or 1 for scalars (always `int`), 0 or -1 in each lane of vectors. */
function comparisonResult(type: ValueType): ValueType {
  return type.lanes === 1 ? { kind: "value", scalar: "int", lanes: 1 } : asSigned(type);
}

function predicate(count: number, body: string | ((type: ValueType) => string)): Builtin {
  return (parameters) => {
    const all = values(parameters, count);
    const type = all?.[0];
    if (!all || !type || !isFloat(type) || !all.every((each) => sameType(each, type))) return undefined;
    return { result: comparisonResult(type), body: `return ${typeof body === "string" ? body : body(type)};` };
  };
}

const magnitude = "__builtin_elementwise_abs($0)";
const infinity = (type: ValueType) => `((${spell(type)})(__builtin_inff()))`;
const smallestNormals: Partial<Record<Scalar, string>> = { half: "0x1p-14f", float: "0x1p-126f", double: "0x1p-1022" };
const smallestNormal = (type: ValueType) => `((${spell(type)})(${smallestNormals[type.scalar]}))`;

/** Whether `operand`, seen as integers of this type, is negative; zero must have the lanes' own type. */
const negative = (operand: string, type: ValueType) =>
  `__builtin_astype(${operand}, ${spell(type)}) < (${spell(type)})(0)`;

/** Whether the top bit of any (or every) lane is set. */
function topBits(operator: "|" | "&"): Builtin {
  return (parameters) => {
    const [type] = values(parameters, 1) ?? [];
    if (!type || !isInt(type)) return undefined;
    const lanes =
      type.lanes === 1
        ? "$0"
        : Array.from({ length: type.lanes }, (_, index) => lane("$0", index)).join(` ${operator} `);
    return {
      result: { kind: "value", scalar: "int", lanes: 1 },
      body: `return (${asSigned({ ...type, lanes: 1 }).scalar})(${lanes}) < 0;`,
    };
  };
}

const bitselect: Builtin = (parameters) => {
  const all = values(parameters, 3);
  const type = all?.[0];
  if (!all || !type || !all.every((each) => sameType(each, type))) return undefined;
  const bits = (operand: string) => `__builtin_astype(${operand}, ${spell(asUnsigned(type))})`;
  return {
    result: type,
    body: `return __builtin_astype((${spell(asUnsigned(type))})((${bits("$0")} & ~${bits("$2")}) | (${bits("$1")} & ${bits("$2")})), ${spell(type)});`,
  };
};

/** `select(a, b, c)`: a scalar c is a condition, of a vector the top bits choose. */
const select: Builtin = (parameters) => {
  const [a, b, c] = values(parameters, 3) ?? [];
  if (!a || !b || !c || !sameType(a, b) || !isInt(c) || c.lanes !== a.lanes || bitsOf(c) !== bitsOf(a))
    return undefined;
  const condition = a.lanes === 1 ? "$2" : negative("$2", asSigned(c));
  return { result: a, body: `return ${condition} ? $1 : $0;` };
};

/** OpenCL C 1.2, section 6.12.6. */
export const relationalBuiltins: BuiltinTable = {
  isequal: predicate(2, "$0 == $1"),
  isnotequal: predicate(2, "$0 != $1"),
  isgreater: predicate(2, "$0 > $1"),
  isgreaterequal: predicate(2, "$0 >= $1"),
  isless: predicate(2, "$0 < $1"),
  islessequal: predicate(2, "$0 <= $1"),
  islessgreater: predicate(2, "($0 < $1) | ($0 > $1)"),
  isordered: predicate(2, "($0 == $0) & ($1 == $1)"),
  isunordered: predicate(2, "($0 != $0) | ($1 != $1)"),
  isnan: predicate(1, "$0 != $0"),
  isinf: predicate(1, (type) => `${magnitude} == ${infinity(type)}`),
  isfinite: predicate(1, (type) => `${magnitude} < ${infinity(type)}`),
  isnormal: predicate(1, (type) => `(${magnitude} >= ${smallestNormal(type)}) & (${magnitude} < ${infinity(type)})`),
  signbit: predicate(1, (type) => negative("$0", asSigned(type))),
  any: topBits("|"),
  all: topBits("&"),
  bitselect,
  select,
};
