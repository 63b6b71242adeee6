/**
 * What the launches of a benchmark must leave in its buffers: by the interpreter, which is compared with PoCL where that is
 * installed. Kept in the cache by kernels and data.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { interpretLaunch } from "../../src/flow/engines.js";
import { printKernel } from "../../src/hls/ir/print.js";
import type { Kernel } from "../../src/hls/ir/types.js";
import type { Launch } from "../../src/launch/launch.js";
import { boardPlace } from "../../src/launch/layout.js";
import type { Host } from "../../src/support/host.js";
import type { Board } from "../../src/target/board.js";
import { cachedFolder, contentKey } from "../../src/tools/cache.js";
import { type PoclJob, poclMissing, runOnPocl } from "../../test/pocl/pocl.js";
import { type Benchmark, suiteRoot } from "./benchmark.js";
import { initialBuffers, keepResults, placeLaunch, prepareLaunches } from "./data.js";

export interface Reference {
  /** After each launch, digests of its arguments; empty for those that are no buffers. */
  readonly digests: readonly (readonly string[])[];
  /** `same`, or in what PoCL differs, or that it is not there. */
  readonly pocl: string;
}

export const digestsOf = (launch: Launch): string[] =>
  launch.arguments.map((argument) => (argument.kind === "buffer" ? contentKey([argument.bytes]) : ""));

export async function referenceOf(
  host: Host,
  benchmark: Benchmark,
  kernels: readonly Kernel[],
  board: Board,
): Promise<Reference> {
  const { buffers, steps, tolerance } = benchmark;
  const key = contentKey([...kernels.map(printKernel), JSON.stringify([buffers, steps, tolerance])]);
  const { folder } = await cachedFolder(host, "suite-references", key, ["reference.json"], async (fresh) => {
    const reference = await interpretBenchmark(host, benchmark, kernels, board);
    host.writeFile(join(fresh, "reference.json"), JSON.stringify(reference));
  });
  return JSON.parse(host.readText(join(folder, "reference.json"))) as Reference;
}

async function interpretBenchmark(
  host: Host,
  benchmark: Benchmark,
  kernels: readonly Kernel[],
  board: Board,
): Promise<Reference> {
  const buffers = initialBuffers(host, benchmark);
  const file = join(suiteRoot, benchmark.source);
  const source = readFileSync(file, "utf8");
  const jobs: PoclJob[] = [];
  const results: Launch[] = [];
  for (const prepared of prepareLaunches(benchmark, kernels)) {
    const launch = placeLaunch(host, prepared, buffers, () => boardPlace(board, 0));
    const before = launch.arguments.map((a) => (a.kind === "buffer" ? { ...a, bytes: a.bytes.slice() } : a));
    jobs.push({ source, file, launch: { ...launch, arguments: before } });
    interpretLaunch(host, prepared.kernel, launch);
    keepResults(prepared, launch, buffers);
    // The next launch works on copies: these stay as they are.
    results.push(launch);
  }
  return { digests: results.map(digestsOf), pocl: await compareWithPocl(jobs, results, benchmark.tolerance) };
}

/** Every launch on PoCL, with the interpreter's buffers as inputs. */
async function compareWithPocl(
  jobs: readonly PoclJob[],
  results: readonly Launch[],
  tolerance: number | undefined,
): Promise<string> {
  if ((await poclMissing()) !== undefined) return "not there";
  const answers = await runOnPocl(jobs, 300_000);
  for (const [k, answer] of answers.entries()) {
    const { kernel, arguments: expected } = results[k]!;
    if (!answer.ok) return `launch ${k} of ${kernel}: ${answer.error}`;
    for (const [i, argument] of expected.entries()) {
      const other = answer.buffers[i];
      if (argument.kind !== "buffer" || !other) continue;
      const same = tolerance === undefined ? equal(argument.bytes, other) : near(argument.bytes, other, tolerance);
      if (!same) return `launch ${k} of ${kernel}: ${argument.name} differs`;
    }
  }
  return "same";
}

const equal = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

function near(a: Uint8Array, b: Uint8Array, tolerance: number): boolean {
  const [x, y] = [a, b].map((bytes) => new Float32Array(bytes.slice().buffer)) as [Float32Array, Float32Array];
  return x.every((value, i) => Math.abs(value - y[i]!) <= tolerance * (1 + Math.abs(value)));
}
