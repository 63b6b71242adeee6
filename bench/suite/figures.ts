/** A benchmark's row of the table. */
import { placeOf } from "../../src/flow/run.js";
import { profileOf } from "../../src/launch/profile/profile.js";
import { workItemsOf } from "../../src/launch/range.js";
import { boundOf } from "../../src/launch/report.js";
import type { DesignKernel } from "../../src/rtl/design.js";
import type { Host } from "../../src/support/host.js";
import type { Board } from "../../src/target/board.js";
import type { Published, SetName } from "./benchmark.js";
import { initialBuffers, placeLaunch, prepareLaunches } from "./data.js";
import type { BenchmarkMeasure, BuiltBenchmark, LaunchMeasure } from "./measure.js";
import type { Reference } from "./reference.js";

/** Sums over all launches of a benchmark, or over those of one kernel. */
export interface Figures {
  readonly launches: number;
  readonly cycles: number;
  /** As `soff run` predicts them. */
  readonly predicted: number;
  /** Sum of what each launch takes at least, by its datapaths or by memory. */
  readonly bound: number;
  /** Part of the bound that launches have which the memory bounds. */
  readonly memoryBound: number;
  /** bound / cycles */
  readonly efficiency: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

/** Parts of the device, 0 to 1, as `src/hls/estimate/area.ts` estimates them; all kernels of a benchmark together. */
export type AreaShares = Readonly<Record<"lut" | "ff" | "dsp" | "bram", number>>;

export interface KernelRow extends Figures {
  readonly kernel: string;
  readonly datapaths: number;
  readonly simd: number;
}

export interface Row extends Figures {
  readonly name: string;
  readonly set: SetName;
  readonly sizes: string;
  readonly kernels: readonly KernelRow[];
  readonly published?: Published;
  /** What took most cycles beside the work itself, in the kernel that took most. */
  readonly reason: string;
  /** Absent where the device's family has no area model. */
  readonly area?: AreaShares;
  /** `same`, or where the circuit's buffers differ from the interpreter's. */
  readonly check: string;
  /** The interpreter against PoCL: `same`, what differs, or `not there`. */
  readonly pocl: string;
  /** Source to Verilog, seconds. */
  readonly compileSeconds: number;
  /** Cycles a second of the simulation. */
  readonly simulationSpeed: number;
  readonly simulatorSeconds: number;
}

/** A benchmark that could not be measured. */
export interface FailedRow {
  readonly name: string;
  readonly set: SetName;
  readonly sizes: string;
  readonly failure: string;
}

export function rowOf(
  host: Host,
  { benchmark, built, seconds }: BuiltBenchmark,
  measure: BenchmarkMeasure,
  reference: Reference,
  predicted: readonly number[],
  area: AreaShares | undefined,
): Row {
  const { design, board, kernels } = built;
  const buffers = initialBuffers(host, benchmark);
  const perLaunch = prepareLaunches(benchmark, kernels).map((prepared, k) => {
    const described = design.kernels.find((each) => each.name === prepared.kernel.name)!;
    const launch = placeLaunch(host, prepared, buffers, (index) => placeOf(board, described, index));
    const measured = measure.launches[k]!;
    const workItems = workItemsOf(launch.range);
    const bound = boundOf(described, board, design.clockMHz, launch.arguments, workItems, measured);
    return { kernel: prepared.kernel.name, measured, bound, predicted: predicted[k]! };
  });
  const figuresOf = (launches: typeof perLaunch): Figures => {
    const sum = (of: (launch: (typeof perLaunch)[number]) => number) => launches.reduce((n, x) => n + of(x), 0);
    const cycles = sum((x) => x.measured.cycles);
    const bound = sum((x) => Math.max(x.bound.compute, x.bound.memory));
    return {
      launches: launches.length,
      cycles,
      predicted: sum((x) => x.predicted),
      bound,
      memoryBound: sum((x) => (x.bound.memory > x.bound.compute ? x.bound.memory : 0)),
      efficiency: bound / cycles,
      bytesRead: sum((x) => x.measured.bytesRead),
      bytesWritten: sum((x) => x.measured.bytesWritten),
    };
  };
  const simulated = measure.launches.reduce((n, x) => n + x.seconds, 0);
  const figures = figuresOf(perLaunch);
  const worst = measure.launches.reduce((a, b) => (b.cycles > a.cycles ? b : a));
  const described = design.kernels.find((each) => each.name === worst.kernel)!;
  return {
    name: benchmark.name,
    set: benchmark.set,
    sizes: benchmark.sizes,
    ...figures,
    kernels: design.kernels.map(({ name, datapaths, simd }) => ({
      kernel: name,
      datapaths,
      simd,
      ...figuresOf(perLaunch.filter((x) => x.kernel === name)),
    })),
    ...(benchmark.published ? { published: benchmark.published } : {}),
    reason: reasonOf(described, board, design.clockMHz, worst),
    ...(area ? { area } : {}),
    check: checkOf(measure, reference),
    pocl: reference.pocl,
    compileSeconds: seconds,
    simulationSpeed: figures.cycles / simulated,
    simulatorSeconds: measure.simulatorSeconds,
  };
}

function reasonOf(kernel: DesignKernel, board: Board, clockMHz: number, launch: LaunchMeasure): string {
  const { causes } = profileOf(kernel, board, clockMHz, launch);
  const cause = causes.find((each) => each.kind === "loss");
  if (!cause) return "";
  const what = cause.what.replace(/ at \S*\/([^/\s]+:\d+)(:\d+)?/g, " at $1");
  return `${(100 * cause.share).toFixed(0)} %: ${what}`;
}

function checkOf(measure: BenchmarkMeasure, reference: Reference): string {
  for (const [k, launch] of measure.launches.entries()) {
    const argument = launch.digests.findIndex((digest, i) => digest !== reference.digests[k]?.[i]);
    if (argument >= 0) return `launch ${k} of ${launch.kernel}: argument ${argument + 1} differs`;
  }
  return "same";
}

/** The middle one; of an even number the upper of two; of nothing 0. */
export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Geometric mean; of nothing 1. */
export const geometricMean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / Math.max(1, values.length));
