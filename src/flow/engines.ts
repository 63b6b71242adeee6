/** The two engines that run a launch, with what goes wrong turned into messages about the kernel. */
import { interpret } from "../hls/interpret/interpret.js";
import type { Kernel } from "../hls/ir/types.js";
import { copyArguments } from "../launch/check.js";
import type { Launch } from "../launch/launch.js";
import { describeAddress } from "../launch/layout.js";
import { type SimulationResult, simulate, type Violation } from "../launch/simulate.js";
import type { Design, DesignKernel } from "../rtl/design.js";
import { InternalError, inputError } from "../support/errors.js";
import type { Host } from "../support/host.js";
import { count, grouped, hex } from "../support/text.js";
import type { Board } from "../target/board.js";

/** A built circuit and where its files are. */
export interface Circuit {
  readonly folder: string;
  readonly design: Design;
  readonly kernel: DesignKernel;
}

export interface CircuitRun {
  readonly circuit: Circuit;
  readonly board: Board;
  readonly kernel: Kernel;
  /** Its buffers are updated in place. */
  readonly launch: Launch;
  readonly trace?: string;
  /** Any number from 0: memory stalls at random. Undefined: it does not. */
  readonly stallSeed?: number;
}

/** A copy of a launch with buffers of its own. */
export const copyLaunch = (launch: Launch): Launch => ({ ...launch, arguments: copyArguments(launch.arguments) });

/** Most loop iterations that the interpreter spends on finding the culprit of a bad access. */
const CULPRIT_STEPS = 1e9;

/**
 * Runs a launch on the simulated circuit. A bad access of the kernel and barriers that only some work-items come to are the
 * user's error: they are found again with the interpreter, which knows the work-item. Everything else that goes wrong is ours.
 */
export async function simulateLaunch(host: Host, run: CircuitRun): Promise<SimulationResult> {
  const { circuit, board, kernel, launch, trace, stallSeed } = run;
  checkLaunch(circuit.kernel, launch);
  const before = copyLaunch(launch);
  const result = await simulate(host, {
    designDir: circuit.folder,
    design: circuit.design,
    kernel: circuit.kernel,
    board,
    launch,
    ...(trace === undefined ? {} : { trace }),
    // For the simulator 0 means no stalls; for the user it is a seed like any other.
    ...(stallSeed === undefined ? {} : { stallSeed: stallSeed + 1 }),
  });
  switch (result.status) {
    case "done":
      return result;
    case "outOfBounds":
      host.progress("finding the work-item of the bad access");
      interpret(kernel, before, { maxSteps: CULPRIT_STEPS });
      throw new InternalError(
        `the circuit of ${kernel.name} left its buffers, but the interpreter does not: ${describe(result.violation, before)}`,
      );
    case "hang":
      // Work-items that come to different barriers are the kernel's fault, and the interpreter says which.
      host.progress("finding the reason of the standstill");
      interpret(kernel, before, { maxSteps: CULPRIT_STEPS });
      throw unfinished(kernel, result);
    case "maxCycles":
    case "memoryError":
      throw unfinished(kernel, result);
    default:
      result.status satisfies never;
      throw new InternalError(`unknown status of a simulation: ${String(result.status)}`);
  }
}

/** Refuses a launch that the circuit has no room or no counters for; the interpreter has no such limits. */
export function checkLaunch(kernel: DesignKernel, launch: Launch): void {
  checkLocalMemory(kernel, launch);
  checkBufferSizes(kernel, launch);
  const { rangeBits } = kernel;
  if (rangeBits === undefined) return;
  const { global, offset } = launch.range;
  const isLarge =
    global.some((n) => n >= 2 ** rangeBits) ||
    global.reduce((product, n) => product * n, 1) >= 2 ** 32 ||
    global.some((n, d) => n + offset[d]! >= 2 ** 32);
  if (!isLarge) return;
  throw inputError(
    "launch/too-many-work-items",
    `this board's circuits count up to ${grouped(2 ** rangeBits - 1)} work-items in a dimension and 2^32 in all`,
    { help: "Launch the kernel in parts, with --offset." },
  );
}

/** `__local` arguments have their room in the circuit; the interpreter has no such limit. */
function checkLocalMemory({ localCapacity }: DesignKernel, launch: Launch): void {
  const bytes = launch.arguments.reduce((sum, a) => sum + (a.kind === "local" ? a.size : 0), 0);
  if (bytes <= localCapacity) return;
  throw inputError(
    "argument/local-memory",
    `the __local arguments have ${grouped(bytes)} bytes together, but a work-group may have ${grouped(localCapacity)}`,
    { help: "Give less, or let a work-group handle less data." },
  );
}

/** Lanes of a token take it for granted that neighbours whose 32-bit index wraps are not both inside one buffer. */
function checkBufferSizes({ simd }: DesignKernel, launch: Launch): void {
  if (simd === 1) return;
  for (const a of launch.arguments)
    if (a.kind === "buffer" && a.bytes.length >= largestBuffer)
      throw inputError(
        "argument/buffer-size",
        `buffer ${a.name} has ${grouped(a.bytes.length)} bytes; this circuit takes less than ${grouped(largestBuffer)}`,
        { help: "Give a part of it to each of several launches." },
      );
}
const largestBuffer = 2 ** 32;

function unfinished(kernel: Kernel, { status, report }: SimulationResult): InternalError {
  return new InternalError(`the circuit of ${kernel.name} did not finish (${status})\n${report ?? ""}`);
}

/** Runs a launch on the reference interpreter; its buffers are updated in place. Gives what the kernel printed. */
export function interpretLaunch(host: Host, kernel: Kernel, launch: Launch): string {
  host.progress(`interpreting ${kernel.name}`);
  const printed: string[] = [];
  interpret(kernel, launch, { onPrint: (text) => printed.push(text) });
  return printed.join("");
}

function describe(violation: Violation | undefined, launch: Launch): string {
  if (!violation) return "the simulator did not say where";
  const { site, address, bytes, write } = violation;
  const place = site ? ` at ${site.file}:${site.line}:${site.column}` : "";
  const where = describeAddress(address, launch.arguments);
  return `${write ? "store" : "load"} of ${count(bytes, "byte")}${place}, address ${hex(address)} (${where})`;
}
