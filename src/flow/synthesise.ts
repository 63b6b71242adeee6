/** `soff build --until synth`: what a built design takes on its device, by Yosys, with the area model's word beside it. */
import { join } from "node:path";
import { estimateArea } from "../hls/estimate/area.js";
import type { Design, DesignKernel } from "../rtl/design.js";
import type { Host } from "../support/host.js";
import type { Board } from "../target/board.js";
import { loadAreaModel } from "../target/load.js";
import { synthesise } from "../tools/yosys.js";
import { type AreaReport, type DesignReport, type KernelReport, reportOf, writeReport } from "./design-folder.js";
import { checkFit } from "./fit.js";

/** Synthesises every kernel and adds the figures to the folder's report. A kernel that is too large is refused. */
export async function synthesiseDesign(
  host: Host,
  folder: string,
  design: Design,
  board: Board,
): Promise<DesignReport> {
  const base = reportOf(design);
  const kernels: KernelReport[] = [];
  for (const [index, kernel] of design.kernels.entries()) {
    host.progress(`synthesising ${kernel.name} with Yosys (minutes for large kernels)`);
    const files = kernel.files.map((file) => join(folder, file));
    const { lut, ff, dsp, bram, uram } = await synthesise(host, files, kernel.topModule, board.family);
    const estimate = predictArea(host, folder, kernel, board);
    kernels.push({
      ...base.kernels[index]!,
      resources: { lut, ff, dsp, bram, uram },
      available: board.resources.value,
      ...(estimate ? { estimate } : {}),
    });
  }
  const report = { ...base, kernels };
  writeReport(host, folder, report);
  for (const kernel of kernels)
    checkFit(board, kernel, { uram: 0, lut: 0, ff: 0, dsp: 0, bram: 0, ...kernel.resources });
  return report;
}

/** What the area model says about a built kernel; undefined when the family has none. */
export function predictArea(host: Host, folder: string, kernel: DesignKernel, board: Board): AreaReport | undefined {
  const model = loadAreaModel(host, board.family);
  if (!model) return undefined;
  // Every library module is called soff_…; the rest was generated for this kernel.
  const generated = kernel.files.filter((file) => !/(^|\/)soff_[a-z0-9_]+\.v$/.test(file));
  const texts = new Map(
    generated.map((file) => [file.split("/").at(-1)!.replace(/\.v$/, ""), host.readText(join(folder, file))]),
  );
  const { lut, ff, dsp, bram, uram, unknown } = estimateArea(texts, kernel.topModule, model);
  return { lut, ff, dsp, bram, uram, ...(unknown.length > 0 ? { unknown } : {}) };
}
