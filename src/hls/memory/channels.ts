/** Chooses which channels of the board's memory the buffers lie in, and which buffers are spread over several of them. */
import type { MemoryGroup } from "../datapath/types.js";
import type { LevelTraffic } from "./traffic.js";

/** Board channels of a memory group. More than one: its lines are dealt out to them in turn. A power of two. */
export type Placement = ReadonlyMap<number, readonly number[]>;

export interface PlacementRequest {
  readonly groups: readonly MemoryGroup[];
  readonly traffic: readonly LevelTraffic[];
  /** Copies of the datapath. */
  readonly datapaths: number;
  /** Of the board. */
  readonly channels: number;
  /** What a channel moves while a datapath takes a token. */
  readonly channelBytes: number;
  /** Channels of one buffer at most: a power of two. */
  readonly mostStripes: number;
  /** Left out, the compiler's choice; otherwise channels of every buffer that can have several. */
  readonly stripes?: number;
}

/** Iterations of a loop, whose number is not known. */
const iterationsGuess = 16;
/** A buffer in several channels is more work for the host: it must save this share of the cycles. */
const worthwhile = 0.1;

/**
 * Greedy: while a channel is what tokens wait for, the buffer that loads it most is spread over twice as many, if that helps.
 * Only memory that is one argument can be spread: each channel's share has an address of its own.
 */
export function placeGroups(request: PlacementRequest): Placement {
  const { channels, mostStripes } = request;
  const groups = request.groups.filter((g) => g.space === "global");
  const most = Math.min(mostStripes, 2 ** Math.floor(Math.log2(channels)));
  const canSpread = (g: MemoryGroup): boolean => g.parameters.length === 1;
  let best = assign(
    groups,
    new Map(groups.map((g) => [g.index, canSpread(g) ? Math.min(request.stripes ?? 1, most) : 1])),
    request,
  );
  if (request.stripes !== undefined) return best.placement;
  for (;;) {
    const twice = new Map(best.stripes);
    for (const g of groups.filter(canSpread))
      if (best.limiting.has(g.index) && twice.get(g.index)! * 2 <= most) twice.set(g.index, twice.get(g.index)! * 2);
    const next = assign(groups, twice, request);
    if (next.cycles > best.cycles * (1 - worthwhile)) return best.placement;
    best = next;
  }
}

interface Assigned {
  readonly stripes: ReadonlyMap<number, number>;
  readonly placement: Placement;
  /** Of a token that goes round each loop so many times. */
  readonly cycles: number;
  /** Of each channel that tokens wait for, the group that loads it most. */
  readonly limiting: ReadonlySet<number>;
}

/** The heaviest share first, each to the channel with the least so far (longest processing time). */
function assign(
  groups: readonly MemoryGroup[],
  stripes: ReadonlyMap<number, number>,
  { traffic, datapaths, channels, channelBytes }: PlacementRequest,
): Assigned {
  const weightOf = (level: LevelTraffic): number => iterationsGuess ** level.depth;
  /** Cycles of each of its channels that the group takes for a token. */
  const load = (index: number): number =>
    traffic.reduce((n, level) => n + weightOf(level) * (level.bytes.get(index) ?? 0), 0) *
    (datapaths / channelBytes / stripes.get(index)!);
  const used = Array.from({ length: channels }, (_, channel) => ({ channel, load: 0, groups: 0 }));
  const placement = new Map<number, readonly number[]>();
  for (const { index } of [...groups].sort((a, b) => load(b.index) - load(a.index))) {
    const own = [...used]
      .sort((a, b) => a.load - b.load || a.groups - b.groups || a.channel - b.channel)
      .slice(0, stripes.get(index)!)
      .sort((a, b) => a.channel - b.channel);
    for (const u of own) {
      u.load += load(index);
      u.groups++;
    }
    placement.set(
      index,
      own.map((u) => u.channel),
    );
  }
  // Levels and channels work side by side: the slowest decides.
  const compute = Math.max(1, ...traffic.map(weightOf));
  const memory = Math.max(...used.map((u) => u.load));
  const limiting = new Set<number>();
  for (const { channel } of used.filter((u) => u.load > compute && u.load === memory)) {
    const here = groups.map((g) => g.index).filter((index) => placement.get(index)!.includes(channel));
    limiting.add(here.reduce((a, b) => (load(b) > load(a) ? b : a)));
  }
  return { stripes, placement, cycles: Math.max(compute, memory), limiting };
}
