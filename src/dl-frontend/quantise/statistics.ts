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

/** Extremes and means of a tensor over all samples; then, in a second run, the histogram between the extremes. */
export class Statistics {
  low = Number.POSITIVE_INFINITY;
  high = Number.NEGATIVE_INFINITY;
  /** Sum a channel (axis 1), and the number of values in each sum. */
  readonly sums: Float64Array;
  count = 0;
  private squares = 0;
  readonly histogram = new Float64Array(BINS);

  constructor(readonly shape: readonly number[]) {
    this.sums = new Float64Array(shape[1] ?? 1);
  }

  observe(data: ArrayLike<number>): void {
    const channels = this.sums.length;
    const inner = this.shape.slice(2).reduce((a, b) => a * b, 1);
    for (let start = 0, channel = 0; start < data.length; start += inner, channel = (channel + 1) % channels) {
      let sum = 0;
      for (let k = start; k < start + inner; k++) {
        const value = data[k]!;
        sum += value;
        this.squares += value * value;
        if (value < this.low) this.low = value;
        if (value > this.high) this.high = value;
      }
      this.sums[channel]! += sum;
    }
    this.count += data.length / channels;
  }

  /** Mean a channel. */
  means(): Float64Array {
    return this.sums.map((sum) => sum / Math.max(1, this.count));
  }

  observeHistogram(data: ArrayLike<number>): void {
    const width = (this.high - this.low) / BINS || 1;
    // Of large images a part tells enough; an odd step does not fall into step with rows.
    const step = 2 * Math.floor(data.length / 2 ** 18) + 1;
    for (let k = 0; k < data.length; k += step) {
      const bin = Math.floor((data[k]! - this.low) / width);
      this.histogram[bin < 0 ? 0 : bin >= BINS ? BINS - 1 : bin]!++;
    }
  }

  range(method: RangeMethod): Range {
    const all = { low: this.low, high: this.high };
    if (!(this.low < this.high)) return Number.isFinite(this.low) ? all : { low: 0, high: 0 };
    const seen = this.count * this.sums.length;
    if (seen < FEW) return this.widened(seen);
    switch (method) {
      case "min-max":
        return all;
      case "percentile":
        return { low: this.quantile(1 - KEPT), high: this.quantile(KEPT) };
      case "mse":
        return this.leastError();
      default:
        return method satisfies never;
    }
  }

  /** Few values: all of them, and what is likely beyond them; never to the other side of 0. */
  private widened(seen: number): Range {
    const mean = this.sums.reduce((a, b) => a + b, 0) / seen;
    const reach = DEVIATIONS * Math.sqrt(Math.max(0, this.squares / seen - mean * mean));
    const low = Math.min(this.low, mean - reach);
    const high = Math.max(this.high, mean + reach);
    return { low: this.low >= 0 ? Math.max(low, 0) : low, high: this.high <= 0 ? Math.min(high, 0) : high };
  }

  private quantile(part: number): number {
    const total = this.histogram.reduce((a, b) => a + b, 0);
    const width = (this.high - this.low) / BINS;
    let seen = 0;
    for (let bin = 0; bin < BINS; bin++) {
      seen += this.histogram[bin]!;
      if (seen >= part * total) return this.low + (part > 0.5 ? bin + 1 : bin) * width;
    }
    return this.high;
  }

  /** The range whose 256 steps lose least in mean square: both ends are drawn in together and apart over a grid. */
  private leastError(): Range {
    let best: Range = { low: this.low, high: this.high };
    let least = this.error(best);
    for (let pass = 0; pass < 2; pass++) {
      for (const end of ["high", "low"] as const) {
        const full = end === "high" ? this.high : this.low;
        for (let keep = 1; keep > 0.3; keep -= 0.02) {
          if ((end === "high") !== full > 0) break;
          const candidate = { ...best, [end]: full * keep };
          const error = this.error(candidate);
          if (error < least) [best, least] = [candidate, error];
        }
      }
    }
    return best;
  }

  private error(range: Range): number {
    const { scale } = quantisationOf(range, false);
    const width = (this.high - this.low) / BINS;
    // Rounding errs by scale^2 / 12 in the mean; clipping by the distance to the range.
    let sum = 0;
    for (let bin = 0; bin < BINS; bin++) {
      const count = this.histogram[bin]!;
      if (count === 0) continue;
      const x = this.low + (bin + 0.5) * width;
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
