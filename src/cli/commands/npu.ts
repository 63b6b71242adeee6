import { Command } from "commander";
import type { CommandContext, SetExitCode } from "../context.js";
import { npuBuildCommand } from "./npu-build.js";
import { npuCheckCommand } from "./npu-check.js";
import { npuRunCommand } from "./npu-run.js";

/** `soff npu …`: neural networks. */
export function npuCommand(context: CommandContext, setExitCode: SetExitCode): Command {
  return new Command("npu")
    .description("ONNX models to NPU circuits: check a model, build its NPU, run it in simulation.")
    .addCommand(npuCheckCommand(context, setExitCode))
    .addCommand(npuBuildCommand(context))
    .addCommand(npuRunCommand(context, setExitCode));
}
