/** The suite as data: kernels, their buffers and launches, and figures that others have published for them. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const suiteRoot = dirname(fileURLToPath(import.meta.url));

/** The sets, in the order of the table; each is a JSON file and a folder of sources. */
export const setNames = ["polybench", "streaming", "bambu"] as const;
export type SetName = (typeof setNames)[number];

/** How often a benchmark is run: by every CI run, by `--quick`, or only by a full run. */
export type Tier = "ci" | "quick" | "full";

/** Cycles that other tools need. Sources: README.md. */
export interface Published {
  /** Xilinx's tools through the Merlin compiler (HLSyn data set): the plain source. */
  readonly merlinPlain?: number;
  /** The same, the best of all variants with pragmas. */
  readonly merlinBest?: number;
  /** PandA Bambu 2024.10, all arrays in ideal dual-port memory on the chip. */
  readonly bambu?: number;
}

export interface LaunchStep {
  readonly kernel: string;
  readonly global: readonly number[];
  readonly local?: readonly number[];
  /** Each a buffer's name or what `--arg` takes; `{counter}` stands for a loop's counter. */
  readonly args: readonly string[];
}

/** Steps that are done again and again; the counter starts at 0. */
export interface RepeatStep {
  readonly repeat: number;
  readonly counter: string;
  readonly steps: readonly Step[];
}

export type Step = LaunchStep | RepeatStep;

interface Entry {
  readonly name: string;
  /** Relative to the suite's folder. */
  readonly source: string;
  /** For the table. */
  readonly sizes: string;
  readonly tier?: Tier;
  /** What `--arg` takes, or one of `data.ts`. */
  readonly buffers: Readonly<Record<string, string>>;
  /** Launches see what earlier ones have left in the buffers. */
  readonly steps: readonly Step[];
  readonly published?: Published;
  /** For float buffers, where built-in functions leave their last bits open: `|a - b|` from PoCL's result, at most this times `1 + |a|`. */
  readonly tolerance?: number;
}

export interface Benchmark extends Entry {
  readonly set: SetName;
  readonly tier: Tier;
}

export function loadSuite(): Benchmark[] {
  return setNames.flatMap((set) => {
    const entries = JSON.parse(readFileSync(join(suiteRoot, `${set}.json`), "utf8")) as readonly Entry[];
    return entries.map((entry): Benchmark => ({ tier: "full", ...entry, set }));
  });
}

/** All launches of a benchmark in their order, counters put in. */
export function launchesOf(steps: readonly Step[]): LaunchStep[] {
  return steps.flatMap((step): LaunchStep[] => {
    if (!("repeat" in step)) return [step];
    return Array.from({ length: step.repeat }, (_, value) =>
      launchesOf(step.steps).map((launch) => ({
        ...launch,
        args: launch.args.map((arg) => arg.replaceAll(`{${step.counter}}`, String(value))),
      })),
    ).flat();
  });
}

export const kernelsOf = (benchmark: Benchmark): string[] => [
  ...new Set(launchesOf(benchmark.steps).map((launch) => launch.kernel)),
];

/** Whether a run of tier `tier` has the benchmark. */
export function inTier(benchmark: Benchmark, tier: Tier): boolean {
  const order: readonly Tier[] = ["ci", "quick", "full"];
  return order.indexOf(benchmark.tier) <= order.indexOf(tier);
}
