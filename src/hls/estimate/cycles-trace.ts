/**
 * What a launch does, counted by the interpreter: iterations of every loop, and the lines of memory that every access touches in the
 * order in which a circuit with many work-items under way asks for them. Long launches are sampled by work-groups.
 */
import type { Launch } from "../../launch/launch.js";
import { type Loop, loopForest } from "../analysis/loops.js";
import { groupCounts } from "../interpret/execute.js";
import { interpret } from "../interpret/interpret.js";
import { type AccessSite, accessSites } from "../interpret/sites.js";
import type { Kernel } from "../ir/types.js";

export interface LoopTrips {
  readonly loop: Loop;
  readonly iterations: number;
  readonly entries: number;
}

/** Accesses of one or more sites in the order of execution, as lines of memory. */
export interface LineStream {
  /** Line of each access. */
  readonly lines: Float64Array;
  /** Number of the site of each access. */
  readonly sites: Uint16Array;
  /** Where each work-item's accesses up to its end or its next barrier begin; the last is the length. */
  readonly turns: readonly number[];
}

export interface LaunchTrace {
  readonly loops: readonly LoopTrips[];
  readonly sites: readonly AccessSite[];
  /** How often each site was executed. */
  readonly accesses: readonly number[];
  readonly turns: TurnLengths;
  /** Work-items whose accesses `stream` has, by all work-items. */
  readonly sampled: number;
  readonly stream: LineStream;
}

/** Accesses that are looked at one by one; a launch with many more is sampled. */
const budget = 400_000;
/** Loop iterations of a work-group or a sample after which the interpreter gives up. */
const maxSteps = 50_000_000;
/** Stretches of neighbouring work-groups that a sample has. */
const stretches = 8;

/** The launch's buffers are not changed. */
export function traceLaunch(kernel: Kernel, launch: Launch, lineBytes: number): LaunchTrace {
  const groups = groupCounts(launch);
  const total = groups[0] * groups[1] * groups[2];
  const sites = accessSites(kernel).all;
  const first = run(kernel, launch, lineBytes, sites, (group) => group === 0);
  const perGroup = Math.max(1, first.accesses, first.steps);
  const wanted = Math.max(1, Math.floor(budget / perGroup));
  const everything = wanted >= total;
  const length = Math.max(1, Math.ceil(wanted / stretches));
  const count = Math.max(1, Math.min(stretches, Math.floor(wanted / length)));
  // Evenly spread, the ends included: borders differ from the middle.
  const starts = Array.from({ length: count }, (_, k) =>
    count === 1 ? Math.floor((total - length) / 2) : Math.round((k * (total - length)) / (count - 1)),
  );
  const chosen = (group: number) => everything || starts.some((start) => group >= start && group < start + length);
  const result = run(kernel, launch, lineBytes, sites, chosen);
  const items = launch.range.global.reduce((product, size) => product * size, 1);
  const sampled = items === 0 ? 1 : result.items / items;
  const scale = 1 / Math.max(sampled, Number.MIN_VALUE);
  return {
    loops: loopForest(kernel).loops.map((loop) => ({
      loop,
      iterations: result.blocks[loop.header]! * scale,
      entries: entriesOf(loop, result.blocks) * scale,
    })),
    sites,
    accesses: result.perSite.map((n) => n * scale),
    sampled,
    stream: result.stream,
    turns: turnLengths(result.stream),
  };
}

/** How uneven work-items are, by their accesses up to their ends or next barriers. */
export interface TurnLengths {
  /** The longest, by the mean. */
  readonly longest: number;
  readonly mostAccesses: number;
  /** Mean of the longest of each `lanes` neighbours, by the mean. */
  unevenLanes(lanes: number): number;
}

function turnLengths({ turns }: LineStream): TurnLengths {
  const lengths = turns.slice(1).map((end, k) => end - turns[k]!);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (total === 0) return { longest: 1, mostAccesses: 0, unevenLanes: () => 1 };
  const unevenLanes = (lanes: number): number => {
    let sum = 0;
    for (let k = 0; k < lengths.length; k += lanes) {
      const own = lengths.slice(k, k + lanes);
      sum += own.length * own.reduce((most, length) => Math.max(most, length), 0);
    }
    return sum / total;
  };
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0);
  return { longest: (longest * lengths.length) / total, mostAccesses: longest, unevenLanes };
}

interface Run {
  readonly blocks: readonly number[];
  readonly perSite: readonly number[];
  readonly items: number;
  readonly accesses: number;
  readonly steps: number;
  readonly stream: LineStream;
}

function run(
  kernel: Kernel,
  launch: Launch,
  lineBytes: number,
  sites: readonly AccessSite[],
  groups: (group: number) => boolean,
): Run {
  let lines = new Float64Array(1 << 16);
  let which = new Uint16Array(1 << 16);
  let length = 0;
  let items = 0;
  const perSite = new Array<number>(sites.length).fill(0);
  const isGlobal = sites.map((site) => site.space === "global");
  const turns: number[] = [];
  const copy: Launch = {
    ...launch,
    arguments: launch.arguments.map((a) => (a.kind === "buffer" ? { ...a, bytes: a.bytes.slice() } : a)),
  };
  const { blockExecutions } = interpret(kernel, copy, {
    groups,
    maxSteps,
    observer: {
      workItem(index) {
        items = Math.max(items, index + 1);
        turns.push(length);
      },
      access(site, address) {
        perSite[site]!++;
        if (!isGlobal[site]) return;
        if (length === lines.length) {
          lines = grown(lines, new Float64Array(2 * length));
          which = grown(which, new Uint16Array(2 * length));
        }
        lines[length] = Math.floor(address / lineBytes);
        which[length++] = site;
      },
    },
  });
  turns.push(length);
  return {
    blocks: blockExecutions,
    perSite,
    items,
    accesses: perSite.reduce((a, b) => a + b, 0),
    steps: blockExecutions.reduce((a, b) => a + b, 0) / 4,
    stream: { lines: lines.subarray(0, length), sites: which.subarray(0, length), turns },
  };
}

function grown<T extends Float64Array | Uint16Array>(from: T, into: T): T {
  into.set(from as never);
  return into;
}

/** How often a loop was entered: by blocks that lead nowhere else, exactly; otherwise at most as often as its entries' blocks ran. */
function entriesOf(loop: Loop, blocks: readonly number[]): number {
  const from = new Set(loop.entries.map((edge) => edge.from));
  const sum = [...from].reduce((n, block) => n + blocks[block]!, 0);
  return Math.min(sum, blocks[loop.header]!);
}
