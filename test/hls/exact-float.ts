/**
 * IEEE arithmetic from its definition: the exact result as a rational of BigInts, then one rounding to nearest
 * even. Slow, and shares nothing with the interpreter.
 */
export interface Format {
  readonly exponentBits: number;
  readonly fractionBits: number;
}

export const formats = {
  16: { exponentBits: 5, fractionBits: 10 },
  32: { exponentBits: 8, fractionBits: 23 },
  64: { exponentBits: 11, fractionBits: 52 },
} as const satisfies Record<number, Format>;

/** numerator / denominator * 2^exponent, denominator > 0. A zero has its sign in `negative`. */
interface Rational {
  readonly kind: "finite";
  readonly negative: boolean;
  readonly numerator: bigint;
  readonly denominator: bigint;
  readonly exponent: number;
}
type Value = Rational | { readonly kind: "infinite"; readonly negative: boolean } | { readonly kind: "nan" };

const bias = (f: Format) => (1 << (f.exponentBits - 1)) - 1;
const width = (f: Format) => 1 + f.exponentBits + f.fractionBits;
export const signBit = (f: Format) => 1n << BigInt(width(f) - 1);
const infinity = (f: Format) => ((1n << BigInt(f.exponentBits)) - 1n) << BigInt(f.fractionBits);
export const canonicalNaN = (f: Format) => infinity(f) | (1n << BigInt(f.fractionBits - 1));

export function decode(f: Format, bits: bigint): Value {
  const negative = (bits & signBit(f)) !== 0n;
  const field = Number((bits >> BigInt(f.fractionBits)) & ((1n << BigInt(f.exponentBits)) - 1n));
  const fraction = bits & ((1n << BigInt(f.fractionBits)) - 1n);
  if (field === (1 << f.exponentBits) - 1) return fraction ? { kind: "nan" } : { kind: "infinite", negative };
  const numerator = field === 0 ? fraction : fraction | (1n << BigInt(f.fractionBits));
  const exponent = Math.max(field, 1) - bias(f) - f.fractionBits;
  return { kind: "finite", negative, numerator, denominator: 1n, exponent };
}

export function encode(f: Format, value: Value): bigint {
  if (value.kind === "nan") return canonicalNaN(f);
  const sign = value.negative ? signBit(f) : 0n;
  if (value.kind === "infinite") return sign | infinity(f);
  if (value.numerator === 0n) return sign;
  // Find the unit in the last place: the largest 2^e with |value| < 2^(e + precision), but not below the subnormals'.
  const precision = f.fractionBits + 1;
  const least = 1 - bias(f) - f.fractionBits;
  let e = value.numerator.toString(2).length - value.denominator.toString(2).length + value.exponent - precision - 1;
  const scaled = (unit: number) => {
    const shift = value.exponent - unit;
    return shift >= 0
      ? [value.numerator << BigInt(shift), value.denominator]
      : [value.numerator, value.denominator << BigInt(-shift)];
  };
  e = Math.max(e, least);
  for (;;) {
    const [n, d] = scaled(e) as [bigint, bigint];
    let q = n / d;
    const twice = 2n * (n - q * d);
    if (q >= 1n << BigInt(precision)) {
      e++;
      continue;
    }
    if (twice > d || (twice === d && q & 1n)) q++;
    // Rounding up may reach the next binade: the encoding then carries into the exponent by itself.
    const field = BigInt(e - least + 1);
    const hidden = 1n << BigInt(f.fractionBits);
    const result = q < hidden ? q : ((field - 1n) << BigInt(f.fractionBits)) + q;
    return sign | (result >= infinity(f) ? infinity(f) : result);
  }
}

const finite = (negative: boolean, numerator: bigint, denominator: bigint, exponent: number): Value => ({
  kind: "finite",
  negative,
  numerator,
  denominator,
  exponent,
});
const nan: Value = { kind: "nan" };
const isZero = (v: Value) => v.kind === "finite" && v.numerator === 0n;

function product(a: Value, b: Value): Value {
  if (a.kind === "nan" || b.kind === "nan") return nan;
  const negative = a.negative !== b.negative;
  if (a.kind === "infinite" || b.kind === "infinite")
    return isZero(a) || isZero(b) ? nan : { kind: "infinite", negative };
  return finite(negative, a.numerator * b.numerator, a.denominator * b.denominator, a.exponent + b.exponent);
}

function sum(a: Value, b: Value): Value {
  if (a.kind === "nan" || b.kind === "nan") return nan;
  if (a.kind === "infinite") return b.kind === "infinite" && a.negative !== b.negative ? nan : a;
  if (b.kind === "infinite") return b;
  const exponent = Math.min(a.exponent, b.exponent);
  const part = (v: Rational, other: bigint) =>
    (v.negative ? -1n : 1n) * (v.numerator << BigInt(v.exponent - exponent)) * other;
  const total = part(a, b.denominator) + part(b, a.denominator);
  // An exact zero is positive, but -0 + -0 = -0.
  const negative = total === 0n ? a.negative && b.negative : total < 0n;
  return finite(negative, total < 0n ? -total : total, a.denominator * b.denominator, exponent);
}

