/** The profile: counters of a real launch against numbers known from its sizes, and the reading of made-up ones. */
import { beforeAll, describe, expect, it } from "vitest";
import { NodeHost } from "../../src/cli/node-host.js";
import { profileText } from "../../src/cli/profile-text.js";
import { type RunReport, runKernel } from "../../src/flow/run.js";
import { causesOf, type Subject } from "../../src/launch/profile/causes.js";
import type { AccessCounters, Counters, LoopCounters, UnitCounters } from "../../src/launch/profile/counters.js";

describe("a launch of gesummv, 25 x 25 in 32 work-items", () => {
  let report: RunReport;
  beforeAll(async () => {
    const matrix = (seed: number) => `rand:float32:25x25:${seed}`;
    const outcome = await runKernel(new NodeHost(), {
      target: "examples/gesummv/gesummv.cl",
      compile: {},
      global: [32],
      local: [16],
      arguments: [matrix(1), matrix(2), "rand:float32:25:3", "zeros:float32:25", "1.25", "-0.75", "25"],
      engine: "rtl",
      check: false,
      profile: true,
    });
    report = outcome.report;
  });

  it("counts the source's iterations and accesses", () => {
    const { loops, accesses, units } = report.profile!;
    const lanes = (report.simd ?? 1) as number;
    // Work-items that share a token make fewer of them; in every case all of the 25 x 25 iterations are done.
    expect(loops).toHaveLength(1);
    expect(loops[0]!.iterations * lanes).toBeGreaterThanOrEqual(25 * 25);
    expect(loops[0]).toMatchObject({ file: "examples/gesummv/gesummv.cl", line: 10 });
    if (lanes === 1) {
      expect(loops[0]).toMatchObject({ iterations: 25 * 25, entered: 25 });
      expect(accesses.map((access) => [access.line, access.write, access.requests])).toEqual(
        expect.arrayContaining([
          [11, false, 25 * 25],
          [12, false, 25 * 25],
          [14, true, 25],
        ]),
      );
    }
    for (const unit of units) expect(unit.hits + unit.misses).toBe(unit.reads + unit.writes);
    // What a second level is behind of has its lines from there.
    const behind = (sites: readonly number[]) =>
      units.some((unit) => unit.level > 1 && sites.every((site) => unit.sites.includes(site)));
    const atMemory = units.filter((unit) => unit.level > 1 || !behind(unit.sites));
    const read = atMemory.reduce((sum, unit) => sum + unit.fetches, 0) * 64;
    expect(read).toBe(report.bytesRead);
  });

  it("accounts for every cycle once", () => {
    const { causes, phases } = report.profile!;
    const sum = causes.reduce((total, cause) => total + cause.cycles, 0);
    // Reading the start and done registers takes a few cycles that belong to no phase.
    expect(Math.abs(sum - report.cycles!)).toBeLessThanOrEqual(8);
    expect(
      Math.abs(phases.starting + phases.running + phases.ending + phases.flushing - report.cycles!),
    ).toBeLessThanOrEqual(4);
    expect(causes.map((cause) => cause.cycles)).toEqual(causes.map((cause) => cause.cycles).sort((a, b) => b - a));
  });

  it("shows the worst first", () => {
    const lines = profileText(report.profile!).split("\n");
    expect(lines[1]).toBe("Where the cycles went");
    expect(lines[2]).toContain(report.profile!.causes[0]!.what);
  });
});

