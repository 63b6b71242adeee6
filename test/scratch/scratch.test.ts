/** soff_scratch against a plain array: random clients, widths, masks, atomics, contention; then how fast it is. */
import { beforeAll, describe, expect, it } from "vitest";
import { ATOMIC, buildRig, LOAD, type Parameters, runRig, STORE } from "./rig.js";

interface Config {
  readonly name: string;
  readonly clients: readonly number[];
  readonly parameters: Partial<Parameters>;
  readonly synthesis?: boolean;
}

const configs: readonly Config[] = [
  { name: "loads and stores of words", clients: [LOAD, STORE, LOAD, STORE, LOAD], parameters: {} },
  { name: "one client, one bank", clients: [ATOMIC], parameters: { BANKS: 1, BYTES: 64, ADDR_W: 6 } },
  {
    name: "everything, words of 8 bytes, the capacity no power of two",
    clients: [LOAD, ATOMIC, STORE, ATOMIC],
    parameters: { DATA_BYTES: 8, BANKS: 2, BYTES: 1000, ADDR_W: 10, FADD: 1, GRAIN_BYTES: 1 },
  },
  {
    name: "wide words with float atomics, as synthesis sees them",
    clients: [STORE, ATOMIC, LOAD],
    parameters: { DATA_BYTES: 32, BANKS: 8, BYTES: 8192, ADDR_W: 13, FADD: 2, GRAIN_BYTES: 2 },
    synthesis: true,
  },
  {
    name: "bytes, more address bits than capacity",
    clients: [STORE, LOAD],
    parameters: { DATA_BYTES: 1, BANKS: 2, BYTES: 100, ADDR_W: 20, GRAIN_BYTES: 1 },
  },
  {
    name: "atomics of 8 bytes only",
    clients: [ATOMIC, ATOMIC, STORE],
    parameters: { DATA_BYTES: 8, BANKS: 1, BYTES: 512, ADDR_W: 9, FADD: 3, GRAIN_BYTES: 8 },
    synthesis: true,
  },
];

const situations: readonly (readonly [name: string, settings: Readonly<Record<string, number>>])[] = [
  ["a mixture of patterns", { ops: 6000 }],
  ["any word", { pattern: 1, partial: 50 }],
  ["a few words", { pattern: 2 }],
  ["clients that pause on a few words", { pattern: 2, idle: 60 }],
  ["strides", { pattern: 4, stride: 256 }],
  ["all at the same word", { pattern: 5 }],
];

describe.each(configs)("$name", ({ clients, parameters, synthesis }) => {
  let program = "";
  beforeAll(async () => {
    program = await buildRig(clients, parameters, synthesis);
  });

  it.each(situations)("%s", async (_name, settings) => {
    for (const seed of [1, 2]) {
      const measured = await runRig(program, { seed, ...settings });
      expect(measured.slowest).toBe(measured.fastest);
      expect(measured.fastest).toBeLessThanOrEqual(4);
      // A word is busy for 11 cycles at most, and everybody comes round.
      expect(measured.longestWait).toBeLessThanOrEqual(2 * 11 * clients.length);
      for (const accepted of measured.clients) expect(accepted).toBeGreaterThan(0);
    }
  });
});

describe("throughput", () => {
  const rate = async (program: string, settings: Readonly<Record<string, number>>): Promise<number> => {
    const { accesses, cycles } = await runRig(program, { ops: 20_000, size: 4, ...settings });
    return accesses / cycles;
  };

  it("a load and a store share a bank without a conflict", async () => {
    const program = await buildRig([LOAD, STORE], { BANKS: 1 });
    expect(await rate(program, { pattern: 1 })).toBeGreaterThan(1.99);
  });
  it("a histogram over many bins: nearly one access a cycle from each client", async () => {
    const one = await buildRig([ATOMIC], { BANKS: 1 });
    expect(await rate(one, { pattern: 1, op: 2 })).toBeGreaterThan(0.99);
    // One bin: each result is handed to the next access.
    expect(await rate(one, { pattern: 1, op: 2, bytes: 4 })).toBeGreaterThan(0.99);
  });
  it("float sums: an access a cycle on many words, one in eight cycles on one", async () => {
    const one = await buildRig([ATOMIC], { BANKS: 1, FADD: 2 });
    expect(await rate(one, { pattern: 1, op: 14 })).toBeGreaterThan(0.98);
    expect(await rate(one, { pattern: 1, op: 14, bytes: 4 })).toBeGreaterThan(0.124);
  });
  it("two histogram clients on eight banks", async () => {
    const program = await buildRig([ATOMIC, ATOMIC], { BANKS: 8 });
    expect(await rate(program, { pattern: 1, op: 2 })).toBeGreaterThan(1.8);
  });
  it("clients that ask for one bank all the time get equal shares of it", async () => {
    const program = await buildRig([LOAD, LOAD, LOAD, STORE], { BANKS: 1 });
    const { cycles, longestWait } = await runRig(program, { ops: 3000, pattern: 1, clients: 7 });
    expect(cycles).toBeGreaterThan(11_990);
    expect(longestWait).toBe(2);
  });
  it("neighbouring words and power-of-two strides do not meet in a bank for long", async () => {
    const program = await buildRig([LOAD, LOAD, LOAD, STORE], { BANKS: 8 });
    expect(await rate(program, { pattern: 3 })).toBeGreaterThan(3.9);
    expect(await rate(program, { pattern: 4, stride: 128 })).toBeGreaterThan(3.3);
  });
});
