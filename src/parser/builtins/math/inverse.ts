/** Inverse trigonometric functions: polynomials of asin(x) / x and atan(x) / x. */
import { type Format, infinityBits, magnitudeMask } from "./format.js";
import type { Helpers } from "./library.js";

const constant = (f: Format, name: string) => f.coefficients.constants[name]!;
const pi = (f: Format) => constant(f, "PI");
const halfPi = (f: Format) => constant(f, "PI_2");
const overPi = (f: Format) => constant(f, "INV_PI");

export const inverseHelpers: Helpers = {
  /**
   * asin(x) for |x| up to about sqrt(1/2), else 2 asin(sqrt((1 - |x|) / 2)), which is the angle from the end of the
   * circle. Both have the square root of the argument of one polynomial before it.
   */
  arc: () => `INLINE REAL @arc(REAL x) { REAL a = @abs(x); int outer = @isouter(x); REAL w = (1 - a) * (REAL)0.5f;
  WORD v = @fixed(a); WORD z = (outer ? @fixed(w) : @mulhi(v, v)) << 1;
  REAL s = @sqrt(w); return (outer ? s + s : x) * @fromfixed(@arcsinepart(z)); }`,
  isouter: () => "INLINE int @isouter(REAL x) { return @abs(x) > (REAL)0.70703125f; }",
  asin: (f) => `INLINE REAL @asin(REAL x) { REAL s = @arc(x); return @isouter(x) ? @signed(${halfPi(f)} - s, x) : s; }`,
  acos: (f) => `INLINE REAL @acos(REAL x) { REAL s = @arc(x);
  return @isouter(x) ? (x < 0 ? ${pi(f)} - s : s) : ${halfPi(f)} - s; }`,
  asinpi: (f) =>
    `INLINE REAL @asinpi(REAL x) { REAL s = @arc(x) * ${overPi(f)}; return @isouter(x) ? @signed((REAL)0.5f - s, x) : s; }`,
  acospi: (f) => `INLINE REAL @acospi(REAL x) { REAL s = @arc(x) * ${overPi(f)};
  return @isouter(x) ? (x < 0 ? 1 - s : s) : (REAL)0.5f - s; }`,
  /** atan(t) for 0 <= t <= 1. */
  angle: () => "INLINE REAL @angle(REAL t) { return t * @fromfixed(@arctangentpart(@fixed(t))); }",
  atan: (f) => `INLINE REAL @atan(REAL x) { REAL a = @abs(x); int steep = a > 1; REAL s = @angle(steep ? 1 / a : a);
  s = @signed(steep ? ${halfPi(f)} - s : s, x); return @isnan(x) ? x : s; }`,
  atanpi: (
    f,
  ) => `INLINE REAL @atanpi(REAL x) { REAL a = @abs(x); int steep = a > 1; REAL s = @angle(steep ? 1 / a : a) * ${overPi(f)};
  s = @signed(steep ? (REAL)0.5f - s : s, x); return @isnan(x) ? x : s; }`,
  /** The angle of the point (|x|, |y|) within its half of a quadrant. */
  octant:
    () => `INLINE REAL @octant(REAL y, REAL x) { REAL a = @abs(x); REAL b = @abs(y); REAL n = a < b ? a : b; REAL d = a < b ? b : a;
  REAL t = n / d; t = d == 0 ? (REAL)0 : n == @infinity() ? (REAL)1 : t; return @angle(t); }`,
  atan2: (
    f,
  ) => `INLINE REAL @atan2(REAL y, REAL x) { REAL s = @octant(y, x); s = @abs(y) > @abs(x) ? ${halfPi(f)} - s : s;
  s = @bits(x) >> ${f.width - 1} ? ${pi(f)} - s : s; s = @signed(s, y); return @isnan(x) ? x : @isnan(y) ? y : s; }`,
  atan2pi: (
    f,
  ) => `INLINE REAL @atan2pi(REAL y, REAL x) { REAL s = @octant(y, x) * ${overPi(f)}; s = @abs(y) > @abs(x) ? (REAL)0.5f - s : s;
  s = @bits(x) >> ${f.width - 1} ? 1 - s : s; s = @signed(s, y); return @isnan(x) ? x : @isnan(y) ? y : s; }`,
  /** sqrt(x^2 + y^2), both scaled by the larger one's exponent. */
  hypot: (f) => {
    const most = f.bias - 1;
    return `INLINE REAL @hypot(REAL x, REAL y) { REAL a = @abs(x); REAL b = @abs(y); REAL d = a < b ? b : a; REAL n = a < b ? a : b;
  int e = (int)(@bits(d) >> ${f.fraction}) - ${f.bias}; e = e > ${most} ? ${most} : e < -${most} ? -${most} : e; REAL s = @power(-e);
  d = d * s; n = n * s;
  REAL r = @ldexp(@sqrt(d * d + n * n), e);
  r = @isnan(x) ? x : @isnan(y) ? y : r;
  return (@bits(x) & ${magnitudeMask(f)}) == ${infinityBits(f)} || (@bits(y) & ${magnitudeMask(f)}) == ${infinityBits(f)} ? @infinity() : r; }`;
  },
};
