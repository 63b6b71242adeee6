/** Runs a vendor's tools on the projects of a design and reads what they report. */
import { join } from "node:path";
import { toolError } from "../support/errors.js";
import type { Host } from "../support/host.js";
import type { Board } from "../target/board.js";
import { missingTool, probeTool, runTool, type Tool, tools } from "../tools/tool.js";
import {
  quartusFit,
  quartusTiming,
  type VendorReport,
  vivadoTiming,
  vivadoUtilisation,
} from "../tools/vendor-reports.js";
import type { ImplementationReport } from "./design-folder.js";
import type { Project } from "./project.js";
import { type VendorCommand, type VendorFlow, vendorCommands } from "./vendor-project.js";

/** Linking for an Alveo card takes hours. */
const VENDOR_MS = 24 * 3600 * 1000;

const toolOf = (command: VendorCommand): Tool =>
  ({ vivado: tools.vivado, "v++": tools.vpp, quartus_sh: tools.quartus })[command.program];

/** Runs everything that a project needs. A missing tool is an error that says what has been prepared and how to go on. */
export async function runVendor(
  host: Host,
  folder: string,
  project: Project,
  board: Board,
  flow: VendorFlow,
): Promise<ImplementationReport> {
  const cwd = join(folder, project.folder);
  const commands = vendorCommands(flow, project.kernel, project.clockMHz);
  for (const command of commands) {
    const tool = toolOf(command);
    const { found } = await probeTool(host, tool);
    if (found) continue;
    const { message, help } = missingTool(tool).diagnostics[0]!;
    throw toolError(`tool/${tool.name}-missing`, message, {
      help: `${help}. Everything is prepared in ${cwd}; run there: ${project.commands.join(" && ")}`,
    });
  }
  for (const command of commands) {
    host.progress(`${command.program} for ${project.kernel} on ${board.name} (log in ${cwd})`);
    const log = join(cwd, `${command.program.replace("++", "pp")}.log`);
    await runTool(host, toolOf(command), command.args, {
      cwd,
      log,
      timeoutMs: VENDOR_MS,
      onStderrLine: (line) => host.progress(`${command.program}: ${line}`),
    });
  }
  const report = readReports(host, cwd, project.kernel);
  const bitstream = flow.kind === "vitis" ? `${project.kernel}.xclbin` : undefined;
  if (bitstream !== undefined && !host.exists(join(cwd, bitstream))) {
    throw toolError("tool/v++-failed", `v++ ended well but left no ${bitstream}`, {
      help: `Its log is ${join(cwd, "vpp.log")}`,
    });
  }
  return implementationOf(report, project, board, bitstream);
}

/** Reads whatever reports are there. */
function readReports(host: Host, cwd: string, kernel: string): VendorReport {
  const read = (file: string, of: (text: string, file: string) => VendorReport): VendorReport => {
    const path = join(cwd, file);
    return host.exists(path) ? of(host.readText(path), path) : {};
  };
  return {
    ...read("utilization.rpt", vivadoUtilisation),
    ...read("timing.rpt", vivadoTiming),
    ...read(join("output", `${kernel}.fit.summary`), quartusFit),
    ...read(join("output", `${kernel}.sta.summary`), quartusTiming),
  };
}

function implementationOf(
  report: VendorReport,
  project: Project,
  board: Board,
  bitstream: string | undefined,
): ImplementationReport {
  const available = board.resources.value;
  const { slackNs = 0, ...cells } = report;
  const periodNs = 1000 / project.clockMHz;
  return {
    bitstream: bitstream === undefined ? null : `${project.folder}/${bitstream}`,
    wantedMHz: project.clockMHz,
    achievedMHz: Number((1000 / (periodNs - slackNs)).toFixed(2)),
    criticalPath: "",
    utilisation: Object.fromEntries(
      Object.entries(cells).map(([unit, used]) => [
        unit,
        { used, available: available[unit as keyof typeof available] },
      ]),
    ),
  };
}
