import { beforeAll, describe, expect, it } from "vitest";
import { cxxBench } from "./bench.js";

/** The bench's model: 30 cycles to read, 15 for a response, 10 for a row, 3 to turn, a beat of 64 bytes a cycle. */
const sources = ["axi", "dram", "memory"].flatMap((name) => [`sim/${name}.cpp`, `sim/${name}.h`]);
const figures = new Map<string, number>();

beforeAll(async () => {
  const output = await cxxBench(["test/sim/fixtures/dram_bench.cpp", ...sources, "sim/model.h", "sim/random.h"]);
  for (const line of output.trim().split("\n")) {
    const [name, value] = line.split(" ");
    figures.set(name!, Number(value));
  }
});

const figure = (name: string): number => {
  const value = figures.get(name);
  if (value === undefined) throw new Error(`the bench does not print ${name}`);
  return value;
};

describe("DRAM timing", () => {
  it("has the latency of the board file, plus a row miss when the row is closed", () => {
    expect(figure("latency_miss")).toBe(30 + 10);
    expect(figure("latency_hit")).toBe(30);
  });

  it("streams at the peak bandwidth when enough bursts are under way, and never faster", () => {
    expect(figure("stream")).toBeGreaterThanOrEqual(1);
    expect(figure("stream")).toBeLessThan(1.01);
    expect(figure("stream_half")).toBeGreaterThanOrEqual(2);
    expect(figure("stream_half")).toBeLessThan(2.02);
  });

  it("shows the latency when one burst at a time is asked for", () => {
    // 16 beats after 30 cycles, and every eighth burst opens a row.
    expect(figure("stream_window1")).toBeGreaterThan(45);
    expect(figure("stream_window1")).toBeLessThan(48);
  });

  it("keeps streams that are a power of two apart near the peak", () => {
    expect(figure("three_streams")).toBeLessThan(1.15);
  });

  it("makes row conflicts in one bank and turns of the bus cost time", () => {
    expect(figure("row_conflicts")).toBeGreaterThan(2.5);
    expect(figure("row_conflicts")).toBeLessThan(12);
    expect(figure("random_lines")).toBeGreaterThan(1.1);
    expect(figure("mixed")).toBeGreaterThan(1.05);
    expect(figure("mixed")).toBeLessThan(2);
  });

  it("lets ids overtake each other under stress, and keeps the order of one id", () => {
    expect(figure("overtakes")).toBeGreaterThan(10);
    expect(figure("broken_order")).toBe(0);
  });
});

describe("AXI memory", () => {
  it("writes strobed bytes and reads them back, under stalls", () => {
    expect(figure("echo_wrong")).toBe(0);
  });

  it.each(["drop", "change", "cross", "wlast"])("complains about a protocol error: %s", (kind) => {
    expect(figure(`fault_${kind}`)).toBeGreaterThan(0);
  });

  it("has nothing against a legal burst", () => {
    expect(figure("fault_none")).toBe(0);
  });
});

describe("memory contents", () => {
  it("reads across neighbouring buffers, poison outside, and counts stray writes", () => {
    expect(figure("read_across")).toBe(10 * 1 + 10 * 2);
    expect(figure("poison")).toBe(0xdead);
    expect(figure("stray")).toBe(2);
    expect(figure("stray_at")).toBe(120);
  });

  it("takes an access as inside only when one buffer holds all of it", () => {
    // [100, 110) and [110, 120): whole buffer, over its end, last byte, behind, before.
    expect(figure("contains")).toBe(10100);
    expect(figure("regions")).toBe(1);
    expect(figure("overlap")).toBe(0);
  });
});
