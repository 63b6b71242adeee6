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

const length: Builtin = (parameters) => {
  const type = operands(parameters, 1);
  if (!type) return undefined;
  const body = type.lanes === 1 ? "__builtin_elementwise_abs($0)" : root(dot(type, "$0", "$0"));
  return { result: scalarOf(type), body: `return ${body};` };
};

const distance: Builtin = (parameters) => {
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
const normalize: Builtin = (parameters) => {
  const type = operands(parameters, 1);
  if (!type) return undefined;
  const scalar = type.scalar;
  return {
    result: type,
    body: `${scalar} __soff_l = ${dot(type, "$0", "$0")}; if (__soff_l == 0) return $0; return $0 / ${root("__soff_l")};`,
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
  fast_length: length,
  distance,
  fast_distance: distance,
  normalize,
  fast_normalize: normalize,
};
