/** The whole Verilog of NPUs of several shapes and ports: no warning of Verilator, and Icarus takes it as Verilog-2005. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { npuVerilog, TOP_MODULE } from "../../src/flow/npu-simulate.js";
import type { NpuConfig } from "../../src/npu-gen/config.js";
import { loadBoard } from "../../src/target/load.js";
import { host, smallNpu } from "./machine.js";

const cases: readonly (readonly [board: string, config: NpuConfig])[] = [
  ["u250", smallNpu],
  ["zcu104", { ...smallNpu, inputs: 16, outputs: 16, columns: 5, softmax: false }],
  ["ulx3s-85f", { ...smallNpu, inputs: 4, outputs: 4, addressBits: 10, banks: 1, columns: 2 }],
];

it.each(cases)("for %s is clean", { timeout: 120_000 }, async (board, config) => {
  const folder = mkdtempSync(join(tmpdir(), "soff-npu-lint-"));
  try {
    const files = npuVerilog(host, config, loadBoard(host, board));
    for (const [name, text] of files) writeFileSync(join(folder, name), text);
    for (const [program, ...args] of [
      ["verilator", "--lint-only", "-Wall", "-DSOFF_SIM", "--top-module", TOP_MODULE],
      ["verilator", "--lint-only", "-Wall", "--top-module", TOP_MODULE],
      ["iverilog", "-g2005", "-Wall", "-tnull", "-s", TOP_MODULE],
    ]) {
      const result = await host.run(program!, [...args, ...files.keys()], { cwd: folder });
      expect(result.notFound, `${program} is installed`).toBe(false);
      expect(`${result.stdout}${result.stderr}`.trim()).toBe("");
      expect(result.exitCode).toBe(0);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
