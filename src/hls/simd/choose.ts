/** Chooses how many neighbouring work-items share a token: as many as make the kernel faster and fit the device. */
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
const mostOperators = 256;
/** Memory units of read-only buffers at most, for the same reason. */
const mostUnits = 24;
/** Twice the lanes are worth their area when they save at least this share of the cycles. */
const worthwhile = 0.15;

/**
 * Greedy: doubles the lanes of the dimension that gains most until nothing does. The kernel's loops must run alike for
 * neighbours; where they do not, doubling changes nothing.
 */
export function chooseSimd(kernel: StructuredKernel, board: Board): Simd {
  const { channels, axiDataBits } = board.memory;
  const evaluate = (simd: Simd): { readonly simd: Simd; readonly cost: Cost; readonly perItem: number } => {
    const laned = withLanes(kernel, simd);
    const cost = costOf({ kernel: laned, channelBytes: axiDataBits / 8, channels: channels.value });
    const items = laned.lanes.reduce((n, l) => n * l.width, 1);
    return { simd, cost, perItem: cost.cycles / items };
  };
  const fits = ({ lut, dsp, bram, operators, units }: Cost): boolean => {
    const has = board.resources.value;
    return (
      lut <= has.lut * shareOfDevice &&
      dsp <= has.dsp * shareOfDevice &&
      bram <= has.bram * shareOfDevice &&
      operators <= mostOperators &&
      units <= mostUnits
    );
  };
  let best = evaluate([1, 1, 1]);
  for (;;) {
    const next = doublings(kernel, best.simd)
      .map(evaluate)
      .filter((c) => fits(c.cost) && c.perItem <= best.perItem * (1 - worthwhile))
      .sort((a, b) => a.perItem - b.perItem || a.cost.lut - b.cost.lut || a.cost.dsp - b.cost.dsp)[0];
    if (!next) return best.simd;
    best = next;
  }
}

function doublings(kernel: StructuredKernel, simd: Simd): Simd[] {
  if (simd[0] * simd[1] * simd[2] * 2 > mostLanes) return [];
  return ([0, 1, 2] as const).flatMap((d): Simd[] => {
    const width = simd[d] * 2;
    const group = kernel.requiredLocalSize?.[d] ?? mostOfDimension;
    if (width > Math.min(mostOfDimension, group) || !asksFor(kernel, d)) return [];
    return [[d === 0 ? width : simd[0], d === 1 ? width : simd[1], d === 2 ? width : simd[2]]];
  });
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
