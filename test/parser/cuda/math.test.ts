/**
 * CUDA's math functions reach the right built-in with the right type: values against the CPU's, loosely.
 * How exact the built-ins are is their own test.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { importKernels } from "../../../src/hls/import/import.js";
import type { LlvmModule } from "../../../src/parser/llvm/module.js";
import { compileCu, launch } from "./run.js";

const points = [0.1, 0.25, 0.5, 0.75, 0.9, 0.999];
const erf = (x: number): number => {
  // The series: enough terms for arguments below one.
  let term = x;
  let sum = x;
  for (let n = 1; n < 30; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
};

/** Of one argument between 0 and 1, for float (with f and without) and double. */
const unary: Readonly<Record<string, (x: number) => number>> = {
  acos: Math.acos,
  asin: Math.asin,
  asinh: Math.asinh,
  atan: Math.atan,
  atanh: Math.atanh,
  cbrt: Math.cbrt,
  ceil: Math.ceil,
  cos: Math.cos,
  cosh: Math.cosh,
  cospi: (x) => Math.cos(Math.PI * x),
  erf,
  erfc: (x) => 1 - erf(x),
  exp: Math.exp,
  exp10: (x) => 10 ** x,
  exp2: (x) => 2 ** x,
  expm1: Math.expm1,
  fabs: Math.abs,
  floor: Math.floor,
  log: Math.log,
  log10: Math.log10,
  log1p: Math.log1p,
  log2: Math.log2,
  logb: (x) => Math.floor(Math.log2(x)),
  normcdf: (x) => 0.5 * (1 + erf(x / Math.SQRT2)),
  rcbrt: (x) => 1 / Math.cbrt(x),
  rint: (x) => (x <= 0.5 ? 0 : 1),
  rsqrt: (x) => 1 / Math.sqrt(x),
  sin: Math.sin,
  sinh: Math.sinh,
  sinpi: (x) => Math.sin(Math.PI * x),
  sqrt: Math.sqrt,
  tan: Math.tan,
  tanh: Math.tanh,
  trunc: Math.trunc,
};
/** Of the argument and 1.75. */
const binary: Readonly<Record<string, (x: number, y: number) => number>> = {
  atan2: Math.atan2,
  copysign: (x) => x,
  fdim: () => 0,
  fmax: Math.max,
  fmin: Math.min,
  fmod: (x) => x,
  hypot: Math.hypot,
  pow: Math.pow,
  remainder: (x) => (x > 0.875 ? x - 1.75 : x),
};
/** Whole expressions; `T` is the type. */
const expressions: readonly (readonly [string, (x: number) => number])[] = [
  ["acosh(x + 1)", (x) => Math.acosh(x + 1)],
  ["fma(x, x, (T)1)", (x) => x * x + 1],
  ["ldexp(x, 3) + scalbn(x, -1)", (x) => 8.5 * x],
  ["(T)ilogb(x)", (x) => Math.floor(Math.log2(x))],
  ["lgamma(x + 3) - log((x + 2) * (x + 1) * x) - lgamma(x)", () => 0],
  ["tgamma(x + 1) / tgamma(x)", (x) => x],
  ["std::sqrt(x) + std::abs(-x) + std::pow(x, (T)2)", (x) => Math.sqrt(x) + x + x * x],
  ["(T)pow(x, 2)", (x) => x * x],
];
const withPointers: readonly (readonly [string, (x: number) => number])[] = [
  ["T s, c; sincos(x, &s, &c); r[i] = s + 2 * c;", (x) => Math.sin(x) + 2 * Math.cos(x)],
  [
    "T w; T f = modf(x * 64, &w); r[i] = w * 1000 + f;",
    // 64 x is exact.
    (x) => Math.trunc(64 * x) * 1000 + (64 * x - Math.trunc(64 * x)),
  ],
  [
    "int e; T m = frexp(x, &e); r[i] = m * 10 + e;",
    (x) => (x / 2 ** (Math.floor(Math.log2(x)) + 1)) * 10 + Math.floor(Math.log2(x)) + 1,
  ],
];
const fast: Readonly<Record<string, (x: number) => number>> = {
  __sinf: Math.sin,
  __cosf: Math.cos,
  __tanf: Math.tan,
  __expf: Math.exp,
  __exp10f: (x) => 10 ** x,
  __logf: Math.log,
  __log2f: Math.log2,
  __log10f: Math.log10,
};

interface Case {
  readonly title: string;
  readonly type: "float" | "double";
  readonly body: string;
  readonly expected: (x: number) => number;
}

const both = (title: string, body: string, expected: Case["expected"]): Case[] =>
  (["float", "double"] as const).map((type) => ({ title, type, body: body.replace(/\bT\b/g, type), expected }));

/** The others differ from these in nothing but the built-in's name. */
const inDouble = new Set(["exp", "sqrt", "fabs", "floor", "rsqrt", "fmod", "hypot"]);
const asOverload = new Set(["sin", "exp", "cbrt", "rint", "pow", "atan2"]);
const forms = (name: string, second: string, expected: Case["expected"]): Case[] => [
  { title: `${name}f`, type: "float", body: `r[i] = ${name}f(x${second && `, ${second}f`});`, expected },
  ...(["float", "double"] as const)
    .filter((type) => (type === "float" ? asOverload : inDouble).has(name))
    .map(
      (type): Case => ({ title: name, type, body: `r[i] = ${name}(x${second && `, (${type})${second}`});`, expected }),
    ),
];

const cases: readonly Case[] = [
  ...Object.entries(unary).flatMap(([name, expected]) => forms(name, "", expected)),
  ...Object.entries(binary).flatMap(([name, of]) => forms(name, "1.75", (x) => of(x, 1.75))),
  ...expressions.flatMap(([text, expected]) => both(text, `r[i] = ${text};`, expected).slice(0, 1)),
  ...withPointers.flatMap(([text, expected]) => both(text, text, expected).slice(0, 1)),
  ...Object.entries(fast).map(([name, expected]) => ({
    title: name,
    type: "float" as const,
    body: `r[i] = ${name}(x);`,
    expected,
  })),
];

let module: LlvmModule;
beforeAll(async () => {
  const kernels = cases.map(
    ({ type, body }, k) =>
      `__global__ void k${k}(const ${type} *p, ${type} *r) { int i = threadIdx.x; ${type} x = p[i]; ${body} }`,
  );
  ({ module } = await compileCu(`#include <cmath>\n${kernels.join("\n")}\n`));
}, 300_000);

describe("math functions", () => {
  it.each(cases.map((each, k) => [`${each.type}: ${each.title}`, each, k] as const))(
    "%s",
    (_, { type, expected }, k) => {
      const Numbers = type === "float" ? Float32Array : Float64Array;
      const x = Numbers.from(points);
      const result = new Numbers(points.length);
      launch(importKernels(module, { kernels: [`k${k}`] })[0]!, [1, points.length], [x, result]);
      const tolerance = type === "float" ? 4e-6 : 1e-13;
      for (const [i, value] of [...x].entries()) {
        const exact = expected(value);
        // The expectation is itself rounded: near a zero of the function only the difference counts.
        expect(Math.abs(result[i]! - exact), `at ${value}: ${result[i]} is not ${exact}`).toBeLessThan(
          tolerance * Math.max(1, Math.abs(exact)),
        );
      }
    },
  );
});
