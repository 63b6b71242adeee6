import { describe, expect, it } from "vitest";
import { NodeHost } from "../../src/cli/node-host.js";
import { atClock } from "../../src/target/depths.js";
import { boardNames, loadBoard, loadFamily } from "../../src/target/load.js";

const host = new NodeHost();

describe("depths of operators", () => {
  it("are a family's own at its own clock", () => {
    const family = loadFamily(host, "xcup");
    expect(atClock(family, 300).latency).toEqual(family.latency);
    expect(atClock(family, 300).periodNs).toBeCloseTo(family.periodNs, 2);
  });

  it("follow the clock, and delays do not", () => {
    const family = loadFamily(host, "ecp5");
    const slow = atClock(family, 50);
    expect(slow.periodNs).toBe(20);
    expect(slow.latency).toMatchObject({ fadd32: 3, fmul32: 3, fdiv32: 9, imul8: 1 });
    expect(slow.delayNs).toEqual(family.delayNs);
    expect(atClock(family, 200).latency).toMatchObject({ fadd32: 12, fmul32: 10 });
  });

  it("are the same at a lower clock when they are deeper by as much", () => {
    const family = loadFamily(host, "ecp5");
    expect(atClock(family, 50, 1.5).latency).toEqual(atClock(family, 75).latency);
  });

  it("never leave a pipelined operator without a register", () => {
    for (const name of boardNames(host)) {
      const { family, kernelClockMHz } = loadBoard(host, name);
      const { latency } = atClock(loadFamily(host, family), kernelClockMHz.value);
      expect(Math.min(...Object.values(latency)), name).toBeGreaterThanOrEqual(1);
    }
  });
});