const negate = (v: Value): Value => (v.kind === "nan" ? v : { ...v, negative: !v.negative });

function quotient(a: Value, b: Value): Value {
  if (a.kind === "nan" || b.kind === "nan") return nan;
  const negative = a.negative !== b.negative;
  if (a.kind === "infinite") return b.kind === "infinite" ? nan : { kind: "infinite", negative };
  if (b.kind === "infinite") return finite(negative, 0n, 1n, 0);
  if (b.numerator === 0n) return a.numerator === 0n ? nan : { kind: "infinite", negative };
  return finite(negative, a.numerator * b.denominator, a.denominator * b.numerator, a.exponent - b.exponent);
}

/** Square root to far more bits than any format has, with the rest in a last odd bit. */
function root(a: Value): Value {
  if (a.kind === "nan") return nan;
  if (isZero(a)) return a;
  if (a.negative) return nan;
  if (a.kind === "infinite") return a;
  const shift = 300 + (Math.abs(a.exponent) % 2);
  const square = a.numerator << BigInt(shift);
  let r = 1n << BigInt((square.toString(2).length >> 1) + 1);
  for (let next = (r + square / r) >> 1n; next < r; next = (r + square / r) >> 1n) r = next;
  const sticky = r * r === square ? 0n : 1n;
  return finite(false, 2n * r + sticky, 1n, (a.exponent - shift) / 2 - 1);
}

export const arithmetic = {
  fadd: (f: Format, a: bigint, b: bigint) => encode(f, sum(decode(f, a), decode(f, b))),
  fsub: (f: Format, a: bigint, b: bigint) => encode(f, sum(decode(f, a), negate(decode(f, b)))),
  fmul: (f: Format, a: bigint, b: bigint) => encode(f, product(decode(f, a), decode(f, b))),
  fdiv: (f: Format, a: bigint, b: bigint) => encode(f, quotient(decode(f, a), decode(f, b))),
};
export const fsqrt = (f: Format, a: bigint) => encode(f, root(decode(f, a)));
export const fma = (f: Format, a: bigint, b: bigint, c: bigint) =>
  encode(f, sum(product(decode(f, a), decode(f, b)), decode(f, c)));
export const convert = (from: Format, to: Format, a: bigint) => encode(to, decode(from, a));
export const fromInteger = (f: Format, value: bigint) =>
  encode(f, finite(value < 0n, value < 0n ? -value : value, 1n, 0));

/** Less, equal, greater; undefined when a NaN is there. */
export function order(f: Format, a: bigint, b: bigint): -1 | 0 | 1 | undefined {
  const [x, y] = [decode(f, a), decode(f, b)];
  if (x.kind === "nan" || y.kind === "nan") return undefined;
  if (x.kind === "infinite" && y.kind === "infinite" && x.negative === y.negative) return 0;
  const difference = sum(x, negate(y));
  if (difference.kind === "nan" || isZero(difference)) return 0;
  return difference.negative ? -1 : 1;
}

/** Truncates, saturates to [least, most]; NaN gives 0. */
export function toInteger(f: Format, a: bigint, least: bigint, most: bigint): bigint {
  const v = decode(f, a);
  if (v.kind === "nan") return 0n;
  if (v.kind === "infinite") return v.negative ? least : most;
  const size = v.exponent >= 0 ? v.numerator << BigInt(v.exponent) : v.numerator >> BigInt(-v.exponent);
  const value = v.negative ? -size : size;
  return value < least ? least : value > most ? most : value;
}

/** To an integral value, by the part cut off (0: none, then less than, equal to, more than a half). */
export function toIntegral(f: Format, a: bigint, kind: "floor" | "ceil" | "ftrunc" | "rint" | "round"): bigint {
  const v = decode(f, a);
  if (v.kind === "nan") return canonicalNaN(f);
  if (v.kind === "infinite" || v.exponent >= 0) return a;
  const unit = 1n << BigInt(-v.exponent);
  const whole = v.numerator / unit;
  const rest = v.numerator - whole * unit;
  const up = {
    floor: v.negative && rest > 0n,
    ceil: !v.negative && rest > 0n,
    ftrunc: false,
    rint: 2n * rest > unit || (2n * rest === unit && (whole & 1n) === 1n),
    round: 2n * rest >= unit,
  }[kind];
  return encode(f, finite(v.negative, up ? whole + 1n : whole, 1n, 0));
}
