/** Chooses how many neighbouring work-items share a token and how many copies of the datapath there are. */
import type { Board } from "../../target/board.js";
import { joinNeighbours } from "../memory/neighbours.js";
import { joinedBytes } from "../memory/sizes.js";
import type { StructuredKernel } from "../structure/types.js";
import { type Cost, costOf } from "./cost.js";
import { type Simd, withLanes } from "./with-lanes.js";

/** Work-items of a token at most. */
const mostLanes = 128;
/** Lanes of one dimension at most: a work-group is seldom wider in two dimensions, and a line holds 16 floats. */
const mostOfDimension = 16;
/** Share of the device that a kernel may take. The estimate is made before the datapath is, and routing wants room. */
const shareOfDevice = 0.55;
/**
 * Size of a design at most: beyond, it takes more than some seconds to plan and more than a minute of an idle core to make a
 * simulator of.
 */
const mostSize = 2100;
/** By how much a design grows at least with twice the lanes. */
const leastGrowth = 1.3;
/** Accesses to one on-chip memory at most: each has a way to every bank, and all look at each other to take turns. */
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
/** What a copy adds to the size of the design: the datapath is planned and compiled once, its memory units are not. */
const copySize = 0.4;
/** Ports up to this width are filled by one work-item at a time. */
const narrowBits = 64;

/**
 * Greedy: doubles the lanes of the dimension that gains most until nothing does. The kernel's loops must run alike for
 * neighbours; where they do not, doubling changes nothing. A kernel that then has few lanes, and loops, so that a token takes
 * longer than the dispatcher, which gives out one a cycle, gets copies of its datapath.
 */
export function chooseParallelism(kernel: StructuredKernel, board: Board): Parallelism {
  // Lanes ask for whole lines of 64 bytes: registers and multiplexers that boards with such ports have no room for.
  if (board.memory.axiDataBits <= narrowBits) return { simd: [1, 1, 1], datapaths: 1 };
  const has = board.resources.value;
  const evaluate = (simd: Simd): Candidate => {
    const laned = withLanes(kernel, simd);
    const cost = costOf(joinNeighbours(laned, joinedBytes(board)), board);
    const items = laned.lanes.reduce((n, l) => n * l.width, 1);
    return { simd, cost, perItem: cost.cycles / items };
  };
  const fits = ({ lut, dsp, bram, size, scratchAccesses }: Cost): boolean =>
    scratchAccesses <= mostScratchAccesses &&
    lut <= has.lut * shareOfDevice &&
    dsp <= has.dsp * shareOfDevice &&
    bram <= has.bram * shareOfDevice &&
    size <= mostSize;
  let best = evaluate([1, 1, 1]);
  for (;;) {
    // What is too large is not worth looking at: the last look is the dearest.
    const faster = (steps: readonly Simd[], least: number) =>
      best.cost.size * leastGrowth > mostSize
        ? undefined
        : doublings(kernel, best.simd, steps)
            .map(evaluate)
            .filter((c) => fits(c.cost) && c.perItem <= best.perItem * (1 - least))
            .reduce<Candidate | undefined>((a, b) => (a && !isBetter(b, a) ? a : b), undefined);
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

interface Candidate {
  readonly simd: Simd;
  readonly cost: Cost;
  /** Cycles a work-item. */
  readonly perItem: number;
}

/** Of two that are about as fast the smaller one, of two that are about as small as well the one with the longer rows. */
function isBetter(a: Candidate, b: Candidate): boolean {
  if (a.perItem < b.perItem * 0.92 || a.perItem > b.perItem * 1.08) return a.perItem < b.perItem;
  return a.cost.lut < b.cost.lut * 0.85;
}

const times = (cost: Cost, copies: number): Cost => ({
  cycles: cost.cycles / copies,
  lut: cost.lut * copies,
  dsp: cost.dsp * copies,
  bram: cost.bram * copies,
  scratchAccesses: cost.scratchAccesses,
  size: cost.size + (copies - 1) * cost.size * copySize,
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
