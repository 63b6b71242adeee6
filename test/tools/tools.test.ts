import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { NodeHost } from "../../src/cli/node-host.js";
import { parseStates } from "../../src/launch/states.js";
import { elaborate } from "../../src/tools/icarus.js";
import { checkedName } from "../../src/tools/scratch.js";
import { probeTools } from "../../src/tools/tool.js";
import { synthesise } from "../../src/tools/yosys.js";

const host = new NodeHost();
const library = (name: string): string => join(host.packageRoot, "templates/verilog", `${name}.v`);

it("finds the tools that this machine has, with versions", async () => {
  const states = await probeTools(host);
  const verilator = states.find((s) => s.tool.name === "verilator");
  expect(verilator?.found).toBe(true);
  expect(Number(verilator?.version)).toBeGreaterThanOrEqual(5);
  for (const state of states) expect(state.tool.howToGet).not.toBe("");
});

describe("Icarus", () => {
  it.each(["soff_control", "soff_dispatch"])("elaborates %s without a warning", async (name) => {
    expect((await elaborate(host, [library(name)], name)).warnings).toEqual([]);
  });

  it("fails with the tool's message for what is no Verilog", async () => {
    await expect(elaborate(host, [library("soff_control")], "nothing")).rejects.toThrow(/iverilog failed/);
  });
});

describe("Yosys", () => {
  it("counts cells of a family", async () => {
    // 40 flip-flops behind a 5-input function, a 17 x 17 multiplier, and 2048 words of 36 bits.
    const source = `module parts #(parameter N = 1) (input wire clk, input wire [4:0] f, input wire [16:0] a, b, input wire [10:0] at,
        input wire [35:0] w, input wire we, output reg [N-1:0] q, output reg [33:0] p, output reg [35:0] r);
      reg [35:0] ram [0:2047];
      always @(posedge clk) begin
        q <= {q[N-2:0], ^f};
        p <= a * b;
        if (we) ram[at] <= w;
        r <= ram[at];
      end
    endmodule`;
    const folder = mkdtempSync(join(tmpdir(), "soff-odd name;-"));
    host.writeFile(join(folder, "parts.v"), source);
    const area = await synthesise(host, [join(folder, "parts.v")], "parts", "xcup", { parameters: { N: 40 } });
    rmSync(folder, { recursive: true });
    expect(area.dsp).toBe(1);
    expect(area.bram).toBe(2);
    expect(area.uram).toBe(0);
    // The multiplier's result may move into the DSP, the last 39 stages into shift registers.
    expect(area.ff + area.lut).toBeGreaterThan(2);
    expect(area.ff).toBeLessThanOrEqual(40 + 36);
  });

  it("refuses families it does not know", async () => {
    await expect(synthesise(host, [], "x", "toString")).rejects.toThrow(/no synthesis/);
  });
});

it.each(["a;b", "-p", "a b", "a\nb", "!ls", ""])("gives no tool the name %j", (name) => {
  expect(() => checkedName(name)).toThrow(/no name/);
});

it("reads state lines and nothing else", () => {
  const output = [
    "hello SOFF-STATE no",
    "SOFF-STATE TOP.gemm.dp.q fifo count=3 depth=8",
    "SOFF-STATE gemm.dp load site=-1 odd=x",
    "SOFF-STATE m_axi0 memory reads=1",
    "SOFF-STATE",
  ].join("\n");
  expect(parseStates(output, "gemm")).toEqual([
    { instance: "dp.q", kind: "fifo", values: { count: 3, depth: 8 } },
    { instance: "dp", kind: "load", values: { site: -1 } },
    { instance: "m_axi0", kind: "memory", values: { reads: 1 } },
  ]);
});
