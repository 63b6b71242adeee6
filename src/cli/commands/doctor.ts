import { Command } from "commander";
import { ExitCode } from "../../support/errors.js";
import type { ToolStatus } from "../../tools/tool.js";
import { type CommandContext, print, printJson, type SetExitCode } from "../context.js";

/** `soff doctor`: which external tools are there, what each is needed for and how to get what is missing. */
export function doctorCommand(context: CommandContext, setExitCode: SetExitCode): Command {
  return new Command("doctor")
    .description("Say which tools are there, in which version, what each is needed for and how to get it.")
    .option(
      "--install [tool...]",
      "fetch the open FPGA tools (Yosys, nextpnr, packers), or those named, from PyPI into a virtual environment first",
    )
    .option("--json", "print one JSON object")
    .addHelpText("after", "\nExits with 4 when a tool is missing that soff cannot do without.")
    .action(async (options: { json?: boolean; install?: true | string[] }) => {
      if (options.install) {
        const { installFpgaTools } = await import("../../tools/fpga-tools.js");
        const folder = await installFpgaTools(context.host, options.install === true ? [] : options.install);
        if (!options.json) print(context, `The open FPGA tools are in ${folder}\n`);
      }
      const { probeTools } = await import("../../tools/tool.js");
      const { columns } = await import("../../support/text.js");
      const found = await probeTools(context.host);
      const missing = found.filter((status) => !status.found && !status.tool.optional);
      if (missing.length > 0) setExitCode(ExitCode.toolFailed);
      if (options.json) {
        return printJson(context, {
          soff: context.version,
          node: process.version,
          cache: context.host.cacheDir,
          tools: found.map(asJson),
        });
      }
      print(context, `soff ${context.version}, Node ${process.version}, cache ${context.host.cacheDir}\n`);
      print(context, columns(found.map(asRow)));
      for (const { tool } of missing) print(context, `\n${tool.program} is missing. Get it with: ${tool.howToGet}`);
    });
}

const asJson = ({ tool, found, version, program }: ToolStatus) => ({
  name: tool.name,
  program: program ?? tool.program,
  found,
  version: version ?? null,
  optional: tool.optional,
  neededFor: tool.neededFor,
  howToGet: tool.howToGet,
});

function asRow({ tool, found, version, program }: ToolStatus): string[] {
  const state = found ? (version ?? "found") : tool.optional ? "not there (optional)" : "MISSING";
  return [(program ?? tool.program).split("/").at(-1)!, state, tool.neededFor, found ? "" : tool.howToGet];
}
