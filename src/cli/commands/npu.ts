import { Command } from "commander";
import { unsupported } from "../../support/errors.js";
import type { CommandContext } from "../context.js";
import type { SetExitCode } from "../program.js";
import { npuCheckCommand } from "./npu-check.js";

/** `soff npu …`: neural networks. */
export function npuCommand(context: CommandContext, setExitCode: SetExitCode): Command {
  const npu = new Command("npu").description(
    "ONNX models to NPU circuits (check; build and run are not supported yet).",
  );
  npu.addCommand(npuCheckCommand(context, setExitCode));
  for (const [name, what] of [
    ["build", "choose, compile and emit an NPU for a model and a board"],
    ["run", "run a built NPU"],
  ] as const) {
    npu
      .command(name)
      .description(`${what} (not supported yet)`)
      .argument("[args...]")
      .allowUnknownOption()
      .action(() => {
        throw unsupported("npu/not-supported-yet", `\`soff npu ${name}\` is not supported yet`, {
          help: "This version of soff compiles kernels and checks models: see `soff build --help` and `soff npu check --help`.",
        });
      });
  }
  return npu;
}
