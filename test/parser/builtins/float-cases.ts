/** What OpenCL C 1.2 says of float functions that are no approximations, on numbers of JavaScript rounded to float. */
import type { Case } from "./harness.js";

const { fround } = Math;
const truth = (lanes: number) => (value: boolean) => (value ? (lanes === 1 ? 1n : -1n) : 0n);
const isNegative = (a: number) => a < 0 || Object.is(a, -0);
/** To nearest even. */
function rint(a: number): number {
  if (!Number.isFinite(a) || Math.abs(a) >= 2 ** 23) return a;
  const below = Math.floor(a);
  const up = a - below > 0.5 || (a - below === 0.5 && below % 2 !== 0);
  const result = up ? below + 1 : below;
  return result === 0 && isNegative(a) ? -0 : result;
}
/** Half away from zero; exact for floats, since a double holds a + 0.5. */
const round = (a: number) => (isNegative(a) ? -Math.floor(-a + 0.5) : Math.floor(a + 0.5));
const fmin = (a: number, b: number) => (Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.min(a, b));
const fmax = (a: number, b: number) => (Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.max(a, b));

export function floatCases(lanes: number): Case[] {
  const type = lanes === 1 ? "float" : `float${lanes}`;
  const mask = lanes === 1 ? "int" : `int${lanes}`;
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
    unary("rsqrt", (a) => fround(1 / sqrt(a))),
    unary("native_rsqrt", (a) => fround(1 / sqrt(a))),
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
    classify("isnormal", (a) => Number.isFinite(a) && Math.abs(a) >= 2 ** -126),
    {
      name: "select",
      parameters: [type, type, mask],
      result: type,
      expected: (a: number, b: number, c: bigint) => ((lanes === 1 ? c !== 0n : c < 0n) ? b : a),
    },
  ];
  if (lanes > 1) {
    cases.push(
      { ...binary("fmin", fmin), parameters: [type, "float"] },
      { ...binary("max", (a, b) => (a < b ? b : a)), parameters: [type, "float"] },
      { ...ternary("clamp", clamp), parameters: [type, "float", "float"] },
      { ...ternary("mix", (x, y, a) => fround(x + fround(fround(y - x) * a))), parameters: [type, type, "float"] },
      { ...binary("step", (edge, x) => (x < edge ? 0 : 1)), parameters: ["float", type] },
    );
  }
  return cases;
}
