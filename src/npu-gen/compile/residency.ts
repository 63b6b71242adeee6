/** Which tensors live in DRAM when not all of them fit the activation memory at the times at which they are needed. */
import type { TensorId } from "../../dl-frontend/integer/graph.js";
import { UnsupportedError, unsupported } from "../../support/errors.js";
import { type NpuConfig, wordsOfLine } from "../config.js";
import { allocate } from "./allocate.js";
import type { Region } from "./places.js";
import { type Forms, Plan } from "./plan.js";
import { roundUp } from "./shape.js";

export interface Planned {
  readonly plan: Plan;
  /** Words of the activation memory that are used at most. */
  readonly words: number;
  /** Tensors that live in DRAM. */
  readonly spilled: number;
}

/** Share of the memory that boxes of tensors in DRAM should have: larger boxes repeat fewer rows and transfer longer stretches. */
const BOX_SHARE = 0.4;
/** What the addresses waste when regions of different sizes take turns, a round more each time that they do not fit. */
const SHRINK = 0.85;
const ROUNDS = 12;

/** A plan that fits so many words; everything stays in the memory where it can. */
export function planWithin(forms: Forms, config: NpuConfig, capacity: number, moveAll: boolean): Planned {
  const simple = new Plan(forms, config, { moveAll, spilled: new Set() });
  const { words } = allocate(inMemory(simple), config);
  if (words <= capacity) return { plan: simple, words, spilled: 0 };
  const spilled = new Set<TensorId>();
  let error: unknown;
  for (let round = 0, target = capacity; round < ROUNDS; round++, target = Math.floor(target * SHRINK)) {
    const budgets = settle(forms, config, target, moveAll, spilled);
    if (!budgets) break;
    try {
      const plan = new Plan(forms, config, { moveAll, spilled, budgets });
      const { words } = allocate(inMemory(plan), config);
      if (words <= capacity) return { plan, words, spilled: spilled.size };
    } catch (thrown) {
      if (!(thrown instanceof UnsupportedError)) throw thrown;
      error = thrown;
      break;
    }
  }
  throw (
    error ??
    unsupported(
      "npu/activations-too-large",
      `${forms.graph.name} needs ${words} words of activation memory at a time, or DRAM with more than the ${capacity} words that there are for its tiles`,
    )
  );
}

const inMemory = (plan: Plan): Region[] => plan.places.regions.filter((r) => r.space === "memory");

/** Moves tensors to DRAM until what is left fits, and gives the words for the boxes of each piece of work. */
function settle(
  forms: Forms,
  config: NpuConfig,
  capacity: number,
  moveAll: boolean,
  spilled: Set<TensorId>,
): number[] | undefined {
  for (;;) {
    const plan = new Plan(forms, config, { moveAll, spilled });
    const load = loads(plan, config);
    const wanted = plan.demands.map(({ whole, least }) =>
      whole === 0 ? 0 : Math.max(least, Math.min(whole, BOX_SHARE * capacity)),
    );
    const before = spilled.size;
    spill(plan, config, capacity, load, wanted, spilled);
    if (spilled.size === before) {
      const fits = plan.demands.every(({ step }, i) => load[step]! + plan.demands[i]!.least <= capacity);
      return fits ? plan.demands.map(({ step }) => capacity - load[step]!) : undefined;
    }
  }
}

/** Words that live in the memory at every step. */
function loads(plan: Plan, config: NpuConfig): Float64Array {
  const change = new Float64Array(plan.steps.length + 2);
  for (const region of inMemory(plan)) {
    const words = roundUp(region.words, wordsOfLine(config));
    change[region.first] = change[region.first]! + words;
    change[region.last + 1] = change[region.last + 1]! - words;
  }
  for (let i = 1; i < change.length; i++) change[i] = change[i]! + change[i - 1]!;
  return change;
}

/**
 * Adds to `spilled`: as long as some step lacks room, the tensor that gives most of what is lacking for each word that it costs to
 * write and to read again.
 */
function spill(
  plan: Plan,
  config: NpuConfig,
  capacity: number,
  load: Float64Array,
  wanted: readonly number[],
  spilled: Set<TensorId>,
): void {
  const lacking = new Float64Array(load.length);
  const want = new Float64Array(load.length);
  plan.demands.forEach(({ step }, i) => {
    want[step] = wanted[i]!;
  });
  const owners = plan.places.owners();
  const left = new Set([...owners.keys()].filter((region) => region.space === "memory"));
  for (;;) {
    let some = false;
    for (let i = 0; i < load.length; i++) {
      lacking[i] = Math.max(0, load[i]! + want[i]! - capacity);
      some ||= lacking[i]! > 0;
    }
    if (!some) return;
    let best: { region: Region; merit: number } | undefined;
    for (const region of left) {
      const words = roundUp(region.words, wordsOfLine(config));
      let gain = 0;
      for (let at = region.first; at <= region.last; at++) gain += Math.min(words, lacking[at]!);
      const merit = gain / words;
      if (gain > 0 && (!best || merit > best.merit)) best = { region, merit };
    }
    if (!best) return;
    const { region } = best;
    left.delete(region);
    for (const id of owners.get(region)!) spilled.add(id);
    const words = roundUp(region.words, wordsOfLine(config));
    for (let at = region.first; at <= region.last; at++) load[at] = load[at]! - words;
  }
}
