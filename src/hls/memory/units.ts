/** Chooses the memory units: how the accesses of each group reach memory, and on which channel. See docs/memory.md. */
import { powerOfTwo } from "../../support/numbers.js";
import type { Access, Datapath, MemoryGroup } from "../datapath/types.js";
import type { Placement } from "./channels.js";
import { accessOrder } from "./order.js";
import type { MemorySizes } from "./sizes.js";

/** What asks a unit: an access of one of the datapaths, or for a wide one the lines of a number modulo the unit's banks. */
export interface UnitClient {
  readonly access: Access;
  readonly part?: number;
  /** Number of the datapath that the access belongs to. */
  readonly datapath: number;
}

/** Caches that serve some accesses together: one `soff_cache` a bank. */
export interface MemoryUnit {
  readonly name: string;
  readonly group: MemoryGroup;
  readonly clients: readonly UnitClient[];
  /** Units that this one is the second level of. */
  readonly fronts: readonly MemoryUnit[];
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
  /** Positions in the design's list of channels, as many as a power of two: bank b reaches memory through channel b modulo their number. */
  readonly channels: readonly number[];
}

/** How a wide access asks for its lines. */
export interface WideShape {
  /** Ports, by line number modulo this: the banks of its unit. */
  readonly parts: number;
  /** Lines do not change while the kernel runs, so that neighbouring tokens may share them. */
  readonly reuse: boolean;
}

export interface MemorySystem {
  readonly datapaths: number;
  /** Second levels behind what they serve. */
  readonly units: readonly MemoryUnit[];
  /** Of the wide accesses, by site. */
  readonly wide: ReadonlyMap<number, WideShape>;
  readonly sizes: MemorySizes;
  /** Bytes of a line, the same in all units. */
  readonly lineBytes: number;
  /** Board channel of each channel of the design. */
  readonly channels: readonly number[];
  /** Positions in `channels`, by source parameter: more than one where lines are dealt out to several in turn. */
  readonly channelsOfParameter: ReadonlyMap<number, readonly number[]>;
}

/** Cycles that a second level adds to a miss. */
const sharedLatency = 16;
/** Of a unit that wide stores alone go to. */
const filledBytes = 8 * 1024;

/**
 * Memory that a work-item loads only before it stores (or never stores) has readers: narrow loads have a cache each, behind
 * which a second level serves all of the group, with wide loads as its direct clients. The stores then have a unit that never
 * reads. Where a load may come after a store, both go through one unit, whose banks keep their order. With several datapaths
 * everything but the second level is a datapath's own, unless work-groups may order their accesses among each other.
 */
export function planMemory(
  datapath: Datapath,
  placement: Placement,
  sizes: MemorySizes,
  inflight: number,
  datapaths = 1,
): MemorySystem {
  const channels: number[] = [];
  const channelsOfParameter = new Map<number, readonly number[]>();
  const units: MemoryUnit[] = [];
  const wide = new Map<number, WideShape>();
  const order = accessOrder(datapath);
  const everyDatapath = Array.from({ length: datapaths }, (_, k) => k);
  for (const group of datapath.groups) {
    if (group.space !== "global") continue;
    const own = placement.get(group.index)!.map((boardChannel) => {
      if (!channels.includes(boardChannel)) channels.push(boardChannel);
      return channels.indexOf(boardChannel);
    });
    for (const p of group.parameters) channelsOfParameter.set(p, own);
    const accesses = datapath.accesses.filter((a) => a.group === group.index);
    const builder = new GroupUnits(group, sizes, inflight, own, wide);
    const isApart = !group.writes || (!group.atomics && !order.fenced && !order.loadedAfterStores.has(group.index));
    if (isApart) {
      builder.readers(
        accesses.filter((a) => a.node.kind === "load"),
        everyDatapath,
      );
      const stores = accesses.filter((a) => a.node.kind === "store");
      for (const k of everyDatapath) builder.unit("w", stores, [k]);
    } else if (group.atomics || order.fenced) builder.unit("u", accesses, everyDatapath);
    else for (const k of everyDatapath) builder.unit("u", accesses, [k]);
    units.push(...builder.units);
  }
  return { datapaths, units, wide, sizes, lineBytes: sizes.lineBytes, channels, channelsOfParameter };
}

/** Collects the units of one group. */
class GroupUnits {
  readonly units: MemoryUnit[] = [];

  constructor(
    private readonly group: MemoryGroup,
    private readonly sizes: MemorySizes,
    private readonly inflight: number,
    private readonly channels: readonly number[],
    private readonly wide: Map<number, WideShape>,
  ) {}

