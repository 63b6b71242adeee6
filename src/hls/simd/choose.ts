/** Chooses how many neighbouring work-items share a token and how many copies of the datapath there are. */
import type { Board } from "../../target/board.js";
import type { StructuredKernel } from "../structure/types.js";
import { type Cost, costOf } from "./cost.js";
import { type Simd, withLanes } from "./with-lanes.js";

/** Work-items of a token at most. */
const mostLanes = 64;
/** Lanes of one dimension at most: a work-group is seldom wider in two dimensions, and a line holds 16 floats. */
const mostOfDimension = 16;
/** Share of the device's logic that the lanes of a kernel may take; memory system and shell need the rest. */
const shareOfDevice = 0.35;
/** Operators with pipelines of their own at most, so that a design can still be simulated and placed. */
const mostOperators = 128;
/** Memory units of read-only buffers at most, for the same reason. */
const mostUnits = 32;
/** Accesses to on-chip memory at most: each has a way to every bank. */
const mostScratchAccesses = 48;
/** Twice the lanes are worth their area when they save at least this share of the cycles. */
const worthwhile = 0.15;

export interface Parallelism {
  readonly simd: Simd;
  /** Copies of the datapath. */
  readonly datapaths: number;
}

/** Work-items that all copies of a datapath take side by side at most, when copies are what makes them so. */
const mostSideBySide = 4;
/** Ports up to this width are filled by one work-item at a time. */
const narrowBits = 64;

/**
 * Greedy: doubles the lanes of the dimension that gains most until nothing does. The kernel's loops must run alike for
 * neighbours; where they do not, doubling changes nothing. A kernel that then has few lanes, and loops, so that a token takes
 * longer than the dispatcher, which gives out one a cycle, gets copies of its datapath.
 */
export function chooseParallelism(kernel: StructuredKernel, board: Board): Parallelism {
  const { channels, axiDataBits } = board.memory;
  // Lanes ask for whole lines of 64 bytes: registers and multiplexers that boards with such ports have no room for.
  if (axiDataBits <= narrowBits) return { simd: [1, 1, 1], datapaths: 1 };
  const evaluate = (simd: Simd): { readonly simd: Simd; readonly cost: Cost; readonly perItem: number } => {
    const laned = withLanes(kernel, simd);
    const cost = costOf({ kernel: laned, channelBytes: axiDataBits / 8, channels: channels.value });
    const items = laned.lanes.reduce((n, l) => n * l.width, 1);
    return { simd, cost, perItem: cost.cycles / items };
  };
  const fits = ({ lut, dsp, bram, operators, units, scratchAccesses }: Cost): boolean => {
    const has = board.resources.value;
    return (
      lut <= has.lut * shareOfDevice &&
      dsp <= has.dsp * shareOfDevice &&
      bram <= has.bram * shareOfDevice &&
      operators <= mostOperators &&
      units <= mostUnits &&
      scratchAccesses <= mostScratchAccesses
    );
  };
  let best = evaluate([1, 1, 1]);
  for (;;) {
    const faster = (steps: readonly Simd[], least: number) =>
      doublings(kernel, best.simd, steps)
        .map(evaluate)
        .filter((c) => fits(c.cost) && c.perItem <= best.perItem * (1 - least))
        .sort((a, b) => a.perItem - b.perItem || a.cost.lut - b.cost.lut || a.cost.dsp - b.cost.dsp)[0];
    const next = faster(ofOneDimension, worthwhile) ?? faster(ofTwoDimensions, 2 * worthwhile);
    if (!next) break;
    best = next;
  }
  const lanes = best.simd.reduce((n, width) => n * width, 1);
  let datapaths = 1;
  const hasLoops = kernel.body.nodes.some((n) => n.kind === "loop");
  if (hasLoops) while (lanes * datapaths * 2 <= mostSideBySide && fits(times(best.cost, datapaths * 2))) datapaths *= 2;
  return { simd: best.simd, datapaths };
}

const times = (cost: Cost, copies: number): Cost => ({
  cycles: cost.cycles / copies,
  lut: cost.lut * copies,
  dsp: cost.dsp * copies,
  bram: cost.bram * copies,
  operators: cost.operators * copies,
  units: cost.units * copies,
  scratchAccesses: cost.scratchAccesses * copies,
});

const ofOneDimension: readonly Simd[] = [
  [2, 1, 1],
  [1, 2, 1],
  [1, 1, 2],
];
/** Rows and columns of a matrix may pay only together. */
const ofTwoDimensions: readonly Simd[] = [
  [2, 2, 1],
  [2, 1, 2],
  [1, 2, 2],
];

function doublings(kernel: StructuredKernel, simd: Simd, steps: readonly Simd[]): Simd[] {
  const mayDouble = ([0, 1, 2] as const).map((d) => {
    const group = kernel.requiredLocalSize?.[d] ?? mostOfDimension;
    return simd[d] * 2 <= Math.min(mostOfDimension, group) && asksFor(kernel, d);
  });
  return steps
    .filter((step) => step.every((factor, d) => factor === 1 || mayDouble[d]))
    .map((step): Simd => [simd[0] * step[0], simd[1] * step[1], simd[2] * step[2]])
    .filter(([x, y, z]) => x * y * z <= mostLanes);
}

/** Whether work-items that are neighbours in the dimension can differ at all. */
function asksFor(kernel: StructuredKernel, dimension: 0 | 1 | 2): boolean {
  return kernel.body.nodes.some(
    (n) =>
      n.kind === "pure" &&
      n.instruction.op === "workitem" &&
      n.instruction.dimension === dimension &&
      (n.instruction.query === "global_id" || n.instruction.query === "local_id"),
  );
}
