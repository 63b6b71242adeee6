/** Drives the C++ compiler for simulators. */
import type { Host } from "../support/host.js";
import { failedTool, missingTool, tools } from "./tool.js";

/** One object file to make. */
export interface Unit {
  readonly source: string;
  readonly object: string;
  readonly flags: readonly string[];
}

/** At most this many compilers at a time: what a small machine has. */
const JOBS = 2;

/** Compiles units, the longest first when the caller lists them so. Uses ccache when it is there. */
export async function compileUnits(host: Host, cwd: string, units: readonly Unit[], ccache: boolean): Promise<void> {
  const queue = [...units];
  const worker = async (): Promise<void> => {
    for (let unit = queue.shift(); unit; unit = queue.shift()) {
      const command = [tools.cxx.program, ...unit.flags, "-c", unit.source, "-o", unit.object];
      const program = ccache ? tools.ccache.program : command.shift()!;
      const result = await host.run(program, command, { cwd });
      if (result.notFound) throw missingTool(tools.cxx);
      if (result.exitCode !== 0) throw failedTool(host, tools.cxx, result, logFile(host));
    }
  };
  const done = await Promise.allSettled(Array.from({ length: JOBS }, worker));
  for (const d of done) if (d.status === "rejected") throw d.reason;
}

/** Links objects into a program. */
export async function link(
  host: Host,
  cwd: string,
  objects: readonly string[],
  libraries: readonly string[],
  output: string,
): Promise<void> {
  const result = await host.run(tools.cxx.program, ["-o", output, ...objects, ...libraries], { cwd });
  if (result.notFound) throw missingTool(tools.cxx);
  if (result.exitCode !== 0) throw failedTool(host, tools.cxx, result, logFile(host));
}

const logFile = (host: Host): string => `${host.cacheDir}/logs/cxx.log`;
