/** Accesses a cycle that one unit takes, one client asking in every cycle, memory 100 cycles away. */
import { beforeAll, describe, expect, it } from "vitest";
import { buildRig, type Measured, runRig, type Settings } from "./rig.js";

const READ_WRITE = 1;
const READ_ONLY = 2;
const WRITE_ONLY = 4;
const STREAM = 3;
const UNIFORM = 1;

const quiet = { clients: 1, runs: 1, warm: 1, partial: 0, latencyMin: 100, latencyMax: 100 };
const rate = (m: Measured): number => m.accesses / m.cycles;

let narrow = "";
let wide = "";
let atomic = "";
beforeAll(async () => {
  narrow = await buildRig({});
  atomic = await buildRig({ ATOMICS: 1, CLIENTS: 3 });
  wide = await buildRig({ DATA_BYTES: 64, GRAIN_BYTES: 64, MAX_BURST: 64 });
});

describe("words of four bytes", () => {
  const run = (settings: Settings) => runRig(narrow, { ...quiet, size: 4, ops: 60_000, bytes: 300_000, ...settings });

  it("hits: one access a cycle", async () => {
    expect(rate(await run({ units: READ_ONLY, pattern: UNIFORM, bytes: 8192 }))).toBeGreaterThan(0.99);
    expect(rate(await run({ units: READ_WRITE, pattern: UNIFORM, bytes: 8192 }))).toBeGreaterThan(0.99);
  });
  it.each([
    ["read-only", READ_ONLY],
    ["read-write", READ_WRITE],
  ])("a stream of loads, %s unit: one access a cycle, each line fetched once", async (_name, units) => {
    const measured = await run({ units, pattern: STREAM, store: 0 });
    expect(rate(measured)).toBeGreaterThan(0.99);
    expect(measured.readBeats).toBeLessThanOrEqual(3752);
  });
  it.each([
    ["write-only", WRITE_ONLY],
    ["read-write", READ_WRITE],
  ])(
    "a stream of stores, %s unit: one access a cycle, nothing fetched, each line written once",
    async (_name, units) => {
      const measured = await run({ units, pattern: STREAM, store: 100 });
      expect(rate(measured)).toBeGreaterThan(0.99);
      expect(measured.readBeats).toBe(0);
      expect(measured.writeBeats).toBeLessThanOrEqual(3752);
    },
  );
  it("misses: one a cycle", async () => {
    expect(rate(await run({ units: READ_ONLY, pattern: UNIFORM, bytes: 4_000_000 }))).toBeGreaterThan(0.97);
  });
});

describe("words as wide as a line: one line a cycle", () => {
  const run = (settings: Settings) =>
    runRig(wide, { ...quiet, size: 64, ops: 15_000, bytes: 1_000_000, pattern: STREAM, ...settings });

  it.each([
    ["loads, read-only unit", { units: READ_ONLY }],
    ["loads, read-write unit", { units: READ_WRITE, store: 0 }],
    ["stores, write-only unit", { units: WRITE_ONLY }],
    ["stores, read-write unit", { units: READ_WRITE, store: 100 }],
  ])("%s", async (_name, settings) => {
    const measured = await run(settings);
    expect(rate(measured)).toBeGreaterThan(0.97);
    // Long bursts, which memories like.
    expect((measured.readBeats + measured.writeBeats) / (measured.readBursts + measured.writeBursts)).toBeGreaterThan(
      10,
    );
  });
  it("a flush writes the 512 lines it finds at the bus's rate", async () => {
    const { flush } = await run({ units: WRITE_ONLY });
    expect(flush).toBeLessThan(512 + 100 + 300);
  });
});

describe("atomics of four bytes", () => {
  const run = (settings: Settings) =>
    runRig(atomic, { ...quiet, units: READ_WRITE, size: 4, ops: 30_000, atomic: 100, op: 2, ...settings });

  it("a histogram over lines in the cache: nearly one access a cycle", async () => {
    expect(rate(await run({ pattern: UNIFORM, bytes: 8192 }))).toBeGreaterThan(0.97);
    expect(rate(await run({ pattern: UNIFORM, bytes: 1024 }))).toBeGreaterThan(0.97);
  });
  it("one counter: each result is handed to the next access, whoever asks", async () => {
    expect(rate(await run({ pattern: UNIFORM, bytes: 4 }))).toBeGreaterThan(0.97);
    expect(rate(await run({ pattern: UNIFORM, bytes: 4, clients: 3, ops: 10_000 }))).toBeGreaterThan(0.97);
  });
});

it("a flush of few dirty lines takes few cycles", async () => {
  const measured = await runRig(narrow, {
    ...quiet,
    units: WRITE_ONLY,
    pattern: STREAM,
    size: 4,
    ops: 16,
    bytes: 8192,
  });
  expect(measured.flush).toBeLessThan(100 + 60);
});
