/** `soff build --until synth`: what a built design takes on its device, by Yosys. */
import { join } from "node:path";
import type { Design } from "../rtl/design.js";
import type { Host } from "../support/host.js";
import type { Board } from "../target/board.js";
import { synthesise } from "../tools/yosys.js";
import { type DesignReport, type KernelReport, reportOf, writeReport } from "./design-folder.js";

/** Synthesises every kernel and adds the figures to the folder's report. */
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
    kernels.push({ ...base.kernels[index]!, resources: { lut, ff, dsp, bram, uram } });
  }
  const report = { ...base, kernels };
  writeReport(host, folder, report);
  return report;
}
