/** sin, cos and tan: an angle in quarter turns as a wide fixed-point number, then polynomials of a fraction of a quarter turn. */
import { type Format, fractionMask, implicitBit, infinityBits, magnitudeMask, powerBits, topBit } from "./format.js";
import type { Helpers } from "./library.js";
import { horner, table } from "./numbers.js";

const list = (text: string) => text.split(" ");
/** Below, sin(x) is x as well as the format can tell. */
const small = (f: Format) => powerBits(f, f.width === 32 ? -12 : -27);
/** Below, sin(pi x) is pi x; an exact fraction of a turn fits wide integers from there on. */
const smallTurn = (f: Format) => powerBits(f, f.width === 32 ? -20 : -30);
const constant = (f: Format, name: string) => f.coefficients.constants[name]!;

/** The two polynomials share their multipliers: `c` chooses the coefficients. */
function chosen(f: Format): string {
  const [sine, cosine] = [f.coefficients.sine[0]!, f.coefficients.cosine[0]!];
  const missing = list(cosine).length - list(sine).length;
  const { coefficients, steps } = horner(f, [`${sine}${" 0x0".repeat(missing)}`, cosine]);
  return steps((power) => `(c ? ${coefficients[power]![1]} : ${coefficients[power]![0]})`, "z");
}

const pointBits = (f: Format) => 2 * f.width - 2;

export const trigonometricHelpers: Helpers = {
  pibits: (f) => table("@pibits", "WORD", list(f.coefficients.twoOverPi)),
  /**
   * |x| in quarter turns modulo 4, with 2 * width - 2 bits after the point: the significand times those bits of 2 / pi
   * that are neither whole turns nor too small to matter (Payne and Hanek).
   */
  turns: (f) => {
    const bits = Math.log2(f.width);
    const offset = f.piPad - 2 - f.bias - f.fraction;
    const last = list(f.coefficients.twoOverPi).length - 4;
    return `INLINE WIDE @turns(REAL x) { WORD b = @bits(x) & ${magnitudeMask(f)}; int at = (int)(b >> ${f.fraction}) + ${offset};
  at = at < 0 ? 0 : at; int i = at >> ${bits}; i = i > ${last} ? ${last} : i; int s = at & ${f.width - 1}; int r = ${f.width - 1} - s;
  WORD w0 = @pibits[i]; WORD w1 = @pibits[i + 1]; WORD w2 = @pibits[i + 2]; WORD w3 = @pibits[i + 3];
  w0 = (w0 << s) | (w1 >> 1 >> r); w1 = (w1 << s) | (w2 >> 1 >> r); w2 = (w2 << s) | (w3 >> 1 >> r);
  WORD m = (b & ${fractionMask(f)}) | ${implicitBit(f)};
  return (WIDE)m * (((WIDE)w0 << ${f.width}) | w1) + (((WIDE)m * w2) >> ${f.width}); }`;
  },
  /** The same of 2 |x| pi: exact. */
  halfturns: (f) => {
    const offset = f.fraction + f.bias - 1 - pointBits(f);
    return `INLINE WIDE @halfturns(REAL x) { WORD b = @bits(x) & ${magnitudeMask(f)}; int s = (int)(b >> ${f.fraction}) - ${offset};
  WIDE m = (WIDE)((b & ${fractionMask(f)}) | ${implicitBit(f)});
  return s > ${2 * f.width - 1} ? 0 : s >= 0 ? m << s : m >> (s < -${f.width} ? ${f.width} : -s); }`;
  },
  /** sin of an angle from `turns`; cos when `quarter` is 1. */
  circle: (
    f,
  ) => `INLINE REAL @circle(WIDE r, int quarter) { int q = (int)((r + ((WIDE)1 << ${pointBits(f) - 1})) >> ${pointBits(f)});
  SWIDE g = (SWIDE)(r - ((WIDE)(WORD)q << ${pointBits(f)})); int minus = g < 0; WIDE a = minus ? -(WIDE)g : (WIDE)g; q += quarter;
  int c = q & 1; WORD v = (WORD)(a >> ${f.width - 2}); v = v >> ${f.width - 1} ? ${magnitudeMask(f)} : v;
  WORD z = @mulhi(v, v) << 2; ${chosen(f)}
  int n = @widezeros(a) & ${2 * f.width - 1}; WORD e = c ? ${topBit(f)} : (WORD)((a << n) >> ${f.width}); n = c ? 1 : n;
  REAL p = @scaled((REAL)@mulhi(e, (WORD)h), ${4 - f.width} - n);
  return ((q >> 1) & 1) != (minus & ~c) ? -p : p; }`,
  sin: (
    f,
  ) => `INLINE REAL @sin(REAL x) { WORD b = @bits(x) & ${magnitudeMask(f)}; REAL r = @circle(@turns(x), 0); r = x < 0 ? -r : r;
  r = b < ${small(f)} ? x : r; return b >= ${infinityBits(f)} ? (@isnan(x) ? x : @nan()) : r; }`,
  cos: (f) => `INLINE REAL @cos(REAL x) { WORD b = @bits(x) & ${magnitudeMask(f)}; REAL r = @circle(@turns(x), 1);
  r = b < ${small(f)} ? (REAL)1 : r; return b >= ${infinityBits(f)} ? (@isnan(x) ? x : @nan()) : r; }`,
  tan: (
    f,
  ) => `INLINE REAL @tan(REAL x) { WORD b = @bits(x) & ${magnitudeMask(f)}; WIDE t = @turns(x); REAL r = @circle(t, 0) / @circle(t, 1); r = x < 0 ? -r : r;
  r = b < ${small(f)} ? x : r; return b >= ${infinityBits(f)} ? (@isnan(x) ? x : @nan()) : r; }`,
  /** A zero has the sign of x. */
  sinpi: (
    f,
  ) => `INLINE REAL @sinpi(REAL x) { WORD b = @bits(x) & ${magnitudeMask(f)}; REAL r = @circle(@halfturns(x), 0); r = r == 0 ? (REAL)0 : r;
  r = x < 0 ? -r : r; r = b < ${smallTurn(f)} ? x * ${constant(f, "PI")} : r; return b >= ${infinityBits(f)} ? (@isnan(x) ? x : @nan()) : r; }`,
  /** A zero is positive. */
  cospi: (
    f,
  ) => `INLINE REAL @cospi(REAL x) { WORD b = @bits(x) & ${magnitudeMask(f)}; REAL r = @circle(@halfturns(x), 1); r = r == 0 ? (REAL)0 : r;
  return b >= ${infinityBits(f)} ? (@isnan(x) ? x : @nan()) : r; }`,
  tanpi: () => "INLINE REAL @tanpi(REAL x) { return @sinpi(x) / @cospi(x); }",
};
