/** Who has to be waited for: the last writer and the readers since then, for every stretch of a space of addresses. */

/** Instructions by their index in the program; -1: none. */
interface Stretch {
  readonly writer: number;
  readonly writerEngine: number;
  /** Last reader since the write, by engine. */
  readonly readers: readonly number[];
}

/** Addresses `low` to `high`, both included, that engine `engine` reads or writes with instruction `index`. */
export interface Touch {
  readonly low: number;
  readonly high: number;
  readonly write: boolean;
  readonly engine: number;
  readonly index: number;
}

/**
 * Readers before a write are forgotten: the writer has waited for them, so whoever waits for it waits for them. Engines work in
 * order, so an instruction of the same engine is never waited for.
 */
export class Hazards {
  /** First address of every stretch, ascending. */
  private readonly starts: number[] = [Number.NEGATIVE_INFINITY];
  private readonly stretches: Stretch[];

  constructor(private readonly engineCount: number) {
    this.stretches = [{ writer: -1, writerEngine: -1, readers: this.nobody() }];
  }

  private nobody(): number[] {
    return new Array<number>(this.engineCount).fill(-1);
  }

  /** Calls back with every instruction of another engine that must be done first. */
  needs({ low, high, write, engine }: Touch, need: (engine: number, index: number) => void): void {
    for (let i = this.find(low); i < this.starts.length && this.starts[i]! <= high; i++) {
      const { writer, writerEngine, readers } = this.stretches[i]!;
      if (writer >= 0 && writerEngine !== engine) need(writerEngine, writer);
      if (!write) continue;
      readers.forEach((reader, e) => {
        if (reader >= 0 && e !== engine) need(e, reader);
      });
    }
  }

  note({ low, high, write, engine, index }: Touch): void {
    const from = this.cut(low);
    const to = this.cut(high + 1);
    if (write) {
      this.starts.splice(from, to - from, low);
      this.stretches.splice(from, to - from, { writer: index, writerEngine: engine, readers: this.nobody() });
      return;
    }
    for (let i = from; i < to; i++) {
      const stretch = this.stretches[i]!;
      this.stretches[i] = { ...stretch, readers: stretch.readers.with(engine, index) };
    }
  }

  /** The stretch that holds an address. */
  private find(address: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle]! <= address) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The stretch that begins at an address, made by cutting one in two if there is none. */
  private cut(address: number): number {
    const at = this.find(address);
    if (this.starts[at] === address) return at;
    this.starts.splice(at + 1, 0, address);
    this.stretches.splice(at + 1, 0, this.stretches[at]!);
    return at + 1;
  }
}
