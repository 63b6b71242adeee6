/** How far operators must be shared for a kernel to fit its board (see `datapath/sharing.ts`). */
import type { AreaModel } from "../../target/area-model.js";
import type { Board } from "../../target/board.js";
import { estimateArea } from "./area.js";

/** Of the device: the model is not exact, and a full device is neither placed nor fast. */
const shareOfDevice = 0.85;
/** What soff's own shell takes beside the kernel, on boards that have no vendor's. */
const shellLuts = 1000;

/** Intervals worth trying, the shortest first; the last one is `longest`, with which the kernel is smallest. */
export function intervalsUpTo(longest: number): readonly number[] {
  const intervals: number[] = [];
  // Steps of about 1.4: 1, 2, 3, 4, 6, 8, 12, 16, …
  for (let power = 1; power < longest; power *= 2) {
    intervals.push(power);
    if (power > 1 && power * 1.5 < longest) intervals.push(power * 1.5);
  }
  return [...intervals, longest];
}

/** Whether the model thinks that generated modules fit the board. `texts` as for {@link estimateArea}. */
export function seemsToFit(texts: ReadonlyMap<string, string>, top: string, model: AreaModel, board: Board): boolean {
  const { lut, ff, dsp, bram } = estimateArea(texts, top, model);
  const has = board.resources.value;
  const shell = board.flow.kind === "open" ? shellLuts : 0;
  return lut + shell <= has.lut * shareOfDevice && ff <= has.ff * shareOfDevice && dsp <= has.dsp && bram <= has.bram;
}
