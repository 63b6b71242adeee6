/** What all math functions are made of: fields of floats, fixed point, polynomials by table, rounding back to a float. */
import {
  type Format,
  fractionMask,
  infinityBits,
  magnitudeMask,
  powerBits,
  quietNaNBits,
  topBit,
  word,
} from "./format.js";
import type { Helper, Helpers } from "./library.js";

const list = (text: string) => text.split(" ");

export function table(name: string, type: "WORD" | "SWORD" | "WIDE" | "SWIDE", values: readonly string[]): string {
  return `CONSTANT ${type} ${name}[${values.length}] = {${values.join(", ")}};`;
}

/** A table of numbers as a helper. */
export const tableOf =
  (name: string, type: "WORD" | "SWORD" | "SWIDE", values: (f: Format) => string): Helper =>
  (f) =>
    table(
      `__soff_${name}_${f.suffix}`,
      type,
      // Without a suffix a literal has the first type that holds it.
      list(values(f)),
    );

export type Polynomial =
  | "exp2"
  | "sine"
  | "cosine"
  | "arcsine"
  | "arctangent"
  | "erf"
  | "erfcx"
  | "expm1"
  | "stirling"
  | "gamma";

/** A hexadecimal literal of 32 bits would be unsigned, also after a minus. */
export const signedLiterals = (f: Format, row: string): readonly string[] =>
  list(row).map((c) => (f.width === 32 ? c : `${c}l`));

const integers = (row: string): bigint[] => list(row).map((c) => (c.startsWith("-") ? -BigInt(c.slice(1)) : BigInt(c)));

/**
 * The sign that the sum has at each power, the same for every row and every argument in [0, 1); undefined when there
 * is none. Then Horner's rule does with unsigned products, which take fewer multipliers.
 */
function signsOf(rows: readonly (readonly bigint[])[]): readonly (1 | -1)[] | undefined {
  const degree = rows[0]!.length - 1;
  const signs: (1 | -1)[] = [];
  const bounds = rows.map(() => ({ low: 0n, high: 0n }));
  for (let power = degree; power >= 0; power--) {
    rows.forEach((row, k) => {
      const { low, high } = bounds[k]!;
      // What truncation may add is a unit a step.
      bounds[k] = {
        low: row[power]! + (low < 0n ? low - 1n : 0n),
        high: row[power]! + (high > 0n ? high + 1n : 0n),
      };
    });
    if (bounds.every(({ low }) => low >= 0n)) signs[power] = 1;
    else if (bounds.every(({ high }) => high <= 0n)) signs[power] = -1;
    else return undefined;
  }
  return signs[0] === 1 ? signs : undefined;
}

/** Horner's rule for one of several rows of coefficients, lowest power first. */
export interface Horner {
  /** The coefficients of a power, one a row: words when `unsigned`, else signed. */
  readonly coefficients: readonly (readonly string[])[];
  readonly unsigned: boolean;
  /** Statements that leave the value in `h`; `at` gives a coefficient's text, `t` is the argument. */
  steps(at: (power: number) => string, t: string): string;
}

export function horner(f: Format, rows: readonly string[]): Horner {
  const whole = rows.map(integers);
  const signs = signsOf(whole);
  const degree = whole[0]!.length - 1;
  const powers = Array.from({ length: degree + 1 }, (_, power) => power);
  const down = powers.slice(0, -1).reverse();
  if (!signs) {
    return {
      coefficients: powers.map((power) => rows.map((row) => signedLiterals(f, row)[power]!)),
      unsigned: false,
      steps: (at, t) =>
        `SWORD h = ${at(degree)}; ${down.map((power) => `h = ${at(power)} + @step(h, ${t});`).join(" ")}`,
    };
  }
  const same = (power: number) => signs[power] === signs[power + 1];
  return {
    coefficients: powers.map((power) =>
      whole.map((row) => word(f, BigInt.asUintN(f.width, row[power]! * BigInt(signs[power]!)))),
    ),
    unsigned: true,
    steps: (at, t) =>
      `WORD h = ${at(degree)}; ${down.map((power) => `h = ${at(power)} ${same(power) ? "+" : "-"} @mulhi(h, ${t});`).join(" ")}`,
  };
}

/**
 * `@namepart(u)`: the polynomial of the segment that the top bits of u name, at the rest of u. Each power has a table of its
 * own, read in one access; one segment has constants instead.
 */
function polynomial(name: Polynomial): Helpers {
  const helper: Helper = (f) => {
    const rows = f.coefficients[name];
    const bits = Math.log2(rows.length);
    const { coefficients, steps } = horner(f, rows);
    const at = (power: number) => (bits === 0 ? coefficients[power]![0]! : `@${name}part${power}[i]`);
    const index = bits === 0 ? "" : `int i = (int)(u >> ${f.width - bits}); WORD t = u << ${bits};`;
    return `INLINE SWORD @${name}part(WORD u) { ${index} ${steps(at, bits === 0 ? "u" : "t")} return (SWORD)h; }`;
  };
  const tables = Array.from({ length: 12 }, (_, power): [string, Helper] => [
    `${name}part${power}`,
    (f) => {
      const { coefficients, unsigned } = horner(f, f.coefficients[name]);
      return table(`__soff_${name}part${power}_${f.suffix}`, unsigned ? "WORD" : "SWORD", coefficients[power]!);
    },
  ]);
  return { [`${name}part`]: helper, ...Object.fromEntries(tables) };
}

