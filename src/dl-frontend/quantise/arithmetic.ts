/** Real factors as the integers of the integer graph. */
import type { Quantisation, Requantise, Table } from "../integer/graph.js";
import type { Pointwise } from "../network/pointwise.js";

/** [multiplier, shift] with multiplier / 2^shift nearest to `factor`; the multiplier has 24 bits where the shift allows it. */
export function multiplierOf(factor: number): [number, number] {
  if (!(factor > 0)) return [0, 0];
  const exponent = Math.floor(Math.log2(factor)) + 1;
  const shift = Math.min(24 - exponent, 62);
  if (shift < 0) return [2 ** 24, 0];
  const multiplier = Math.round(factor * 2 ** shift);
  return multiplier <= 2 ** 24 ? [multiplier, shift] : [2 ** 24, shift];
}

export function requantiseBy(factors: readonly number[], output: Quantisation, low = -128, high = 127): Requantise {
  const pairs = factors.map(multiplierOf);
  return {
    rounding: "half-even",
    multiplier: Int32Array.from(pairs, ([m]) => m),
    shift: Uint8Array.from(pairs, ([, n]) => n),
    zeroPoint: output.zeroPoint,
    low,
    high,
  };
}

/** The nearest int8; halves to even. */
export function quantise(value: number, { scale, zeroPoint }: Quantisation): number {
  if (Number.isNaN(value)) return zeroPoint;
  const scaled = value / scale;
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  const rounded = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
  return Math.max(-128, Math.min(127, rounded + zeroPoint));
}

/** The table of a function between two quantisations. */
export function tableOf(apply: Pointwise, from: Quantisation, to: Quantisation): Table {
  const table = new Int8Array(256 * apply.channels);
  for (let channel = 0; channel < apply.channels; channel++) {
    for (let q = -128; q < 128; q++) {
      const y = apply.at(from.scale * (q - from.zeroPoint), channel);
      table[channel * 256 + (q & 255)] = quantise(y, to);
    }
  }
  return table;
}

/** Factors |m| < 2^22 and the common shift of a sum; together they keep 255 * (|a| + |b|) within int32. */
export function sumFactors(a: number, b: number): { factors: [number, number]; shift: number } {
  const largest = Math.max(Math.abs(a), Math.abs(b));
  const shift = largest > 0 ? Math.max(0, Math.min(62, 21 - Math.floor(Math.log2(largest)))) : 0;
  const bound = 2 ** 22 - 1;
  const integer = (x: number) => Math.max(-bound, Math.min(bound, Math.round(x * 2 ** shift)));
  return { factors: [integer(a), integer(b)], shift };
}
