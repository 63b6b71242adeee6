/** Builds and simulates a benchmark. What was measured stays in the cache, by the content of design and launches. */
import { join } from "node:path";
import { type BuiltDesign, buildDesign } from "../../src/flow/build.js";
import { cacheDesign } from "../../src/flow/design-folder.js";
import { simulateLaunch } from "../../src/flow/engines.js";
import { placeOf } from "../../src/flow/run.js";
import type { ChannelTraffic } from "../../src/launch/launch-file.js";
import type { Measured } from "../../src/launch/report.js";
import type { Host } from "../../src/support/host.js";
import { cachedFolder, contentKey } from "../../src/tools/cache.js";
import { type Benchmark, kernelsOf, suiteRoot } from "./benchmark.js";
import { initialBuffers, keepResults, placeLaunch, prepareLaunches } from "./data.js";
import { digestsOf } from "./reference.js";

export interface BuiltBenchmark {
  readonly benchmark: Benchmark;
  readonly built: BuiltDesign;
  /** Of compilation to Verilog. */
  readonly seconds: number;
}

/** What the simulation of one launch gave. */
export interface LaunchMeasure extends Measured {
  readonly kernel: string;
  readonly digests: readonly string[];
  readonly channels: readonly ChannelTraffic[];
  /** Of the simulation alone. */
  readonly seconds: number;
}

export interface BenchmarkMeasure {
  readonly launches: readonly LaunchMeasure[];
  /** Making all simulators, when they were not in the cache. */
  readonly simulatorSeconds: number;
}

export async function buildBenchmark(host: Host, benchmark: Benchmark, board: string): Promise<BuiltBenchmark> {
  const start = performance.now();
  const built = await buildDesign(host, {
    files: [join(suiteRoot, benchmark.source)],
    board,
    kernels: kernelsOf(benchmark),
    compile: {},
  });
  return { benchmark, built, seconds: (performance.now() - start) / 1000 };
}

/** What the simulation of a built benchmark follows from: its Verilog, and how it is started. */
export function simulationKey({ benchmark, built }: BuiltBenchmark): string {
  const verilog = [...built.files].filter(([path]) => path.endsWith(".v")).flat();
  return contentKey([
    // The folder that the sources were read from is no part of the design.
    ...verilog.map((text) => text.replaceAll(suiteRoot, "")),
    JSON.stringify(
      built.design.kernels.map(({ name, arguments: args, registers, channels }) => [name, args, registers, channels]),
    ),
    JSON.stringify([built.board, benchmark.buffers, benchmark.steps]),
  ]);
}

/** `fresh`: whether it was measured now. */
export async function measureBenchmark(
  host: Host,
  build: BuiltBenchmark,
): Promise<BenchmarkMeasure & { readonly fresh: boolean }> {
  const { benchmark, built } = build;
  const harness = host.list(join(host.packageRoot, "sim")).filter((name) => /\.(cpp|h)$/.test(name));
  const key = contentKey([
    simulationKey(build),
    ...harness.map((name) => host.readText(join(host.packageRoot, "sim", name))),
  ]);
  const { folder, hit } = await cachedFolder(host, "suite-measures", key, ["measure.json"], async (fresh) => {
    host.writeFile(join(fresh, "measure.json"), JSON.stringify(await simulateBenchmark(host, benchmark, built)));
  });
  const measure = JSON.parse(host.readText(join(folder, "measure.json"))) as BenchmarkMeasure;
  return { ...measure, fresh: !hit };
}

async function simulateBenchmark(host: Host, benchmark: Benchmark, built: BuiltDesign): Promise<BenchmarkMeasure> {
  const { design, board, kernels } = built;
  const folder = await cacheDesign(host, built.files);
  const buffers = initialBuffers(host, benchmark);
  const launches: LaunchMeasure[] = [];
  let simulatorSeconds = 0;
  for (const prepared of prepareLaunches(benchmark, kernels)) {
    const { kernel } = prepared;
    const described = design.kernels.find((each) => each.name === kernel.name)!;
    const launch = placeLaunch(host, prepared, buffers, (index) => placeOf(board, described, index));
    const start = performance.now();
    const result = await simulateLaunch(host, {
      circuit: { folder, design, kernel: described },
      board,
      kernel,
      launch,
    });
    if (!result.cachedSimulator) simulatorSeconds += (performance.now() - start) / 1000 - result.seconds;
    keepResults(prepared, launch, buffers);
    const { cycles, bytesRead, bytesWritten, states, channels, seconds } = result;
    const digests = digestsOf(launch);
    launches.push({ kernel: kernel.name, cycles, bytesRead, bytesWritten, states, channels, seconds, digests });
  }
  return { launches, simulatorSeconds };
}
