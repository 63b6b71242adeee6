/**
 * Cycles of a launch, predicted without simulating it: from how often every loop and access is executed (`cycles-trace.ts`), the
 * lines that must go to and from memory (`cycles-lines.ts`), and what the design says of its rings and caches.
 *
 * Every resource that takes one thing a cycle gives a time: a loop (iterations, or their latency by the tokens that can be inside at a
 * time), a memory unit (requests), a channel (bytes). The slowest decides; loops that the same work-items pass one after the
 * other overlap only as far as there are more work-items than fit into one. Filling the pipeline and the flush come on top.
 */
import type { Launch } from "../../launch/launch.js";
import type { CacheInfo, DesignKernel, DesignLoop, StageInfo } from "../../rtl/design.js";
import { InputError } from "../../support/errors.js";
import { formatSpan } from "../../support/source.js";
import type { Board } from "../../target/board.js";
import type { Kernel } from "../ir/types.js";
import { kernelPasses } from "../passes/index.js";
import { runPasses } from "../passes/pass.js";
import { loopSpan } from "../structure/structure.js";
import { type CacheModel, countLines, type LineCounts, lineChanges, sideBySide } from "./cycles-lines.js";
import { type LaunchTrace, traceLaunch } from "./cycles-trace.js";

export interface PredictionRequest {
  /** As it is kept with the design. */
  readonly kernel: Kernel;
  readonly design: DesignKernel;
  readonly board: Board;
  readonly clockMHz: number;
  readonly launch: Launch;
}

/** A resource and the cycles that it is busy. */
export interface Limit {
  readonly what: string;
  readonly cycles: number;
}

export interface Prediction {
  readonly cycles: number;
  /** The slowest first. */
  readonly limits: readonly Limit[];
}

/** From the start command to the first work-item, and from the last to the done signal, with nothing to write. */
const startAndEnd = 6;
/** A flush looks through the directories, and a line takes its way to memory; the answer of memory comes on top. */
const flushCycles = 58;
/** What a miss takes beside the memory's own latency, when a load that hits is counted already. */
const missExtra = 4;
/** Part of a channel's peak that lines in both directions get; in one direction they get all of it. */
const mixedEfficiency = 0.92;

