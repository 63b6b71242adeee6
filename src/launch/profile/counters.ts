/** What the counters of a simulation say about each loop, access, memory unit and channel, all datapaths together. */
import type { DesignKernel, StageInfo } from "../../rtl/design.js";
import type { ChannelTraffic } from "../launch-file.js";
import type { StateRecord } from "../states.js";

/** A place of the source; line 0 where it has none. */
export interface Place {
  readonly label: string;
  readonly file: string;
  readonly line: number;
}

/** Cycles of a loop's ring, summed over its copies; `copies` of them run side by side. */
export interface LoopCounters extends Place {
  /** Prefix that the instances of its body begin with, of each copy. */
  readonly inside: readonly string[];
  readonly copies: number;
  /** Cycles in which an iteration started. */
  readonly iterations: number;
  /** Work-items (tokens) that came into the loop. */
  readonly entered: number;
  /** Cycles in which an iteration could have started, but the body had no room. */
  readonly blocked: number;
  /** Cycles in which all tokens that the ring holds were under way. */
  readonly waiting: number;
  /** Cycles in which some were under way and nobody else came. */
  readonly idle: number;
  /** Tokens inside, on the average of the cycles in which there were any. */
  readonly occupancy: number;
}

export interface AccessCounters extends Place {
  readonly instances: readonly string[];
  readonly site: number;
  readonly write: boolean;
  readonly requests: number;
  /** Cycles in which its memory unit did not take the request. */
  readonly refused: number;
  /** Cycles without room for another answer. */
  readonly full: number;
}

/** A cache in front of a memory channel. */
export interface UnitCounters extends Place {
  readonly sites: readonly number[];
  /** 2: behind caches of level 1, whose lines it has. */
  readonly level: number;
  readonly reads: number;
  readonly writes: number;
  readonly atomics: number;
  readonly hits: number;
  readonly misses: number;
  /** Lines read from and written to memory. */
  readonly fetches: number;
  readonly writebacks: number;
  /** Cycles in which an access waited, by cause. */
  readonly stalls: {
    /** No place in the queue: those before it wait for memory. */
    readonly queue: number;
    /** Its line was still being written back. */
    readonly writeback: number;
    /** No room for another line under way from memory. */
    readonly fetch: number;
    /** No room for another line under way to memory. */
    readonly evict: number;
  };
  /** Cycles in which the oldest access waited for its line, and for the way out of a line in its place. */
  readonly lineWait: number;
  readonly victimWait: number;
}

/** Local or private memory. */
export interface ScratchCounters extends Place {
  readonly requests: number;
  /** Requests that waited for their bank. */
  readonly conflicts: number;
}

export interface BarrierCounters extends Place {
  readonly arrivals: number;
  /** Work-groups that it let go. */
  readonly phases: number;
}

export interface ChannelCounters {
  readonly memory: string;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  readonly bursts: number;
  readonly rowMisses: number;
  readonly turnarounds: number;
  /** Part of the launch's cycles in which its data bus moved data. */
  readonly busy: number;
}

/** Cycles of the launch's phases. */
export interface Phases {
  /** Until the first work-item may enter. */
  readonly starting: number;
  /** While there are work-items to hand out. */
  readonly running: number;
  /** From the last work-item's entry to its end. */
  readonly ending: number;
  /** Written data on its way to memory. */
  readonly flushing: number;
}

export interface Counters {
  readonly phases: Phases;
  /** Tokens that the dispatcher gave out. */
  readonly tokens: number;
  readonly loops: readonly LoopCounters[];
  readonly accesses: readonly AccessCounters[];
  readonly units: readonly UnitCounters[];
  readonly scratch: readonly ScratchCounters[];
  readonly barriers: readonly BarrierCounters[];
  readonly channels: readonly ChannelCounters[];
}

export interface Simulated {
  readonly cycles: number;
  readonly states: readonly StateRecord[];
  readonly channels: readonly ChannelTraffic[];
}

