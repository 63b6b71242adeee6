/** Estimated area of a benchmark's kernels, as parts of the board's device. */
import { basename, join } from "node:path";
import { estimateArea } from "../../src/hls/estimate/area.js";
import type { Host } from "../../src/support/host.js";
import type { AreaModel } from "../../src/target/area-model.js";
import type { AreaShares } from "./figures.js";
import type { BuiltBenchmark } from "./measure.js";

export function areaOf(host: Host, { built }: BuiltBenchmark): AreaShares | undefined {
  const { board, design, files } = built;
  const file = join(host.packageRoot, "boards/families/area", `${board.family}.json`);
  if (!host.exists(file)) return undefined;
  const model = JSON.parse(host.readText(file)) as AreaModel;
  const texts = new Map(
    [...files]
      .filter(([path]) => path.endsWith(".v") && !basename(path).startsWith("soff_"))
      .map(([path, text]) => [basename(path, ".v"), text] as const),
  );
  const areas = design.kernels.map((kernel) => estimateArea(texts, kernel.topModule, model));
  const { lut, ff, dsp, bram } = board.resources.value;
  const share = (unit: "lut" | "ff" | "dsp" | "bram", all: number | undefined): number =>
    all ? areas.reduce((sum, area) => sum + area[unit], 0) / all : 0;
  return { lut: share("lut", lut), ff: share("ff", ff), dsp: share("dsp", dsp), bram: share("bram", bram) };
}
