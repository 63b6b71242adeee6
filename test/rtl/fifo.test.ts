/** soff_fifo: proved in Yosys by induction for all traffic, and driven in Icarus, which shows what is unknown. */
import { describe, expect, it } from "vitest";
import { NodeHost } from "../../src/cli/node-host.js";
import { inScratch } from "../../src/tools/scratch.js";

const host = new NodeHost();
const source = host.readText(`${host.packageRoot}/templates/verilog/soff_fifo.v`);

/** Whether the assertions of the module hold for ever, from any reset. */
async function proved(text: string, depth: number, width: number): Promise<boolean> {
  return inScratch(host, async (folder) => {
    host.writeFile(`${folder}/fifo.v`, text);
    const commands = [
      "read_verilog -formal -sv fifo.v",
      `chparam -set DEPTH ${depth} -set WIDTH ${width} soff_fifo`,
      "prep -top soff_fifo -flatten",
      "memory_map",
      "opt -full",
      "sat -prove-asserts -set-assumes -tempinduct -verify -maxsteps 12 soff_fifo",
    ];
    const result = await host.run("yosys", ["-q", "-p", commands.join("; ")], { cwd: folder, timeoutMs: 120_000 });
    if (result.exitCode !== 0 && !/proof did fail/.test(result.stderr + result.stdout)) throw new Error(result.stderr);
    return result.exitCode === 0;
  });
}

describe("soff_fifo, proved", () => {
  it.each([1, 2, 3, 5, 32, 33, 40])(
    "holds its output, never over- or underflows: depth %i",
    async (depth) => {
      expect(await proved(source, depth, 2)).toBe(true);
    },
    120_000,
  );

  it.each([
    ["takes a word over one that waits", "wire load = !valid || out_ready;", "wire load = 1'b1;"],
    [
      "is full one word late",
      "full <= push && count == ALMOST[CW-1:0];",
      "full <= push && count == ALMOST[CW-1:0] + 1;",
    ],
    ["stores and passes on", "assign store = push && !(load && !some);", "assign store = push;"],
  ])(
    "a fault is found: %s",
    async (_name, good, bad) => {
      expect(source).toContain(good);
      expect(await proved(source.replace(good, bad), 5, 2)).toBe(false);
    },
    120_000,
  );
});

describe("soff_fifo, simulated", () => {
  it.each([
    [1, 16],
    [2, 16],
    [3, 1],
    [16, 40],
    [32, 16],
    [33, 16],
    [100, 72],
  ])(
    "passes random traffic: depth %i, %i bits",
    async (depth, width) => {
      const text = await inScratch(host, async (folder) => {
        const files = ["test/rtl/fifo_bench.v", "templates/verilog/soff_fifo.v"].map((f) => `${host.packageRoot}/${f}`);
        const parameters = [`-Pfifo_bench.DEPTH=${depth}`, `-Pfifo_bench.WIDTH=${width}`];
        const built = await host.run("iverilog", ["-g2005", ...parameters, "-o", "bench", ...files], { cwd: folder });
        if (built.exitCode !== 0) return built.stderr;
        return (await host.run("vvp", ["-n", "bench"], { cwd: folder, timeoutMs: 60_000 })).stdout;
      });
      expect(text).toMatch(/^PASS \d+ words$/m);
      expect(text).not.toContain("FAIL");
    },
    60_000,
  );
});
