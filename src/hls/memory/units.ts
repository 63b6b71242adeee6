/** Chooses the memory units: how the accesses of each group reach memory, and on which channel. */
import { powerOfTwo } from "../../support/numbers.js";
import type { Board } from "../../target/board.js";
import type { Access, Datapath, MemoryGroup } from "../datapath/types.js";
import { widestAccess } from "../simd/lanes.js";

/** What asks a unit: an access, or for a wide one the lines of even or of odd number. */
export interface UnitClient {
  readonly access: Access;
  readonly part?: LinePart;
}
export type LinePart = "even" | "odd";
export const lineParts: readonly LinePart[] = ["even", "odd"];

/** One `soff_cache` and the accesses that it serves. */
export interface MemoryUnit {
  readonly name: string;
  readonly group: MemoryGroup;
  readonly clients: readonly UnitClient[];
  readonly reads: boolean;
  readonly writes: boolean;
  readonly dataBytes: number;
  readonly grainBytes: number;
  readonly sets: number;
  readonly ways: number;
  readonly lineBytes: number;
  /** Accesses that may be under way. */
  readonly inflight: number;
  /** Position in the design's list of channels. */
  readonly channel: number;
}

export interface MemorySystem {
  readonly units: readonly MemoryUnit[];
  /** Bytes of a line, the same in all units. */
  readonly lineBytes: number;
  /** Board channel of each channel of the design. */
  readonly channels: readonly number[];
  /** Position in `channels`, by source parameter. */
  readonly channelOfParameter: ReadonlyMap<number, number>;
}

/** Loads of one read-only group that get a cache each; further ones share. */
const cachesPerGroup = 64;
const ways = 4;
/** Bytes of one cache: enough lines for every token in flight to be on a line of its own. */
const cacheBytes = 32 * 1024;

/**
 * Buffers that are only read are cached once a load, so that loads do not wait for each other; all
 * accesses of a group that is written share one unit, which gives them an order.
 */
export function planMemory(datapath: Datapath, board: Board, inflight: number): MemorySystem {
  const axiBytes = board.memory.axiDataBits / 8;
  const boardChannels = board.memory.channels.value;
  const channels: number[] = [];
  const channelOfParameter = new Map<number, number>();
  const units: MemoryUnit[] = [];
  const lineBytes = Math.max(widestAccess, axiBytes, ...datapath.accesses.map((a) => powerOfTwo(a.bytes)));
  for (const group of datapath.groups) {
    if (group.space !== "global") continue;
    const boardChannel = group.index % boardChannels;
    let channel = channels.indexOf(boardChannel);
    if (channel < 0) {
      channel = channels.length;
      channels.push(boardChannel);
    }
    for (const p of group.parameters) channelOfParameter.set(p, channel);
    const accesses = datapath.accesses.filter((a) => a.group === group.index);
    const clients = accesses.flatMap((access): UnitClient[] =>
      access.lanes > 0 ? lineParts.map((part) => ({ access, part })) : [{ access }],
    );
    for (const [index, shared] of share(clients, group.writes ? 1 : cachesPerGroup).entries()) {
      const sizes = shared.map((c) => (c.part ? lineBytes : powerOfTwo(c.access.bytes)));
      const dataBytes = Math.max(...sizes);
      units.push({
        name: `g${group.index}_u${index}`,
        group,
        clients: shared,
        reads: group.reads,
        writes: group.writes,
        dataBytes,
        grainBytes: Math.min(...sizes),
        sets: Math.max(1, cacheBytes / lineBytes / ways),
        ways,
        lineBytes,
        inflight,
        channel,
      });
    }
  }
  return { units, lineBytes, channels, channelOfParameter };
}

/** Deals the clients out to at most `count` lists. */
function share(clients: readonly UnitClient[], count: number): UnitClient[][] {
  const lists: UnitClient[][] = Array.from({ length: Math.min(count, clients.length) }, () => []);
  clients.forEach((c, k) => {
    lists[k % lists.length]!.push(c);
  });
  return lists;
}
