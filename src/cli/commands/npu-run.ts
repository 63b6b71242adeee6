import { Command, Option } from "commander";
import { ExitCode } from "../../support/errors.js";
import { type CommandContext, print, printJson, type SetExitCode } from "../context.js";
import { wholeNumber } from "../options.js";
import { collectNamed } from "./npu-build.js";

interface Flags {
  readonly input?: ReadonlyMap<string, string>;
  readonly engine: "rtl" | "int" | "float";
  readonly check?: boolean;
  readonly out?: string;
  readonly stallSeed?: number;
  readonly json?: boolean;
}

/** `soff npu run DIR`: a built NPU on data. */
export function npuRunCommand(context: CommandContext, setExitCode: SetExitCode): Command {
  return new Command("run")
    .description("Run a built NPU on your data in simulation, and check the result.")
    .argument("<dir>", "a folder that `soff npu build` has written")
    .addOption(
      new Option(
        "--input <name=spec>",
        "value of an input: @x.npy, rand:float32:1x3x224x224:SEED, … (repeatable)",
      ).argParser(collectNamed),
    )
    .addOption(
      new Option("--engine <name>", "rtl: the circuit in Verilator; int: the integer golden; float: onnxruntime")
        .choices(["rtl", "int", "float"] as const)
        .default("rtl"),
    )
    .option("--check", "compare the circuit with the integer golden bit for bit, and that with the float model")
    .option("--out <dir>", "write every output as NAME.npy")
    .addOption(new Option("--stall-seed <n>", "make the memory port stall at random").argParser(wholeNumber(0)))
    .option("--json", "print one JSON object")
    .action(async (folder: string, flags: Flags) => {
      const { runNpu } = await import("../../flow/npu-run.js");
      const report = await runNpu(context.host, {
        folder,
        inputs: flags.input ?? new Map(),
        engine: flags.engine,
        check: flags.check ?? false,
        ...(flags.out === undefined ? {} : { out: flags.out }),
        ...(flags.stallSeed === undefined ? {} : { stallSeed: flags.stallSeed + 1 }),
      });
      if (report.check && report.check.mismatches > 0) setExitCode(ExitCode.mismatch);
      if (flags.json) return printJson(context, report);
      const { npuRunTable } = await import("../render-npu.js");
      print(context, npuRunTable(report));
    });
}
