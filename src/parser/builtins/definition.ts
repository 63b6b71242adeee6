import { type ClType, isFloat, isInt, spell, type ValueType } from "./types.js";

/** How one built-in function is defined for given parameter types. `body` names its parameters `$0`, `$1`, … */
export interface Definition {
  readonly result: ClType;
  readonly body: string;
}

/** Undefined when the function does not exist for these parameter types. */
export type Builtin = (parameters: readonly ClType[], name: string) => Definition | undefined;

export type BuiltinTable = Readonly<Record<string, Builtin>>;

/** All parameters as values, when they are. */
export function values(parameters: readonly ClType[], count: number): readonly ValueType[] | undefined {
  if (parameters.length !== count) return undefined;
  return parameters.every((type): type is ValueType => type.kind === "value") ? parameters : undefined;
}

export function sameType(a: ValueType, b: ValueType): boolean {
  return a.scalar === b.scalar && a.lanes === b.lanes;
}

export const lane = (operand: string, index: number): string => `${operand}.s${index.toString(16)}`;

/** `expression` for each lane, with `$n` taken as that lane of parameter n; scalars are one lane. */
export function lanewise(type: ValueType, parameters: readonly ClType[], expression: string): string {
  if (type.lanes === 1) return expression;
  const lanes = Array.from({ length: type.lanes }, (_, index) =>
    expression.replace(/\$(\d)/g, (operand, digit: string) => {
      const parameter = parameters[Number(digit)];
      return parameter?.kind === "value" && parameter.lanes > 1 ? lane(operand, index) : operand;
    }),
  );
  return `(${spell(type)})(${lanes.join(", ")})`;
}

type Kind = "int" | "float" | "any";
const admits = (kind: Kind, type: ValueType) => kind === "any" || (kind === "int" ? isInt(type) : isFloat(type));

/**
 * A function of `count` parameters of one type (the first or, for `step` and `smoothstep`, the last
 * decides; others may be its scalar, which stands for every lane) that returns that type.
 */
export function uniform(kind: Kind, count: number, body: string | ((type: ValueType) => string)): Builtin {
  return (parameters) => {
    const all = values(parameters, count);
    if (!all) return undefined;
    const type = all.reduce((widest, each) => (each.lanes > widest.lanes ? each : widest));
    if (!admits(kind, type)) return undefined;
    if (all.some((each) => each.scalar !== type.scalar || (each.lanes !== 1 && each.lanes !== type.lanes))) {
      return undefined;
    }
    const text = typeof body === "string" ? body : body(type);
    const spread = text.replace(/\$(\d)/g, (operand, digit: string) =>
      all[Number(digit)]!.lanes === type.lanes ? operand : `((${spell(type)})(${operand}))`,
    );
    return { result: type, body: `return ${spread};` };
  };
}

/** Like {@link uniform}, but computed lane by lane with an expression on scalars. */
export function perLane(
  kind: Kind,
  count: number,
  expression: (type: ValueType) => string,
  resultOf: (type: ValueType) => ValueType = (type) => type,
): Builtin {
  return (parameters) => {
    const all = values(parameters, count);
    const type = all?.[0];
    if (!all || !type || !admits(kind, type) || !all.every((each) => sameType(each, type))) return undefined;
    const result = resultOf(type);
    return { result, body: `return ${lanewise(result, parameters, expression(type))};` };
  };
}
