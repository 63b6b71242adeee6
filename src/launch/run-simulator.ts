/** Runs a built simulator on a launch file and buffers, in a folder of its own that is kept when something goes wrong. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { InternalError, toolError } from "../support/errors.js";
import type { Host } from "../support/host.js";
import { grouped } from "../support/text.js";
import type { Simulator } from "../tools/verilator.js";
import { parseResult, type RawResult } from "./launch-file.js";

export interface SimulatorRun {
  /** Of what is simulated, for messages. */
  readonly name: string;
  readonly simulator: Simulator;
  /** See sim/launch.h. */
  readonly launchText: string;
  /** Contents of the launch's buffers, by index. */
  readonly buffers: readonly Uint8Array[];
  /** Called about twice a second with the cycles so far. */
  readonly onProgress?: ((cycles: number, cyclesPerSecond: number) => void) | undefined;
}

export interface SimulatorOutput {
  readonly raw: RawResult;
  readonly stdout: string;
  /** Content of a buffer that was written (`raw.written`). */
  readonly written: (index: number) => Uint8Array;
}

/** `use` gets what the simulator left before its folder goes. Throws for faults of the circuit. */
export async function runSimulator<T>(host: Host, run: SimulatorRun, use: (output: SimulatorOutput) => T): Promise<T> {
  const folder = join(host.cacheDir, "runs", randomUUID());
  host.makeDirectory(folder);
  let keep = false;
  try {
    run.buffers.forEach((bytes, i) => {
      host.writeFile(join(folder, `buffer-${i}.bin`), bytes);
    });
    host.writeFile(join(folder, "launch.txt"), run.launchText);
    host.progress(`simulating ${run.name}`);
    const done = await host.run(run.simulator.program, ["launch.txt", "result.json"], {
      cwd: folder,
      onStderrLine: (line) => tellProgress(host, run, line),
    });
    const fault = /SOFF-FAULT .*/.exec(done.stdout + done.stderr)?.[0];
    if (fault !== undefined) {
      keep = true;
      throw new InternalError(`a check inside the circuit of ${run.name} failed: ${fault}; the run is in ${folder}`);
    }
    if (done.exitCode !== 0 || !host.exists(join(folder, "result.json"))) {
      keep = true;
      throw toolError("tool/simulator-failed", `the simulator of ${run.name} failed: ${done.stderr.trim()}`, {
        help: `Its input is in ${folder}`,
      });
    }
    const raw = parseResult(host.readText(join(folder, "result.json")));
    const complaint = faultsOf(raw);
    if (complaint !== undefined) {
      keep = true;
      host.writeFile(join(folder, "output.txt"), done.stdout);
      throw new InternalError(`the circuit of ${run.name} broke a rule: ${complaint}; the run is in ${folder}`);
    }
    const written = (index: number): Uint8Array => host.readFile(join(folder, `buffer-${index}.out`));
    return use({ raw, stdout: done.stdout, written });
  } finally {
    if (!keep) host.remove(folder);
  }
}

function tellProgress(host: Host, run: SimulatorRun, line: string): void {
  const match = /^SOFF-PROGRESS (\d+) ([\d.]+)$/.exec(line);
  if (!match) return;
  const cycles = Number(match[1]);
  const rate = cycles / Number(match[2]);
  run.onProgress?.(cycles, rate);
  host.progress(`simulating ${run.name}: ${grouped(cycles)} cycles, ${(rate / 1e6).toFixed(2)} Mcycles/s`);
}

/** What only a fault of our own circuit can cause. */
function faultsOf(raw: RawResult): string | undefined {
  if (raw.faults.length > 0) return raw.faults.join("; ");
  if (raw.stray.bytes > 0 && raw.status !== "outOfBounds") {
    return `${raw.stray.bytes} bytes were written outside of every buffer, first at 0x${BigInt(raw.stray.address).toString(16)}`;
  }
  return undefined;
}
