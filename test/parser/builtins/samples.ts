import { type Lane, shapeOf } from "./harness.js";
import { isReal, type Real, rounded } from "./reals.js";

/** A fixed sequence, so that a failure can be run again. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return ((state ^ (state >>> 15)) >>> 0) / 2 ** 32;
  };
}

const oddFloats = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  1.5,
  2.5,
  -2.5,
  0.49999997,
  8388607.5,
  8388609,
  -8388607.5,
  16777216,
  2147483520,
  2147483648,
  -2147483648,
  4294967040,
  4294967296,
  9.2233720368547758e18,
  -9.2233720368547758e18,
  1.8446742974197924e19,
  255,
  255.5,
  256,
  -128.5,
  127.5,
  65535.5,
  1e-40,
  -1e-45,
  1.1754943508222875e-38,
  3.4028234663852886e38,
  -3.4028234663852886e38,
  Infinity,
  -Infinity,
  Number.NaN,
];

const oddOf: Readonly<Record<Real, readonly number[]>> = {
  half: [...oddFloats, 65504, 65519.99, 65520, -65520, 2 ** -14, 2 ** -24, 3e-8, 2049, 2047.5, 1023.5].map((v) =>
    rounded("half", v),
  ),
  float: oddFloats.map(Math.fround),
  double: [...oddFloats, 5e-324, -1e-310, 2.2250738585072014e-308, 1.7976931348623157e308, 0.49999999999999994].concat([
    4503599627370495.5, -4503599627370497, 9007199254740991, 1e300,
  ]),
};
/** Exponents of random values lie around 0 within this reach. */
const reach: Readonly<Record<Real, number>> = { half: 16, float: 35, double: 70 };

/** Corner cases first, then random values of all magnitudes. */
export function sample(type: string, index: number, next: () => number): Lane {
  const { scalar, bytes, signed } = shapeOf(type);
  const pick = Math.floor(next() * 8);
  if (isReal(scalar)) {
    const odd = oddOf[scalar];
    if (index < odd.length || pick === 0) return odd[(index * 7 + Math.floor(next() * 3)) % odd.length]!;
    const size = reach[scalar];
    if (pick < 5) return rounded(scalar, (next() - 0.5) * 2 ** Math.floor(next() * 2 * size - size));
    return rounded(scalar, (next() - 0.5) * 20);
  }
  const bits = 8 * bytes;
  const wrap = (value: bigint) => (signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value));
  const corners = [0n, 1n, -1n, 2n, 1n << BigInt(bits - 1), (1n << BigInt(bits - 1)) - 1n, -2n, 3n, 100n, 0x55n];
  if (index < corners.length || pick === 0)
    return wrap(corners[(index * 3 + Math.floor(next() * 4)) % corners.length]!);
  const whole = (BigInt(Math.floor(next() * 2 ** 32)) << 32n) | BigInt(Math.floor(next() * 2 ** 32));
  return wrap(whole >> BigInt(Math.floor(next() * bits)));
}
