/** What OpenCL C 1.2 says of float functions that are no approximations, on numbers of JavaScript rounded to the type. */
import type { Case } from "./harness.js";
import { type Real, rounded, smallestNormal } from "./reals.js";

const truth = (lanes: number) => (value: boolean) => (value ? (lanes === 1 ? 1n : -1n) : 0n);
const isNegative = (a: number) => a < 0 || Object.is(a, -0);
/** To nearest even. */
function rint(a: number): number {
  if (!Number.isFinite(a) || Math.abs(a) >= 2 ** 52) return a;
  const below = Math.floor(a);
  const up = a - below > 0.5 || (a - below === 0.5 && below % 2 !== 0);
  const result = up ? below + 1 : below;
  return result === 0 && isNegative(a) ? -0 : result;
}
/** Half away from zero. */
function round(a: number): number {
  const whole = Math.trunc(a);
  return Math.abs(a - whole) >= 0.5 ? whole + Math.sign(a) : whole;
}
const fmin = (a: number, b: number) => (Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.min(a, b));
const fmax = (a: number, b: number) => (Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.max(a, b));

const maskScalar: Readonly<Record<Real, string>> = { half: "short", float: "int", double: "long" };

/** Two roundings give the float or half that one would: a double has more than twice their bits. */
export function floatCases(lanes: number, real: Real = "float"): Case[] {
  const fround = (value: number) => rounded(real, value);
  const type = lanes === 1 ? real : `${real}${lanes}`;
  const mask = lanes === 1 ? "int" : `${maskScalar[real]}${lanes}`;
  const choice = lanes === 1 ? maskScalar[real] : mask;
  const is = truth(lanes);
  const unary = (name: string, expected: (a: number) => number): Case => ({
    name,
    parameters: [type],
    result: type,
    expected,
  });
  const binary = (name: string, expected: (a: number, b: number) => number): Case => ({
    name,
    parameters: [type, type],
    result: type,
    expected,
  });
  const ternary = (name: string, expected: (a: number, b: number, c: number) => number): Case => ({
    name,
    parameters: [type, type, type],
    result: type,
    expected,
  });
  const compare = (name: string, expected: (a: number, b: number) => boolean): Case => ({
    name,
    parameters: [type, type],
    result: mask,
    expected: (a: number, b: number) => is(expected(a, b)),
  });
  const classify = (name: string, expected: (a: number) => boolean): Case => ({
    name,
    parameters: [type],
    result: mask,
    expected: (a: number) => is(expected(a)),
  });
  const sqrt = (a: number) => fround(Math.sqrt(a));
  // Of a half it is computed as a float.
  const rsqrt = (a: number) =>
    real === "half" ? fround(Math.fround(1 / Math.fround(Math.sqrt(a)))) : fround(1 / sqrt(a));
  const clamp = (a: number, low: number, high: number) => fmin(fmax(a, low), high);
  const cases: Case[] = [
    unary("fabs", Math.abs),
    unary("floor", Math.floor),
    unary("ceil", Math.ceil),
    unary("trunc", Math.trunc),
    unary("rint", rint),
    unary("round", round),
    unary("sqrt", sqrt),
    unary("native_sqrt", sqrt),
    unary("half_sqrt", sqrt),
    unary("rsqrt", rsqrt),
    unary("native_rsqrt", rsqrt),
    unary("native_recip", (a) => fround(1 / a)),
    unary("half_recip", (a) => fround(1 / a)),
    unary("degrees", (a) => fround(a * fround(180 / Math.PI))),
    unary("radians", (a) => fround(a * fround(Math.PI / 180))),
    unary("sign", (a) => (Number.isNaN(a) ? 0 : Math.sign(a))),
    binary("fmin", fmin),
    binary("fmax", fmax),
    binary("min", (a, b) => (b < a ? b : a)),
    binary("max", (a, b) => (a < b ? b : a)),
    binary("fdim", (a, b) => (a <= b ? 0 : fround(a - b))),
    binary("maxmag", (a, b) => (Math.abs(a) > Math.abs(b) ? a : Math.abs(b) > Math.abs(a) ? b : fmax(a, b))),
    binary("minmag", (a, b) => (Math.abs(a) < Math.abs(b) ? a : Math.abs(b) < Math.abs(a) ? b : fmin(a, b))),
    binary("copysign", (a, b) => (isNegative(b) ? -Math.abs(a) : Math.abs(a))),
    binary("native_divide", (a, b) => fround(a / b)),
    binary("half_divide", (a, b) => fround(a / b)),
    binary("step", (edge, x) => (x < edge ? 0 : 1)),
    ternary("mad", (a, b, c) => fround(fround(a * b) + c)),
    ternary("mix", (x, y, a) => fround(x + fround(fround(y - x) * a))),
    ternary("clamp", clamp),
    ternary("smoothstep", (low, high, x) => {
      const t = clamp(fround(fround(x - low) / fround(high - low)), 0, 1);
      return fround(fround(t * t) * fround(3 - fround(2 * t)));
    }),
    compare("isequal", (a, b) => a === b),
    compare("isnotequal", (a, b) => a !== b),
    compare("isgreater", (a, b) => a > b),
    compare("isgreaterequal", (a, b) => a >= b),
    compare("isless", (a, b) => a < b),
    compare("islessequal", (a, b) => a <= b),
    compare("islessgreater", (a, b) => a < b || a > b),
    compare("isordered", (a, b) => !Number.isNaN(a) && !Number.isNaN(b)),
    compare("isunordered", (a, b) => Number.isNaN(a) || Number.isNaN(b)),
    classify("isnan", Number.isNaN),
    classify("isinf", (a) => Math.abs(a) === Infinity),
    classify("isfinite", Number.isFinite),
    classify("isnormal", (a) => Number.isFinite(a) && Math.abs(a) >= smallestNormal[real]),
    {
      name: "select",
      parameters: [type, type, choice],
      result: type,
      expected: (a: number, b: number, c: bigint) => ((lanes === 1 ? c !== 0n : c < 0n) ? b : a),
    },
  ];
  if (lanes > 1) {
    cases.push(
      { ...binary("fmin", fmin), parameters: [type, real] },
      { ...binary("max", (a, b) => (a < b ? b : a)), parameters: [type, real] },
      { ...ternary("clamp", clamp), parameters: [type, real, real] },
      { ...ternary("mix", (x, y, a) => fround(x + fround(fround(y - x) * a))), parameters: [type, type, real] },
      { ...binary("step", (edge, x) => (x < edge ? 0 : 1)), parameters: [real, type] },
    );
  }
  // These exist for float alone.
  return real === "float" ? cases : cases.filter(({ name }) => !/^(native|half)_/.test(name));
}
