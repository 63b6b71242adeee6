/** `soff verify` as a function: every kernel with random inputs, circuit against interpreter, with and without stalls. */
import type { Kernel } from "../hls/ir/types.js";
import { type CheckResult, compareBuffers } from "../launch/check.js";
import type { Diagnostic } from "../support/errors.js";
import type { Host } from "../support/host.js";
import type { Board } from "../target/board.js";
import { buildDesign } from "./build.js";
import type { CompileOptions } from "./compile.js";
import { cacheDesign, designKernel } from "./design-folder.js";
import { type Circuit, copyLaunch, interpretLaunch, simulateLaunch } from "./engines.js";
import { chooseLaunch } from "./inputs.js";
import { placeOf } from "./run.js";

export interface VerifyRequest {
  readonly file: string;
  readonly board: string;
  readonly kernels: readonly string[];
  readonly compile: CompileOptions;
  /** How many random inputs for each kernel. */
  readonly seeds: number;
}

export interface VerifyRun {
  readonly kernel: string;
  readonly seed: number;
  readonly global: readonly number[];
  /** As one would give them to `soff run`. */
  readonly arguments: readonly string[];
  readonly cycles: number;
  readonly stalledCycles: number;
  readonly check: CheckResult;
  readonly stalledCheck: CheckResult;
}

export interface VerifyReport {
  readonly board: string;
  readonly passed: boolean;
  readonly runs: readonly VerifyRun[];
}

export async function verifyFile(
  host: Host,
  request: VerifyRequest,
): Promise<{ readonly report: VerifyReport; readonly warnings: readonly Diagnostic[] }> {
  const { design, kernels, files, board, warnings } = await buildDesign(host, {
    files: [request.file],
    board: request.board,
    kernels: request.kernels,
    compile: request.compile,
  });
  const folder = await cacheDesign(host, files);
  const runs: VerifyRun[] = [];
  for (const kernel of kernels) {
    const circuit: Circuit = { folder, design, kernel: designKernel(design, kernel.name) };
    for (let seed = 1; seed <= request.seeds; seed++) runs.push(await verifyOnce(host, board, kernel, circuit, seed));
  }
  const passed = runs.every((run) => run.check.mismatches === 0 && run.stalledCheck.mismatches === 0);
  return { report: { board: board.name, passed, runs }, warnings };
}

async function verifyOnce(
  host: Host,
  board: Board,
  kernel: Kernel,
  circuit: Circuit,
  seed: number,
): Promise<VerifyRun> {
  host.progress(`choosing inputs for ${kernel.name}`);
  const chosen = chooseLaunch(host, kernel, seed, (index) => placeOf(board, circuit.kernel, index));
  const [expected, plain, stalled] = [chosen.launch, chosen.launch, chosen.launch].map(copyLaunch) as [
    typeof chosen.launch,
    typeof chosen.launch,
    typeof chosen.launch,
  ];
  interpretLaunch(host, kernel, expected);
  const run = { circuit, board, kernel };
  const first = await simulateLaunch(host, { ...run, launch: plain });
  const second = await simulateLaunch(host, { ...run, launch: stalled, stallSeed: seed });
  const forms = chosen.prepared.map((argument) => (argument.kind === "buffer" ? argument.form : undefined));
  return {
    kernel: kernel.name,
    seed,
    global: chosen.global,
    arguments: chosen.arguments,
    cycles: first.cycles,
    stalledCycles: second.cycles,
    check: compareBuffers(expected.arguments, plain.arguments, forms),
    stalledCheck: compareBuffers(expected.arguments, stalled.arguments, forms),
  };
}
