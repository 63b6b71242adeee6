/** The memory modules with other parameters than their defaults in each tool, and their RAMs as what they are meant to be. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { libraryClosure } from "../../src/rtl/library.js";
import { host } from "./verilate.js";

const folder = join(host.packageRoot, "templates/verilog");

async function output(program: string, args: readonly string[]): Promise<string> {
  const result = await host.run(program, args, { cwd: folder, timeoutMs: 300_000 });
  if (result.notFound) throw new Error(`${program} is not installed`);
  const said = `${result.stdout}${result.stderr}`.trim();
  return result.exitCode === 0 ? said : `exit code ${result.exitCode}\n${said}`;
}

const variants: Readonly<Record<string, readonly Readonly<Record<string, number>>[]>> = {
  soff_cache: [
    { READS: 0 },
    { WRITES: 0 },
    { WAYS: 1, SETS: 1, DATA_BYTES: 12, GRAIN_BYTES: 4, ADDR_W: 64 },
    { LINE_BYTES: 4, DATA_BYTES: 1, GRAIN_BYTES: 1, WAYS: 3, SETS: 2, INFLIGHT: 2 },
    { DATA_BYTES: 64, GRAIN_BYTES: 1, READS: 0, WAYS: 2, SETS: 4 },
    { LINE_BYTES: 128, DATA_BYTES: 128, GRAIN_BYTES: 128, TAG_W: 5, INFLIGHT: 300, FILLS: 32 },
    { ATOMICS: 1 },
    { ATOMICS: 1, FADD: 1, DATA_BYTES: 64, GRAIN_BYTES: 1 },
    { ATOMICS: 1, FADD: 3, DATA_BYTES: 12, WAYS: 1, SETS: 1, LINE_BYTES: 16 },
    { ATOMICS: 1, LINE_BYTES: 4, WAYS: 1, SETS: 1, INFLIGHT: 2 },
  ],
  soff_cache_data: [{ ATOMICS: 1 }, { READS: 0 }, { WRITES: 0 }],
  soff_cache_atomic: [
    { WINDOW: 64, ROT_W: 4, FADD: 1 },
    { WINDOW: 8, GRAIN: 8, FADD: 3 },
  ],
  soff_cache_rows: [{ BYTES: 4, DEPTH: 2 }],
  soff_channel: [
    { NR: 0 },
    { NW: 0 },
    { NR: 3, NW: 2, LINE_BYTES: 64, AXI_BYTES: 16 },
    { MAX_BURST: 1, NR: 5, NW: 5 },
    { LINE_BYTES: 128, AXI_BYTES: 4, MAX_BURST: 256, ID_W: 1, ADDR_W: 64 },
  ],
  soff_mem_arbiter: [{ N: 1 }, { N: 7, TAG_W: 3, DATA_BYTES: 64, ADDR_W: 64 }, { N: 3, TAG_W: 2, ATOMICS: 1 }],
};
const list = Object.entries(variants).flatMap(([module, all]) =>
  all.map((parameters) => ({ module, parameters, text: JSON.stringify(parameters) })),
);

it.each(list)("$module $text has no warning", async ({ module, parameters }) => {
  const pairs = Object.entries(parameters);
  const verilator = ["--lint-only", "-Wall", "-y", ".", "--top-module", module, `${module}.v`];
  verilator.push(...pairs.map(([name, value]) => `-G${name}=${value}`));
  expect(await output("verilator", verilator)).toBe("");
  expect(await output("verilator", ["-DSOFF_SIM", ...verilator])).toBe("");
  const icarus = ["-g2005", "-Wall", "-tnull", "-y", ".", "-s", module, `${module}.v`];
  icarus.push(...pairs.map(([name, value]) => `-P${module}.${name}=${value}`));
  expect(await output("iverilog", icarus)).toBe("");
});

describe("Yosys, UltraScale+", () => {
  /** Cells after the RAMs have been mapped; a memory left over would become flip-flops. */
  async function ramCells(parameters: Readonly<Record<string, number>>): Promise<Map<string, number>> {
    const files = [...libraryClosure(host, ["soff_cache"]).keys()].join(" ");
    const set = Object.entries(parameters).map(([name, value]) => `-set ${name} ${value}`);
    const script = [
      `read_verilog ${files}`,
      `chparam ${set.join(" ")} soff_cache`,
      "synth_xilinx -family xcup -top soff_cache -flatten -run :map_ffram",
      "stat",
    ];
    const text = await output("yosys", ["-p", script.join("; ")]);
    expect(text).not.toMatch(/implicitly declared|no driver/);
    const stat = text.slice(text.lastIndexOf("Number of memories"));
    expect(stat).toMatch(/Number of memories: +0\n/);
    return new Map([...stat.matchAll(/^ +(\S+) +(\d+)$/gm)].map((m) => [m[1]!, Number(m[2])] as const));
  }

  it("puts lines into block RAM, marks into its parity bits, and the directory into LUT RAM", async () => {
    const cells = await ramCells({ READS: 1, WRITES: 1 });
    // 512 rows of 576 bits and 256 fills of 512 bits: eight blocks each; the queue and the victims' lines beside them.
    const blocks = (cells.get("RAMB36E2") ?? 0) + (cells.get("RAMB18E2") ?? 0) / 2;
    expect(blocks).toBeGreaterThanOrEqual(15);
    expect(blocks).toBeLessThanOrEqual(18);
    // The directory, in LUTs: those with a port to read beside the one to write come eight at a time.
    expect((cells.get("RAM128X1S") ?? 0) + 8 * (cells.get("RAM64M8") ?? 0)).toBeGreaterThan(100);
    // Victims wait in LUT RAM, fourteen bits a cell.
    expect(cells.get("RAM32M16")).toBeGreaterThanOrEqual(Math.ceil(576 / 14));
  }, 300_000);

  it("keeps rows of 72 bits a block RAM when atomics write them at an address of their own", async () => {
    const cells = await ramCells({ READS: 1, WRITES: 1, ATOMICS: 1 });
    const blocks = (cells.get("RAMB36E2") ?? 0) + (cells.get("RAMB18E2") ?? 0) / 2;
    expect(blocks).toBeGreaterThanOrEqual(15);
    expect(blocks).toBeLessThanOrEqual(20);
  }, 300_000);
});
