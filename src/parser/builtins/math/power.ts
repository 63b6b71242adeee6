/** Powers and roots: 2^(y log2 x) in fixed point. Special values: OpenCL C 1.2, section 7.5.1, and C99, annex F.9.4.4. */
import { type Format, infinityBits, magnitudeMask, word } from "./format.js";
import type { Helpers } from "./library.js";

const third = (f: Format) => word(f, f.coefficients.constants.THIRD!);
/** The bits of 1. */
const oneBits = (f: Format) => word(f, BigInt(f.bias) << BigInt(f.fraction));

export const powerHelpers: Helpers = {
  /** |x|^(y 2^(e - width + 1)) for a positive finite |x|; `y` normalised, negative when `down`. */
  powfixed: (f) => {
    // Beyond this the result is infinity or zero whatever the fraction is.
    const far = f.width === 32 ? 9 : 12;
    return `INLINE REAL @powfixed(REAL x, WORD y, int e, int down) { SWIDE l = @log2fixed(@mantissa(x), @exponent(x));
  WIDE a = l < 0 ? -(WIDE)l : (WIDE)l; int n = @widezeros(a) & ${2 * f.width - 1};
  WIDE p = (WIDE)(WORD)((a << n) >> ${f.width}) * y;
  int s = ${f.logUnit - 1 - f.width} - e + n; int negative = (l < 0) != (down != 0);
  WIDE v = p >> (s < 0 ? 0 : s > ${2 * f.width - 1} ? ${2 * f.width - 1} : s);
  int huge = s < ${f.width - far}; v = negative ? -v : v;
  REAL r = @exp2fixed((SWIDE)v, 0); return a == 0 ? (REAL)1 : huge ? (negative ? (REAL)0 : @infinity()) : r; }`;
  },
  /** Whether y is an odd integer, and whether it is an integer at all: bits 1 and 0. */
  parity: (f) => `INLINE int @parity(REAL y) { int e = @exponent(y); WORD m = @mantissa(y);
  int whole = e >= ${f.width - 1} || (e >= 0 && (WORD)(m << (e & ${f.width - 1}) << 1) == 0);
  int odd = whole && e <= ${f.fraction} && ((m >> ((${f.width - 1} - e) & ${f.width - 1})) & 1) != 0;
  return (@bits(y) & ${magnitudeMask(f)}) == 0 ? 1 : whole | (odd << 1); }`,
  /** pow where x or y is zero, infinite or NaN, or x is negative; r is |x|^y. */
  powends: (
    f,
  ) => `INLINE REAL @powends(REAL r, REAL x, REAL y) { int q = @parity(y); WORD a = @bits(x) & ${magnitudeMask(f)}; WORD b = @bits(y) & ${magnitudeMask(f)};
  int minus = @bits(x) >> ${f.width - 1} && (q & 2) && b < ${infinityBits(f)};
  r = a == 0 || a == ${infinityBits(f)} ? ((a == 0) != (y < 0) ? (REAL)0 : @infinity()) : r;
  r = b == ${infinityBits(f)} ? (a == ${oneBits(f)} ? (REAL)1 : (a < ${oneBits(f)}) != (y < 0) ? (REAL)0 : @infinity()) : r;
  r = x < 0 && a < ${infinityBits(f)} && !(q & 1) && b < ${infinityBits(f)} ? @nan() : minus ? -r : r;
  r = @isnan(x) ? x : @isnan(y) ? y : r;
  return b == 0 || @bits(x) == ${oneBits(f)} ? (REAL)1 : r; }`,
  pow: () =>
    "INLINE REAL @pow(REAL x, REAL y) { return @powends(@powfixed(x, @mantissa(y), @exponent(y), y < 0), x, y); }",
  /** As pow for x >= 0, but 0^0, inf^0 and 1^inf are NaN, and so is any power of a negative x. */
  powr: (
    f,
  ) => `INLINE REAL @powr(REAL x, REAL y) { WORD a = @bits(x) & ${magnitudeMask(f)}; WORD b = @bits(y) & ${magnitudeMask(f)};
  REAL r = @powfixed(x, @mantissa(y), @exponent(y), y < 0);
  r = a == 0 || a == ${infinityBits(f)} ? ((a == 0) != (y < 0) ? (REAL)0 : @infinity()) : r;
  r = b == ${infinityBits(f)} ? ((a < ${oneBits(f)}) != (y < 0) ? (REAL)0 : @infinity()) : r;
  r = b == 0 ? (REAL)1 : r;
  int bad = x < 0 || (b == 0 && (a == 0 || a == ${infinityBits(f)})) || (b == ${infinityBits(f)} && a == ${oneBits(f)});
  return @isnan(x) ? x : @isnan(y) ? y : bad ? @nan() : r; }`,
  pown: (f) => {
    const up = f.width - 32;
    return `INLINE REAL @pown(REAL x, int n) { WORD a = @bits(x) & ${magnitudeMask(f)}; uint m = n < 0 ? -(uint)n : (uint)n; int z = @f:zeros(m);
  REAL r = @powfixed(x, (WORD)(m << (z & 31))${up ? ` << ${up}` : ""}, 31 - z, n < 0);
  r = a == 0 || a == ${infinityBits(f)} ? ((a == 0) != (n < 0) ? (REAL)0 : @infinity()) : r;
  r = @bits(x) >> ${f.width - 1} && (n & 1) ? -r : r; return n == 0 ? (REAL)1 : @isnan(x) ? x : r; }`;
  },
  /** x^(1 / n), where 1 / n has all the bits of a word; an odd root of a negative number is negative, an even one NaN. */
  rootn: (
    f,
  ) => `INLINE REAL @rootn(REAL x, int n) { WORD a = @bits(x) & ${magnitudeMask(f)}; REAL d = (REAL)n; REAL y = 1 / d;
  WORD m = @mantissa(y); m += (WORD)(SWORD)(@fma(-d, y, 1) * (REAL)m); REAL r = @powfixed(x, m, @exponent(y), n < 0);
  r = a == 0 || a == ${infinityBits(f)} ? ((a == 0) != (n < 0) ? (REAL)0 : @infinity()) : r;
  r = @bits(x) >> ${f.width - 1} && (n & 1) ? -r : r;
  r = n == 0 || (x < 0 && !(n & 1)) ? @nan() : r; return @isnan(x) ? x : r; }`,
  /** With x = m 2^(3 q + s): 2^q times 2^((log2(m) + s) / 3). */
  cbrt: (
    f,
  ) => `INLINE REAL @cbrt(REAL x) { WORD a = @bits(x) & ${magnitudeMask(f)}; int e = @exponent(x) + ${f.width === 32 ? 150 : 1077}; int q = (int)(((uint)e * 43691u) >> 17); int s = e - 3 * q;
  SWIDE l = @log2fixed(@mantissa(x), s);
  WORD u = (WORD)(l < 0 ? (SWIDE)0 : l >> ${f.logUnit - f.width + 2});
  WORD t = @mulhi(u, ${third(f)}); REAL r = @pack(@exp2word(t << 2), (int)(t >> ${f.width - 2}) + q - ${f.width === 32 ? 50 : 359});
  r = @signed(r, x); return a == 0 || a >= ${infinityBits(f)} ? x : r; }`,
};
