/** fmod, remainder and remquo by long division of significands: exact, a few bits of the quotient an iteration. */
import { infinityBits, magnitudeMask } from "./format.js";
import type { Helpers } from "./library.js";

/** Quotient bits an iteration. */
const stepsAtOnce = 8;
const step = "s = r << 1; b = s >= m; s = b ? s - m : s; r = n > 0 ? s : r; q = n > 0 ? (q << 1) | b : q; n -= 1;";

/** The finite cases that need a division are those with |x| >= |y| / 2, y neither 0 nor infinite. */
export const remainderHelpers: Helpers = {
  /**
   * |x| / |y| for normalised significands r and m, whose exponents differ by n - 1: the low bits of the quotient in the
   * upper word; in the lower one the remainder, in halves of a unit in the last place of y.
   */
  divide: (f) => `INLINE WIDE @divide(WORD r, WORD m, int n) { m = m << 1; WORD q = 0; WORD s; WORD b;
  while (n > 0) { ${Array.from({ length: stepsAtOnce }, () => step).join("\n    ")} }
  return ((WIDE)q << ${f.width}) | r; }`,
  significand: (f) => `INLINE WORD @significand(REAL x) { return @mantissa(x) >> ${f.width - 1 - f.fraction}; }`,
  /** The quotient and remainder of |x| / |y|, no iteration where there is nothing to divide. */
  quotient: () =>
    "INLINE WIDE @quotient(REAL x, REAL y, int on) { int n = @exponent(x) - @exponent(y) + 1; return @divide(@significand(x), @significand(y), on ? n : 0); }",
  /** r in halves of a unit in the last place of a number with exponent e: exact. */
  fromrest: (f) => `INLINE REAL @fromrest(WORD r, int e) { int n = @zeros(r);
  return r == 0 ? (REAL)0 : @pack(r << (n & ${f.width - 1}), e - ${f.fraction + 2 - f.width} - n); }`,
  /** NaN where there is no remainder: x infinite, y zero. */
  restends: (f) => `INLINE REAL @restends(REAL r, REAL x, REAL y) {
  int bad = (@bits(x) & ${magnitudeMask(f)}) == ${infinityBits(f)} || y == 0; return @isnan(x) ? x : @isnan(y) ? y : bad ? @nan() : r; }`,
  dividable: (f) =>
    `INLINE int @dividable(REAL x, REAL y) { return (@bits(x) & ${magnitudeMask(f)}) < ${infinityBits(f)} && y != 0 && (@bits(y) & ${magnitudeMask(f)}) < ${infinityBits(f)}; }`,
  fmod: () => `INLINE REAL @fmod(REAL x, REAL y) { int on = @abs(x) >= @abs(y) && @dividable(x, y);
  REAL r = @signed(@fromrest((WORD)@quotient(x, y, on), @exponent(y)), x); return @restends(on ? r : x, x, y); }`,
  /** The remainder after rounding the quotient to nearest even; the quotient's low seven bits with its sign go to the upper word. */
  nearest: (
    f,
  ) => `INLINE WIDE @nearest(REAL x, REAL y) { int e = @exponent(y); int on = @exponent(x) >= e - 1 && x != 0 && @dividable(x, y);
  WIDE d = @quotient(x, y, on); WORD r = (WORD)d; WORD q = (WORD)(d >> ${f.width}); WORD m = @significand(y);
  int up = on && (r > m || (r == m && (q & 1))); r = up ? (m << 1) - r : r; q = on ? q + up : 0;
  REAL v = on ? @fromrest(r, e) : @abs(x); v = @restends((@bits(x) >> ${f.width - 1} != 0) != up ? -v : v, x, y);
  q = q & 127; q = (@bits(x) ^ @bits(y)) >> ${f.width - 1} ? -q : q;
  return ((WIDE)q << ${f.width}) | @bits(v); }`,
  wide: () => "typedef WIDE @wide;",
  restof: () => "INLINE REAL @restof(WIDE d) { return @real((WORD)d); }",
  quotientbits: (f) => `INLINE int @quotientbits(WIDE d) { return (int)(WORD)(d >> ${f.width}); }`,
  remainder: () => "INLINE REAL @remainder(REAL x, REAL y) { return @restof(@nearest(x, y)); }",
};
