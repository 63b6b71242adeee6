/**
 * Where the cycles of a launch went, by place of the source. The account is that of the busiest place: the loop that starts most
 * iterations a datapath (or, without one, the kernel's own pipeline). Each cycle of the launch it starts one, or could not, and why not is
 * read off the accesses in its body and the memory units behind them.
 */
import { grouped } from "../../support/text.js";
import type { AccessCounters, Counters, LoopCounters, Place, UnitCounters } from "./counters.js";

export interface Cause {
  /** `work`: an iteration or a work-item started; `loss`: none could. */
  readonly kind: "work" | "loss";
  readonly file: string;
  readonly line: number;
  /** What took the cycles, in words. */
  readonly what: string;
  readonly cycles: number;
  /** Of the launch's cycles, 0 to 1. */
  readonly share: number;
  /** What would help. */
  readonly help: string;
}

/** A busy channel moves data in more than this part of the cycles. */
const saturated = 0.8;

export interface Subject extends Place {
  /** Of the kernel. */
  readonly cycles: number;
  readonly datapaths: number;
  readonly simd: number;
}

/** Worst first. `kernel` is the place of the kernel itself. */
export function causesOf(counters: Counters, kernel: Subject): Cause[] {
  const { phases, loops } = counters;
  const tokens = counters.tokens / kernel.datapaths;
  const busiest = [...loops].sort((a, b) => b.iterations / b.copies - a.iterations / a.copies)[0];
  const inLoop = busiest && busiest.iterations / busiest.copies >= tokens ? busiest : undefined;
  const body = phases.running + phases.ending;
  const account = inLoop
    ? loopAccount(counters, kernel, inLoop, body)
    : pipelineAccount(counters, kernel, tokens, body);
  const written = [...counters.units].sort((a, b) => b.writebacks - a.writebacks)[0];
  const writer = counters.accesses.find((access) => access.write && written?.sites.includes(access.site));
  const all: Entry[] = [
    ...account,
    {
      ...at(kernel),
      what: "start of the launch, before the first work-item",
      cycles: phases.starting,
      help: "More work in one launch.",
    },
    {
      ...at(writer ?? kernel),
      what: `end of the launch: what was written goes to memory${writer ? ` (${writer.label})` : ""}`,
      cycles: phases.flushing,
      help: "More work in one launch.",
    },
  ];
  return all
    .map((cause) => ({ ...cause, kind: cause.kind ?? ("loss" as const), cycles: Math.round(cause.cycles) }))
    .filter((cause) => cause.cycles > 0)
    .sort((a, b) => b.cycles - a.cycles)
    .map((cause) => ({ ...cause, share: cause.cycles / kernel.cycles }));
}

type Entry = Omit<Cause, "share" | "kind"> & { readonly kind?: "work" };
const at = ({ file, line }: Place): Pick<Cause, "file" | "line"> => ({ file, line });

function loopAccount(counters: Counters, kernel: Subject, loop: LoopCounters, body: number): Entry[] {
  const per = (cycles: number) => cycles / loop.copies;
  const present = loop.iterations + loop.blocked + loop.waiting + loop.idle;
  const inside = counters.accesses.filter((a) =>
    a.instances.some((instance) => loop.inside.some((prefix) => instance.startsWith(prefix))),
  );
  const few = loop.entered / loop.copies < loop.occupancy * 4;
  return [
    {
      ...at(loop),
      kind: "work",
      what: `${loop.label}: one iteration a cycle${kernel.simd > 1 ? ` of ${kernel.simd} work-items` : ""}`,
      cycles: per(loop.iterations),
      help: busyHelp(kernel),
    },
    ...stalled(counters, inside, per(loop.blocked), loop),
    ...latency(counters, inside, per(loop.waiting), loop),
    {
      ...at(loop),
      what: `${loop.label}: only ${loop.occupancy.toFixed(0)} work-items inside on the average, too few to start an iteration every cycle`,
      cycles: per(loop.idle),
      help: few
        ? `More work-items: the launch has ${grouped(loop.entered)} here.`
        : "What is before the loop hands work-items on too slowly.",
    },
    {
      ...at(kernel),
      what: "nobody in the busiest loop: before the first work-item comes to it, between work-items, after the last",
      cycles: Math.max(0, body - per(present)),
      help: "More work in one launch.",
    },
  ];
}

/** The kernel's own pipeline, whose tokens come from the dispatcher. */
function pipelineAccount(counters: Counters, kernel: Subject, tokens: number, body: number): Entry[] {
  const rest = Math.max(0, counters.phases.running - tokens);
  return [
    {
      ...at(kernel),
      kind: "work",
      what: `one work-item a cycle${kernel.simd > 1 ? `, ${kernel.simd} side by side` : ""}`,
      cycles: Math.min(tokens, body),
      help: busyHelp(kernel),
    },
    ...stalled(counters, counters.accesses, rest, kernel),
    {
      ...at(kernel),
      what: "the last work-items on their way through the pipeline and to memory and back",
      cycles: body - Math.min(tokens, body) - rest,
      help: "More work-items in one launch.",
    },
  ];
}

