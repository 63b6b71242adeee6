/**
 * Area and estimated clock period of operators on UltraScale+, by Yosys.
 * Usage: npx tsx bench/operators/synth.ts [NAME[:LATENCY]…]; without names everything at its recommended latency.
 */
import { join } from "node:path";
import { NodeHost } from "../../src/cli/node-host.js";
import { libraryClosure } from "../../src/rtl/library.js";
import { loadFamily } from "../../src/target/load.js";
import { inScratch } from "../../src/tools/scratch.js";
import type { OperatorConfig } from "../../test/operators/configs.js";
import { benchConfigs } from "../../test/operators/sets.js";
import { longestPath } from "./netlist.js";

const host = new NodeHost();
const configs = benchConfigs(loadFamily(host, "xcup"));

async function report(config: OperatorConfig): Promise<void> {
  await inScratch(host, async (folder) => {
    const library = libraryClosure(host, [config.module]);
    for (const [name, text] of library) host.writeFile(join(folder, name), text);
    const combinational = config.op === "CMP" || config.op === "MINMAX";
    const parameters = { ...config.parameters, ...(combinational ? {} : { LATENCY: config.latency }) };
    const set = Object.entries(parameters).map(([name, value]) => `-set ${name} ${value}`);
    const commands = [
      ...[...library.keys()].map((name) => `read_verilog -defer ${name}`),
      `chparam ${set.join(" ")} ${config.module}`,
      `hierarchy -check -top ${config.module}`,
      "rename -top top",
      "synth_xilinx -family xcup -flatten -noiopad -noclkbuf -top top",
      "write_json netlist.json",
    ];
    host.writeFile(join(folder, "synth.ys"), `${commands.join("\n")}\n`);
    const result = await host.run("yosys", ["-q", "-s", "synth.ys"], { cwd: folder });
    if (result.exitCode !== 0) throw new Error(result.stderr);
    const warnings = result.stderr.split("\n").filter((line) => /warning/i.test(line));
    const netlist = host.readText(join(folder, "netlist.json"));
    const cells = Object.values(
      (JSON.parse(netlist) as { modules: Record<string, { cells: object }> }).modules.top!.cells,
    );
    const count = (pattern: RegExp) => cells.filter((c) => pattern.test((c as { type: string }).type)).length;
    const path = longestPath(netlist, "top");
    const figures = [config.latency, count(/^LUT\d/), count(/^SRL|^RAM/), count(/^FD/), count(/^DSP/)];
    console.log(
      config.name.padEnd(18) +
        figures.map((n) => String(n).padStart(7)).join("") +
        path.ns.toFixed(2).padStart(8) +
        `  ${path.luts} LUT, ${path.carries} carry, ${path.dsps} DSP`,
    );
    for (const warning of new Set(warnings)) console.log(`  ${warning}`);
  });
}

console.log("operator          latency   LUT  LUTRAM     FF    DSP      ns  on the longest path");
const asked = process.argv.slice(2);
if (asked.length === 0) for (const config of configs) await report(config);
for (const name of asked) {
  const [start = "", latency] = name.split(":");
  for (const config of configs.filter((c) => c.name === start)) {
    await report({ ...config, latency: latency === undefined ? config.latency : Number(latency) });
  }
}
