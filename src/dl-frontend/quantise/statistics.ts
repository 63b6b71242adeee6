/** What calibration observes of a float tensor, and the range that a method makes of it. */
import type { Quantisation } from "../integer/graph.js";

/** How a range is chosen from observed values. */
export type RangeMethod = "min-max" | "percentile" | "mse";

export interface Range {
  readonly low: number;
  readonly high: number;
}

const BINS = 2048;
/** Tensors of which fewer values were seen than this may well go beyond them: their range is widened to this many deviations. */
const FEW = 2 ** 16;
const DEVIATIONS = 6;

/** The part of the values that the percentile method keeps at each end. */
const KEPT = 0.9999;

/** Extremes and moments of a tensor over all samples, channel (axis 1) by channel; then, in a second run, its histogram. */
export class Statistics {
  private readonly lows: Float64Array;
  private readonly highs: Float64Array;
  private readonly sums: Float64Array;
  private readonly squares: Float64Array;
  /** Number of values a channel. */
  count = 0;
  /** The values are divided by these, one a channel, before anything is made of them. */
  private divisors: Float64Array | undefined;
  private readonly histogram = new Float64Array(BINS);

  constructor(readonly shape: readonly number[]) {
    const channels = shape[1] ?? 1;
    this.lows = new Float64Array(channels).fill(Number.POSITIVE_INFINITY);
    this.highs = new Float64Array(channels).fill(Number.NEGATIVE_INFINITY);
    this.sums = new Float64Array(channels);
    this.squares = new Float64Array(channels);
  }

  /** The channels of these statistics are those of a tensor of this shape: batch, channels and size agree. */
  channelsAreThoseOf(shape: readonly number[]): boolean {
    const size = (of: readonly number[]) => of.reduce((a, b) => a * b, 1);
    return shape[0] === this.shape[0] && shape[1] === this.shape[1] && size(shape) === size(this.shape);
  }

  get low(): number {
    return this.lows.reduce((least, x) => Math.min(least, x), Number.POSITIVE_INFINITY);
  }
  get high(): number {
    return this.highs.reduce((most, x) => Math.max(most, x), Number.NEGATIVE_INFINITY);
  }
  /** Largest magnitude a channel. */
  reach(): Float64Array {
    return this.lows.map((low, c) => Math.max(Math.abs(low), Math.abs(this.highs[c]!)));
  }
  /** -1 for the channels that reach further below 0 than above it. */
  signs(): Float64Array {
    return this.lows.map((low, c) => (-low > this.highs[c]! ? -1 : 1));
  }
  /** Mean a channel. */
  means(): Float64Array {
    return this.sums.map((sum) => sum / Math.max(1, this.count));
  }

  /** Means a channel of one tensor, divided as these are. */
  meansOf(data: ArrayLike<number>): Float64Array {
    const one = new Statistics(this.shape);
    one.observe(data);
    return one.means().map((mean, c) => mean / (this.divisors?.[c] ?? 1));
  }

  observe(data: ArrayLike<number>): void {
    const channels = this.sums.length;
    const inner = this.shape.slice(2).reduce((a, b) => a * b, 1);
    for (let start = 0, channel = 0; start < data.length; start += inner, channel = (channel + 1) % channels) {
      let [sum, squares, low, high] = [0, 0, this.lows[channel]!, this.highs[channel]!];
      for (let k = start; k < start + inner; k++) {
        const value = data[k]!;
        sum += value;
        squares += value * value;
        if (!(value >= low)) low = value;
        if (!(value <= high)) high = value;
      }
      this.lows[channel] = low;
      this.highs[channel] = high;
      this.sums[channel]! += sum;
      this.squares[channel]! += squares;
    }
    this.count += data.length / channels;
  }

  /** From now on the tensor is meant divided by `divisors`, one a channel. */
  divide(divisors: Float64Array): void {
    this.divisors = divisors;
    for (const [c, d] of divisors.entries()) {
      const ends = [this.lows[c]! / d, this.highs[c]! / d] as const;
      this.lows[c] = Math.min(...ends);
      this.highs[c] = Math.max(...ends);
      this.sums[c]! /= d;
      this.squares[c]! /= d * d;
    }
  }