const busyHelp = (kernel: Subject): string =>
  `The circuit is at its limit: only more work a cycle helps (now ${kernel.datapaths} x ${kernel.simd} work-items).`;

/** Cycles in which the body had no room: of the accesses that were refused or had no room for answers. */
function stalled(counters: Counters, inside: readonly AccessCounters[], cycles: number, place: Place): Entry[] {
  const weights = inside.map((access) => access.refused + access.full);
  const sum = weights.reduce((a, b) => a + b, 0);
  if (sum === 0) {
    return [
      {
        ...at(place),
        what: `${place.label}: the stages behind have no room`,
        cycles,
        help: "A later loop or barrier is slower.",
      },
    ];
  }
  return inside.map((access, k) => ({
    ...at(access),
    ...accessReason(counters, access),
    cycles: (cycles * weights[k]!) / sum,
  }));
}

/** Cycles in which every token that the ring holds was under way: of memory, if the oldest requests waited for their lines. */
function latency(counters: Counters, inside: readonly AccessCounters[], cycles: number, loop: LoopCounters): Entry[] {
  const units = counters.units.filter((unit) => inside.some((access) => unit.sites.includes(access.site)));
  const slowest = [...units].sort((a, b) => b.lineWait - a.lineWait)[0];
  const access = inside.find((each) => slowest?.sites.includes(each.site));
  if (slowest && access && slowest.lineWait > cycles * loop.copies * 0.2) {
    return [{ ...at(access), ...accessReason(counters, access), cycles }];
  }
  const barrier = counters.barriers.find((each) => each.arrivals > loop.entered);
  if (barrier) {
    return [
      {
        ...at(barrier),
        what: `barrier: work-items wait for the rest of their group (${loop.label})`,
        cycles,
        help: "Fewer barriers, or smaller work-groups so that more of them are under way.",
      },
    ];
  }
  return [
    {
      ...at(loop),
      what: `${loop.label}: the way round takes longer than the ${loop.occupancy.toFixed(0)} work-items inside can fill`,
      cycles,
      help: "Shorter chains of operations from one iteration to the next.",
    },
  ];
}

function accessReason(counters: Counters, access: AccessCounters): Pick<Cause, "what" | "help"> {
  const unit = counters.units.find((each) => each.sites.includes(access.site));
  if (!unit) {
    const conflicts = counters.scratch.reduce((sum, each) => sum + each.conflicts, 0);
    return conflicts > access.requests / 10
      ? {
          what: `${access.label}: conflicts for a bank of local memory`,
          help: "Pad the array so that neighbours are in different banks.",
        }
      : { what: `${access.label}: on-chip memory is busy`, help: "Fewer accesses to one array in an iteration." };
  }
  return { what: `${access.label}: ${unitReason(counters, unit)}`, help: unitHelp(counters, unit) };
}

/** What a unit's accesses mostly waited for. */
function unitProblem(counters: Counters, unit: UnitCounters): "bandwidth" | "latency" | "writes" | "shared" {
  const { queue, fetch, evict, writeback } = unit.stalls;
  const behind = queue + fetch + evict + writeback;
  if (behind === 0 && unit.lineWait + unit.victimWait < unit.reads / 20) return "shared";
  if (Math.max(...counters.channels.map((channel) => channel.busy)) > saturated) return "bandwidth";
  return evict + writeback + unit.victimWait > fetch + unit.lineWait ? "writes" : "latency";
}

function unitReason(counters: Counters, unit: UnitCounters): string {
  const accesses = unit.reads + unit.writes;
  const missed = accesses === 0 ? 0 : (100 * unit.misses) / accesses;
  switch (unitProblem(counters, unit)) {
    case "shared":
      return unit.sites.length > 1
        ? `${unit.sites.length} accesses share the ${unit.label}, which takes one a cycle`
        : `the ${unit.label} was not ready`;
    case "bandwidth":
      return `the memory channel is busy all the time (${missed.toFixed(0)} % of the accesses miss)`;
    case "writes":
      return "waits for lines on their way to memory";
    case "latency":
      return `waits for lines from memory (${missed.toFixed(0)} % of the accesses miss)`;
  }
}

function unitHelp(counters: Counters, unit: UnitCounters): string {
  switch (unitProblem(counters, unit)) {
    case "shared":
      return "Fewer accesses to this buffer in an iteration, or keep values in variables or local memory.";
    case "bandwidth":
      return "Less data, or reuse it from local memory.";
    case "writes":
      return "Let neighbouring work-items write neighbouring elements.";
    case "latency":
      return "Let neighbouring work-items read neighbouring elements, or reuse data from local memory.";
  }
}
