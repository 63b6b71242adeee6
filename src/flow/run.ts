/** `soff run` as a function: one launch of one kernel on the simulated circuit, the interpreter, or both. */
import { dirname, join } from "node:path";
import { predictCycles } from "../hls/estimate/cycles.js";
import type { Kernel } from "../hls/ir/types.js";
import { type PreparedArgument, prepareArguments } from "../launch/arguments.js";
import { type CheckResult, compareBuffers } from "../launch/check.js";
import { type EventCount, eventCounts } from "../launch/event-counters.js";
import type { Launch, LaunchArgument } from "../launch/launch.js";
import { boardPlace, type MemoryPlace, placeArguments } from "../launch/layout.js";
import { dtypeName, writeNpy } from "../launch/npy.js";
import { type Profile, profileOf } from "../launch/profile/profile.js";
import { makeRange, workItemsOf } from "../launch/range.js";
import { type Bound, boundOf, efficiencyOf } from "../launch/report.js";
import type { DesignKernel } from "../rtl/design.js";
import { type Diagnostic, usageError } from "../support/errors.js";
import type { Host } from "../support/host.js";
import type { Board } from "../target/board.js";
import { loadBoard } from "../target/load.js";
import { buildDesign } from "./build.js";
import { type CompileOptions, compileKernels, requireSingle } from "./compile.js";
import { cacheDesign, designKernel, kernelList, readDesign, readKernel } from "./design-folder.js";
import { type Circuit, copyLaunch, interpretLaunch, simulateLaunch } from "./engines.js";
import { runOnBoard } from "./run-board.js";

export interface RunRequest {
  /** A source file or the folder of a built design. */
  readonly target: string;
  readonly kernel?: string;
  readonly board?: string;
  readonly compile: CompileOptions;
  readonly global: readonly number[];
  readonly local?: readonly number[];
  readonly offset?: readonly number[];
  readonly arguments: readonly string[];
  readonly engine: "rtl" | "ir";
  readonly check: boolean;
  readonly out?: string;
  readonly trace?: string;
  readonly stallSeed?: number;
  readonly profile?: boolean;
  /** Serial port of a real board, which then takes the simulator's place. */
  readonly port?: string;
}

/** What `soff run --json` prints. Figures of the circuit are null when it was not simulated. */
export interface RunReport {
  readonly kernel: string;
  readonly engine: "rtl" | "ir" | "board";
  readonly board: string;
  readonly cycles: number | null;
  /** As estimated before the simulation; null also where that was not possible. */
  readonly predictedCycles: number | null;
  readonly clockMHz: number | null;
  readonly datapaths: number | null;
  readonly simd: number | null;
  readonly workItems: number;
  readonly bytesRead: number | null;
  readonly bytesWritten: number | null;
  readonly bound: Bound | null;
  readonly efficiency: number | null;
  readonly check: CheckResult | null;
  /** With `--profile`. */
  readonly profile?: Profile;
  /** Of a design built with --counters. */
  readonly counters?: readonly EventCount[];
  /** What the kernel's printf calls wrote, in the order of execution; absent when there was nothing. */
  readonly printed?: string;
  readonly outputs: readonly OutputFile[];
}

export interface OutputFile {
  readonly name: string;
  readonly file: string;
  readonly dtype: string;
  readonly shape: readonly number[];
}

export interface RunOutcome {
  readonly report: RunReport;
  readonly warnings: readonly Diagnostic[];
}

export const DEFAULT_BOARD = "u250";

/** A kernel that is ready to be launched. */
export interface Subject {
  readonly kernel: Kernel;
  readonly board: Board;
  /** Missing when no circuit is needed. */
  readonly circuit?: Circuit;
  readonly warnings: readonly Diagnostic[];
}