/** `bytesPerCycle`: what a memory channel moves at most. */
export function countersOf(kernel: DesignKernel, simulated: Simulated, bytesPerCycle: number): Counters {
  const { states, cycles } = simulated;
  const sequencer = states.find((record) => record.kind === "sequencer")?.values ?? {};
  const { starting = 0, running = 0, ending = 0, flushing = 0 } = sequencer;
  return {
    phases: { starting, running, ending, flushing },
    tokens: total(ofKind(states, "dispatch"), "given"),
    loops: staged(kernel, states, "loop", "loop").map(([place, records]) => loopCounters(place, records)),
    accesses: accessCounters(kernel, states),
    units: staged(kernel, states, "cache", "cache").map(([place, records, stages]) =>
      unitCounters(place, records, stages),
    ),
    scratch: staged(kernel, states, "cache", "scratch").map(([place, records]) => ({
      ...place,
      requests: total(records, "requests"),
      conflicts: total(records, "conflicts"),
    })),
    barriers: staged(kernel, states, "barrier", "barrier").map(([place, records]) => ({
      ...place,
      arrivals: total(records, "arrivals"),
      phases: total(records, "phases"),
    })),
    channels: simulated.channels.map((traffic, index) => ({
      memory: kernel.channels[index]?.memory ?? `channel ${index}`,
      bytesRead: traffic.bytesRead,
      bytesWritten: traffic.bytesWritten,
      bursts: traffic.readBursts + traffic.writeBursts,
      rowMisses: traffic.rowMisses,
      turnarounds: traffic.turnarounds,
      busy: ((traffic.readBeats + traffic.writeBeats) * (kernel.axi.dataBits / 8)) / (bytesPerCycle * cycles),
    })),
  };
}

const ofKind = (states: readonly StateRecord[], kind: string) => states.filter((record) => record.kind === kind);
const total = (records: readonly StateRecord[], key: string): number =>
  records.reduce((sum, record) => sum + (record.values[key] ?? 0), 0);

/** Records of a kind with the stage that they belong to; copies of one stage, which have its label, together. */
function staged(
  kernel: DesignKernel,
  states: readonly StateRecord[],
  stageKind: StageInfo["kind"],
  recordKind: string,
): (readonly [Place, readonly StateRecord[], readonly StageInfo[]])[] {
  const groups = new Map<string, { place: Place; records: StateRecord[]; stages: StageInfo[] }>();
  for (const stage of kernel.stages.filter((each) => each.kind === stageKind)) {
    const own = (record: StateRecord) => under(record.instance, stage.instance);
    const records = states.filter((record) => record.kind === recordKind && own(record));
    if (records.length === 0) continue;
    const { label, file, line } = stage;
    const key = JSON.stringify([label, file, line, stage.sites]);
    const group = groups.get(key) ?? { place: { label, file, line }, records: [], stages: [] };
    group.records.push(...records);
    group.stages.push(stage);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ place, records, stages }) => [place, records, stages] as const);
}

const under = (instance: string, place: string): boolean => instance === place || instance.startsWith(`${place}.`);

function loopCounters(place: Place, records: readonly StateRecord[]): LoopCounters {
  const sum = (key: string) => total(records, key);
  const present = sum("iterations") + sum("blocked") + sum("waiting") + sum("idle");
  return {
    ...place,
    inside: records.map((record) => record.instance.replace(/ring$/, "b_")),
    copies: records.length,
    iterations: sum("iterations"),
    entered: sum("entered"),
    blocked: sum("blocked"),
    waiting: sum("waiting"),
    idle: sum("idle"),
    occupancy: present === 0 ? 0 : sum("occupied") / present,
  };
}

function accessCounters(kernel: DesignKernel, states: readonly StateRecord[]): AccessCounters[] {
  const ports = states.filter((record) => record.kind === "load" || record.kind === "store");
  return kernel.accesses.flatMap((site): AccessCounters[] => {
    const records = ports.filter((record) => record.values.site === site.id);
    if (records.length === 0) return [];
    const stage = kernel.stages.find(({ instance }) => under(records[0]!.instance, instance));
    const place = `${site.file}:${site.line}:${site.column}`;
    return [
      {
        label: `${stage?.label ?? `${site.write ? "store" : "load"} of ${site.argument || "memory"}`} at ${place}`,
        file: site.file,
        line: site.line,
        instances: records.map((record) => record.instance),
        site: site.id,
        write: site.write,
        requests: total(records, "requests"),
        refused: total(records, "refused"),
        full: total(records, "full"),
      },
    ];
  });
}

function unitCounters(place: Place, records: readonly StateRecord[], stages: readonly StageInfo[]): UnitCounters {
  const sum = (key: string) => total(records, key);
  const [reads, writes, misses] = [sum("reads"), sum("writes"), sum("misses")];
  return {
    ...place,
    sites: stages.flatMap((stage) => stage.sites ?? []),
    level: stages[0]?.cache?.level ?? 1,
    reads,
    writes,
    atomics: sum("atomics"),
    // Atomics count as reads.
    hits: Math.max(0, reads + writes - misses),
    misses,
    fetches: sum("fetches"),
    writebacks: sum("writebacks"),
    stalls: {
      queue: sum("wait_queue"),
      writeback: sum("wait_writeback"),
      fetch: sum("wait_fetch"),
      evict: sum("wait_evict"),
    },
    lineWait: sum("head_wait_fill"),
    victimWait: sum("head_wait_write"),
  };
}
