import { Command } from "commander";
import { type CommandContext, print, printJson } from "../context.js";

/** `soff passes`: what happens to a kernel between the importer and the datapath. */
export function passesCommand(context: CommandContext): Command {
  return new Command("passes")
    .description("List the compiler's passes over the kernel IR, with the order in which they run.")
    .option("--json", "print one JSON object")
    .action(async (options: { json?: boolean }) => {
      const { allPasses, kernelPasses } = await import("../../hls/passes/index.js");
      const { columns } = await import("../../support/text.js");
      const passes = allPasses.map(({ name, description }) => ({ name, description }));
      const order = kernelPasses.map((pass) => pass.name);
      if (options.json) return printJson(context, { passes, order });
      const rows = passes.map(({ name, description }) => [name, description]);
      print(context, `${columns(rows)}\n\nIn this order: ${order.join(", ")}`);
    });
}
