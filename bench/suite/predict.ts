/** Cycles of a benchmark's launches as `soff run` predicts them. Kept in the cache by design, launches and the estimate's own text. */
import { join } from "node:path";
import { interpretLaunch } from "../../src/flow/engines.js";
import { placeOf } from "../../src/flow/run.js";
import { predictCycles } from "../../src/hls/estimate/cycles.js";
import type { Host } from "../../src/support/host.js";
import { cachedFolder, contentKey } from "../../src/tools/cache.js";
import { suiteRoot } from "./benchmark.js";
import { initialBuffers, keepResults, placeLaunch, prepareLaunches } from "./data.js";
import { type BuiltBenchmark, simulationKey } from "./measure.js";

/** By launch. */
export async function predictBenchmark(host: Host, build: BuiltBenchmark): Promise<readonly number[]> {
  const folder = join(host.packageRoot, "src/hls/estimate");
  const own = host.list(folder).filter((name) => name.startsWith("cycles"));
  const design = JSON.stringify(build.built.design).replaceAll(suiteRoot, "");
  const key = contentKey([simulationKey(build), design, ...own.map((name) => host.readText(join(folder, name)))]);
  const cached = await cachedFolder(host, "suite-predictions", key, ["cycles.json"], async (fresh) => {
    host.writeFile(join(fresh, "cycles.json"), JSON.stringify(predict(host, build)));
  });
  return JSON.parse(host.readText(join(cached.folder, "cycles.json"))) as number[];
}

function predict(host: Host, { benchmark, built }: BuiltBenchmark): number[] {
  const { board, design, kernels } = built;
  const buffers = initialBuffers(host, benchmark);
  const launches = prepareLaunches(benchmark, kernels);
  return launches.map((prepared, k) => {
    const { kernel } = prepared;
    const described = design.kernels.find((each) => each.name === kernel.name)!;
    const launch = placeLaunch(host, prepared, buffers, (index) => placeOf(board, described, index));
    const predicted = predictCycles({ kernel, design: described, board, clockMHz: design.clockMHz, launch });
    if (!predicted) throw new Error(`${benchmark.name}: no prediction for launch ${k}`);
    if (k + 1 < launches.length) {
      interpretLaunch(host, kernel, launch);
      keepResults(prepared, launch, buffers);
    }
    return predicted.cycles;
  });
}
