/** Icarus Verilog: a second opinion on the generated Verilog, as plain Verilog-2005. */
import { join } from "node:path";
import type { Host } from "../support/host.js";
import { checkedName, copyVerilog, inScratch } from "./scratch.js";
import { failedTool, missingTool, tools } from "./tool.js";

export interface Elaboration {
  /** What Icarus remarked with all warnings on; empty when it had nothing to say. */
  readonly warnings: readonly string[];
}

/** Elaborates `top` from Verilog files. Throws `tool/icarus-failed` when Icarus does not take them. */
export async function elaborate(host: Host, files: readonly string[], top: string): Promise<Elaboration> {
  return inScratch(host, async (folder) => {
    const names = copyVerilog(host, files, folder);
    const args = ["-g2005", "-Wall", "-tnull", "-s", checkedName(top), ...names];
    const result = await host.run(tools.icarus.program, args, { cwd: folder });
    if (result.notFound) throw missingTool(tools.icarus);
    if (result.exitCode !== 0) throw failedTool(host, tools.icarus, result, join(host.cacheDir, "logs", "icarus.log"));
    const lines = `${result.stdout}${result.stderr}`.split("\n");
    // Modules inherit the time scale of the file before them; the Verilog has no delays.
    return { warnings: lines.filter((line) => line.trim() !== "" && !/timescale/.test(line)) };
  });
}
