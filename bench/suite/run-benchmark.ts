/** A benchmark from its source to its row of the table. */
import type { Host } from "../../src/support/host.js";
import { areaOf } from "./area.js";
import type { Benchmark } from "./benchmark.js";
import { type Row, rowOf } from "./figures.js";
import { buildBenchmark, measureBenchmark } from "./measure.js";
import { predictBenchmark } from "./predict.js";
import { referenceOf } from "./reference.js";

/** `fresh`: whether it was simulated now. */
export async function runBenchmark(
  host: Host,
  benchmark: Benchmark,
  board: string,
): Promise<{ readonly row: Row; readonly fresh: boolean }> {
  const build = await buildBenchmark(host, benchmark, board);
  const predicted = await predictBenchmark(host, build);
  const measure = await measureBenchmark(host, build);
  const reference = await referenceOf(host, benchmark, build.built.kernels, build.built.board);
  return { row: rowOf(host, build, measure, reference, predicted, areaOf(host, build)), fresh: measure.fresh };
}

/** Circuit, interpreter and, where it is installed, PoCL agree. */
export const isRight = (row: Row): boolean => row.check === "same" && ["same", "not there"].includes(row.pocl);
