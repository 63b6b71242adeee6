/** How large the memory system of a board is: one place for all figures that depend on the board and not on the kernel. */
import { powerOfTwo } from "../../support/numbers.js";
import type { Board } from "../../target/board.js";
import type { Datapath } from "../datapath/types.js";
import { wideLine } from "../simd/lanes.js";

export interface MemorySizes {
  /** Bytes of a line, the same in all units. */
  readonly lineBytes: number;
  /** No caches: every access is a beat of the bus. */
  readonly direct: boolean;
  readonly ways: number;
  /** Of one cache. */
  readonly cacheBytes: number;
  /** Of a second level; 0: there is none. */
  readonly sharedBytes: number;
  readonly mostBanks: number;
  /** Loads of one group that get a cache each; further ones share. */
  readonly readersPerGroup: number;
  /** Lines that may wait in a channel, each unit. */
  readonly queue: number;
  /** Beats of the longest burst. */
  readonly maxBurst: number;
  /** Bits of a launch's range in each dimension. With fewer than 32, a launch has fewer than 2^32 work-items and ids of 32 bits. */
  readonly rangeBits: number;
  /** Cycles of slack in queues that hide latency. */
  readonly slack: number;
}

/** Up to this width of the bus, logic is dearer than memory bandwidth. */
const narrowBits = 64;

/** Bytes that neighbouring accesses of a work-item are joined up to; 0: they are not. */
export function joinedBytes(board: Board): number {
  // With four lines at a time, wherever they begin.
  return board.memory.axiDataBits <= narrowBits ? 0 : 3 * wideLine;
}

/** `interval`: cycles between the tokens of a datapath whose operators are shared; its loads share caches as well. */
/** What a memory channel moves in a cycle of the kernel's clock. */
export function channelBytesPerCycle(board: Board): number {
  const { axiDataBits, timing } = board.memory;
  return Math.min(axiDataBits / 8, timing.peakBytesPerSecond.value / (board.kernelClockMHz.value * 1e6));
}

export function memorySizes(datapath: Datapath, board: Board, interval = 1): MemorySizes {
  const sizes = sizesOf(datapath, board);
  return { ...sizes, readersPerGroup: Math.ceil(sizes.readersPerGroup / interval) };
}

function sizesOf(datapath: Datapath, board: Board): MemorySizes {
  const { axiDataBits, timing } = board.memory;
  const axiBytes = axiDataBits / 8;
  const widest = Math.max(1, ...datapath.accesses.map((a) => powerOfTwo(a.bytes)));
  const isWide = datapath.accesses.some((a) => a.lanes > 0);
  const hasAtomics = datapath.groups.some((g) => g.space === "global" && g.atomics);
  // Memory on the chip answers in a few cycles whatever the address: nothing is gained by keeping a copy.
  const onChip = timing.rowMissNs.value === 0;
  if (onChip && !isWide && !hasAtomics && widest <= axiBytes) {
    return { ...small, lineBytes: axiBytes, direct: true, maxBurst: 1, slack: 4, rangeBits: 20 };
  }
  if (axiDataBits <= narrowBits) {
    // Four beats: a row that has been opened is worth that much, and lines are registers and multiplexers in every unit.
    return { ...small, lineBytes: Math.max(4 * axiBytes, widest, isWide ? wideLine : 0) };
  }
  return { ...large, lineBytes: Math.max(wideLine, axiBytes, widest) };
}

/** Of boards whose memory is 128 bits wide or more. */
export const large = {
  direct: false,
  ways: 4,
  // Enough lines for every token in flight to be on a line of its own.
  cacheBytes: 32 * 1024,
  // Rows of a stencil, a matrix that all work-items read.
  sharedBytes: 64 * 1024,
  mostBanks: 4,
  readersPerGroup: 64,
  queue: 32,
  // 4 KiB of 64-byte lines would be 64, but shorter ones share a channel better.
  maxBurst: 16,
  slack: 24,
  rangeBits: 32,
} as const;

const small = {
  direct: false,
  ways: 2,
  cacheBytes: 2048,
  sharedBytes: 0,
  mostBanks: 1,
  readersPerGroup: 8,
  queue: 8,
  maxBurst: 16,
  slack: 16,
  rangeBits: 32,
} as const;
