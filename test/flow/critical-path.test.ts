import { describe, expect, it } from "vitest";
import { describePath } from "../../src/flow/critical-path.js";
import type { DesignKernel } from "../../src/rtl/design.js";

const stage = (instance: string, label: string, file = "", line = 0) => ({
  instance,
  kind: "memory" as const,
  label,
  file,
  line,
});
const kernel = {
  stages: [
    stage("dp.d_s2_m2", "store of out", "conv.cl", 6),
    stage("dp.d_s2_ring", "loop at conv.cl:4:3", "conv.cl", 4),
    stage("g2_w0_cache", "memory unit of out"),
  ],
} as unknown as DesignKernel;
const verilog = `module conv_top_datapath (
  // v44: conv.cl:6:15
  soff_int_mul #(.A_WIDTH(32)) u_v44 (
  wire [31:0] sum_45 = (v44 + v5_h1); // conv.cl:6:29
  wire enable = 1'h1;
endmodule`;

const pathOf = (...cells: string[]): string =>
  describePath(
    kernel,
    {
      clock: { name: "clk", achievedMHz: 40, wantedMHz: 50 },
      criticalPath: cells.map((cell) => ({ cell, delayNs: 1 })),
      utilisation: {},
    },
    verilog,
  );

describe("a critical path", () => {
  it.each([
    ["an operator", "kernel.dp.u_v44.g_tiles.cut_TRELLIS_FF_Q_3", "conv.cl:6:15"],
    ["a value some cycles later", "kernel.dp.sum_45_c12_TRELLIS_FF_Q", "conv.cl:6:29"],
    ["a value held for a turn, of a second datapath", "kernel.dp1.sum_45_h2_SB_DFFE_Q_DFFLC", "conv.cl:6:29"],
    ["an access", "kernel.dp.d_s2_m2.queue.full_LUT4_Z_1", "store of out (conv.cl:6)"],
    ["a loop, whose label has the place", "kernel.dp.d_s2_ring.held_CCU2C_S0", "loop at conv.cl:4:3"],
    ["a cache", "kernel.g2_w0_cache.tags_PFUMX_Z_BLUT_LUT4_Z", "memory unit of out"],
    ["the shell", "shell.link.crc_TRELLIS_FF_Q_9", "the host link (shell)"],
    ["something else", "sdram.rows_TRELLIS_FF_Q_39_DI", "sdram.rows"],
  ])("%s", (_, cell, expected) => expect(pathOf(cell)).toBe(expected));

  it("has two ends", () => {
    expect(pathOf("kernel.dp.u_v44.y_TRELLIS_FF_Q", "kernel.x_LUT4_Z", "kernel.g2_w0_cache.running_TRELLIS_FF_Q")).toBe(
      "conv.cl:6:15 to memory unit of out",
    );
    expect(pathOf()).toContain("does not name");
  });
});
