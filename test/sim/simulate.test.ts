import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Launch } from "../../src/launch/launch.js";
import { type SimulationRequest, simulate } from "../../src/launch/simulate.js";
import { InternalError, ToolError } from "../../src/support/errors.js";
import type { Host, ProcessResult } from "../../src/support/host.js";
import { host } from "./bench.js";
import { board, design, kernel, launchOf, resultOf, root } from "./vadd.js";

const run = (launch: Launch, more: Partial<SimulationRequest> = {}) =>
  simulate(host, { designDir: root, design, kernel, board, launch, ...more });

const sums = (n: number): Int32Array => Int32Array.from({ length: n }, (_, i) => 3 * i + 1 + 1000003 * i);

let scratch = "";
beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), "soff-sim-"));
  // Builds the simulator unless an earlier run has left it.
  await run(launchOf("works", 1));
});
afterAll(() => rmSync(scratch, { recursive: true }));

describe("a kernel that works", () => {
  it.each([1, 15, 16, 17, 1000])("computes %d sums and touches nothing else", async (n) => {
    const launch = launchOf("works", n);
    const result = await run(launch);
    expect(result.status).toBe("done");
    expect(resultOf(launch)).toEqual(sums(n));
    expect(result.cachedSimulator).toBe(true);
    const lines = Math.ceil(n / 16);
    expect(result.bytesRead).toBe(lines * 128);
    expect(result.bytesWritten).toBe(n * 4);
  });

  it("takes the time that the memory's latencies add up to", async () => {
    const { cycles } = await run(launchOf("works", 1600));
    // A line: 30 cycles to the data, 15 to the write response, some of the design's own; rows and turns seldom.
    expect(cycles / 100).toBeGreaterThan(30 + 15);
    expect(cycles / 100).toBeLessThan(30 + 15 + 20);
  });

  it("gives the same result under random stalls, in another time", async () => {
    const times = new Set<number>();
    for (const stallSeed of [1, 2, 3, 4, 5]) {
      const launch = launchOf("works", 500);
      const result = await run(launch, { stallSeed });
      expect(result.status).toBe("done");
      expect(resultOf(launch)).toEqual(sums(500));
      times.add(result.cycles);
    }
    expect(times.size).toBeGreaterThan(3);
    const again = await run(launchOf("works", 500), { stallSeed: 1 });
    expect(times.has(again.cycles)).toBe(true);
  });

  it("updates every argument that is the same buffer", async () => {
    const launch = launchOf("works", 64);
    const [a, b, c, ...scalars] = launch.arguments;
    if (a?.kind !== "buffer" || b?.kind !== "buffer" || c?.kind !== "buffer") throw new Error("three buffers");
    const alias = { ...c, address: a.address, bytes: a.bytes.slice() };
    const aliased: Launch = { ...launch, arguments: [a, b, alias, ...scalars] };
    expect((await run(aliased)).status).toBe("done");
    expect(new Int32Array(alias.bytes.buffer)).toEqual(sums(64));
    expect(a.bytes).toEqual(alias.bytes);
  });

  it("writes a trace", async () => {
    const trace = join(scratch, "with blank.fst");
    const result = await run(launchOf("works", 32), { trace });
    expect(result.status).toBe("done");
    expect(host.readFile(trace).length).toBeGreaterThan(500);
  });
});

describe("a kernel in trouble", () => {
  it("ends at the first access outside of all buffers and names it", async () => {
    const launch = launchOf("outOfBounds", 20);
    const result = await run(launch);
    expect(result.status).toBe("outOfBounds");
    expect(result.violation).toEqual({
      site: kernel.accesses[0],
      address: 0x4000010000n + 64n,
      bytes: 4 * 4 + 64,
      write: false,
    });
  });

  it("reports who waits for whom when nothing moves any more", async () => {
    const result = await run(launchOf("hangs", 100));
    expect(result.status).toBe("hang");
    expect(result.report).toMatch(/stands still/);
    expect(result.report).toMatch(/load of a and b at vadd\.cl:3:10 waits for its consumer/);
    expect(result.report).not.toMatch(/storer|store of c/);
  });

  it("does not take long computing for a hang, but keeps to the limit of cycles", async () => {
    const result = await run(launchOf("endless", 100), { maxCycles: 100_000 });
    expect(result.status).toBe("maxCycles");
    expect(result.cycles).toBe(100_000);
    expect(result.report).toMatch(/had not finished after 100,000 cycles.*still moving/);
  });

  it("passes on the error bits that the kernel ended with", async () => {
    expect((await run(launchOf("error", 16))).status).toBe("memoryError");
  });

  it("takes a write that no access announced for a fault of the circuit", async () => {
    await expect(run(launchOf("stray", 16))).rejects.toThrow(InternalError);
    await expect(run(launchOf("stray", 16))).rejects.toThrow(/64 bytes were written outside of every buffer/);
  });
});

describe("tools", () => {
  const without = (missing: string): Host => {
    const none: ProcessResult = { exitCode: 127, stdout: "", stderr: "", notFound: true, timedOut: false };
    const other = Object.create(host) as Host;
    other.run = async (program, args, options) => (program === missing ? none : host.run(program, args, options));
    return other;
  };
  const request = { designDir: root, design, kernel, board, launch: launchOf("works", 1) };

  it.each([
    ["verilator", "tool/verilator-missing", /apt-get install verilator/],
    ["g++", "tool/cxx-missing", /apt-get install g\+\+/],
  ])("says how to get %s when it is missing", async (program, code, help) => {
    const error = await simulate(without(program), request).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ToolError);
    const [diagnostic] = (error as ToolError).diagnostics;
    expect(diagnostic?.code).toBe(code);
    expect(diagnostic?.help).toMatch(help);
  });

  it("takes Verilator's warnings for a fault of the Verilog", async () => {
    const folder = join(scratch, "bad");
    for (const file of kernel.files) {
      const text = host.readText(join(root, file));
      host.writeFile(join(folder, file), text.replace("module vadd (", "module vadd (\n    input wire nobody,"));
    }
    await expect(simulate(host, { ...request, designDir: folder })).rejects.toThrow(/UNUSEDSIGNAL.*nobody|nobody/s);
  });
});
