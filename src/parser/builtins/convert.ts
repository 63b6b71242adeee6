import { type Definition, lanewise } from "./definition.js";
import {
  bitsOf,
  type ClType,
  isFloat,
  isInt,
  isSigned,
  limits,
  literal,
  type Scalar,
  scalarFacts,
  type ValueType,
} from "./types.js";

const NAME = /^convert_(u?(?:char|short|int|long)|float|double)(2|3|4|8|16)?(_sat)?(?:_(rte|rtz|rtp|rtn))?$/;
type Rounding = "rte" | "rtz" | "rtp" | "rtn";

/** `convert_TYPE[_sat][_ROUNDING]`, OpenCL C 1.2, section 6.2.3. */
export function convert(parameters: readonly ClType[], name: string): Definition | undefined {
  const match = NAME.exec(name);
  const [from] = parameters;
  if (!match || from?.kind !== "value" || from.scalar === "half") return undefined;
  const result: ValueType = { kind: "value", scalar: match[1] as Scalar, lanes: Number(match[2] ?? 1) };
  if (result.lanes !== from.lanes) return undefined;
  const expression = scalarConversion(from, result, match[3] !== undefined, match[4] as Rounding | undefined);
  return expression === undefined ? undefined : { result, body: `return ${lanewise(result, parameters, expression)};` };
}

/** The conversion of the scalar `$0`. */
function scalarConversion(
  from: ValueType,
  to: ValueType,
  saturate: boolean,
  rounding: Rounding | undefined,
): string | undefined {
  const plain = `(${to.scalar})$0`;
  if (isInt(to)) {
    // clang is told that casts saturate (-fno-strict-float-cast-overflow), NaN gives 0.
    if (isFloat(from)) return `(${to.scalar})${rounded("$0", rounding)}`;
    return saturate ? `(${to.scalar})${clamped(from, to)}` : plain;
  }
  const toFloat = rounding === undefined || rounding === "rte" || from.scalar === to.scalar;
  if (toFloat) return plain;
  if (isFloat(from)) return bitsOf(from) < bitsOf(to) ? plain : undefined;
  return intToFloat(from, to, rounding);
}

/** A float as an integral float: the cast itself rounds towards zero. */
function rounded(operand: string, rounding: Rounding | undefined): string {
  switch (rounding) {
    case undefined:
    case "rtz":
      return operand;
    case "rte":
      return `__builtin_elementwise_rint(${operand})`;
    case "rtp":
      return `__builtin_elementwise_ceil(${operand})`;
    case "rtn":
      return `__builtin_elementwise_floor(${operand})`;
    default:
      return rounding satisfies never;
  }
}

/** `$0` brought into the range of `to`, in its own type. */
function clamped(from: ValueType, to: ValueType): string {
  const source = limits(from);
  const target = limits(to);
  let text = "$0";
  if (target.min > source.min) text = `__builtin_elementwise_max(${text}, ${literal(target.min, from.scalar)})`;
  if (target.max < source.max) text = `__builtin_elementwise_min(${text}, ${literal(target.max, from.scalar)})`;
  return text;
}

/**
 * A directed rounding: to nearest first, then one step of the float back when that went the wrong way.
 * An integer with no more bits than the fraction is exact anyway.
 */
function intToFloat(from: ValueType, to: ValueType, rounding: "rtz" | "rtp" | "rtn"): string {
  const fraction = to.scalar === "double" ? 53 : 24;
  const nearest = `(${to.scalar})$0`;
  if (bitsOf(from) - (isSigned(from) ? 1 : 0) <= fraction) return nearest;
  const bits = scalarFacts[to.scalar].bits === 64 ? "ulong" : "uint";
  const top = `0x1p${bitsOf(from) - (isSigned(from) ? 1 : 0)}${to.scalar === "float" ? "f" : ""}`;
  // Rounded up to just beyond the type's range, it would not come back as itself.
  const above = `(${nearest} >= ${top} || (${from.scalar})${nearest} > $0)`;
  const below = `(${nearest} < ${top} && (${from.scalar})${nearest} < $0)`;
  const step = (toward: string) =>
    `__builtin_astype((${bits})(__builtin_astype(${nearest}, ${bits}) ${toward} 1), ${to.scalar})`;
  // The bits of a float grow with its magnitude.
  const down = `($0 < 0 ? ${step("+")} : ${step("-")})`;
  const up = `($0 < 0 ? ${step("-")} : ${step("+")})`;
  switch (rounding) {
    case "rtp":
      return `(${below} ? ${up} : ${nearest})`;
    case "rtn":
      return `(${above} ? ${down} : ${nearest})`;
    case "rtz":
      return `($0 < 0 ? (${below} ? ${up} : ${nearest}) : (${above} ? ${down} : ${nearest}))`;
    default:
      return rounding satisfies never;
  }
}