/** Undefined for a launch that the interpreter refuses (it says why when the launch is run) or that takes it too long. */
export function predictCycles(request: PredictionRequest): Prediction | undefined {
  try {
    return predict(request);
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

function predict(request: PredictionRequest): Prediction {
  const { design, board, clockMHz, launch } = request;
  const kernel = runPasses(request.kernel, kernelPasses);
  const lineBytes = design.stages.find((stage) => stage.cache)?.cache?.lineBytes ?? board.memory.axiDataBits / 8;
  const trace = traceLaunch(kernel, launch, lineBytes);
  const { timing } = board.memory;
  const cyclesOf = (ns: number) => (ns * clockMHz) / 1000;
  const missCycles = cyclesOf(timing.readLatencyNs.value) + missExtra;
  const bytesPerCycle = Math.min(board.memory.axiDataBits / 8, timing.peakBytesPerSecond.value / (clockMHz * 1e6));

  const lanes = design.simd * design.datapaths;
  const items = launch.range.global.reduce((product, size) => product * size, 1);
  const group = launch.range.local.reduce((product, size, d) => product * Math.min(size, launch.range.global[d]!), 1);
  const tokens = items / lanes;
  const window = Math.max(64, ...design.loops.map((loop) => loop.tokens)) * lanes;
  const order = sideBySide(trace.stream, window);
  const units = unitsOf(design, trace);
  const models = units.map((unit) => unit.model);
  const counts = scaled(countLines(trace.stream, order, models), trace, launch, lineBytes);
  const direct = counts.filter((_, k) => !units[k]!.behind);

  const limits: Limit[] = [{ what: "dispatcher", cycles: (items / design.simd) * (design.interval ?? 1) }];
  const loops = loopTimes(design, kernel, trace, lanes, tokens, group, missCycles * missShare(trace, direct));
  const { longest, mostAccesses } = trace.turns;
  for (const { loop, cycles, perEntry, perIteration, outermost } of loops) {
    limits.push({ what: loop.label, cycles });
    // However many there are, one work-item takes its time; every iteration has an access.
    const alone = Math.min(perEntry * longest, perIteration * mostAccesses);
    if (outermost) limits.push({ what: `longest work-item in ${loop.label}`, cycles: alone });
  }
  const changes = lineChanges(trace.stream, order, trace.sites.length);
  limits.push(...unitTimes(design, trace, units, counts, changes));
  limits.push(...channelTimes(design, units, counts, lineBytes / bytesPerCycle));
  limits.sort((a, b) => b.cycles - a.cycles);

  // Work-items that all fit into one loop are in the next only when they have left it.
  const slowest = limits[0]!;
  const outermost = loops.filter((each) => each.outermost).sort((a, b) => b.cycles - a.cycles);
  const behind = outermost
    .slice(1)
    .reduce((sum, { loop, cycles }) => sum + cycles * Math.min(1, loop.tokens / Math.max(1, tokens)), 0);
  // Units that only write send lines away when they are full.
  const kept = counts.map((count, k) => (writesOnly(units[k]!) ? 0 : count.flushed / units[k]!.info.banks));
  const flushed = Math.max(0, ...kept);
  const written = counts.some((count) => count.written + count.flushed > 0);
  const through = design.cycles + (counts.some((count) => count.fetched > 0) ? missCycles : 0);
  const ends = startAndEnd + (written ? flushCycles + cyclesOf(timing.writeLatencyNs.value) + flushed : 0);
  return { cycles: Math.round(slowest.cycles + behind + through + ends), limits };
}

/** A cache of the design and the sites of the kernel that it serves. */
interface Unit {
  readonly stage: StageInfo;
  readonly info: CacheInfo;
  readonly model: CacheModel;
  /** Requests of it go to a second level. */
  readonly behind: boolean;
  /** Datapaths that have one of their own. */
  readonly copies: number;
}

const writesOnly = ({ model }: Unit): boolean => model.stores.size === model.sites.size;

/** Every memory unit and second level once, however many banks and copies it has. */
function unitsOf(design: DesignKernel, trace: LaunchTrace): Unit[] {
  const stages = design.stages.filter((stage) => stage.cache !== undefined);
  const keyOf = (stage: StageInfo) => JSON.stringify([stage.sites, stage.cache!.level]);
  const seen = new Set<string>();
  return stages.flatMap((stage): Unit[] => {
    const key = keyOf(stage);
    if (seen.has(key)) return [];
    seen.add(key);
    const info = stage.cache!;
    const sites = new Set((stage.sites ?? []).flatMap((id) => sitesAt(design, trace, id)));
    const stores = new Set([...sites].filter((site) => trace.sites[site]!.kind === "store"));
    const behind = stages.some(
      (s) => s.cache!.level > info.level && stage.sites?.every((site) => s.sites?.includes(site)),
    );
    const copies = stages.filter((other) => keyOf(other) === key).length / info.banks;
    return [{ stage, info, model: { sites, stores, lines: info.lines * info.banks }, behind, copies }];
  });
}

/** Numbers in the trace of the accesses that a design's access may be. */
function sitesAt(design: DesignKernel, trace: LaunchTrace, id: number): number[] {
  const access = design.accesses.find((each) => each.id === id);
  if (!access) return [];
  return trace.sites
    .filter(
      ({ span, kind }) =>
        span.line === access.line && span.column === access.column && (kind !== "load") === access.write,
    )
    .map((site) => site.index);
}

/** Counts of a sample, of the whole launch: a buffer that stays in the cache is fetched once however much of the launch was left out. */
function scaled(counts: readonly LineCounts[], trace: LaunchTrace, launch: Launch, lineBytes: number): LineCounts[] {
  if (trace.sampled >= 1) return [...counts];
  const all = launch.arguments.reduce((n, a) => n + (a.kind === "buffer" ? a.bytes.length : 0), 0) / lineBytes;
  return counts.map(({ fetched, written, flushed, distinct }) => {
    const scale = (n: number, most: number) => Math.min(n / trace.sampled, Math.max(n, most));
    const once = fetched <= distinct ? all : Number.POSITIVE_INFINITY;
    return {
      fetched: scale(fetched, once),
      written: scale(written + flushed, all) - flushed,
      flushed,
      distinct: scale(distinct, all),
    };
  });
}

/** Part of the time in which some line is on its way, by misses an access. */
function missShare(trace: LaunchTrace, counts: readonly LineCounts[]): number {
  const fetched = counts.reduce((sum, count) => sum + count.fetched, 0);
  const accesses = trace.accesses.reduce((sum, n) => sum + n, 0);
  return accesses === 0 ? 0 : Math.min(1, (8 * fetched) / accesses);
}

interface LoopTime {
  readonly loop: DesignLoop;
  readonly cycles: number;
  /** Of one work-item of mean length that has the loop for itself. */
  readonly perEntry: number;
  readonly perIteration: number;
  readonly outermost: boolean;
}

function loopTimes(
  design: DesignKernel,
  kernel: Kernel,
  trace: LaunchTrace,
  lanes: number,
  tokens: number,
  group: number,
  missCycles: number,
): LoopTime[] {
  const trips = design.loops.map((loop) => {
    const own = trace.loops.filter((each) => `loop at ${formatSpan(loopSpan(kernel, each.loop))}` === loop.label);
    // Loops of equal place, each a loop of the design's: they share what was counted.
    const alike = design.loops.filter((other) => other.label === loop.label).length;
    const sum = (of: (trips: (typeof own)[number]) => number) => own.reduce((n, each) => n + of(each), 0) / alike;
    // A token goes round as often as the lane of it that does so most often.
    const uneven = trace.turns.unevenLanes(design.simd);
    return { iterations: (sum((x) => x.iterations) * uneven) / lanes, entries: sum((x) => x.entries) / lanes };
  });
  const times: LoopTime[] = [];
  /** Latency of an iteration of loop k, inner loops included; `room` tokens can be around it. Returns the index behind the loop. */
  const visit = (k: number, room: number): { readonly next: number; readonly perEntry: number } => {
    const loop = design.loops[k]!;
    const { iterations, entries } = trips[k]!;
    const inside = Math.min(loop.tokens, room);
    let next = k + 1;
    const isDecoupled = loop.ahead !== undefined;
    let latency = loop.cycles + (isDecoupled ? 0 : missCycles) + loop.barriers * (group / design.simd);
    while (next < design.loops.length && design.loops[next]!.depth > loop.depth) {
      const inner = visit(next, inside);
      const perIteration = iterations === 0 ? 0 : trips[next]!.entries / iterations;
      latency += inner.perEntry * perIteration;
      next = inner.next;
    }
    const cycles = iterations * Math.max(loop.interval ?? 1, latency / Math.max(1, Math.min(inside, entries)));
    const once = isDecoupled ? loop.ahead + missCycles : 0;
    const perEntry = entries === 0 ? 0 : (iterations / entries) * latency + once;
    times.push({ loop, cycles, perEntry, perIteration: latency, outermost: loop.depth === 1 });
    return { next, perEntry };
  };
  for (let k = 0; k < design.loops.length; ) k = visit(k, Math.max(1, tokens)).next;
  return times;
}

/** Requests of each memory unit, one a cycle and bank: of accesses, and of the caches in front of it for their lines. */
function unitTimes(
  design: DesignKernel,
  trace: LaunchTrace,
  units: readonly Unit[],
  counts: readonly LineCounts[],
  changes: readonly number[],
): Limit[] {
  const requestsOf = (id: number): number => {
    const access = design.accesses.find((each) => each.id === id);
    if (!access) return 0;
    const sites = sitesAt(design, trace, id);
    const sum = (of: readonly number[]) => sites.reduce((n, site) => n + of[site]!, 0);
    // The accesses of one place share what was counted there: one for each lane, or one for all lanes.
    const alike = design.accesses.filter(
      (each) => each.line === access.line && each.column === access.column && each.write === access.write,
    ).length;
    // Fewer accesses than there were: neighbours have been joined, and touch together about the lines that each did.
    if (access.lanes !== undefined) return sum(changes) / trace.sampled / Math.max(alike, sites.length);
    return sum(trace.accesses) / (alike >= design.simd * sites.length ? alike : design.simd * Math.max(1, alike));
  };
  return units.map(({ stage, info, copies }) => {
    const fronts = units.flatMap((unit, k) =>
      unit.info.level < info.level && unit.stage.sites?.every((site) => stage.sites?.includes(site)) ? [k] : [],
    );
    const inFront = new Set(fronts.flatMap((k) => units[k]!.stage.sites ?? []));
    const own = (stage.sites ?? []).filter((id) => !inFront.has(id)).reduce((sum, id) => sum + requestsOf(id), 0);
    const lines = fronts.reduce((sum, k) => sum + counts[k]!.fetched * units[k]!.copies, 0);
    return { what: stage.label, cycles: (own + lines) / copies / info.banks };
  });
}

/** Lines to and from each channel. */
function channelTimes(
  design: DesignKernel,
  units: readonly Unit[],
  counts: readonly LineCounts[],
  cyclesPerLine: number,
): Limit[] {
  const read = design.channels.map(() => 0);
  const written = design.channels.map(() => 0);
  units.forEach(({ stage, behind }, k) => {
    if (behind) return;
    // Lines are dealt out evenly to the channels of the banks.
    const channels = design.stages.flatMap(({ cache, sites }) =>
      cache?.level === stage.cache!.level && String(sites) === String(stage.sites) ? [cache.channel] : [],
    );
    for (const channel of channels) {
      read[channel]! += counts[k]!.fetched / channels.length;
      written[channel]! += counts[k]!.written / channels.length;
    }
  });
  return design.channels.map(({ memory }, k) => {
    const lines = read[k]! + written[k]!;
    // The bus turns seldom when nearly all goes one way.
    const mixed = Math.min(read[k]!, written[k]!) > lines / 10;
    return { what: `memory channel ${memory}`, cycles: (lines * cyclesPerLine) / (mixed ? mixedEfficiency : 1) };
  });
}
