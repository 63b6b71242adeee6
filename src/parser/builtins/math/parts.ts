/** Functions that take a float apart or step through the floats. */
import { type Format, fractionMask, infinityBits, magnitudeMask, powerBits, topBit } from "./format.js";
import type { Helpers } from "./library.js";

/** What ilogb gives for 0 (FP_ILOGB0) and for NaN (FP_ILOGBNAN): those of clang's header. */
const ILOGB_ZERO = "(-2147483647 - 1)";
const ILOGB_NAN = "2147483647";

/** The largest float below 1. */
const belowOne = (f: Format) => `@real(${powerBits(f, 0)} - 1)`;

export const partHelpers: Helpers = {
  magnitude: (f) => `INLINE WORD @magnitude(REAL x) { return @bits(x) & ${magnitudeMask(f)}; }`,
  larger: () => "INLINE WORD @larger(WORD a, WORD b) { return a < b ? b : a; }",
  /** An exponent, of which both signs give a normal power of two. */
  normexponent: (f) => `INLINE int @normexponent(WORD m) { int e = (int)(m >> ${f.fraction}) - ${f.bias};
  return e > ${f.bias - 1} ? ${f.bias - 1} : e < ${1 - f.bias} ? ${1 - f.bias} : e; }`,
  normscale: () => "INLINE REAL @normscale(WORD m) { return @power(-@normexponent(m)); }",
  normback: () => "INLINE REAL @normback(WORD m) { return @power(@normexponent(m)); }",
  /** A lane of a vector whose largest magnitude is m: 1 for an infinity, then 0 for what is finite. */
  normend: (
    f,
  ) => `INLINE REAL @normend(REAL x, WORD m) { REAL r = @magnitude(x) == ${infinityBits(f)} ? (REAL)1 : (REAL)0;
  return m == ${infinityBits(f)} ? @signed(r, x) : x; }`,
  rsqrt: () => "INLINE REAL @rsqrt(REAL x) { return 1 / @sqrt(x); }",
  ilogb: (f) => `INLINE int @ilogb(REAL x) { WORD b = @bits(x) & ${magnitudeMask(f)};
  return b == 0 ? ${ILOGB_ZERO} : b >= ${infinityBits(f)} ? ${ILOGB_NAN} : @exponent(x); }`,
  logb: (f) => `INLINE REAL @logb(REAL x) { WORD b = @bits(x) & ${magnitudeMask(f)};
  return b == 0 ? -@infinity() : b >= ${infinityBits(f)} ? (@isnan(x) ? x : @infinity()) : (REAL)@exponent(x); }`,
  /** x without its exponent, in [1/2, 1). */
  frexp: (f) => `INLINE REAL @frexp(REAL x) { WORD b = @bits(x) & ${magnitudeMask(f)};
  REAL r = @real((@bits(x) & ${topBit(f)}) | ${powerBits(f, -1)} | ((@mantissa(x) >> ${f.width - 1 - f.fraction}) & ${fractionMask(f)}));
  return b == 0 || b >= ${infinityBits(f)} ? x : r; }`,
  frexpexponent: (f) => `INLINE int @frexpexponent(REAL x) { WORD b = @bits(x) & ${magnitudeMask(f)};
  return b == 0 || b >= ${infinityBits(f)} ? 0 : @exponent(x) + 1; }`,
  /** The fraction of x with its sign; the other part is trunc(x). */
  modf: (f) => `INLINE REAL @modf(REAL x) { REAL t = @trunc(x);
  REAL r = (@bits(x) & ${magnitudeMask(f)}) == ${infinityBits(f)} ? (REAL)0 : x - t; return @isnan(x) ? x : @signed(r, x); }`,
  /** min(x - floor(x), the largest number below 1). */
  fract: (f) => `INLINE REAL @fract(REAL x) { REAL r = x - @floor(x); r = r >= 1 ? ${belowOne(f)} : r;
  r = x == 0 || (@bits(x) & ${magnitudeMask(f)}) == ${infinityBits(f)} ? @signed((REAL)0, x) : r; return @isnan(x) ? x : r; }`,
  /** The next float after x towards y: bits grow with the magnitude. */
  nextafter: (f) => `INLINE REAL @nextafter(REAL x, REAL y) { WORD b = @bits(x); WORD a = b & ${magnitudeMask(f)};
  WORD up = (x < y) == (x > 0) ? b + 1 : b - 1; up = a == 0 ? (@bits(y) & ${topBit(f)}) | 1 : up;
  return @isnan(x) ? x : @isnan(y) || x == y ? y : @real(up); }`,
};
