import { Command, InvalidArgumentError, Option } from "commander";
import { ExitCode } from "../../support/errors.js";
import { type CommandContext, print, printJson, remark, type SetExitCode } from "../context.js";

/** Shapes of inputs by name, from `--shape NAME=1x3x48x192`. */
export type Shapes = ReadonlyMap<string, readonly number[]>;

/** Collects `--shape NAME=AxBxC`. */
export function collectShape(text: string, previous: Shapes | undefined): Shapes {
  const match = /^(.+)=(\d+(?:x\d+)*)$/.exec(text);
  const extents = (match?.[2] ?? "").split("x").map(Number);
  if (!match || !extents.every((extent) => extent > 0 && Number.isSafeInteger(extent))) {
    throw new InvalidArgumentError("The name of an input and its shape are expected, such as image=1x3x224x224.");
  }
  return new Map([...(previous ?? []), [match[1]!, extents]]);
}

/** The option by which users fix open dimensions. */
export const shapeOption = () =>
  new Option("--shape <name=shape>", "shape of an input, such as x=1x3x48x192 (repeatable)").argParser(collectShape);

/** `soff npu check MODEL`: every node's fate; exits with 3 when one can be run nowhere. */
export function npuCheckCommand(context: CommandContext, setExitCode: SetExitCode): Command {
  return new Command("check")
    .description(
      "Say for every node of an ONNX model whether the NPU runs it, it is folded away, or it is left to the host.",
    )
    .argument("<model>", "an ONNX model (.onnx), opsets 7 to 21")
    .addOption(shapeOption())
    .option("--json", "print one JSON object")
    .action(async (file: string, flags: { shape?: Shapes; json?: boolean }) => {
      const { checkModel } = await import("../../flow/npu-check.js");
      const report = checkModel(context.host, file, flags.shape ?? new Map());
      if (report.counts.unsupported > 0) setExitCode(ExitCode.unsupported);
      if (flags.json) return printJson(context, report);
      const { columns } = await import("../../support/text.js");
      for (const text of report.remarks) remark(context, `note: ${text}`);
      const rows = report.nodes.map(({ name, op, status, detail, fix }) => [
        status,
        op,
        name,
        fix ? `${detail}; ${fix}` : detail,
      ]);
      const { accelerated, folded, host, unsupported } = report.counts;
      const summary = `${accelerated} accelerated, ${folded} folded, ${host} on the host, ${unsupported} unsupported`;
      print(
        context,
        `${columns(rows)}\n\n${summary}; ${(report.macs / 1e6).toFixed(1)} million multiplications on the NPU`,
      );
    });
}
