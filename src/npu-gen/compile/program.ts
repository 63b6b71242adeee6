/**
 * The program as it grows: instructions in one order that would be right if each waited for the one before, with what each
 * reads and writes. From that come the tokens, and nothing else orders the engines.
 */
import { invariant } from "../../support/errors.js";
import { type Engine, engines, tokenEngines } from "../isa/formats.js";
import type { FieldValue, Instruction } from "../isa/instruction.js";
import { Hazards } from "./hazards.js";

/** Words of the activation memory, rows of the accumulators (halves one after the other), lines of DRAM. */
export type Space = "words" | "sums" | "lines";

export interface Access {
  readonly space: Space;
  readonly low: number;
  /** Inclusive. */
  readonly high: number;
  readonly write: boolean;
}

export const reads = (space: Space, [low, high]: readonly [number, number]): Access => ({
  space,
  low,
  high,
  write: false,
});
export const writes = (space: Space, [low, high]: readonly [number, number]): Access => ({
  space,
  low,
  high,
  write: true,
});

export interface Draft {
  readonly engine: Engine;
  readonly fields: Readonly<Record<string, FieldValue>>;
  /** Index of the node that it belongs to. */
  readonly node: number;
  wait: number;
  signal: number;
  tag: number;
}

/** Bits of the RTL's token counters. */
const TOKEN_LIMIT = 2 ** 12;
/** Instructions that an engine may hold: its queue, the head and the one under way. */
const HELD = 10;

export class Program {
  readonly drafts: Draft[] = [];
  private readonly hazards: Readonly<Record<Space, Hazards>> = {
    words: new Hazards(engines.length),
    sums: new Hazards(engines.length),
    lines: new Hazards(engines.length),
  };
  /** Last instruction of engine f that engine e has waited for: entry e * tokenEngines + f. */
  private readonly known = new Array<number>(tokenEngines * tokenEngines).fill(-1);
  node = 0;

  emit(engine: Engine, fields: Readonly<Record<string, FieldValue>>, accesses: readonly Access[] = []): Draft {
    const index = this.drafts.length;
    const draft: Draft = { engine, fields, node: this.node, wait: 0, signal: 0, tag: 0 };
    const e = engines.indexOf(engine);
    const needed = new Map<number, number>();
    const touches = accesses.map((access) => ({ ...access, engine: e, index }));
    for (const touch of touches)
      this.hazards[touch.space].needs(touch, (f, at) => {
        if (at > (needed.get(f) ?? -1)) needed.set(f, at);
      });
    for (const [f, at] of needed) {
      const pair = e * tokenEngines + f;
      if (this.known[pair]! >= at) continue;
      const giver = this.drafts[at]!;
      invariant(e < tokenEngines && f < tokenEngines, `${engine} cannot wait for ${giver.engine}`);
      invariant((giver.signal & (1 << e)) === 0, "a token given twice");
      giver.signal |= 1 << e;
      draft.wait |= 1 << f;
      this.known[pair] = at;
    }
    for (const touch of touches) this.hazards[touch.space].note(touch);
    this.drafts.push(draft);
    return draft;
  }

  /** Instructions with their headers. Ends the program. */
  finish(): Instruction[] {
    this.emit("end", {});
    this.checkTokens();
    return this.drafts.map(({ engine, fields, wait, signal, tag }) => ({
      engine,
      fields: { ...fields, wait, signal, tag },
    }));
  }

  /** A counter holds at most what was given before the taker's oldest instruction that may still wait. */
  private checkTokens(): void {
    for (let e = 0; e < tokenEngines; e++)
      for (let f = 0; f < tokenEngines; f++) {
        const waits: number[] = [];
        let given = 0;
        let taken = 0;
        for (const d of this.drafts) {
          const own = engines.indexOf(d.engine);
          if (own === f && d.signal & (1 << e)) given++;
          if (own === e) {
            waits.push(d.wait & (1 << f) ? 1 : 0);
            if (waits.length > HELD) taken += waits.shift()!;
          }
          invariant(given - taken < TOKEN_LIMIT, `too many tokens from ${engines[f]} to ${engines[e]}`);
        }
      }
  }
}
