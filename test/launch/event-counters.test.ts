/** Counters in the circuit, read through its registers, against the counts that the simulation keeps of the same launch. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NodeHost } from "../../src/cli/node-host.js";
import { buildToFolder } from "../../src/flow/build.js";
import { type RunReport, runKernel } from "../../src/flow/run.js";
import type { CountedEvent } from "../../src/rtl/design.js";

const rows = 20;
const columns = 9;

describe("a design with event counters", () => {
  const folder = mkdtempSync(join(tmpdir(), "soff-counters-"));
  let report: RunReport;
  beforeAll(async () => {
    const host = new NodeHost();
    await buildToFolder(host, {
      files: ["examples/gesummv/gesummv.cl"],
      board: "u250",
      kernels: [],
      compile: {},
      until: "rtl",
      folder,
      counters: true,
      parallelism: { simd: [1, 1, 1], datapaths: 2 },
    });
    const matrix = (seed: number) => `rand:float32:${rows}x${columns}:${seed}`;
    const { report: found } = await runKernel(host, {
      target: folder,
      compile: {},
      global: [rows],
      local: [4],
      arguments: [
        matrix(1),
        matrix(2),
        `rand:float32:${columns}:3`,
        `zeros:float32:${rows}`,
        "1.5",
        "-1",
        `${columns}`,
      ],
      engine: "rtl",
      check: true,
      profile: true,
      stallSeed: 3,
    });
    report = found;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const counts = (event: CountedEvent) => report.counters!.filter((c) => c.event === event).map((c) => c.count);
  const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

  it("computes what it did", () => {
    expect(report.check).toEqual({ mismatches: 0 });
  });

  it("counts work-items, iterations and accesses", () => {
    const { loops, accesses } = report.profile!;
    expect(counts("tokens")).toEqual([rows]);
    expect(counts("iterations")).toEqual(loops.map((loop) => loop.iterations));
    expect(counts("tokens in")).toEqual(loops.map((loop) => loop.entered));
    expect(counts("blocked")).toEqual(loops.map((loop) => loop.blocked));
    expect(counts("accesses")).toEqual(accesses.map((access) => access.requests));
  });

  it("counts what goes over the memory channels", () => {
    const { channels } = report.profile!;
    expect(64 * sum(counts("beats read"))).toBe(sum(channels.map((c) => c.bytesRead)));
    expect(sum(counts("beats written"))).toBeGreaterThanOrEqual(Math.ceil((4 * rows) / 64));
    // Under stalls the channels do not take every address at once.
    expect(sum(counts("reads waiting"))).toBeGreaterThan(0);
  });
});
