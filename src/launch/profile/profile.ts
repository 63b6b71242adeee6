/** The profile of a simulated launch: counters, and where the cycles went. */
import type { DesignKernel } from "../../rtl/design.js";
import type { Board } from "../../target/board.js";
import { type Cause, causesOf } from "./causes.js";
import { type Counters, countersOf, type Simulated } from "./counters.js";

export interface Profile extends Counters {
  /** Worst first. */
  readonly causes: readonly Cause[];
}

export function profileOf(kernel: DesignKernel, board: Board, clockMHz: number, simulated: Simulated): Profile {
  const { axiDataBits, timing } = board.memory;
  const bytesPerCycle = Math.min(axiDataBits / 8, timing.peakBytesPerSecond.value / (clockMHz * 1e6));
  const counters = countersOf(kernel, simulated, bytesPerCycle);
  const place = kernel.stages.find((stage) => stage.kind === "dispatch");
  const causes = causesOf(counters, {
    label: kernel.name,
    file: place?.file ?? "",
    line: place?.line ?? 0,
    cycles: simulated.cycles,
    datapaths: kernel.datapaths,
    simd: kernel.simd,
  });
  return { ...counters, causes };
}
