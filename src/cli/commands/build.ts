import { Command, Option } from "commander";
import { type CommandContext, print, printJson } from "../context.js";
import { renderDiagnostics } from "../failure.js";
import { type CompileFlags, collect, compileOptions, megahertz, withCompileOptions } from "../options.js";

interface Flags extends CompileFlags {
  readonly board: string;
  readonly output?: string;
  readonly kernel?: readonly string[];
  readonly until: "rtl" | "synth" | "bitstream";
  readonly clock?: number;
  readonly counters?: boolean;
  readonly json?: boolean;
}

/** `soff build FILE… --board NAME`: source to Verilog. */
export function buildCommand(context: CommandContext): Command {
  const command = new Command("build")
    .description("Compile kernels to a design: Verilog, design.json and report.json.")
    .argument("<file...>", "OpenCL C (.cl), C++ for OpenCL (.clcpp) or CUDA (.cu)")
    .requiredOption("--board <name>", "the board to build for: see `soff boards`")
    .option("-o, --output <dir>", "folder for the design (default: build/STEM-BOARD)")
    .addOption(new Option("--kernel <name>", "only this kernel (repeatable; default: all)").argParser(collect))
    .addOption(
      new Option("--until <step>", "how far to go").choices(["rtl", "synth", "bitstream"] as const).default("rtl"),
    )
    .addOption(new Option("--clock <MHz>", "aim at this clock, not at the board's").argParser(megahertz))
    .option("--counters", "count events in the circuit: `soff run` on the design shows them, on a board too")
    .option("--json", "print one JSON object");
  return withCompileOptions(command).action(async (files: string[], flags: Flags) => {
    const { buildToFolder } = await import("../../flow/build.js");
    const { built, folder, report, projects } = await buildToFolder(context.host, {
      files,
      board: flags.board,
      kernels: flags.kernel ?? [],
      compile: compileOptions(flags),
      until: flags.until,
      ...(flags.counters ? { counters: true } : {}),
      ...(flags.clock === undefined ? {} : { clockMHz: flags.clock }),
      ...(flags.output === undefined ? {} : { folder: flags.output }),
    });
    renderDiagnostics(built.warnings, context);
    if (flags.json) return printJson(context, { folder, ...report });
    const { columns } = await import("../../support/text.js");
    const { kernelRows } = await import("../render.js");
    print(context, `${folder}: ${built.design.board}, ${built.design.clockMHz} MHz\n${columns(kernelRows(report))}`);
    const { projectLines } = await import("../render.js");
    for (const line of projectLines(folder, report, projects)) print(context, line);
  });
}
