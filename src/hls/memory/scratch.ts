/** Chooses the on-chip memories: one `soff_scratch` for each group of local or private memory that may alias. */
import { powerOfTwo } from "../../support/numbers.js";
import type { Access, Datapath, MemoryGroup } from "../datapath/types.js";

export interface ScratchUnit {
  readonly name: string;
  readonly group: MemoryGroup;
  readonly accesses: readonly Access[];
  /** Word of the memory: the widest access. */
  readonly dataBytes: number;
  readonly grainBytes: number;
  readonly banks: number;
  /** Bytes of all slots together, a power of two. */
  readonly bytes: number;
  /** First address of the group's region in its address space: a multiple of `regionBytes`, never 0. */
  readonly base: number;
  readonly regionBytes: number;
  /** Bytes of variables of fixed size, ahead of the `__local` arguments. */
  readonly fixedBytes: number;
  /** Byte offset of each variable in the region. */
  readonly offsets: ReadonlyMap<string, number>;
  /**
   * Source parameters (`__local` pointers) whose sizes the launch gives; the bytes of a slot then follow at the launch.
   * Otherwise a slot has `bytes / slots`.
   */
  readonly sized: readonly number[];
  readonly slots: number;
}

/** Bits of an address in local or private memory. */
export const scratchAddressBits = 24;
/** What all work-groups under way may take for the `__local` arguments of one group (CL_DEVICE_LOCAL_MEM_SIZE). */
export const sizedBytes = 64 * 1024;
/** `__local` arguments begin at multiples of this: the alignment of the widest type. */
export const argumentAlign = 128;
const mostBanks = 8;

const alignUp = (n: number, align: number): number => Math.ceil(n / align) * align;

/** Bytes of the access rounded up to a power of two: its alignment and the width of its port. */
export function accessBytes(access: Access): number {
  return powerOfTwo(access.bytes);
}

export function planScratch(datapath: Datapath): readonly ScratchUnit[] {
  const next = { local: 0, private: 0 };
  return datapath.groups.flatMap((group): ScratchUnit[] => {
    const { space } = group;
    if (space === "global") return [];
    const accesses = datapath.accesses.filter((a) => a.group === group.index);
    const sizes = accesses.map(accessBytes);
    const offsets = new Map<string, number>();
    let fixedBytes = 0;
    for (const variable of datapath.variables.filter((v) => group.variables.includes(v.name))) {
      const at = alignUp(fixedBytes, Math.max(1, variable.align));
      offsets.set(variable.name, at);
      fixedBytes = at + variable.size;
    }
    const dataBytes = Math.max(...sizes);
    const slots = space === "local" ? datapath.slots.groups : datapath.slots.itemSlots;
    const stride = powerOfTwo(Math.max(fixedBytes, dataBytes));
    const sized = group.parameters;
    const bytes = sized.length > 0 ? Math.max(sizedBytes, powerOfTwo(stride + sizedBytes)) : stride * slots;
    const regionBytes = sized.length > 0 ? bytes : stride;
    const base = alignUp(Math.max(next[space], regionBytes), regionBytes);
    next[space] = base + regionBytes;
    const loads = accesses.filter((a) => a.node.kind !== "store").length;
    return [
      {
        name: `${space === "local" ? "l" : "p"}${group.index}`,
        group,
        accesses,
        dataBytes,
        grainBytes: Math.min(...sizes),
        banks: Math.min(mostBanks, powerOfTwo(Math.max(loads, accesses.length - loads))),
        bytes,
        base,
        regionBytes,
        fixedBytes,
        offsets,
        sized,
        slots,
      },
    ];
  });
}

/** Address of a variable in its address space. */
export function variableAddress(units: readonly ScratchUnit[], name: string): number | undefined {
  for (const unit of units) {
    const offset = unit.offsets.get(name);
    if (offset !== undefined) return unit.base + offset;
  }
  return undefined;
}
