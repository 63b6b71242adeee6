/** exp and its relatives: 2^y with y in fixed point. */
import { type Format, fractionMask, implicitBit, magnitudeMask, powerBits, topBit, wide } from "./format.js";
import type { Helpers } from "./library.js";

/** Bits of the factors `LOG2_E` and `LOG2_10`: with a significand they fill a wide integer. */
const factorBits = (f: Format) => 2 * f.width - f.fraction - 1;
export const factor = (f: Format, name: "LOG2_E" | "LOG2_10") => wide(f, f.coefficients.constants[name]!);
const one = (f: Format) => wide(f, `0x${(1n << BigInt(factorBits(f) - 2)).toString(16)}`);
/** From here on |x| is beyond the range of any exponential. */
const limit = (f: Format) => powerBits(f, f.width === 32 ? 8 : 11);

const plain = (name: string, factorText: (f: Format) => string) => (f: Format) =>
  `INLINE REAL @${name}(REAL x) { return @expof(x, ${factorText(f)}, 0); }`;

export const exponentialHelpers: Helpers = {
  /** The product of x and a factor with two bits before the point, rounded down, `width` bits after the point. */
  times: (f) => {
    const shift = f.fraction + factorBits(f) - 2 - f.width;
    return `INLINE SWIDE @times(REAL x, WIDE c) { WORD b = @bits(x) & ${magnitudeMask(f)}; int e = (int)(b >> ${f.fraction}) - ${f.bias};
  WIDE p = (WIDE)((b & ${fractionMask(f)}) | ${implicitBit(f)}) * c; int s = ${shift} - e;
  WIDE y = p >> (s < 0 ? 0 : s > ${2 * f.width - 1} ? ${2 * f.width - 1} : s);
  return x < 0 ? -(SWIDE)y : (SWIDE)y; }`;
  },
  /** 2^u of a fraction u as a word with one bit before the point. */
  exp2word: () => "INLINE WORD @exp2word(WORD u) { return (WORD)@exp2part(u) << 1; }",
  exp2fixed: (f) =>
    `INLINE REAL @exp2fixed(SWIDE y, int k) { return @pack(@exp2word((WORD)y), (int)(y >> ${f.width}) + k); }`,
  /** 2^(x c + k). */
  expof: (f) => `INLINE REAL @expof(REAL x, WIDE c, int k) { REAL r = @exp2fixed(@times(x, c), k);
  r = (@bits(x) & ${magnitudeMask(f)}) >= ${limit(f)} ? (x < 0 ? 0 : @infinity()) : r; return @isnan(x) ? x : r; }`,
  exp: plain("exp", (f) => factor(f, "LOG2_E")),
  exp2: plain("exp2", one),
  exp10: plain("exp10", (f) => factor(f, "LOG2_10")),
  /** Near 0 a polynomial of (e^x - 1) / x; elsewhere 2^k m - 1 in wide fixed point. */
  expm1: (f) => {
    const last = 2 * f.width - 1;
    return `INLINE REAL @expm1(REAL x) { SWIDE y = @times(x, ${factor(f, "LOG2_E")}); int k = (int)(y >> ${f.width});
  int up = k < 0 ? 0 : k > ${last} ? ${last} : k; int down = k < 0 ? (k < -${last} ? ${last} : -k) : 0;
  WIDE a = ((WIDE)@exp2word((WORD)y) << ${f.width}) >> down; WIDE o = ((WIDE)1 << ${last}) >> up;
  WIDE d = a < o ? o - a : a - o; int n = @widezeros(d) & ${last};
  REAL r = @pack((WORD)((d << n) >> ${f.width}), (k < 0 ? 0 : k) - n); r = a < o ? -r : r;
  WORD b = @bits(x) & ${magnitudeMask(f)};
  r = b >= ${limit(f)} ? (x < 0 ? (REAL)-1 : @infinity()) : r;
  WORD t = @fixed(x) << 2; t = ${topBit(f)} + (x < 0 ? -t : t);
  r = b < ${powerBits(f, -3)} ? x * @fromfixed(@expm1part(t)) : r;
  return @isnan(x) ? x : r; }`;
  },
  /** With t = e^|x| - 1: (t + t / (t + 1)) / 2; where e^-|x| is nothing beside e^|x|, half of that. */
  sinh: (f) => `INLINE REAL @sinh(REAL x) { REAL a = @abs(x); REAL t = @expm1(a);
  REAL r = (t + t / (t + 1)) * (REAL)0.5f; return @signed(a < ${f.width / 2} ? r : @expof(a, ${factor(f, "LOG2_E")}, -1), x); }`,
  cosh: (f) => `INLINE REAL @cosh(REAL x) { REAL a = @abs(x); REAL e = @exp(a);
  REAL r = e * (REAL)0.5f + (REAL)0.5f / e; return a < ${f.width / 2} ? r : @expof(a, ${factor(f, "LOG2_E")}, -1); }`,
  tanh: (f) => `INLINE REAL @tanh(REAL x) { REAL a = @abs(x); REAL t = @expm1(a + a);
  REAL r = t / (t + 2); r = a > ${f.width / 2} ? (REAL)1 : r; return @signed(r, x); }`,
};