  /** All of the accesses, of these datapaths, in one unit. */
  unit(kind: string, accesses: readonly Access[], datapaths: readonly number[]): void {
    const isWide = accesses.some((a) => a.lanes > 0);
    const count = accesses.length * datapaths.length;
    const enough = isWide ? this.partsFor(accesses) : Math.min(this.sizes.mostBanks, powerOfTwo(count));
    const banks = Math.max(enough, this.channels.length);
    const clients = this.clients(accesses, datapaths, { parts: banks, reuse: false });
    // Wide stores fill their lines at once: what is kept longer only makes the flush longer.
    const isFilled = accesses.every((a) => a.lanes > 0 && a.node.kind === "store");
    const bytes = isFilled ? Math.min(filledBytes, this.sizes.cacheBytes) : this.sizes.cacheBytes;
    this.add(kind, { clients, banks, bytes });
  }

  /** Loads of memory that does not change under them. */
  readers(loads: readonly Access[], datapaths: readonly number[]): void {
    const { sizes } = this;
    const wideLoads = loads.filter((a) => a.lanes > 0);
    const narrow = this.clients(
      loads.filter((a) => a.lanes === 0),
      datapaths,
    );
    const askers = wideLoads.length * datapaths.length + narrow.length;
    const stripes = this.channels.length;
    const hasShared = wideLoads.length > 0 || stripes > 1 || (askers > 1 && sizes.sharedBytes > 0);
    const fronts = deal(narrow, sizes.readersPerGroup).map((clients) =>
      this.add("r", { clients, banks: 1, bytes: sizes.cacheBytes, behind: hasShared ? sharedLatency : 0 }),
    );
    if (!hasShared) return;
    const many = askers > 1 ? Math.max(sizes.mostBanks, stripes) : stripes;
    const banks = wideLoads.length > 0 ? Math.max(this.partsFor(wideLoads), many) : many;
    const clients = this.clients(wideLoads, datapaths, { parts: banks, reuse: true });
    const bytes = askers > 1 ? Math.max(sizes.sharedBytes, sizes.cacheBytes) : sizes.cacheBytes;
    this.add("s", { clients, fronts, banks, bytes });
  }

  /** The least that serves a wide access a cycle wherever it begins. */
  private partsFor(accesses: readonly Access[]): number {
    const bytes = Math.max(...accesses.map((a) => a.lanes * powerOfTwo(a.bytes)));
    return powerOfTwo(1 + Math.ceil(bytes / this.sizes.lineBytes));
  }

  private clients(accesses: readonly Access[], datapaths: readonly number[], shape?: WideShape): UnitClient[] {
    return datapaths.flatMap((datapath) =>
      accesses.flatMap((access): UnitClient[] => {
        if (access.lanes === 0 || !shape) return [{ access, datapath }];
        this.wide.set(access.site, shape);
        return Array.from({ length: shape.parts }, (_, part) => ({ access, part, datapath }));
      }),
    );
  }

  private add(
    kind: string,
    unit: {
      readonly clients: readonly UnitClient[];
      readonly fronts?: readonly MemoryUnit[];
      readonly banks: number;
      /** Of all banks together. */
      readonly bytes: number;
      /** Cycles that a miss takes longer than in others. */
      readonly behind?: number;
    },
  ): MemoryUnit {
    const { group, sizes } = this;
    const { clients, fronts = [], banks, bytes, behind = 0 } = unit;
    const { lineBytes, ways } = sizes;
    const widths = [
      ...clients.map((c) => (c.part === undefined ? powerOfTwo(c.access.bytes) : lineBytes)),
      ...fronts.map(() => lineBytes),
    ];
    const added: MemoryUnit = {
      name: `g${group.index}_${kind}${this.units.length}`,
      group,
      clients,
      fronts,
      reads: fronts.length > 0 || clients.some((c) => c.access.node.kind !== "store"),
      writes: clients.some((c) => c.access.node.kind !== "load"),
      atomics: clients.some((c) => c.access.node.kind === "atomic"),
      dataBytes: Math.max(...widths),
      grainBytes: Math.min(...widths),
      banks,
      sets: Math.max(1, bytes / lineBytes / ways / banks),
      ways,
      lineBytes,
      inflight: this.inflight + behind,
      direct: sizes.direct,
      channels: this.channels,
    };
    if (clients.length + fronts.length > 0) this.units.push(added);
    return added;
  }
}

/** Deals the clients out to at most `count` lists. */
function deal(clients: readonly UnitClient[], count: number): UnitClient[][] {
  const lists: UnitClient[][] = Array.from({ length: Math.min(count, clients.length) }, () => []);
  clients.forEach((c, k) => {
    lists[k % lists.length]!.push(c);
  });
  return lists;
}
