import { Command } from "commander";
import { unsupported } from "../../support/errors.js";
import type { CommandContext } from "../context.js";

/** `soff npu …`: neural networks. The commands are named, so that the help is complete, and refused. */
export function npuCommand(_context: CommandContext): Command {
  const npu = new Command("npu").description("ONNX models to NPU circuits (not supported yet: exits with 3).");
  for (const [name, what] of [
    ["check", "say for every node of a model whether it can be accelerated"],
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
          help: "This version of soff compiles OpenCL C kernels: see `soff build --help` and `soff run --help`.",
        });
      });
  }
  return npu;
}
