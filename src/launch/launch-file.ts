/** Writes a launch in the form that the simulator reads (`sim/launch.h`) and reads the result it leaves. */
import type { DesignKernel } from "../rtl/design.js";
import { InternalError, invariant } from "../support/errors.js";
import type { Board } from "../target/board.js";
import { counterOffsets } from "./event-counters.js";
import type { Launch, LaunchArgument, NdRange, Stripes } from "./launch.js";
import { buffersOf } from "./layout.js";

/** Where the NDRange lies in the register file of `soff_control` (docs/rtl-library.md). */
const REGISTERS = { workDim: 0x40, global: 0x48, local: 0x60, offset: 0x78, end: 0x90 } as const;

/** One stretch of device memory; several arguments may be the same buffer. */
export interface MemoryRegion {
  readonly address: bigint;
  readonly bytes: Uint8Array;
  readonly stripes?: Stripes;
  /** All arrays of the launch that stand for it. */
  readonly copies: readonly Uint8Array[];
}

/** The launch's buffers, those with the same address and size taken as one. */
export function regionsOf(launch: Launch): readonly MemoryRegion[] {
  const regions = new Map<string, MemoryRegion & { copies: Uint8Array[] }>();
  for (const { address, bytes, stripes } of buffersOf(launch.arguments)) {
    const key = `${address}:${bytes.length}`;
    const known = regions.get(key);
    if (known) known.copies.push(bytes);
    else regions.set(key, { address, bytes, copies: [bytes], ...(stripes ? { stripes } : {}) });
  }
  return [...regions.values()];
}

export interface LaunchFileOptions {
  readonly trace?: string | undefined;
  readonly stallSeed?: number | undefined;
  readonly maxCycles?: number | undefined;
  readonly watchdogCycles?: number | undefined;
  readonly clockMHz: number;
}

/** The memory channels' timing in cycles of a clock. */
export function channelLines(
  channels: readonly { readonly base: string; readonly size: string }[],
  board: Board,
  clockMHz: number,
): string[] {
  const cyclesOf = (ns: number): number => (ns * clockMHz) / 1000;
  const timing = board.memory.timing;
  return channels.map((channel) =>
    [
      "channel",
      channel.base,
      channel.size,
      cyclesOf(timing.readLatencyNs.value),
      cyclesOf(timing.writeLatencyNs.value),
      cyclesOf(timing.rowMissNs.value),
      cyclesOf(timing.turnaroundNs.value),
      timing.peakBytesPerSecond.value / (clockMHz * 1e6),
      timing.rowBytes.value,
      timing.banks.value,
    ].join(" "),
  );
}

/** Memory answers within a few latencies even under random stalls; everything else is at rest by then. */
export function watchdogOf(board: Board, clockMHz: number): number {
  return Math.ceil(20_000 + (200 * board.memory.timing.readLatencyNs.value * clockMHz) / 1000);
}

export function launchFile(kernel: DesignKernel, board: Board, launch: Launch, options: LaunchFileOptions): string {
  const lines = [`clock ${options.clockMHz}`, ...channelLines(kernel.channels, board, options.clockMHz)];
  regionsOf(launch).forEach((region, index) => {
    lines.push(`buffer ${index} ${region.address} ${region.bytes.length}`);
    if (region.stripes) lines.push(`stripes ${region.stripes.lineBytes} ${region.stripes.others.join(" ")}`);
  });
  for (const [offset, value] of registerWrites(kernel, launch)) lines.push(`register ${offset} ${value}`);
  for (const offset of counterOffsets(kernel)) lines.push(`counter ${offset}`);
  lines.push(`watchdog ${options.watchdogCycles ?? watchdogOf(board, options.clockMHz)}`);
  if (options.maxCycles !== undefined) lines.push(`max-cycles ${options.maxCycles}`);
  if (options.stallSeed) lines.push(`stall-seed ${options.stallSeed}`);
  if (options.trace !== undefined) {
    invariant(!/[\r\n]/.test(options.trace), "the trace's name has a line break");
    lines.push(`trace ${options.trace}`);
  }
  return `${lines.join("\n")}\n`;
}

