/** Runs a launch on the generated Verilog, in a simulator that Verilator makes. */
import { basename, isAbsolute, join, resolve } from "node:path";
import type { AccessSite, Design, DesignKernel } from "../rtl/design.js";
import { invariant } from "../support/errors.js";
import type { Host } from "../support/host.js";
import type { Board } from "../target/board.js";
import { buildSimulator } from "../tools/verilator.js";
import { hangReport } from "./hang-report.js";
import type { Launch } from "./launch.js";
import { type ChannelTraffic, launchFile, type RawResult, regionsOf } from "./launch-file.js";
import { printedText } from "./printed.js";
import { runSimulator } from "./run-simulator.js";
import { parseStates, type StateRecord } from "./states.js";

export interface SimulationRequest {
  /** Folder that `DesignKernel.files` are relative to. */
  readonly designDir: string;
  readonly design: Design;
  readonly kernel: DesignKernel;
  readonly board: Board;
  /** Its buffers are updated in place. */
  readonly launch: Launch;
  /** FST file to write. */
  readonly trace?: string;
  /** Not 0: stalls and reorders everything that may be, and starts registers without reset at random. */
  readonly stallSeed?: number;
  readonly maxCycles?: number;
  /** Cycles without any sign of life that count as a hang. */
  readonly watchdogCycles?: number;
  /** Called about twice a second with the cycles so far. */
  readonly onProgress?: (cycles: number, cyclesPerSecond: number) => void;
}

export interface Violation {
  /** The access of the source, when the design knows it. */
  readonly site: AccessSite | undefined;
  readonly address: bigint;
  readonly bytes: number;
  readonly write: boolean;
}

export interface SimulationResult {
  readonly status: RawResult["status"];
  /** From the start command to the done signal (or to where the run was ended). */
  readonly cycles: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  readonly channels: readonly ChannelTraffic[];
  /** Event counters of the design, in the order of `counterOffsets`. */
  readonly counters: readonly number[];
  readonly states: readonly StateRecord[];
  /** With status `outOfBounds`. */
  readonly violation?: Violation;
  /** With status `hang` and `maxCycles`: who waits for whom. */
  readonly report?: string;
  /** What the kernel printed. */
  readonly printed: string;
  /** Of the simulation itself. */
  readonly seconds: number;
  /** The simulator was in the cache. */
  readonly cachedSimulator: boolean;
}

/** Throws for a missing tool and for faults of the generated circuit; everything else is in the result. */
export async function simulate(host: Host, request: SimulationRequest): Promise<SimulationResult> {
  const { kernel, launch } = request;
  const simulator = await buildSimulator(host, {
    topModule: kernel.topModule,
    files: verilogOf(host, request),
    channels: kernel.channels.length,
    axiBytes: kernel.axi.dataBits / 8,
    trace: request.trace !== undefined,
  });
  const trace = request.trace === undefined ? undefined : resolve(host.cwd, request.trace);
  const regions = regionsOf(launch);
  const { stallSeed, maxCycles, watchdogCycles } = request;
  const options = { trace, stallSeed, maxCycles, watchdogCycles, clockMHz: request.design.clockMHz };
  return runSimulator(
    host,
    {
      name: kernel.name,
      simulator,
      launchText: launchFile(kernel, request.board, launch, options),
      buffers: regions.map((region) => region.bytes),
      onProgress: request.onProgress,
    },
    ({ raw, stdout, written }) => {
      const states = parseStates(stdout, kernel.topModule);
      for (const index of raw.written) for (const copy of regions[index]!.copies) copy.set(written(index));
      const printed = printedText(kernel.prints ?? [], stdout);
      return { ...outcome(request, raw, states, simulator.cached), printed };
    },
  );
}

function verilogOf(host: Host, request: SimulationRequest): Map<string, string> {
  const files = new Map<string, string>();
  for (const file of request.kernel.files) {
    const name = basename(file);
    invariant(!isAbsolute(file) && /^[A-Za-z_][\w.]*$/.test(name), `odd name of a Verilog file: ${file}`);
    invariant(!files.has(name), `two Verilog files are called ${name}`);
    files.set(name, host.readText(join(request.designDir, file)));
  }
  return files;
}

function outcome(
  request: SimulationRequest,
  raw: RawResult,
  states: readonly StateRecord[],
  cachedSimulator: boolean,
): Omit<SimulationResult, "printed"> {
  const { kernel } = request;
  const v = raw.violation;
  const waits = raw.status === "hang" || raw.status === "maxCycles";
  return {
    status: raw.status,
    cycles: raw.cycles,
    bytesRead: raw.channels.reduce((sum, c) => sum + c.bytesRead, 0),
    bytesWritten: raw.channels.reduce((sum, c) => sum + c.bytesWritten, 0),
    channels: raw.channels,
    counters: raw.counters,
    states,
    ...(v
      ? {
          violation: {
            site: kernel.accesses.find((access) => access.id === v.site),
            address: BigInt(v.address),
            bytes: v.bytes,
            write: v.write,
          },
        }
      : {}),
    ...(waits ? { report: hangReport(kernel, states, raw) } : {}),
    seconds: raw.seconds,
    cachedSimulator,
  };
}
