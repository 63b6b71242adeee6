import { Command, InvalidArgumentError, Option } from "commander";
import { type CommandContext, print, printJson, remark } from "../context.js";
import { type Shapes, shapeOption } from "./npu-check.js";

/** Collects `NAME=SPEC`. */
export function collectNamed(text: string, previous: ReadonlyMap<string, string> | undefined): Map<string, string> {
  const at = text.indexOf("=");
  if (at < 1)
    throw new InvalidArgumentError("The name of an input and an array are expected, such as image=@data.npy.");
  return new Map([...(previous ?? []), [text.slice(0, at), text.slice(at + 1)]]);
}

interface Flags {
  readonly board: string;
  readonly shape?: Shapes;
  readonly calibrate?: ReadonlyMap<string, string>;
  readonly output?: string;
  readonly json?: boolean;
}

/** `soff npu build MODEL`: the NPU for a model on a board. */
export function npuBuildCommand(context: CommandContext): Command {
  return new Command("build")
    .description("Quantise a model, choose an NPU for it and the board, compile the program and write the Verilog.")
    .argument("<model>", "an ONNX model (.onnx), opsets 7 to 21")
    .requiredOption("--board <name>", "the board")
    .addOption(
      new Option(
        "--calibrate <name=spec>",
        "data for an input, samples along the first axis (repeatable; default: smooth random data)",
      ).argParser(collectNamed),
    )
    .addOption(shapeOption())
    .option("-o, --output <dir>", "folder to write (default: build/MODEL-BOARD)")
    .option("--json", "print one JSON object")
    .action(async (model: string, flags: Flags) => {
      const { buildNpu } = await import("../../flow/npu-build.js");
      const report = await buildNpu(context.host, {
        model,
        board: flags.board,
        shapes: flags.shape ?? new Map(),
        calibrate: flags.calibrate ?? new Map(),
        ...(flags.output === undefined ? {} : { folder: flags.output }),
      });
      if (flags.json) return printJson(context, report);
      if (report.calibration === "random")
        remark(context, "note: no calibration data was given (--calibrate): ranges come from smooth random data");
      const { npuBuildTable } = await import("../render-npu.js");
      print(context, npuBuildTable(report));
    });
}
