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
  /** Blocks of the family: 36 Kbit (xcup, xc7), 18 Kbit (ecp5), 4 Kbit (ice40), 10 or 20 Kbit (intel_alm). */
  readonly bram: number;
  readonly uram: number;
}

/** A clock that enters the device. */
export interface BoardClock {
  readonly name: string;
  readonly mhz: Sourced<number>;
}

/** A way from this board to others: network cages, chip-to-chip links. */
export interface BoardLink {
  readonly kind: string;
  readonly count: number;
  readonly gigabitsPerSecond: Sourced<number>;
}

/** How a host reaches the kernel. */
export type BoardHost =
  | { readonly kind: "pcie"; readonly generation: number; readonly lanes: number; readonly source: string }
  /** Processor on the same chip. */
  | { readonly kind: "soc"; readonly processor: string; readonly source: string }
  /** Serial line, through the board's USB bridge. */
  | { readonly kind: "serial"; readonly baud: Sourced<number>; readonly device: string };

/** Yosys, nextpnr and a packer, with soff's shell around the kernel (docs/shell.md). */
export interface OpenFlow {
  readonly kind: "open";
  readonly placeAndRoute: "nextpnr-ecp5" | "nextpnr-ice40";
  /** The tool's own words: `85k` or `up5k`; `CABGA381` or `sg48`; speed grade where there are several. */
  readonly device: string;
  readonly package: string;
  readonly speed?: string;
  /** Files beside board.json: pins, and the Handlebars template of the top module. */
  readonly pins: string;
  readonly top: string;
  /** Limits of the device's PLL and how its dividers are written down. */
  readonly pll: "ehxpll" | "sb_pll40";
}

/** An RTL kernel for Vitis' `v++`, and a plain Vivado project. */
export interface VitisFlow {
  readonly kind: "vitis";
  /** Name of the platform to link against. */
  readonly platform: Sourced<string>;
  /** Name of a memory channel in connectivity files: `DDR`, `HBM`, `HP` with its number in brackets. */
  readonly memoryTag: string;
}

/** A Vivado project: out-of-context synthesis of the kernel. */
export interface VivadoFlow {
  readonly kind: "vivado";
}

/** A Quartus project with a Platform Designer component. */
export interface QuartusFlow {
  readonly kind: "quartus";
  /** Quartus' name of the device family. */
  readonly deviceFamily: string;
}

export type BoardFlow = OpenFlow | VitisFlow | VivadoFlow | QuartusFlow;

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
  readonly clocks: readonly BoardClock[];
  readonly links: readonly BoardLink[];
  readonly host: BoardHost;
  /** How a design gets onto it. */
  readonly flow: BoardFlow;
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
