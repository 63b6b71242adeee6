/** The buffers of a benchmark, and launches on them. */
import type { Kernel } from "../../src/hls/ir/types.js";
import { type ArrayForm, type PreparedArgument, prepareArgument } from "../../src/launch/arguments.js";
import { RandomStream } from "../../src/launch/generate.js";
import type { Launch } from "../../src/launch/launch.js";
import { type MemoryPlace, placeArguments } from "../../src/launch/layout.js";
import { makeRange } from "../../src/launch/range.js";
import type { Host } from "../../src/support/host.js";
import { type Benchmark, type LaunchStep, launchesOf } from "./benchmark.js";

export interface Buffer {
  bytes: Uint8Array;
  readonly form: ArrayForm;
}

export type Buffers = Map<string, Buffer>;

/** The buffers as they are before the first launch. */
export function initialBuffers(host: Host, benchmark: Benchmark): Buffers {
  return new Map(
    Object.entries(benchmark.buffers).map(([name, specification]) => {
      const [word, ...rest] = specification.split(":");
      if (word === "cuts") return [name, cuts(...(rest.map(Number) as [number, number, number]))];
      if (word === "roots") return [name, roots(Number(rest[0]))];
      const parameter = { name, typeName: "buffer", passing: "buffer", readOnly: false, bytes: 8 } as const;
      const prepared = prepareArgument(host, parameter, specification, 0);
      if (prepared.kind !== "buffer") throw new Error(`${benchmark.name}: ${specification} is no buffer`);
      return [name, { bytes: prepared.bytes, form: prepared.form }];
    }),
  );
}

/**
 * `cuts:ROWS:ENTRIES:SEED`: where the rows of a sparse matrix start, int32, ROWS + 1 of them: the range 0 to ENTRIES is cut at
 * random, so that most rows are short and some are many times the mean.
 */
function cuts(rows: number, entries: number, seed: number): Buffer {
  const stream = RandomStream.seeded(BigInt(seed));
  const inner = Array.from({ length: rows - 1 }, () => Number(stream.below(BigInt(entries + 1)))).sort((a, b) => a - b);
  const bytes = new Uint8Array(Int32Array.from([0, ...inner, entries]).buffer);
  return { bytes, form: { descr: "<i4", element: { kind: "int", bits: 32 }, shape: [rows + 1] } };
}

/** `roots:N`: the first N / 2 powers of the N-th root of unity, as pairs of float32. */
function roots(n: number): Buffer {
  const values = Array.from({ length: n / 2 }, (_, k) => (-2 * Math.PI * k) / n);
  const pairs = Float32Array.from(values.flatMap((angle) => [Math.cos(angle), Math.sin(angle)]));
  return {
    bytes: new Uint8Array(pairs.buffer),
    form: { descr: "<f4", element: { kind: "float", bits: 32 }, shape: [n / 2, 2] },
  };
}

/** One launch of a benchmark, not yet placed in memory. */
export interface PreparedLaunch {
  readonly step: LaunchStep;
  readonly kernel: Kernel;
  /** Names of the buffers that the arguments are, by position. */
  readonly names: readonly (string | undefined)[];
}

export function prepareLaunches(benchmark: Benchmark, kernels: readonly Kernel[]): PreparedLaunch[] {
  return launchesOf(benchmark.steps).map((step) => {
    const kernel = kernels.find((each) => each.name === step.kernel);
    if (!kernel) throw new Error(`${benchmark.source} has no kernel ${step.kernel}`);
    const names = step.args.map((arg) => (Object.hasOwn(benchmark.buffers, arg) ? arg : undefined));
    return { step, kernel, names };
  });
}

/** The launch on buffers of its own, which start as copies of `buffers`. */
export function placeLaunch(
  host: Host,
  { step, kernel, names }: PreparedLaunch,
  buffers: Buffers,
  placeOf: (parameter: number) => MemoryPlace,
): Launch {
  if (step.args.length !== kernel.parameters.length) throw new Error(`${kernel.name}: wrong number of arguments`);
  const prepared = step.args.map((arg, index): PreparedArgument => {
    const parameter = kernel.parameters[index]!;
    const name = names[index];
    if (name === undefined) return prepareArgument(host, parameter, arg, index);
    return { kind: "buffer", parameter, ...buffers.get(name)! };
  });
  const range = makeRange({
    global: step.global,
    ...(step.local ? { local: step.local } : {}),
    ...(kernel.requiredLocalSize ? { requiredLocalSize: kernel.requiredLocalSize } : {}),
  });
  return { kernel: kernel.name, range, arguments: placeArguments(prepared, placeOf) };
}

/** Takes what a launch has left for the next ones. */
export function keepResults({ names }: PreparedLaunch, launch: Launch, buffers: Buffers): void {
  names.forEach((name, index) => {
    const argument = launch.arguments[index];
    if (name !== undefined && argument?.kind === "buffer") buffers.get(name)!.bytes = argument.bytes;
  });
}
