import { Command, Option } from "commander";
import { ExitCode } from "../../support/errors.js";
import { type CommandContext, print, printJson, type SetExitCode } from "../context.js";
import { renderDiagnostics } from "../failure.js";
import { type CompileFlags, collect, compileOptions, wholeNumber, withCompileOptions } from "../options.js";

interface Flags extends CompileFlags {
  readonly board: string;
  readonly kernel?: readonly string[];
  readonly seeds: number;
  readonly json?: boolean;
}

/** `soff verify FILE --board NAME`: what a user puts in CI. */
export function verifyCommand(context: CommandContext, setExitCode: SetExitCode): Command {
  const command = new Command("verify")
    .description(
      "Check kernels with random inputs: simulated circuit, with and without stalls, against the interpreter.",
    )
    .argument("<file>", "OpenCL C (.cl) or C++ for OpenCL (.clcpp)")
    .requiredOption("--board <name>", "the board to build for: see `soff boards`")
    .addOption(new Option("--kernel <name>", "only this kernel (repeatable; default: all)").argParser(collect))
    .addOption(new Option("--seeds <n>", "random inputs for each kernel").argParser(wholeNumber(1)).default(2))
    .option("--json", "print one JSON object");
  return withCompileOptions(command).action(async (file: string, flags: Flags) => {
    const { verifyFile } = await import("../../flow/verify.js");
    const { report, warnings } = await verifyFile(context.host, {
      file,
      board: flags.board,
      kernels: flags.kernel ?? [],
      compile: compileOptions(flags),
      seeds: flags.seeds,
    });
    renderDiagnostics(warnings, context);
    if (!report.passed) setExitCode(ExitCode.mismatch);
    if (flags.json) return printJson(context, report);
    const { verifyTable } = await import("../render.js");
    print(context, verifyTable(report));
  });
}
