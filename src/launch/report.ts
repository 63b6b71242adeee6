/** The figures of a run: how long it took, and how long it must take at least. */
import type { DesignKernel } from "../rtl/design.js";
import type { Board } from "../target/board.js";
import type { LaunchArgument } from "./launch.js";
import type { StateRecord } from "./states.js";

/** What the figures are computed from; the simulator's result has the measured part. */
export interface Measured {
  readonly cycles: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  readonly states: readonly StateRecord[];
}

/** Cycles below which no circuit with these datapaths and this memory can come. */
export interface Bound {
  readonly compute: number;
  readonly memory: number;
}

/**
 * `compute`: every datapath takes one token a cycle, or one an interval where operations share operators, so the busiest loop's
 * iterations (or the work-items themselves, SIMD of them a token) divided by the datapaths.
 *
 * `memory`: what must pass the memory ports at least once, at the full bandwidth of the channels
 * that the kernel uses. Which bytes must pass is approximated: for reading, all bytes of the buffers
 * that have a load, but never more than were really read; for writing likewise. So a kernel that
 * touches a small part of a large buffer has a fair bound, and one that fetches too much a strict one.
 */
export function boundOf(
  kernel: DesignKernel,
  board: Board,
  clockMHz: number,
  launch: readonly LaunchArgument[],
  workItems: number,
  measured: Measured,
): Bound {
  const busiest = Math.max((workItems / kernel.simd) * (kernel.interval ?? 1), ...loopCycles(kernel, measured.states));
  const read = Math.min(touched(kernel, launch, false), measured.bytesRead);
  const written = Math.min(touched(kernel, launch, true), measured.bytesWritten);
  const { axiDataBits, timing } = board.memory;
  const bytesPerCycle = Math.min(axiDataBits / 8, timing.peakBytesPerSecond.value / (clockMHz * 1e6));
  return {
    compute: Math.ceil(busiest / kernel.datapaths),
    memory: Math.ceil((read + written) / (bytesPerCycle * Math.max(1, channelsUsed(kernel)))),
  };
}

/** Part of the cycles that the stricter bound accounts for; 1 is perfect. */
export function efficiencyOf(bound: Bound, cycles: number): number {
  return cycles === 0 ? 1 : Math.max(bound.compute, bound.memory) / cycles;
}

/** Cycles that the iterations of every loop take at least, all datapaths together. */
function loopCycles(kernel: DesignKernel, states: readonly StateRecord[]): number[] {
  const totals = new Map<string, number>();
  for (const record of states) {
    const iterations = record.values.iterations;
    if (record.kind !== "loop" || iterations === undefined) continue;
    const stage = kernel.stages.find((each) => each.instance === record.instance);
    const loop = stage?.label ?? record.instance;
    const interval = kernel.loops.find(({ label }) => label === loop)?.interval ?? 1;
    totals.set(loop, (totals.get(loop) ?? 0) + iterations * interval);
  }
  return [...totals.values()];
}

/** Bytes of the buffers that some access of the source may read (or write). */
function touched(kernel: DesignKernel, launch: readonly LaunchArgument[], write: boolean): number {
  const sites = kernel.accesses.filter((site) => site.write === write);
  const names = new Set(sites.map((site) => site.argument));
  let bytes = 0;
  // A buffer that is given to two parameters moves once.
  const seen = new Set<bigint>();
  for (const argument of launch) {
    if (argument.kind !== "buffer" || seen.has(argument.address)) continue;
    // An access without one known argument may go to any of them.
    if (!names.has(argument.name) && !names.has("")) continue;
    seen.add(argument.address);
    bytes += argument.bytes.length;
  }
  return bytes;
}

function channelsUsed(kernel: DesignKernel): number {
  return new Set(
    kernel.arguments.flatMap(({ channel, stripes = [] }) =>
      channel === undefined ? [] : [channel, ...stripes.map((each) => each.channel)],
    ),
  ).size;
}
