/**
 * `design.json`: a generated design describes itself. The simulator, the host runtime and the board
 * glue read this and never the Verilog.
 */
import type { SourceParameter, Type } from "../hls/ir/types.js";

/** One word-addressed field of the AXI4-Lite register file. Offsets in bytes; 64-bit fields are two words, low first. */
export interface RegisterField {
  readonly name: string;
  readonly offset: number;
  readonly bytes: number;
}

/** Where one kernel argument lives in the register file and, for buffers, in which memory channel its data belongs. */
export interface DesignArgument {
  readonly name: string;
  readonly typeName: string;
  readonly passing: "buffer" | "scalar" | "local";
  readonly readOnly: boolean;
  readonly bytes: number;
  readonly element?: SourceParameter["element"];
  /** Byte offset of the argument in the register file. */
  readonly offset: number;
  /** Memory channel for a buffer, or for its first stripe. Undefined when no access uses it. */
  readonly channel?: number;
  /** Of a buffer whose lines are dealt out to several channels in turn: where the stripes after the first are. */
  readonly stripes?: readonly DesignStripe[];
}

/** A channel's share of a buffer: with S stripes, stripe k holds lines k, k + S, k + 2 S, … one behind the other. */
export interface DesignStripe {
  readonly channel: number;
  /** Byte offset in the register file of the address (8 bytes) of the share's first line. */
  readonly offset: number;
}

/** A static memory access of the source, for messages about it. `id` is what the RTL reports. */
export interface AccessSite {
  readonly id: number;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly write: boolean;
  /** Bytes of one access. */
  readonly bytes: number;
  /** Lanes side by side that it reads or writes at once; absent where it is of one lane, or the same for all. */
  readonly lanes?: number;
  /** The argument it goes to, or empty when several are possible. */
  readonly argument: string;
}

/** A printf of the source: how the simulator's `SOFF-PRINT` lines become text. */
export interface DesignPrint {
  /** Number that the RTL gives. */
  readonly site: number;
  readonly format: string;
  /** Of the arguments, which come side by side, the first in the lowest bits. */
  readonly arguments: readonly Type[];
  /** Constant tables that a `%s` may mean: address in the kernel's constant segment (decimal) and content. */
  readonly strings: readonly { readonly start: string; readonly hex: string }[];
}

/** What an event counter counts: cycles in which … */
export type CountedEvent =
  /** … an iteration of a loop starts, a token comes in, an iteration could start but the body has no room. */
  | "iterations"
  | "tokens in"
  | "blocked"
  /** … a token's access goes on its way, or waits for its memory unit. */
  | "accesses"
  | "waiting"
  /** … the dispatcher gives out a token, or holds one that the datapath has no room for. */
  | "tokens"
  | "held back"
  /** … a beat moves on a memory channel, or an address waits for the channel to take it. */
  | "beats read"
  | "beats written"
  | "reads waiting"
  | "writes waiting";

/** An event that the circuit counts. */
export interface CounterInfo {
  readonly event: CountedEvent;
  /** As of {@link StageInfo}. */
  readonly label: string;
  readonly file: string;
  readonly line: number;
}

/** Byte offset of the first event counter in the register file: 48 bits in 8 bytes each, low word first, read only. */
export const counterBase = 0x800;

/** A counter of a design built with them. */
export interface DesignCounter extends CounterInfo {
  /** Of each copy of what is counted: byte offset in the register file. */
  readonly offsets: readonly number[];
}

/** A stage of the datapath that can wait, for the watchdog's report and the profile. */
export interface StageInfo {
  /** Hierarchical instance name below the top module, e.g. `dp.s3_issue`. */
  readonly instance: string;
  readonly kind: "island" | "memory" | "loop" | "barrier" | "dispatch" | "cache" | "axi";
  /** What a user would call it: `loop at gemm.cl:7:3`, `load of A at gemm.cl:8:12`. */
  readonly label: string;
  readonly file: string;
  readonly line: number;
  /** Of a memory unit: the accesses (their ids) that it serves. */
  readonly sites?: readonly number[];
  readonly cache?: CacheInfo;
}

/** One cache of a memory unit or of a second level behind some. */
export interface CacheInfo {
  readonly level: 1 | 2;
  /** Of this cache; with `banks` of them side by side. */
  readonly lines: number;
  readonly banks: number;
  readonly lineBytes: number;
  /** Index of the memory channel behind it. */
  readonly channel: number;
}

export interface DesignChannel {
  readonly index: number;
  /** Name of the board's memory, e.g. `DDR[0]`. */
  readonly memory: string;
  /** First address and size of the channel, as decimal strings of bytes. */
  readonly base: string;
  readonly size: string;
}

/** The sizes that the bounds reported by a run are computed from. */
export interface DesignLoop {
  readonly label: string;
  readonly file: string;
  readonly line: number;
  /** Nesting depth, 1 for an outermost loop. */
  readonly depth: number;
  /** Index of the iteration counter in the simulator's counter report. */
  readonly counter: number;
  /** Most tokens inside at a time. */
  readonly tokens: number;
  /**
   * Cycles of one iteration when every load hits and nobody waits, inner loops aside; of a decoupled loop, cycles between the iterations
   * of one work-item.
   */
  readonly cycles: number;
  /** Of a decoupled loop: cycles that an iteration takes besides, while the next ones are under way. */
  readonly ahead?: number;
  /** Barriers of an iteration, those of inner loops aside. */
  readonly barriers: number;
  /** Cycles between iterations at least, where they share operators. */
  readonly interval?: number;
}

export interface DesignKernel {
  readonly name: string;
  /** The kernel's name in the source, where that is no plain word: `reduce<float,128>`. */
  readonly sourceName?: string;
  /** Top module: clk, rst, AXI4-Lite slave `s_axi_*`, one AXI4 master `m_axi<c>_*` a channel, `irq`. */
  readonly topModule: string;
  readonly arguments: readonly DesignArgument[];
  readonly registers: readonly RegisterField[];
  readonly requiredLocalSize?: readonly [number, number, number];
  /** Bytes that a launch's `__local` arguments may have together. */
  readonly localCapacity: number;
  /** Bits of a launch's range in each dimension, where they are fewer than 32. */
  readonly rangeBits?: number;
  /** Absent in designs without printf. */
  readonly prints?: readonly DesignPrint[];
  readonly channels: readonly DesignChannel[];
  /** Bytes of a line; absent where no buffer is in several channels. Buffers that are begin at multiples of 4096. */
  readonly stripeBytes?: number;
  readonly axi: { readonly dataBits: number; readonly addressBits: number; readonly idBits: number };
  readonly datapaths: number;
  readonly simd: number;
  /** Cycles between work-items at least, where operations outside loops share operators. */
  readonly interval?: number;
  /** Turns that operations take at their operators; absent where every operation has an operator of its own. */
  readonly turns?: number;
  /** Cycles of a token's way through the datapath when every load hits and nobody waits, loops aside. */
  readonly cycles: number;
  readonly loops: readonly DesignLoop[];
  readonly accesses: readonly AccessSite[];
  readonly stages: readonly StageInfo[];
  /** Present where the design was built with event counters. */
  readonly counters?: readonly DesignCounter[];
  /** Verilog files needed, relative to the design's folder, library first. */
  readonly files: readonly string[];
}

export interface Design {
  readonly format: 1;
  readonly generator: string;
  readonly board: string;
  readonly clockMHz: number;
  readonly sources: readonly string[];
  readonly kernels: readonly DesignKernel[];
}