export async function runKernel(host: Host, request: RunRequest): Promise<RunOutcome> {
  const wantsCircuit = request.engine === "rtl" || request.check;
  const { port } = request;
  if (
    port !== undefined &&
    (request.engine !== "rtl" || request.trace !== undefined || request.stallSeed !== undefined || request.profile)
  ) {
    throw usageError(
      "run/port-and-simulation",
      "--port runs on a real board: --engine ir, --trace, --profile and --stall-seed do not go with it",
    );
  }
  if (request.trace !== undefined && !wantsCircuit) {
    throw usageError("run/trace-without-circuit", "--trace needs the simulated circuit", {
      help: "Use --engine rtl, or add --check.",
    });
  }
  if (request.profile && !wantsCircuit) {
    throw usageError("run/profile-without-circuit", "--profile needs the simulated circuit", {
      help: "Use --engine rtl, or add --check.",
    });
  }
  // Before the slow part: a run whose results cannot be kept is for nothing.
  if (request.out !== undefined) host.makeDirectory(request.out);
  if (request.trace !== undefined) host.makeDirectory(dirname(request.trace));
  const subject = await prepareSubject(host, request, wantsCircuit);
  const { kernel, board, circuit } = subject;
  const range = makeRange({
    global: request.global,
    ...(request.local ? { local: request.local } : {}),
    ...(request.offset ? { offset: request.offset } : {}),
    ...(kernel.requiredLocalSize ? { requiredLocalSize: kernel.requiredLocalSize } : {}),
  });
  const prepared = prepareArguments(host, kernel.name, kernel.parameters, request.arguments);
  const placed = placeArguments(prepared, (index) => placeOf(board, circuit?.kernel, index));
  const launch: Launch = { kernel: kernel.name, range, arguments: placed };

  const predicted = circuit
    ? predictCycles({ kernel, design: circuit.kernel, board, clockMHz: circuit.design.clockMHz, launch })
    : undefined;
  const interpreted = copyLaunch(launch);
  const simulated = copyLaunch(launch);
  const measured = !circuit
    ? undefined
    : port !== undefined
      ? await runOnBoard(host, port, board, circuit, simulated)
      : await simulateLaunch(host, {
          circuit,
          board,
          kernel,
          launch: simulated,
          ...(request.trace === undefined ? {} : { trace: request.trace }),
          ...(request.stallSeed === undefined ? {} : { stallSeed: request.stallSeed }),
        });
  const text = request.engine === "ir" || request.check ? interpretLaunch(host, kernel, interpreted) : "";
  const printed = request.engine === "rtl" ? (measured?.printed ?? "") : text;

  const forms = prepared.map((argument) => (argument.kind === "buffer" ? argument.form : undefined));
  const check = request.check ? compareBuffers(interpreted.arguments, simulated.arguments, forms) : null;
  const results = request.engine === "rtl" ? simulated.arguments : interpreted.arguments;
  const outputs = request.out === undefined ? [] : writeOutputs(host, request.out, prepared, results);
  const workItems = workItemsOf(range);
  const bound =
    circuit && measured ? boundOf(circuit.kernel, board, circuit.design.clockMHz, placed, workItems, measured) : null;
  return {
    warnings: subject.warnings,
    report: {
      kernel: kernel.name,
      engine: port === undefined ? request.engine : "board",
      board: board.name,
      cycles: measured?.cycles ?? null,
      predictedCycles: predicted?.cycles ?? null,
      clockMHz: circuit?.design.clockMHz ?? null,
      datapaths: circuit?.kernel.datapaths ?? null,
      simd: circuit?.kernel.simd ?? null,
      workItems,
      bytesRead: measured?.bytesRead ?? null,
      bytesWritten: measured?.bytesWritten ?? null,
      bound,
      efficiency: bound && measured ? efficiencyOf(bound, measured.cycles) : null,
      check,
      ...(request.profile && circuit && measured && "channels" in measured
        ? { profile: profileOf(circuit.kernel, board, circuit.design.clockMHz, measured) }
        : {}),
      ...(circuit?.kernel.counters && measured ? { counters: eventCounts(circuit.kernel, measured.counters) } : {}),
      ...(printed === "" ? {} : { printed }),
      outputs,
    },
  };
}

async function prepareSubject(host: Host, request: RunRequest, wantsCircuit: boolean): Promise<Subject> {
  const { target } = request;
  if (host.isDirectory(target)) return subjectFromFolder(host, request, wantsCircuit);
  const names = request.kernel === undefined ? [] : [request.kernel];
  if (!wantsCircuit) {
    const board = loadBoard(host, request.board ?? DEFAULT_BOARD);
    const { kernels, warnings } = await compileKernels(host, [target], names, { ...request.compile, single: true });
    return { kernel: kernels[0]!, board, warnings };
  }
  const built = await buildDesign(host, {
    files: [target],
    board: request.board ?? DEFAULT_BOARD,
    kernels: names,
    compile: request.compile,
    single: true,
  });
  const { design, kernels, board, warnings } = built;
  const folder = await cacheDesign(host, built.files);
  return { kernel: kernels[0]!, board, warnings, circuit: { folder, design, kernel: design.kernels[0]! } };
}

async function subjectFromFolder(host: Host, request: RunRequest, wantsCircuit: boolean): Promise<Subject> {
  const folder = request.target;
  const design = readDesign(host, folder);
  if (request.board !== undefined && request.board !== design.board) {
    throw usageError("run/other-board", `${folder} was built for ${design.board}, not for ${request.board}`, {
      help: `Leave --board out, or build again with --board ${request.board}.`,
    });
  }
  if (request.kernel === undefined) requireSingle(kernelList(design));
  const described = designKernel(design, request.kernel ?? design.kernels[0]?.name ?? "");
  const kernel = await readKernel(host, folder, described.name);
  const board = loadBoard(host, design.board);
  return { kernel, board, warnings: [], ...(wantsCircuit ? { circuit: { folder, design, kernel: described } } : {}) };
}

/** Where a parameter's buffer lies: in the channels that the circuit reads it from, or in the board's first. */
export function placeOf(board: Board, circuit: DesignKernel | undefined, parameter: number): MemoryPlace {
  const placeIn = (index: number): MemoryPlace | undefined => {
    const channel = circuit?.channels[index];
    return channel && { name: channel.memory, base: BigInt(channel.base), size: BigInt(channel.size) };
  };
  const argument = circuit?.arguments[parameter];
  const place = placeIn(argument?.channel ?? 0);
  if (!place) return boardPlace(board, 0);
  if (!argument?.stripes) return place;
  const others = argument.stripes.map(({ channel }) => placeIn(channel)!);
  return { ...place, stripes: { lineBytes: circuit!.stripeBytes!, others } };
}

function writeOutputs(
  host: Host,
  folder: string,
  prepared: readonly PreparedArgument[],
  results: readonly LaunchArgument[],
): OutputFile[] {
  return prepared.flatMap((argument, index) => {
    const result = results[index];
    if (argument.kind !== "buffer" || argument.parameter.readOnly || result?.kind !== "buffer") return [];
    const { descr, shape } = argument.form;
    const name = argument.parameter.name || `argument${index}`;
    const file = join(folder, `${name}.npy`);
    host.writeFile(file, writeNpy({ descr, shape, bytes: result.bytes }));
    return [{ name, file, dtype: dtypeName(argument.form), shape }];
  });
}