export const numberHelpers: Helpers = {
  mulhi: (f) => `INLINE WORD @mulhi(WORD a, WORD b) { return (WORD)(((WIDE)a * b) >> ${f.width}); }`,
  /** A step of Horner's rule: a signed sum times a fraction. */
  step: (f) => `INLINE SWORD @step(SWORD a, WORD t) { return (SWORD)(((SWIDE)a * (SWIDE)(WIDE)t) >> ${f.width}); }`,
  signedstep: (f) =>
    `INLINE SWORD @signedstep(SWORD a, SWORD t) { return (SWORD)(((SWIDE)a * (SWIDE)t) >> ${f.width}); }`,
  zeros: (f) =>
    `INLINE int @zeros(WORD a) { return a == 0 ? ${f.width} : ${f.width === 32 ? "__builtin_clz(a)" : "__builtin_clzl(a)"}; }`,
  /** Leading zeros of a wide integer. */
  widezeros: (f) =>
    f.width === 32
      ? "INLINE int @widezeros(WIDE a) { return a == 0 ? 64 : __builtin_clzl(a); }"
      : "INLINE int @widezeros(WIDE a) { WORD h = (WORD)(a >> 64); return h != 0 ? @zeros(h) : 64 + @zeros((WORD)a); }",
  abs: (f) => `INLINE REAL @abs(REAL x) { return @real(@bits(x) & ${magnitudeMask(f)}); }`,
  /** x with the sign of y. */
  signed: (f) =>
    `INLINE REAL @signed(REAL x, REAL y) { return @real((@bits(x) & ${magnitudeMask(f)}) | (@bits(y) & ${topBit(f)})); }`,
  infinity: (f) => `INLINE REAL @infinity(void) { return @real(${infinityBits(f)}); }`,
  nan: (f) => `INLINE REAL @nan(void) { return @real(${quietNaNBits(f)}); }`,
  isnan: () => "INLINE int @isnan(REAL x) { return x != x; }",
  /** A power of two that is a normal number. */
  power: (f) => `INLINE REAL @power(int k) { return @real((WORD)(SWORD)(k + ${f.bias}) << ${f.fraction}); }`,
  /** x 2^k, where both are normal numbers or x is zero. */
  scaled: (f) =>
    `INLINE REAL @scaled(REAL x, int k) { return x == 0 ? x : @real(@bits(x) + ((WORD)(SWORD)k << ${f.fraction})); }`,
  /** A positive fixed-point value of `width - 2` bits after the point, rounded. */
  fromfixed: (f) => `INLINE REAL @fromfixed(SWORD a) { return @scaled((REAL)a, ${2 - f.width}); }`,
  /** |x| = mantissa 2^(exponent - width + 1), the mantissa's top bit set. */
  mantissa: (f) => {
    const up = f.width - 1 - f.fraction;
    return `INLINE WORD @mantissa(REAL x) { WORD b = @bits(x) & ${magnitudeMask(f)};
  return b >> ${f.fraction} ? (b << ${up}) | ${topBit(f)} : b << (@zeros(b) & ${f.width - 1}); }`;
  },
  exponent: (f) =>
    `INLINE int @exponent(REAL x) { WORD b = @bits(x) & ${magnitudeMask(f)}; int e = (int)(b >> ${f.fraction});
  return e ? e - ${f.bias} : ${f.width - f.bias - f.fraction} - @zeros(b); }`,
  /** |x| < 1 as a fraction of a word; what is larger gives all ones. */
  fixed: (f) => {
    const up = f.width - 1 - f.fraction;
    return `INLINE WORD @fixed(REAL x) { WORD b = @bits(x) & ${magnitudeMask(f)}; int s = ${f.bias - 1} - (int)(b >> ${f.fraction});
  WORD m = (b << ${up}) | ${topBit(f)}; return s < 0 ? ~(WORD)0 : m >> (s > ${f.width - 1} ? ${f.width - 1} : s); }`;
  },
  /** m 2^(k - width + 1) rounded to nearest, also where it is subnormal; m is normalised but for rounding errors. */
  pack: (f) => {
    const down = f.width - f.fraction - 1;
    return `INLINE REAL @pack(WORD m, int k) { int e = k + ${f.bias}; int s = e < 1 ? 1 - e : 0; int p = e < 1 ? 1 : e;
  WORD r = m >> (s > ${f.width - 1} ? ${f.width - 1} : s); WORD n = (r >> ${down}) + ((r >> ${down - 1}) & 1);
  return @real(p > ${2 * f.bias} ? ${infinityBits(f)} : ((WORD)(p - 1) << ${f.fraction}) + n); }`;
  },
  /** x 2^n, rounded once. */
  ldexp: (f) => {
    // A result below the normal range is made `guard` powers of two larger first: the product by 2^-guard rounds.
    const guard = 2 * f.width;
    const least = -(f.bias + f.fraction + 3);
    return `INLINE REAL @ldexp(REAL x, int n) { WORD b = @bits(x); WORD a = b & ${magnitudeMask(f)};
  int m = n < -8192 ? -8192 : n > 8192 ? 8192 : n;
  int e = @exponent(x) + m; WORD frac = (@mantissa(x) >> ${f.width - 1 - f.fraction}) & ${fractionMask(f)};
  int low = e < ${1 - f.bias}; int c = e < ${least} ? ${least} : e; c = low ? c + ${guard} : c;
  REAL y = @real(((WORD)(SWORD)(c + ${f.bias}) << ${f.fraction}) | frac);
  REAL r = low ? y * @real(${powerBits(f, -guard)}) : e > ${f.bias} ? @infinity() : y;
  r = @signed(r, x);
  return a == 0 || a >= ${infinityBits(f)} ? x : r; }`;
  },
  ...polynomial("exp2"),
  ...polynomial("sine"),
  ...polynomial("cosine"),
  ...polynomial("arcsine"),
  ...polynomial("arctangent"),
  ...polynomial("erf"),
  ...polynomial("erfcx"),
  ...polynomial("expm1"),
  ...polynomial("stirling"),
  ...polynomial("gamma"),
};
