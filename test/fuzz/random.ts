/** A seeded source of choices. The same seed gives the same program for as long as the generator stays as it is. */
export class Random {
  private state: number;

  constructor(seed: number) {
    // Spread small seeds over the whole state; xorshift must not start at zero.
    this.state = Math.imul(seed + 1, 0x9e3779b1) >>> 0 || 0x6d2b79f5;
    for (let i = 0; i < 8; i++) this.next();
  }

  /** 32 random bits. */
  next(): number {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x >>> 0;
    return Math.imul(this.state, 0x85ebca6b) >>> 0;
  }

  /** A whole number from 0 to `count - 1`. */
  below(count: number): number {
    return (this.next() >>> 4) % count;
  }

  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  /** Picks one of the entries, each as often as its weight says. */
  weighted<T>(entries: readonly (readonly [weight: number, item: T])[]): T {
    let rest = this.below(entries.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, item] of entries) {
      if (rest < weight) return item;
      rest -= weight;
    }
    return entries[0]![1];
  }

  bits64(): bigint {
    return (BigInt(this.next()) << 32n) | BigInt(this.next());
  }
}