/** Register offsets and 32-bit values: NDRange, then arguments. */
export function registerWrites(kernel: DesignKernel, launch: Launch): [number, number][] {
  const writes: [number, number][] = [];
  const put = (offset: number, bytes: Uint8Array): void => {
    for (let at = 0; at < bytes.length; at += 4) {
      let word = 0;
      for (let i = 3; i >= 0; i--) word = word * 256 + (bytes[at + i] ?? 0);
      writes.push([offset + at, word]);
    }
  };
  put(REGISTERS.workDim, littleEndian(BigInt(launch.range.workDim), 4));
  rangeWords(launch.range).forEach(([offset, value, bytes]) => put(offset, littleEndian(value, bytes)));
  invariant(
    kernel.arguments.length === launch.arguments.length,
    `${kernel.name}: launch and design differ in arguments`,
  );
  kernel.arguments.forEach((argument, index) => {
    const bytes = argumentBytes(launch.arguments[index]!);
    invariant(argument.offset >= REGISTERS.end, `argument ${argument.name} overlaps the NDRange registers`);
    invariant(bytes.length >= argument.bytes, `argument ${argument.name} has ${bytes.length} bytes`);
    put(argument.offset, bytes.subarray(0, argument.bytes));
    const given = launch.arguments[index]!;
    argument.stripes?.forEach(({ offset }, k) => {
      // A NULL pointer has no shares.
      const share = given.kind === "buffer" ? given.stripes?.others[k] : undefined;
      put(offset, littleEndian(share ?? 0n, 8));
    });
  });
  return writes;
}

function rangeWords(range: NdRange): [number, bigint, number][] {
  return [0, 1, 2].flatMap((d): [number, bigint, number][] => [
    [REGISTERS.global + 8 * d, BigInt(range.global[d]!), 4],
    [REGISTERS.local + 8 * d, BigInt(range.local[d]!), 4],
    [REGISTERS.offset + 8 * d, BigInt(range.offset[d]!), 8],
  ]);
}

function argumentBytes(argument: LaunchArgument): Uint8Array {
  switch (argument.kind) {
    case "buffer":
      return littleEndian(argument.address, 8);
    case "scalar":
      return argument.bytes;
    case "local":
      return littleEndian(BigInt(argument.size), 8);
  }
}

function littleEndian(value: bigint, bytes: number): Uint8Array {
  const out = new Uint8Array(bytes);
  for (let i = 0; i < bytes; i++) out[i] = Number((value >> BigInt(8 * i)) & 0xffn);
  return out;
}

/** What the simulator writes: `writeResult` of `sim/launch.cpp`. */
export interface RawResult {
  readonly status: "done" | "hang" | "outOfBounds" | "memoryError" | "maxCycles";
  readonly cycles: number;
  readonly simulatedCycles: number;
  readonly idleCycles: number;
  readonly errorBits: number;
  readonly seconds: number;
  readonly violation?: {
    readonly site: number;
    readonly address: string;
    readonly bytes: number;
    readonly write: boolean;
  };
  readonly stray: { readonly bytes: number; readonly address: string };
  /** Indices of the regions that were written. */
  readonly written: readonly number[];
  readonly channels: readonly ChannelTraffic[];
  /** Of the launch's `counter` directives, in their order. */
  readonly counters: readonly number[];
  /** What the design did against a protocol. */
  readonly faults: readonly string[];
}

/** Traffic of one memory channel. */
export interface ChannelTraffic {
  readonly readBursts: number;
  readonly writeBursts: number;
  readonly readBeats: number;
  readonly writeBeats: number;
  readonly bytesRead: number;
  /** Bytes with their strobe set. */
  readonly bytesWritten: number;
  readonly rowMisses: number;
  readonly turnarounds: number;
  /** Bursts to addresses beyond the channel. */
  readonly decodeErrors: number;
}

export function parseResult(text: string): RawResult {
  try {
    return JSON.parse(text) as RawResult;
  } catch {
    throw new InternalError("the simulator's result is not JSON");
  }
}
