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
  unsignedBits,
  type ValueType,
} from "./types.js";

const NAME = /^convert_(u?(?:char|short|int|long)|half|float|double)(2|3|4|8|16)?(_sat)?(?:_(rte|rtz|rtp|rtn))?$/;
export type Rounding = "rte" | "rtz" | "rtp" | "rtn";

/** `convert_TYPE[_sat][_ROUNDING]`, OpenCL C 1.2, section 6.2.3. */
export function convert(parameters: readonly ClType[], name: string): Definition | undefined {
  const match = NAME.exec(name);
  const [from] = parameters;
  if (!match || from?.kind !== "value") return undefined;
  const result: ValueType = { kind: "value", scalar: match[1] as Scalar, lanes: Number(match[2] ?? 1) };
  if (result.lanes !== from.lanes) return undefined;
  const expression = conversion(from, result, match[3] !== undefined, match[4] as Rounding | undefined);
  return { result, body: `return ${lanewise(result, parameters, expression)};` };
}

/** The conversion of the scalar `$0`. */
export function conversion(from: ValueType, to: ValueType, saturate: boolean, rounding: Rounding | undefined): string {
  const plain = `(${to.scalar})$0`;
  if (isInt(to)) {
    // clang is told that casts saturate (-fno-strict-float-cast-overflow), NaN gives 0.
    if (isFloat(from)) return `(${to.scalar})${rounded("$0", rounding)}`;
    return saturate ? `(${to.scalar})${clamped(from, to)}` : plain;
  }
  if (rounding === undefined || rounding === "rte") return plain;
  if (isFloat(from)) return bitsOf(from) <= bitsOf(to) ? plain : narrowed("$0", from.scalar, to.scalar, rounding);
  if (to.scalar === "half") {
    // Beyond twice the largest half all integers round alike; up to there a float holds them exactly.
    const bounded = clampedTo(from, -131072n, 131072n);
    return narrowed(`((float)${bounded})`, "float", "half", rounding);
  }
  return intToFloat(from, to, rounding);
}

/** A float in a narrower format: to nearest first, then one step back when that went the wrong way. */
function narrowed(operand: string, from: Scalar, to: Scalar, rounding: "rtz" | "rtp" | "rtn"): string {
  const nearest = `(${to})${operand}`;
  // Widened again the nearest is exact; infinity and NaN compare as they should.
  const below = `(${from})${nearest} < ${operand}`;
  const above = `(${from})${nearest} > ${operand}`;
  return directed({ nearest, below, above, isNegative: `${operand} < 0`, to }, rounding);
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
  const target = limits(to);
  return clampedTo(from, target.min, target.max);
}

function clampedTo(from: ValueType, min: bigint, max: bigint): string {
  const source = limits(from);
  let text = "$0";
  if (min > source.min) text = `__builtin_elementwise_max(${text}, ${literal(min, from.scalar)})`;
  if (max < source.max) text = `__builtin_elementwise_min(${text}, ${literal(max, from.scalar)})`;
  return text;
}

/** A directed rounding of an integer. One with no more bits than the fraction is exact anyway. */
function intToFloat(from: ValueType, to: ValueType, rounding: "rtz" | "rtp" | "rtn"): string {
  const fraction = to.scalar === "double" ? 53 : 24;
  const nearest = `(${to.scalar})$0`;
  const magnitudeBits = bitsOf(from) - (isSigned(from) ? 1 : 0);
  if (magnitudeBits <= fraction) return nearest;
  const top = `0x1p${magnitudeBits}${to.scalar === "float" ? "f" : ""}`;
  // Rounded up to just beyond the type's range, it would not come back as itself.
  const above = `${nearest} >= ${top} || (${from.scalar})${nearest} > $0`;
  const below = `${nearest} < ${top} && (${from.scalar})${nearest} < $0`;
  return directed({ nearest, below, above, isNegative: "$0 < 0", to: to.scalar }, rounding);
}

interface Nearest {
  /** The value rounded to nearest, of type `to`. */
  readonly nearest: string;
  readonly to: Scalar;
  /** Conditions: it lies below or above the exact value, which is negative. */
  readonly below: string;
  readonly above: string;
  readonly isNegative: string;
}

/** One step of the float back when rounding to nearest went the wrong way. */
function directed({ nearest, to, below, above, isNegative }: Nearest, rounding: "rtz" | "rtp" | "rtn"): string {
  const bits = unsignedBits[scalarFacts[to].bits]!;
  const step = (toward: string) =>
    `__builtin_astype((${bits})(__builtin_astype(${nearest}, ${bits}) ${toward} 1), ${to})`;
  // The bits of a float grow with its magnitude.
  const down = `((${isNegative}) ? ${step("+")} : ${step("-")})`;
  const up = `((${isNegative}) ? ${step("-")} : ${step("+")})`;
  switch (rounding) {
    case "rtp":
      return `((${below}) ? ${up} : ${nearest})`;
    case "rtn":
      return `((${above}) ? ${down} : ${nearest})`;
    case "rtz":
      return `((${isNegative}) ? ((${below}) ? ${step("-")} : ${nearest}) : ((${above}) ? ${step("-")} : ${nearest}))`;
    default:
      return rounding satisfies never;
  }
}
