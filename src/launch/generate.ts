/**
 * Generated buffers: `zeros`, `iota` and `rand`. The random numbers are part of the command line's
 * contract: the same specification gives the same bytes for ever, on every machine.
 *
 * Generator: xoshiro128** (Blackman and Vigna), its four state words filled by two outputs of
 * SplitMix64 started at the seed, low word first. One element takes one 32-bit output, or two (low
 * word first) when the type has 64 bits.
 */
import { type ElementType, halfBits, halfValue, integerRange, writeElement } from "./element.js";

/** The first `count` outputs of SplitMix64. */
export function splitMix64(seed: bigint, count: number): bigint[] {
  const outputs: bigint[] = [];
  let state = BigInt.asUintN(64, seed);
  for (let k = 0; k < count; k++) {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    let z = state;
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    outputs.push(z ^ (z >> 31n));
  }
  return outputs;
}

/** xoshiro128**: a stream of 32-bit numbers. */
export class RandomStream {
  constructor(
    private a: number,
    private b: number,
    private c: number,
    private d: number,
  ) {}

  static seeded(seed: bigint): RandomStream {
    const [first, second] = splitMix64(seed, 2) as [bigint, bigint];
    const low = (word: bigint) => Number(word & 0xffffffffn);
    const high = (word: bigint) => Number(word >> 32n);
    return new RandomStream(low(first), high(first), low(second), high(second));
  }

  /** The next 32 bits, 0 … 2^32 - 1. */
  next32(): number {
    const result = Math.imul(rotateLeft(Math.imul(this.b, 5), 7), 9) >>> 0;
    const shifted = this.b << 9;
    this.c ^= this.a;
    this.d ^= this.b;
    this.b ^= this.c;
    this.a ^= this.d;
    this.c ^= shifted;
    this.d = rotateLeft(this.d, 11);
    return result;
  }

  next64(): bigint {
    const low = this.next32();
    return (BigInt(this.next32()) << 32n) | BigInt(low);
  }

  /** Uniform over 0 … bound - 1, without bias: draws of the next power of two are rejected until one fits. */
  below(bound: bigint): bigint {
    const bits = bound <= 1n ? 0 : (bound - 1n).toString(2).length;
    if (bits === 0) return 0n;
    for (;;) {
      const draw = bits <= 32 ? BigInt(this.next32() >>> (32 - bits)) : this.next64() >> BigInt(64 - bits);
      if (draw < bound) return draw;
    }
  }

  /** Uniform in [0, 1) with as many random bits as the type's fraction holds exactly. */
  unit(bits: number): number {
    if (bits === 16) return (this.next32() >>> 21) * 2 ** -11;
    if (bits === 32) return (this.next32() >>> 8) * 2 ** -24;
    const low = this.next32() >>> 6;
    return ((this.next32() >>> 5) * 2 ** 26 + low) * 2 ** -53;
  }
}

function rotateLeft(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

/** 0, 1, 2, … in row-major order; integers wrap, floats round. */
export function iota(type: ElementType, count: number): Uint8Array {
  return fill(type, count, (index) => index);
}

/**
 * Random elements. Floats are uniform in [0, 1), or in [low, high) when a range is given; integers
 * are uniform over the whole type, or over low <= x < high. `low` = `high` gives that value.
 */
export function random(
  type: ElementType,
  count: number,
  seed: bigint,
  range?: { readonly low: number | bigint; readonly high: number | bigint },
): Uint8Array {
  const stream = RandomStream.seeded(seed);
  if (type.kind === "float") {
    const low = Number(range?.low ?? 0);
    const high = Number(range?.high ?? 1);
    const draw = () => roundTo(type, low + (high - low) * stream.unit(type.bits));
    return fill(type, count, () => {
      // Rounding can reach `high`, which is no part of the range: draw again.
      let value = draw();
      while (value >= high && low < high) value = draw();
      return value;
    });
  }
  if (!range) {
    return fill(type, count, () => (type.bits === 64 ? stream.next64() : stream.next32() >>> (32 - type.bits)));
  }
  const low = BigInt(range.low);
  const span = BigInt(range.high) - low;
  return fill(type, count, () => low + stream.below(span));
}

/** Whether a range is within an integer type: `high` may be one more than the largest value. */
export function rangeFits(type: ElementType, low: bigint, high: bigint): boolean {
  const { least, most } = integerRange(type);
  return low >= least && low <= most && high <= most + 1n;
}

function roundTo(type: ElementType, value: number): number {
  if (type.bits === 64) return value;
  return type.bits === 32 ? Math.fround(value) : halfValue(halfBits(value));
}

function fill(type: ElementType, count: number, value: (index: number) => number | bigint): Uint8Array {
  const size = type.bits / 8;
  const bytes = new Uint8Array(count * size);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < count; index++) writeElement(view, index * size, type, value(index));
  return bytes;
}