  observeHistogram(data: ArrayLike<number>): void {
    const [low, high] = [this.low, this.high];
    const width = (high - low) / BINS || 1;
    const channels = this.sums.length;
    const inner = this.shape.slice(2).reduce((a, b) => a * b, 1);
    // Of large images a part tells enough; an odd step does not fall into step with rows.
    const step = 2 * Math.floor(data.length / 2 ** 18) + 1;
    for (let k = 0; k < data.length; k += step) {
      const divisor = this.divisors ? this.divisors[Math.floor(k / inner) % channels]! : 1;
      const bin = Math.floor((data[k]! / divisor - low) / width);
      this.histogram[bin < 0 ? 0 : bin >= BINS ? BINS - 1 : bin]!++;
    }
  }

  range(method: RangeMethod): Range {
    const all = { low: this.low, high: this.high };
    if (!(all.low < all.high)) return Number.isFinite(all.low) ? all : { low: 0, high: 0 };
    const seen = this.count * this.sums.length;
    if (seen < FEW) return this.widened(all, seen);
    switch (method) {
      case "min-max":
        return all;
      case "percentile":
        return { low: this.quantile(all, 1 - KEPT), high: this.quantile(all, KEPT) };
      case "mse":
        return this.leastError(all);
      default:
        return method satisfies never;
    }
  }

  /** Few values: all of them, and what is likely beyond them; never to the other side of 0. */
  private widened(all: Range, seen: number): Range {
    const mean = this.sums.reduce((a, b) => a + b, 0) / seen;
    const squares = this.squares.reduce((a, b) => a + b, 0) / seen;
    const reach = DEVIATIONS * Math.sqrt(Math.max(0, squares - mean * mean));
    const low = Math.min(all.low, mean - reach);
    const high = Math.max(all.high, mean + reach);
    return { low: all.low >= 0 ? Math.max(low, 0) : low, high: all.high <= 0 ? Math.min(high, 0) : high };
  }

  private quantile({ low, high }: Range, part: number): number {
    const total = this.histogram.reduce((a, b) => a + b, 0);
    const width = (high - low) / BINS;
    let seen = 0;
    for (let bin = 0; bin < BINS; bin++) {
      seen += this.histogram[bin]!;
      if (seen >= part * total) return low + (part > 0.5 ? bin + 1 : bin) * width;
    }
    return high;
  }

  /** The range whose 256 steps lose least in mean square: both ends are drawn in over a grid, one after the other, twice. */
  private leastError(all: Range): Range {
    let best = all;
    let least = this.error(all, best);
    for (let pass = 0; pass < 2; pass++) {
      for (const end of ["high", "low"] as const) {
        const full = all[end];
        for (let keep = 1; keep > 0.3; keep -= 0.02) {
          if ((end === "high") !== full > 0) break;
          const candidate = { ...best, [end]: full * keep };
          const error = this.error(all, candidate);
          if (error < least) [best, least] = [candidate, error];
        }
      }
    }
    return best;
  }

  private error(all: Range, range: Range): number {
    const { scale } = quantisationOf(range, false);
    const width = (all.high - all.low) / BINS;
    // Rounding errs by scale^2 / 12 in the mean; clipping by the distance to the range.
    let sum = 0;
    for (let bin = 0; bin < BINS; bin++) {
      const count = this.histogram[bin]!;
      if (count === 0) continue;
      const x = all.low + (bin + 0.5) * width;
      const outside = x < range.low ? range.low - x : x > range.high ? x - range.high : 0;
      sum += count * (outside > 0 ? outside * outside : (scale * scale) / 12);
    }
    return sum;
  }
}

/** The int8 quantisation of a range, which is widened to hold 0 exactly. Symmetric: zero point 0, -127 … 127. */
export function quantisationOf(range: Range, symmetric: boolean): Quantisation {
  const low = Math.min(range.low, 0);
  const high = Math.max(range.high, 0);
  // A tensor that is always 0 gets any scale; one whose values are denormal must not divide by 0.
  const tiny = 1e-30;
  if (symmetric) return { scale: Math.max(Math.max(-low, high) / 127, tiny), zeroPoint: 0 };
  const scale = high - low > 0 ? Math.max((high - low) / 255, tiny) : 1;
  return { scale, zeroPoint: Math.max(-128, Math.min(127, Math.round(-128 - low / scale))) };
}

export function unite(a: Range, b: Range): Range {
  return { low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) };
}
