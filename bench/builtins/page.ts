/** docs/built-ins.md: the table of measured errors, and what else there is to know. */
import type { Sweep } from "./build.js";
import { measured } from "./functions.js";

/** `key`: digest of the function's text and of the measurement. */
export type Result = Sweep & { readonly key: string };

const limitText = (limit: number | undefined) => (limit === undefined ? "open" : String(limit));

function cells(result: Result | undefined): string {
  if (!result) return "not measured | |";
  const count =
    result.mode === "all"
      ? "all 2^32"
      : result.mode.startsWith("all/")
        ? `every ${result.mode.slice(4)}th`
        : `${(result.points / 1e6).toLocaleString("en", { maximumFractionDigits: 1 })} M`;
  const ulp =
    result.ulp === null ? "wrong" : result.ulp === 0 ? "0" : result.ulp >= 100 ? "large" : result.ulp.toFixed(2);
  return `${ulp} | ${count} |`;
}

export function page(results: readonly Result[]): string {
  const find = (name: string, type: string) => results.find((r) => r.name === name && r.type === type);
  const rows = measured.map(
    (each) =>
      `| \`${each.name}\` | ${limitText(each.float)} | ${cells(find(each.name, "float"))} ${cells(find(each.name, "double"))}`,
  );
  return `${head}
| function | limit | float, ulp | operands | double, ulp | operands |
|---|---|---|---|---|---|
${rows.join("\n")}
${tail}`;
}

const head = `# Built-in functions

Written by \`bench/builtins/run.ts\`; do not edit.

The functions of OpenCL C 1.2, sections 6.12.2 to 6.12.7 and 6.12.12, are OpenCL C text
(\`src/parser/builtins\`) that is compiled with the kernel that calls them and inlined. They turn into datapath like any other
code: integer arithmetic in fixed point with small tables, and few float operations. Only \`fmod\`, \`remainder\` and
\`remquo\` contain a loop. Vectors are computed lane by lane; \`half\` is computed as float and rounded once more.

## Errors

In units of the last place, with the limits of the specification's table 7.4 (full profile); subnormal numbers are kept. The CPU runs
the same text as the kernels (\`bench/builtins\`), compared with the C library in double for float and in 113 bits for
double. The test \`test/parser/builtins/native.test.ts\` shows that CPU and Kernel IR interpreter agree bit for bit.
Operands: all of them, every so many in the order of their bits, or random ones of every magnitude and near the difficult
places; beside them all pairs of special values.
`;

const tail = `
\`sin\`, \`cos\` and \`tan\` reduce every argument exactly (Payne and Hanek), so their errors hold for all of them. \`lgamma\` loses relative
accuracy where its value comes close to 0 at negative arguments; the specification leaves its accuracy open.

Correctly rounded, by the operators of the RTL library: \`+ - * /\`, \`sqrt\`, \`fma\`, \`native_divide\`, \`native_recip\`,
conversions in every rounding mode. Exact: \`ceil\`, \`copysign\`, \`fabs\`, \`fdim\` (one rounding), \`floor\`, \`fmax\`, \`fmin\`,
\`fract\`, \`frexp\`, \`ilogb\`, \`maxmag\`, \`minmag\`, \`modf\`, \`nan\`, \`remquo\`, \`rint\`, \`round\`, \`trunc\`, and the relational and integer
functions. \`mad\` is a product and a sum with two roundings. \`pow\` and \`pown\` with a constant exponent of -1, 1, 2, 3 or 4 are products. \`native_\` and \`half_\` functions are the full ones.

## How they work

- **exp, exp2, exp10, expm1, sinh, cosh, tanh**: the argument times log2(e) in fixed point with twice the word's width; the whole part is the
  exponent, 2^fraction a polynomial by table.
- **log and its relatives, asinh, acosh, atanh, pow, powr, pown, rootn, cbrt**: a table of reciprocals leaves 1 + t with t exact, log2(1 + t) is t
  times a polynomial, summed in a wide integer; powers multiply it by y and take 2 to that.
- **sin, cos, tan, sinpi, …**: the angle in quarter turns as a wide integer; two polynomials, which share their multipliers.
- **asin, acos, atan, atan2, …**: polynomials of asin(x) / x and atan(x) / x by table, a square root or a division before.
- **erf, erfc, tgamma, lgamma**: tables of erf(x) / x, of e^(x²) erfc(x) and of Stirling's series.

Every table and coefficient is derived by \`bench/builtins/coefficients.py\` (interpolation at Chebyshev nodes with 60 digits, rounded to
fixed point, checked against the exact function).
`;
