import { describe, expect, it } from "vitest";
import type { SoffError } from "../../src/support/errors.js";
import type { OpenFlow } from "../../src/target/board.js";
import { packArguments, placeArguments, readRouted } from "../../src/tools/nextpnr.js";

const ulx3s: OpenFlow = {
  kind: "open",
  placeAndRoute: "nextpnr-ecp5",
  device: "85k",
  package: "CABGA381",
  speed: "6",
  pins: "pins.lpf",
  top: "top.v.hbs",
  pll: "ehxpll",
};

describe("nextpnr", () => {
  it("is called with the device, the pins, the clock and a seed", () => {
    const words = placeArguments(ulx3s, 50, 3).join(" ");
    expect(words).toContain("--85k --package CABGA381 --speed 6 --lpf pins.lpf");
    expect(words).toContain("--freq 50.000 --seed 3");
    const ice = {
      ...ulx3s,
      placeAndRoute: "nextpnr-ice40",
      device: "up5k",
      package: "sg48",
      pins: "pins.pcf",
    } as const;
    expect(placeArguments(ice, 12, 1).join(" ")).toMatch(/^--up5k --package sg48 --pcf pins.pcf --asc soff_board.asc /);
    expect(packArguments(ice).bitstream).toBe("soff_board.bin");
  });

  it("reports the clock with the least slack and its path", () => {
    const report = {
      fmax: { slow: { achieved: 90, constraint: 50 }, clk: { achieved: 41.5, constraint: 50 } },
      utilization: { TRELLIS_COMB: { available: 83640, used: 12775 } },
      critical_paths: [
        { from: "posedge slow", to: "posedge slow", path: [] },
        { from: "posedge clk", to: "posedge clk", path: [{ delay: 0.5, to: { cell: "kernel.dp.x" } }] },
      ],
    };
    const routed = readRouted(JSON.stringify(report), "nextpnr.json");
    expect(routed.clock).toEqual({ name: "clk", achievedMHz: 41.5, wantedMHz: 50 });
    expect(routed.criticalPath).toEqual([{ cell: "kernel.dp.x", delayNs: 0.5 }]);
    expect(routed.utilisation.TRELLIS_COMB!.used).toBe(12775);
  });

  it.each(["", "no JSON", "{}", '{"fmax": {}}'])("refuses %j as a report", (text) => {
    try {
      readRouted(text, "nextpnr.json");
      expect.unreachable();
    } catch (error) {
      expect((error as SoffError).exitCode).toBe(4);
      expect((error as SoffError).diagnostics[0]!.message).toContain("nextpnr.json");
    }
  });
});
