/** The error and gamma functions. */
import { type Format, magnitudeMask, powerBits, topBit, wide, word } from "./format.js";
import type { Helpers } from "./library.js";

const constant = (f: Format, name: string) => f.coefficients.constants[name]!;
/** log2 of where the table of erf ends, and of where that of erfcx does. */
const erfEnd = (f: Format) => (f.width === 32 ? 2 : 3);
const erfcxEnd = (f: Format) => (f.width === 32 ? 4 : 5);
/** tgamma is infinite above this, and zero below its negative; a multiple of two. */
const gammaEnd = (f: Format) => (f.width === 32 ? 48 : 192);
/** Bits before the point of tgamma's argument, and of its logarithm. */
const gammaWhole = (f: Format) => (f.width === 32 ? 6 : 8);

export const gammaHelpers: Helpers = {
  erf: (f) => `INLINE REAL @erf(REAL x) { REAL a = @abs(x) * @real(${powerBits(f, -erfEnd(f))});
  REAL r = x * @fromfixed(@erfpart(@fixed(a))); r = a < 1 ? r : @signed((REAL)1, x); return @isnan(x) ? x : @abs(r) > 1 ? @signed((REAL)1, x) : r; }`,
  /** e^(-x^2) erfcx(x) for x >= 0, and two minus that of -x. The square is exact to a word's precision. */
  erfc: (f) => {
    const up = f.width - 1 - f.fraction;
    const end = erfcxEnd(f);
    return `INLINE REAL @erfc(REAL x) { WORD b = @bits(x) & ${magnitudeMask(f)}; REAL a = @real(b); int e = (int)(b >> ${f.fraction}) - ${f.bias};
  WORD m = (b << ${up}) | ${topBit(f)}; WORD q = @mulhi(m, m); WIDE p = (WIDE)q * ${word(f, constant(f, "LOG2_E_HALF"))};
  int s = ${f.width - 3} - 2 * e; WIDE y = p >> (s < 0 ? 0 : s > ${2 * f.width - 1} ? ${2 * f.width - 1} : s); y = -y;
  WORD g = (WORD)@erfcxpart(@fixed(a * @real(${powerBits(f, -end)})));
  WORD h = @mulhi(@exp2word((WORD)y), g); int n = @zeros(h) & ${f.width - 1};
  REAL r = @pack(h << n, (int)((SWIDE)y >> ${f.width}) + 2 - n); r = b >= ${powerBits(f, end)} ? (REAL)0 : r;
  return @isnan(x) ? x : x < 0 ? 2 - r : r; }`;
  },
  /** The sum of Stirling's series at w >= 1, times w, by a table over 1 / w. */
  stirling: () => "INLINE REAL @stirling(REAL s) { return s * @fromfixed(@stirlingpart(@fixed(s))); }",
  /**
   * 2^y with y = log2(gamma(v)) = (v - 1/2) log2(v) - v log2(e) + log2(2 pi) / 2 + series in fixed point, where v is x from 1
   * on, 1 + x below (then divided by x), and 1 - x for negative x, where pi / sin(pi x) / gamma(1 - x) is the result.
   */
  tgamma: (f) => {
    const w = f.width;
    const whole = gammaWhole(f);
    const point = w - whole;
    const halfOne = word(f, 1n << BigInt(point - 1));
    const unit = word(f, 1n << BigInt(point));
    // The logarithm, below 8, has three bits before the point.
    const logDown = f.logUnit - (w - 3);
    return `INLINE REAL @tgamma(REAL x) { REAL a = @abs(x); int low = x < 1; int negative = x < 0;
  WORD u = @fixed(a * @real(${powerBits(f, -whole)})); WORD v = low ? u + ${unit} : u; int n = @zeros(v) & ${w - 1};
  WORD l = (WORD)(@log2fixed(v << n, ${whole - 1} - n) >> ${logDown});
  REAL s = 1 / (low ? 1 + a : a);
  WORD t = @fixed(s); WORD c = @mulhi((WORD)@stirlingpart(t), t);
  WIDE y = (((WIDE)(v - ${halfOne}) * l) >> ${point - 3}) - (((WIDE)v * ${word(f, constant(f, "LOG2_E_HALF"))}) >> ${point - 1})
    + ${wide(f, constant(f, "LOG2_ROOT_2PI"))} + (((WIDE)c * ${word(f, constant(f, "LOG2_E_HALF"))}) >> ${w - 3});
  y = negative ? -y : y; REAL g = @pack(@exp2word((WORD)y), -1); int k = (int)((SWIDE)y >> ${w}) + 1;
  REAL num = negative ? ${constant(f, "PI")} : (REAL)1; REAL den = negative ? @sinpi(x) : low ? x : (REAL)1;
  REAL r = @ldexp(num / den * g, k);
  r = a >= ${gammaEnd(f)} ? (negative ? @signed((REAL)0, den) : @infinity()) : r;
  r = x == 0 ? @signed(@infinity(), x) : negative && den == 0 ? @nan() : r; r = negative && a == @infinity() ? @nan() : r; return @isnan(x) ? x : r; }`;
  },
  /** ln gamma(w) for w >= 1/2, where d = w - 1: a table times (w - 1)(w - 2) up to 5/2, then Stirling's formula. */
  lngamma: (f) => `INLINE REAL @lngamma(REAL w, REAL d) { int near = w < (REAL)2.5f; REAL v = near ? (REAL)3 : w;
  WORD u = @fixed((w - (REAL)0.5f) * (REAL)0.5f);
  REAL r = (v - (REAL)0.5f) * (@log(v) - 1) + (${constant(f, "STIRLING")} + @stirling(1 / v));
  REAL n = d * (d - 1) * @fromfixed(@gammapart(u)); return near ? (n == 0 ? (REAL)0 : n) : r; }`,
  lgamma: (
    f,
  ) => `INLINE REAL @lgamma(REAL x) { REAL a = @abs(x); int shift = x < (REAL)0.5f; REAL d = shift ? a : x - 1;
  REAL g = @lngamma(shift ? 1 + a : x, d); REAL s = @abs(@sinpi(x));
  REAL l = @log(x < 0 ? s * ${constant(f, "INV_PI")} : a);
  REAL r = shift ? (x < 0 ? -(l + g) : g - l) : g;
  r = a == @infinity() || x == 0 || (x < 0 && s == 0) ? @infinity() : r; return @isnan(x) ? x : r; }`,
  /** The sign of gamma(x), 0 where it has a pole. */
  gammasign: () => `INLINE int @gammasign(REAL x) { REAL w = @floor(x); REAL h = w * (REAL)0.5f;
  return x > 0 ? 1 : x == 0 ? (1 / x < 0 ? -1 : 1) : x == w ? 0 : h == @floor(h) ? 1 : -1; }`,
};
