import { describe, expect, it } from "vitest";
import { changesFrom } from "../../bench/suite/baseline.js";
import { launchesOf, loadSuite } from "../../bench/suite/benchmark.js";
import { initialBuffers } from "../../bench/suite/data.js";
import { type FailedRow, geometricMean, type Row } from "../../bench/suite/figures.js";
import { markdownOf } from "../../bench/suite/table.js";
import { NodeHost } from "../../src/cli/node-host.js";

const host = new NodeHost();
const suite = loadSuite();
const named = (name: string) => suite.find((each) => each.name === name)!;

const figures = {
  launches: 1,
  predicted: 1000,
  bound: 800,
  memoryBound: 0,
  efficiency: 0.8,
  bytesRead: 2048,
  bytesWritten: 1024,
};
const row = (name: string, cycles: number, rest: Partial<Row> = {}): Row => ({
  name,
  set: "polybench",
  sizes: "8",
  ...figures,
  cycles,
  kernels: [{ kernel: name, datapaths: 2, simd: 4, ...figures, cycles }],
  reason: "20 %: reason",
  check: "same",
  pocl: "same",
  compileSeconds: 1,
  simulationSpeed: 1e5,
  simulatorSeconds: 0,
  ...rest,
});

describe("benchmarks", () => {
  it("has the three sets, names once each", () => {
    expect(new Set(suite.map((each) => each.name)).size).toBe(suite.length);
    expect(suite.filter((each) => each.set === "polybench")).toHaveLength(16);
    expect(suite.filter((each) => each.published?.merlinBest)).toHaveLength(16);
    expect(suite.filter((each) => each.published?.bambu)).toHaveLength(12);
  });

  it("names every buffer in some launch", () => {
    for (const { name, buffers, steps } of suite) {
      const used = new Set(launchesOf(steps).flatMap((launch) => launch.args));
      for (const buffer of Object.keys(buffers)) expect(used.has(buffer), `${name}: ${buffer}`).toBe(true);
    }
  });

  it("unrolls repeated launches with their counter", () => {
    const launches = launchesOf(named("fdtd-2d").steps);
    expect(launches).toHaveLength(120);
    expect(launches[117]).toMatchObject({ kernel: "fdtd_ey", args: ["60", "80", "39", "fict", "hz", "ey"] });
  });

  it("cuts a matrix into rows that are in order and cover all entries", () => {
    const { bytes } = initialBuffers(host, named("spmv-256")).get("starts")!;
    const starts = [...new Int32Array(bytes.buffer)];
    expect(starts).toHaveLength(257);
    expect([starts[0], starts[256]]).toEqual([0, 2048]);
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
  });
});

describe("table", () => {
  it("counts who is beaten and lists what is slow or failed", () => {
    const published = { merlinPlain: 2000, merlinBest: 500 };
    const failed: FailedRow = { name: "gone", set: "bambu", sizes: "1", failure: "not there" };
    const text = markdownOf([
      row("fast", 1000, { published }),
      row("slow", 4000, { efficiency: 0.2, published }),
      failed,
    ]);
    expect(text).toContain("fewer cycles than Merlin's plain source: 1 of 2");
    expect(text).toContain("fewer cycles than Merlin's best variant: 0 of 2");
    expect(text).toContain("below 0.7: slow 0.20");
    expect(text).toContain("2,000 (2.0x)");
    expect(text).toContain("- gone: not there");
    expect(text).toContain("efficiency 0.400");
    expect(text).toContain("median error 75.0 %, largest 75.0 % (slow)");
  });

  it("takes geometric means", () => {
    expect(geometricMean([0.25, 1])).toBeCloseTo(0.5, 12);
    expect(geometricMean([])).toBe(1);
  });
});

describe("baseline", () => {
  it("calls more than 5 % worse, and less not", () => {
    const baseline = [row("a", 1000), row("b", 1000), row("c", 1000)];
    const changes = changesFrom(baseline, [row("a", 1051), row("b", 1050), row("c", 1000), row("new", 5)]);
    expect(changes).toEqual([
      { name: "a", before: 1000, after: 1051, worse: true },
      { name: "b", before: 1000, after: 1050, worse: false },
    ]);
  });
});
