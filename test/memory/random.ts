/**
 * Random requests to three units (read-write, read-only, write-only) with several clients each on one channel, against a
 * plain array. The memory stalls, answers ids in any order and checks the AXI rules.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { buildRig, type Parameters, runRig, type Settings } from "./rig.js";

interface Config {
  readonly name: string;
  readonly parameters: Partial<Parameters>;
  readonly synthesis?: boolean;
}

const configs: readonly Config[] = [
  { name: "as built for float kernels", parameters: {} },
  { name: "accesses as wide as a line", parameters: { DATA_BYTES: 64, GRAIN_BYTES: 64, MAX_BURST: 64 } },
  {
    name: "direct-mapped, four sets, two accesses in flight, lines of four beats",
    parameters: {
      ...{ SETS: 4, WAYS: 1, INFLIGHT: 2, FILLS: 2, CLIENTS: 3 },
      ...{ LINE_BYTES: 32, AXI_BYTES: 8, DATA_BYTES: 8, GRAIN_BYTES: 1 },
    },
  },
  {
    name: "one set of three ways, accesses of 12 bytes, without the simulator's RAMs",
    parameters: {
      ...{ SETS: 1, WAYS: 3, INFLIGHT: 7, FILLS: 3, CLIENTS: 1, ADDR_W: 40 },
      ...{ LINE_BYTES: 128, AXI_BYTES: 32, DATA_BYTES: 12, GRAIN_BYTES: 2 },
    },
    synthesis: true,
  },
  {
    name: "lines of four bytes, addresses of 63 bits, long bursts",
    parameters: {
      ...{ SETS: 4, WAYS: 2, INFLIGHT: 64, FILLS: 16, ADDR_W: 63, MAX_BURST: 256 },
      ...{ LINE_BYTES: 4, AXI_BYTES: 4, DATA_BYTES: 3, GRAIN_BYTES: 1 },
    },
  },
  {
    name: "atomics as built for integer kernels",
    parameters: { ATOMICS: 1, CLIENTS: 3 },
  },
  {
    name: "atomics of both widths and formats, four direct-mapped sets",
    parameters: {
      ...{ ATOMICS: 1, FADD: 1, SETS: 4, WAYS: 1, INFLIGHT: 20, FILLS: 8, CLIENTS: 3 },
      ...{ LINE_BYTES: 32, AXI_BYTES: 8, DATA_BYTES: 8, GRAIN_BYTES: 1 },
    },
  },
  {
    name: "float atomics in a wide unit, without the simulator's RAMs",
    parameters: {
      ...{ ATOMICS: 1, FADD: 2, SETS: 2, WAYS: 3, INFLIGHT: 30, FILLS: 5 },
      ...{ LINE_BYTES: 128, AXI_BYTES: 32, DATA_BYTES: 64, GRAIN_BYTES: 4 },
    },
    synthesis: true,
  },
];

const situations: readonly (readonly [name: string, settings: Settings])[] = [
  ["a mixture of patterns", {}],
  ["stalls everywhere, ids in any order", { stall: 30, reorder: 1, latencyMax: 300, ops: 1500 }],
  ["a few lines of one set", { pattern: 5, stall: 10, reorder: 1 }],
  ["strides of a page", { pattern: 4, stride: 4096, ops: 2000 }],
  ["clients that pause, a slow memory", { idle: 50, stall: 60, reorder: 1, ops: 1500 }],
  ["a stream of loads and stores", { pattern: 3, bytes: 200_000, store: 30 }],
  ["error responses", { bytes: 100_000, errorEvery: 50, ops: 2000 }],
  ["many short launches", { bytes: 2000, runs: 8, ops: 300, latencyMin: 1, latencyMax: 9 }],
  ["launches without a flush between them", { units: 2, flush: 0, runs: 12, ops: 300, bytes: 1000 }],
  ["stores of single bytes and empty masks", { bytes: 4000, size: 1, partial: 60, store: 80, reorder: 1 }],
];
const contention: typeof situations = [
  ["atomics and little else on a few words", { pattern: 2, atomic: 90, bytes: 1024 }],
  ["nothing but atomics on a line", { atomic: 100, bytes: 64, stall: 20, runs: 5 }],
  ["atomics of lines that were stored before they are fetched", { store: 60, bytes: 3000, pattern: 1 }],
];

/** All rigs, two at a time: a cold build is most of the time this takes. */
const rigs = new Map<string, Promise<string>>();
for (const [i, { name, parameters, synthesis }] of configs.entries()) {
  const before = [...rigs.values()][i - 2] ?? Promise.resolve("");
  const built = before.catch(() => "").then(() => buildRig(parameters, synthesis));
  built.catch(() => undefined); // reported by the tests that need it
  rigs.set(name, built);
}

describe.each(configs)("$name", ({ name, parameters }) => {
  let program = "";
  beforeAll(async () => {
    program = await rigs.get(name)!;
  });

  it.each([...situations, ...(parameters.ATOMICS ? contention : [])])("%s", async (_name, settings) => {
    for (const seed of [1, 2]) {
      const measured = await runRig(program, { seed, ...settings });
      expect(measured.answers).toBeGreaterThan(0);
    }
  });
});
