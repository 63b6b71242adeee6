/** A figure with where it comes from (data sheet, user guide, measurement). */
export interface Sourced<T> {
  readonly value: T;
  readonly source: string;
}

/** Timing of one memory channel as the kernel sees it at its AXI port. Used by the simulator's DRAM model. */
export interface MemoryTiming {
  /** AXI handshake of the read address to the first data beat, nanoseconds, bank open. */
  readonly readLatencyNs: Sourced<number>;
  /** Last data beat to the write response, nanoseconds. */
  readonly writeLatencyNs: Sourced<number>;
  /** Extra time when an access opens another row of a bank, nanoseconds. */
  readonly rowMissNs: Sourced<number>;
  /** Bytes of one row (page) of a bank over the whole channel width. */
  readonly rowBytes: Sourced<number>;
  readonly banks: Sourced<number>;
  /** Time lost when the data bus turns from reads to writes or back, nanoseconds. */
  readonly turnaroundNs: Sourced<number>;
  /** Peak bandwidth of the channel, bytes a second. */
  readonly peakBytesPerSecond: Sourced<number>;
}

export interface BoardMemory {
  /** `DDR`, `HBM`, `SDRAM`, … */
  readonly kind: string;
  readonly channels: Sourced<number>;
  readonly bytesPerChannel: Sourced<number>;
  /** Address of channel c is `baseAddress + c * channelStride` (decimal or 0x strings: they exceed 2^53). */
  readonly baseAddress: string;
  readonly channelStride: string;
  /** Data width of the AXI port to one channel, bits. */
  readonly axiDataBits: number;
  /** Address bits that the AXI ports need. */
  readonly axiAddressBits: number;
  readonly timing: MemoryTiming;
}

export interface BoardResources {
  readonly lut: number;
  readonly ff: number;
  readonly dsp: number;
  /** Blocks of 36 Kbit (or the family's block). */
  readonly bram: number;
  readonly uram: number;
}

/** What a board file (`boards/NAME/board.json`) says. */
export interface Board {
  readonly name: string;
  readonly title: string;
  readonly vendor: string;
  readonly part: string;
  /** Yosys family and key of `boards/families/FAMILY.json`: `xcup`, `xc7`, `ecp5`, `ice40`, `intel_alm`. */
  readonly family: string;
  readonly resources: Sourced<BoardResources>;
  /** Clock of the generated kernel, MHz. */
  readonly kernelClockMHz: Sourced<number>;
  readonly memory: BoardMemory;
}

/** Pipeline depths and delays of a device family (`boards/families/FAMILY.json`). */
export interface DeviceFamily {
  readonly name: string;
  readonly source: string;
  /** Clock period that the depths below are meant for, nanoseconds. */
  readonly periodNs: number;
  /** Register stages of library operators, by name such as `fadd32`, `fmul32`, `fma32`, `fdiv32`, `fsqrt32`, `imul32`, `idiv32`. */
  readonly latency: Readonly<Record<string, number>>;
  /** Combinational delay, nanoseconds: `base + perBit * bits` for carry chains and the like. */
  readonly delayNs: Readonly<Record<string, { readonly base: number; readonly perBit: number }>>;
}
