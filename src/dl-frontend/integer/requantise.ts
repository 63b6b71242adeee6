/** The one rounding of the integer graph: accumulator to int8, exactly. */
import type { Requantise } from "./graph.js";

const EXACT = 2 ** 53;

/** round(accumulator * multiplier / 2^shift) under a rounding mode; `accumulator * multiplier` may exceed 2^53. */
export function scaleAndRound(
  accumulator: number,
  multiplier: number,
  shift: number,
  rounding: Requantise["rounding"],
): number {
  const product = accumulator * multiplier;
  if (product > -EXACT && product < EXACT) {
    // A product below 2^53 is exact, and so are its quotient by a power of two, the floor and the difference.
    const value = product / 2 ** shift;
    const floor = Math.floor(value);
    const rest = value - floor;
    if (rest > 0.5) return floor + 1;
    if (rest < 0.5) return floor;
    return rounding === "half-up" || floor % 2 !== 0 ? floor + 1 : floor;
  }
  const exact = BigInt(accumulator) * BigInt(multiplier);
  const unit = 1n << BigInt(shift);
  const floor = exact >> BigInt(shift);
  const twice = 2n * (exact - floor * unit);
  const up = twice > unit || (twice === unit && (rounding === "half-up" || (floor & 1n) === 1n));
  return Number(floor + (up ? 1n : 0n));
}

/** The int8 value of an accumulator of `channel` (ignored when there is one multiplier for all). */
export function requantise(accumulator: number, by: Requantise, channel: number): number {
  const index = by.multiplier.length === 1 ? 0 : channel;
  const value = scaleAndRound(accumulator, by.multiplier[index]!, by.shift[index]!, by.rounding) + by.zeroPoint;
  return value < by.low ? by.low : value > by.high ? by.high : value;
}
