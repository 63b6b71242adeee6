/** Chooses the memory units: how the accesses of each group reach memory, and on which channel. See docs/memory.md. */
import { powerOfTwo } from "../../support/numbers.js";
import type { Board } from "../../target/board.js";
import type { Access, Datapath, MemoryGroup } from "../datapath/types.js";
import { accessOrder } from "./order.js";
import type { MemorySizes } from "./sizes.js";

/** What asks a unit: an access of one of the datapaths, or for a wide one its lines of even or of odd number. */
export interface UnitClient {
  readonly access: Access;
  readonly part?: LinePart;
  /** Number of the datapath that the access belongs to. */
  readonly datapath: number;
}
export type LinePart = "even" | "odd";
export const lineParts: readonly LinePart[] = ["even", "odd"];

/** Caches that serve some accesses together: one `soff_cache` a bank. */
export interface MemoryUnit {
  readonly name: string;
  readonly group: MemoryGroup;
  readonly clients: readonly UnitClient[];
  readonly reads: boolean;
  readonly writes: boolean;
  readonly atomics: boolean;
  readonly dataBytes: number;
  readonly grainBytes: number;
  /** A power of two: bank b holds the lines whose number is b modulo `banks`. */
  readonly banks: number;
  /** Of each bank. */
  readonly sets: number;
  readonly ways: number;
  readonly lineBytes: number;
  /** Accesses that may be under way in a bank. */
  readonly inflight: number;
  /** No caches in it. */
  readonly direct: boolean;
  /** The second level behind it, which then asks the channel in its place. */
  readonly shared?: SharedCache;
  /** Position in the design's list of channels. */
  readonly channel: number;
}

/** A second level: lines that several units of one group read. */
export interface SharedCache {
  readonly name: string;
  readonly group: MemoryGroup;
  readonly sets: number;
  readonly ways: number;
  readonly lineBytes: number;
  readonly inflight: number;
  readonly channel: number;
}

export interface MemorySystem {
  readonly datapaths: number;
  readonly units: readonly MemoryUnit[];
  readonly shared: readonly SharedCache[];
  readonly sizes: MemorySizes;
  /** Bytes of a line, the same in all units. */
  readonly lineBytes: number;
  /** Board channel of each channel of the design. */
  readonly channels: readonly number[];
  /** Position in `channels`, by source parameter. */
  readonly channelOfParameter: ReadonlyMap<number, number>;
}

/** Cycles that a second level adds to a miss. */
const sharedLatency = 16;

/**
 * Loads that no store of their own work-item can come before have a cache each, with a second level behind all of a
 * group's; the stores then have a unit that never reads. Where a load may come after a store, both go through one unit, whose
 * banks keep their order. With several datapaths everything but the second level is a datapath's own, unless work-groups may
 * order their accesses among each other.
 */
export function planMemory(
  datapath: Datapath,
  board: Board,
  sizes: MemorySizes,
  inflight: number,
  datapaths = 1,
): MemorySystem {
  const { lineBytes, ways, mostBanks } = sizes;
  const boardChannels = board.memory.channels.value;
  const channels: number[] = [];
  const channelOfParameter = new Map<number, number>();
  const units: MemoryUnit[] = [];
  const allShared: SharedCache[] = [];
  const order = accessOrder(datapath);
  const everyDatapath = Array.from({ length: datapaths }, (_, k) => k);
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
    const own = (list: readonly Access[], copy: number): UnitClient[] =>
      list.flatMap((access): UnitClient[] =>
        access.lanes > 0 ? lineParts.map((part) => ({ access, part, datapath: copy })) : [{ access, datapath: copy }],
      );
    const add = (kind: string, clients: readonly UnitClient[], banks: number, shared?: SharedCache): void => {
      if (clients.length === 0) return;
      const widths = clients.map((c) => (c.part ? lineBytes : powerOfTwo(c.access.bytes)));
      const reads = clients.some((c) => c.access.node.kind !== "store");
      units.push({
        name: `g${group.index}_${kind}${units.filter((u) => u.group === group).length}`,
        group,
        clients,
        reads,
        writes: clients.some((c) => c.access.node.kind !== "load"),
        atomics: clients.some((c) => c.access.node.kind === "atomic"),
        dataBytes: Math.max(...widths),
        grainBytes: Math.min(...widths),
        banks,
        sets: Math.max(1, sizes.cacheBytes / lineBytes / ways / banks),
        ways,
        lineBytes,
        inflight: inflight + (shared ? sharedLatency : 0),
        direct: sizes.direct,
        ...(shared ? { shared } : {}),
        channel,
      });
    };
    const isApart = !group.writes || (!group.atomics && !order.fenced && !order.loadedAfterStores.has(group.index));
    if (isApart) {
      const loads = accesses.filter((a) => a.node.kind === "load");
      const stores = accesses.filter((a) => a.node.kind === "store");
      const readers = deal(
        everyDatapath.flatMap((k) => own(loads, k)),
        sizes.readersPerGroup,
      );
      const shared: SharedCache | undefined =
        readers.length > 1 && sizes.sharedBytes > 0
          ? {
              name: `g${group.index}_shared`,
              group,
              sets: Math.max(1, sizes.sharedBytes / lineBytes / ways),
              ways,
              lineBytes,
              inflight,
              channel,
            }
          : undefined;
      if (shared) allShared.push(shared);
      for (const clients of readers) add("r", clients, 1, shared);
      for (const k of everyDatapath) {
        const clients = own(stores, k);
        add("w", clients, banksFor(clients, mostBanks));
      }
    } else if (group.atomics || order.fenced) {
      const clients = everyDatapath.flatMap((k) => own(accesses, k));
      add("u", clients, banksFor(clients, mostBanks));
    } else
      for (const k of everyDatapath) {
        const clients = own(accesses, k);
        add("u", clients, banksFor(clients, mostBanks));
      }
  }
  return { datapaths, units, shared: allShared, sizes, lineBytes, channels, channelOfParameter };
}

/** Wide accesses ask for lines of even and of odd number apart, hence two banks. */
function banksFor(clients: readonly UnitClient[], mostBanks: number): number {
  if (clients.some((c) => c.part)) return 2;
  return Math.min(mostBanks, powerOfTwo(clients.length));
}

/** Deals the clients out to at most `count` lists. */
function deal(clients: readonly UnitClient[], count: number): UnitClient[][] {
  const lists: UnitClient[][] = Array.from({ length: Math.min(count, clients.length) }, () => []);
  clients.forEach((c, k) => {
    lists[k % lists.length]!.push(c);
  });
  return lists;
}