describe("causes", () => {
  const place = { file: "k.cl", line: 1 };
  const kernel: Subject = { ...place, label: "k", cycles: 1000, datapaths: 1, simd: 1 };
  const loop = (rest: Partial<LoopCounters>): LoopCounters => ({
    ...place,
    label: "loop at k.cl:5:1",
    line: 5,
    inside: ["dp.d_s1_b_"],
    copies: 1,
    iterations: 100,
    entered: 10,
    blocked: 0,
    waiting: 0,
    idle: 0,
    occupancy: 20,
    ...rest,
  });
  const access = (site: number, line: number, rest: Partial<AccessCounters>): AccessCounters => ({
    ...place,
    label: `load at k.cl:${line}:1`,
    line,
    instances: [`dp.d_s1_b_s1_a${site}`],
    site,
    write: false,
    requests: 100,
    refused: 0,
    full: 0,
    ...rest,
  });
  const unit = (sites: readonly number[], rest: Partial<UnitCounters>): UnitCounters => ({
    ...place,
    label: "memory unit of A",
    sites,
    level: 1,
    reads: 100,
    writes: 0,
    atomics: 0,
    hits: 50,
    misses: 50,
    fetches: 50,
    writebacks: 0,
    stalls: { queue: 0, writeback: 0, fetch: 0, evict: 0 },
    lineWait: 0,
    victimWait: 0,
    ...rest,
  });
  const counters = (rest: Partial<Counters>): Counters => ({
    phases: { starting: 10, running: 900, ending: 80, flushing: 10 },
    tokens: 10,
    loops: [],
    accesses: [],
    units: [],
    scratch: [],
    barriers: [],
    channels: [{ memory: "DDR[0]", bytesRead: 0, bytesWritten: 0, bursts: 0, rowMisses: 0, turnarounds: 0, busy: 0.1 }],
    ...rest,
  });

  it("gives blocked cycles to the accesses that were refused, each its part", () => {
    const causes = causesOf(
      counters({
        loops: [loop({ blocked: 600 })],
        accesses: [
          access(0, 6, { refused: 300 }),
          access(1, 7, { full: 100 }),
          access(2, 9, { instances: ["dp.d_s2_a2"] }),
        ],
        units: [
          unit([0], { stalls: { queue: 500, writeback: 0, fetch: 0, evict: 0 }, lineWait: 500 }),
          unit([1, 2], {}),
        ],
      }),
      kernel,
    );
    expect(causes.slice(0, 2)).toMatchObject([
      { line: 6, cycles: 450, share: 0.45 },
      { line: 1, cycles: 280 },
    ]);
    expect(causes[0]!.what).toContain("waits for lines from memory (50 % of the accesses miss)");
    expect(causes.find((cause) => cause.line === 7)).toMatchObject({ cycles: 150 });
    expect(causes.find((cause) => cause.line === 7)!.what).toContain("2 accesses share the memory unit of A");
    expect(causes.some((cause) => cause.line === 9)).toBe(false);
  });

  it("tells a busy channel from slow memory", () => {
    const channel = {
      memory: "DDR[0]",
      bytesRead: 0,
      bytesWritten: 0,
      bursts: 0,
      rowMisses: 0,
      turnarounds: 0,
      busy: 0.95,
    };
    const causes = causesOf(
      counters({
        loops: [loop({ waiting: 700 })],
        accesses: [access(0, 6, {})],
        units: [unit([0], { lineWait: 600 })],
        channels: [channel],
      }),
      kernel,
    );
    expect(causes[0]).toMatchObject({ line: 6, cycles: 700, help: "Less data, or reuse it from local memory." });
  });

  it("says that the way round is too long when memory is not to blame", () => {
    const causes = causesOf(
      counters({ loops: [loop({ waiting: 700 })], accesses: [access(0, 6, {})], units: [unit([0], {})] }),
      kernel,
    );
    expect(causes[0]).toMatchObject({ line: 5, cycles: 700 });
    expect(causes[0]!.what).toContain("the way round takes longer");
  });

  it("counts the copies of a datapath as working side by side", () => {
    const causes = causesOf(
      counters({
        loops: [loop({ copies: 4, iterations: 3200, blocked: 80 })],
        accesses: [access(0, 6, { refused: 5 })],
      }),
      { ...kernel, datapaths: 4 },
    );
    expect(causes[0]).toMatchObject({ line: 5, cycles: 800 });
    expect(causes.find((cause) => cause.line === 6)).toMatchObject({ cycles: 20 });
  });

  it("takes the pipeline itself where no loop has more tokens", () => {
    const causes = causesOf(
      counters({ tokens: 500, loops: [loop({})], accesses: [access(0, 6, { refused: 1 })] }),
      kernel,
    );
    expect(causes.slice(0, 2)).toMatchObject([
      { line: 1, cycles: 500 },
      { line: 6, cycles: 400 },
    ]);
  });
});
