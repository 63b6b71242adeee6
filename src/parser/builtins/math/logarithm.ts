/** Logarithms: log2 in fixed point, times a constant. The inverse hyperbolic functions and powers are made of it. */
import { type Format, infinityBits, magnitudeMask, powerBits, word } from "./format.js";
import type { Helpers } from "./library.js";
import { signedLiterals, table, tableOf } from "./numbers.js";

const list = (text: string) => text.split(" ");
/** Bits after the point of a reciprocal in the table. */
const inverseBits = (f: Format) => f.logBits + 2;

const constant = (f: Format, name: string) => word(f, f.coefficients.constants[name]!);
const half = (f: Format) => word(f, 1n << BigInt(f.width - 1));

export const logarithmHelpers: Helpers = {
  loginv: tableOf("loginv", "WORD", (f) => f.coefficients.logInverse),
  logtable: (f) => table("@logtable", "SWIDE", list(f.coefficients.logTable!)),
  loghigh: (f) =>
    table(
      "@loghigh",
      "WORD",
      list(f.coefficients.logTableHigh!).map((v) => `${v}ul`),
    ),
  loglow: (f) =>
    table(
      "@loglow",
      "WORD",
      list(f.coefficients.logTableLow!).map((v) => `${v}ul`),
    ),
  logindex: (f) => `INLINE int @logindex(WORD m) { return (int)((m << 1) >> ${f.width - f.logBits}); }`,
  /**
   * log2(m 2^(k - width + 1)) of a normalised m, `logUnit` bits after the point. The table's reciprocal of m's top bits
   * leaves 1 + t; t is exact and near 1 the result is t times a polynomial alone, so that it keeps its relative accuracy.
   */
  log2fixed: (f) => {
    const product = 2 * f.width + f.logBits - 4;
    const row = signedLiterals(f, f.coefficients.log2);
    const steps = row
      .slice(0, -1)
      .reverse()
      .map((c) => `q = ${c} + @signedstep(q, t);`);
    const logOf = f.width === 32 ? "@logtable[i]" : "(SWIDE)(((WIDE)@loghigh[i] << 64) | @loglow[i])";
    return `INLINE SWIDE @log2fixed(WORD m, int k) { int i = @logindex(m);
  SWORD t = (SWORD)((SWIDE)((WIDE)m * @loginv[i] - ((WIDE)1 << ${f.width - 1 + inverseBits(f)})) >> 3);
  SWORD q = ${row.at(-1)}; ${steps.join(" ")}
  return (((SWIDE)t * (SWIDE)q) >> ${product - f.logUnit}) + (SWIDE)((WIDE)(SWIDE)k << ${f.logUnit}) + ${logOf}; }`;
  },
  /** l c 2^(e - width), where l has `logUnit` bits after the point. */
  logscale: (f) => `INLINE REAL @logscale(SWIDE l, WORD c, int e) { WIDE a = l < 0 ? -(WIDE)l : (WIDE)l;
  int n = @widezeros(a) & ${2 * f.width - 1}; WORD p = @mulhi((WORD)((a << n) >> ${f.width}), c);
  REAL r = @scaled((REAL)p, ${f.width - f.logUnit} - n + e); return l < 0 ? -r : r; }`,
  /** Sets right what the logarithm r of x is where x is no positive finite number. */
  logends: (f) => `INLINE REAL @logends(REAL r, REAL x) { WORD b = @bits(x); WORD a = b & ${magnitudeMask(f)};
  r = x < 0 ? @nan() : r; r = a == 0 ? -@infinity() : r; return b == ${infinityBits(f)} || @isnan(x) ? x : r; }`,
  log: (f) =>
    `INLINE REAL @log(REAL x) { return @logends(@logscale(@log2fixed(@mantissa(x), @exponent(x)), ${constant(f, "LN_2")}, 0), x); }`,
  log2: (f) =>
    `INLINE REAL @log2(REAL x) { return @logends(@logscale(@log2fixed(@mantissa(x), @exponent(x)), ${half(f)}, 1), x); }`,
  log10: (f) =>
    `INLINE REAL @log10(REAL x) { return @logends(@logscale(@log2fixed(@mantissa(x), @exponent(x)), ${constant(f, "LOG10_2")}, 0), x); }`,
  /**
   * u = 1 + x rounded, c the rest: log2(u) + c / u log2(e). The rest is so small beside u that a reciprocal from the
   * table is good enough for it.
   */
  log1p: (f) => {
    const scale = f.bias + f.logUnit;
    return `INLINE REAL @log1p(REAL x) { REAL u = 1 + x; REAL c = @abs(x) < 1 ? x - (u - 1) : 1 - (u - x);
  int k = @exponent(u); WORD m = @mantissa(u); SWIDE l = @log2fixed(m, k);
  c = k > ${f.fraction + 2} ? (REAL)0 : c; k = k > ${f.fraction + 2} ? ${f.fraction + 2} : k < ${-f.fraction - 2} ? ${-f.fraction - 2} : k;
  SWORD d = (SWORD)(c * @real((WORD)(SWORD)(${scale} - k) << ${f.fraction}));
  SWIDE p = ((SWIDE)d * (SWIDE)@loginv[@logindex(m)]) >> ${inverseBits(f)};
  l += (p * (SWIDE)${constant(f, "LOG2_E_HALF")}) >> ${f.width - 1};
  REAL r = @logscale(l, ${constant(f, "LN_2")}, 0);
  r = @logends(r, u); r = (@bits(x) & ${magnitudeMask(f)}) < ${powerBits(f, -f.fraction - 4)} ? x : r;
  return @isnan(x) ? x : r; }`;
  },
  /** log1p(x + x^2 / (1 + sqrt(x^2 + 1))); beyond 2^(fraction / 2 + 2) x^2 + 1 is x^2. */
  asinh: (f) => {
    const far = powerBits(f, (f.fraction >> 1) + 3);
    return `INLINE REAL @asinh(REAL x) { REAL a = @abs(x); int far = @bits(a) >= ${far}; REAL s = a * a;
  REAL y = a + s / (1 + @sqrt(s + 1));
  REAL near = @log1p(far ? (REAL)1 : y); REAL r = far ? @logends(@logscale(@log2fixed(@mantissa(a), @exponent(a) + 1), ${constant(f, "LN_2")}, 0), a) : near;
  r = @signed(r, x); return @isnan(x) ? x : r; }`;
  },
  acosh: (f) => {
    const far = powerBits(f, (f.fraction >> 1) + 3);
    return `INLINE REAL @acosh(REAL x) { int far = x >= @real(${far}); REAL t = x - 1;
  REAL near = @log1p(t + @sqrt(t * (t + 2)));
  REAL r = far ? @logends(@logscale(@log2fixed(@mantissa(x), @exponent(x) + 1), ${constant(f, "LN_2")}, 0), x) : near;
  r = x < 1 ? @nan() : r; return @isnan(x) ? x : r; }`;
  },
  atanh: () => `INLINE REAL @atanh(REAL x) { REAL a = @abs(x);
  REAL r = @signed((REAL)0.5f * @log1p((a + a) / (1 - a)), x); return @isnan(x) ? x : r; }`,
};
