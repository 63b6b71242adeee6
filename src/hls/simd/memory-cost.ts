/**
 * What the accesses of a kernel will take: an outline of `src/hls/memory/units.ts` for kernels in the structured form, of which
 * no datapath has been made.
 */
import type { Grouping } from "../datapath/groups.js";
import type { MemoryGroup } from "../datapath/types.js";
import { large } from "../memory/sizes.js";
import { type AccessNode, isAccess, type Region } from "../structure/types.js";

export interface GroupAccess {
  readonly node: AccessNode;
  readonly group: number;
  /** Loops around it. */
  readonly depth: number;
  /** Of all lanes. */
  readonly bytes: number;
}

export interface MemoryArea {
  readonly lut: number;
  readonly bram: number;
  readonly caches: number;
}

// By Yosys for UltraScale+ with lines of 64 bytes (boards/families/area/xcup.json).
/** The cache of a narrow load, and what brings its lines from a second level. */
const reader = { lut: 2000, bram: 16 };
const readerBehind = { lut: 5300, bram: 8 };
/** A bank with its arbiter; what every further client adds to the arbiter. */
const bankOfLoads = { lut: 2300, bram: 16 };
const bankOfStores = { lut: 3300, bram: 17 };
const bankOfBoth = { lut: 4200, bram: 17 };
const clientOfBank = 110;
/** A wide access a bank: queues of lines, its part of the multiplexers. */
const partOfWide = 1800;

export class MemoryCosts {
  private readonly apart: ReadonlySet<number>;
  private readonly accesses: readonly GroupAccess[];

  constructor(
    body: Region,
    private readonly grouping: Grouping,
    bytesOf: (node: AccessNode) => number,
  ) {
    this.apart = readersApart(body, grouping);
    const accesses: GroupAccess[] = [];
    const collect = (region: Region, depth: number): void => {
      for (const node of region.nodes) {
        if (node.kind === "loop") collect(node.body, depth + 1);
        if (!isAccess(node)) continue;
        const group = grouping.groupOf(node);
        if (group !== "rom") accesses.push({ node, group, depth, bytes: bytesOf(node) });
      }
    };
    collect(body, 0);
    this.accesses = accesses;
  }

  /** Of all units that global memory is reached by. */
  area(): MemoryArea {
    let area: MemoryArea = { lut: 0, bram: 0, caches: 0 };
    const add = (count: number, { lut, bram }: { lut: number; bram: number }, clients = 1): void => {
      area = {
        lut: area.lut + count * (lut + clients * clientOfBank),
        bram: area.bram + count * bram,
        caches: area.caches + count,
      };
    };
    for (const { index, space } of this.grouping.groups) {
      if (space !== "global") continue;
      const own = this.accesses.filter((a) => a.group === index);
      const wide = own.filter(isWide);
      area = { ...area, lut: area.lut + wide.length * partOfWide * large.mostBanks };
      if (!this.apart.has(index)) {
        add(banksOf(own), bankOfBoth, own.length);
        continue;
      }
      const loads = own.filter((a) => a.node.kind === "load");
      const stores = own.filter((a) => a.node.kind === "store");
      const narrow = Math.min(loads.filter((a) => !isWide(a)).length, large.readersPerGroup);
      if (loads.length > 1 || wide.some((a) => a.node.kind === "load")) {
        add(narrow, readerBehind);
        add(large.mostBanks, bankOfLoads, loads.length);
      } else add(narrow, reader);
      if (stores.length > 0) add(banksOf(stores), bankOfStores, stores.length);
    }
    return area;
  }

  /** Cycles that the busiest unit needs for these accesses of one token. */
  cycles(accesses: readonly AccessNode[]): number {
    const here = this.accesses.filter((a) => accesses.includes(a.node));
    let most = 0;
    for (const { index, space } of this.grouping.groups) {
      const own = here.filter((a) => a.group === index);
      if (space !== "global" || own.length === 0) continue;
      const loads = own.filter((a) => a.node.kind === "load");
      const others = own.filter((a) => a.node.kind !== "load");
      most = Math.max(most, this.apart.has(index) ? Math.max(loadCycles(loads), unitCycles(others)) : unitCycles(own));
    }
    return most;
  }
}

/** Groups whose loads and stores have units of their own (`memory/order.ts`, of which this is the form for regions). */
function readersApart(body: Region, grouping: Grouping): ReadonlySet<number> {
  const loadedAfterStores = new Set<number>();
  const atomics = new Set<number>();
  let fenced = false;
  const visit = (region: Region, stored: Set<number>): void => {
    for (const node of region.nodes) {
      if (node.kind === "loop") for (let time = 0; time < 2; time++) visit(node.body, stored);
      if (node.kind === "fence") fenced = true;
      if (!isAccess(node)) continue;
      const group = grouping.groupOf(node);
      if (group === "rom") continue;
      if (node.kind !== "store" && stored.has(group)) loadedAfterStores.add(group);
      if (node.kind !== "load") stored.add(group);
      if (node.kind === "atomic") atomics.add(group);
    }
  };
  visit(body, new Set());
  const isApart = ({ index, writes }: MemoryGroup): boolean =>
    !writes || (!fenced && !atomics.has(index) && !loadedAfterStores.has(index));
  return new Set(grouping.groups.filter(isApart).map((g) => g.index));
}

const isWide = ({ node }: GroupAccess): boolean => node.kind !== "atomic" && node.laneEnables !== undefined;

const sum = (list: readonly GroupAccess[], of: (a: GroupAccess) => number): number =>
  list.reduce((n, a) => n + of(a), 0);

/** As many as one wide access has lines; of narrow accesses as many as there are. */
function banksOf(accesses: readonly GroupAccess[]): number {
  const most = Math.max(...accesses.map((a) => (isWide(a) ? linesOf(a) : 1)));
  return Math.min(
    large.mostBanks,
    2 ** Math.ceil(Math.log2(Math.max(most, accesses.some(isWide) ? 2 : accesses.length))),
  );
}

/** Of 64 bytes, wherever the access begins. */
const linesOf = ({ bytes }: GroupAccess): number => 1 + Math.ceil(bytes / lineBytes);
const lineBytes = 64;

/** Narrow loads have caches of their own. Wide ones ask the banks, once for a line that the token before has asked for too. */
function loadCycles(loads: readonly GroupAccess[]): number {
  const lines = sum(loads.filter(isWide), (a) => (a.depth > 0 ? linesOf(a) : a.bytes / lineBytes));
  const narrow = loads.filter((a) => !isWide(a)).length;
  return Math.max(lines / large.mostBanks, Math.ceil(narrow / large.readersPerGroup));
}

/** Narrow accesses of different work-items may all want the same bank. */
function unitCycles(accesses: readonly GroupAccess[]): number {
  if (accesses.length === 0) return 0;
  const lines = sum(accesses.filter(isWide), linesOf);
  return lines / banksOf(accesses) + accesses.filter((a) => !isWide(a)).length;
}
