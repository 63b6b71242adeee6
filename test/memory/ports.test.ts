/** Ports between the datapath and the banks of a memory unit, in Icarus: random traffic with stalls against arithmetic on addresses. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { NodeHost } from "../../src/cli/node-host.js";

const host = new NodeHost();
const library = join(host.packageRoot, "templates/verilog");
const rig = join(host.packageRoot, "test/memory/ports_rig.v");
const scratch = mkdtempSync(join(tmpdir(), "soff-ports-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Plays the tokens (hexadecimal words) and gives the lines that the rig prints. */
async function play(top: string, parameters: Record<string, number>, tokens: readonly string[]): Promise<string[]> {
  const folder = mkdtempSync(join(scratch, `${top}-`));
  writeFileSync(join(folder, "tokens.hex"), `${tokens.join("\n")}\n`);
  const set = Object.entries({ ...parameters, COUNT: tokens.length }).map(
    ([name, value]) => `-P${top}.${name}=${value}`,
  );
  const built = await host.run("iverilog", ["-g2005", "-s", top, ...set, `-y${library}`, "-o", "rig", rig], {
    cwd: folder,
  });
  if (built.exitCode !== 0) throw new Error(built.stdout + built.stderr);
  const run = await host.run("vvp", ["-n", "rig"], { cwd: folder });
  if (run.exitCode !== 0) throw new Error(run.stdout + run.stderr);
  return run.stdout.split("\n").filter((line) => /^[0-9a-fx ]+$/.test(line));
}

/** A generator of numbers below `n` (the constants of Numerical Recipes). */
function numbers(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

const byteAt = (address: number): number => (37 * address + 91 * (address >> 8) + (address >> 3)) & 255;
const hex = (value: bigint, bits: number): string => value.toString(16).padStart(Math.ceil(bits / 4), "0");
/** Byte k of a number as Verilog prints it. */
const byteOf = (text: string, k: number): string => text.slice(text.length - 2 * k - 2, text.length - 2 * k);
const two = (byte: number): string => byte.toString(16).padStart(2, "0");

interface Token {
  readonly enable: boolean;
  readonly lanes: readonly boolean[];
  readonly address: number;
}

/** Streams, places that repeat and places far apart, with lanes off here and there; always some lane of those enabled. */
function wideTokens(count: number, lanes: number, laneBytes: number, seed: number): Token[] {
  const random = numbers(seed);
  let at = 0;
  return Array.from({ length: count }, () => {
    const way = random(8);
    if (way < 5) at += lanes * laneBytes;
    else if (way === 5) at += laneBytes;
    else if (way === 6) at = laneBytes * random(60000 / laneBytes);
    at %= 60000 - (60000 % laneBytes);
    const some = random(3) === 0;
    const on = Array.from({ length: lanes }, () => !some || random(2) === 0);
    return { enable: random(8) !== 0 && on.includes(true), lanes: on, address: at };
  });
}

const maskOf = (bits: readonly boolean[]): bigint => bits.reduce((n, on, k) => n | (on ? 1n << BigInt(k) : 0n), 0n);
const wordOf = ({ enable, lanes, address }: Token): bigint =>
  ((((enable ? 1n : 0n) << BigInt(lanes.length)) | maskOf(lanes)) << 16n) | BigInt(address);

describe("wide loads", () => {
  it.each([
    { LANES: 16, LANE_BYTES: 4, PARTS: 2, REUSE: 0 },
    { LANES: 16, LANE_BYTES: 4, PARTS: 4, REUSE: 1 },
    { LANES: 16, LANE_BYTES: 8, PARTS: 4, REUSE: 1 },
    { LANES: 48, LANE_BYTES: 4, PARTS: 4, REUSE: 1 },
    { LANES: 3, LANE_BYTES: 1, PARTS: 2, REUSE: 1 },
    { LANES: 3, LANE_BYTES: 64, PARTS: 4, REUSE: 0 },
  ])("$LANES lanes of $LANE_BYTES bytes in $PARTS parts, reuse $REUSE", async (parameters) => {
    const { LANES, LANE_BYTES } = parameters;
    const tokens = wideTokens(400, LANES, LANE_BYTES, LANES * LANE_BYTES + parameters.REUSE);
    const words = tokens.map((t) => hex(wordOf(t), 17 + LANES));
    const answers = await play("wide_load_rig", parameters, words);
    const enabled = tokens.filter((t) => t.enable);
    expect(answers).toHaveLength(enabled.length);
    enabled.forEach(({ lanes, address }, n) => {
      lanes.forEach((on, lane) => {
        if (!on) return;
        for (let k = lane * LANE_BYTES; k < (lane + 1) * LANE_BYTES; k++)
          expect(byteOf(answers[n]!, k), `token ${n}, byte ${k}`).toBe(two(byteAt(address + k)));
      });
    });
  });
});

describe("wide stores", () => {
  it.each([
    { LANES: 16, LANE_BYTES: 4, PARTS: 2, BYTES: 4 },
    { LANES: 16, LANE_BYTES: 8, PARTS: 4, BYTES: 8 },
    { LANES: 5, LANE_BYTES: 16, PARTS: 4, BYTES: 12 },
  ])("$LANES lanes of $BYTES bytes in $PARTS parts", async (parameters) => {
    const { LANES, LANE_BYTES, PARTS, BYTES } = parameters;
    const random = numbers(LANES);
    const bits = 8 * LANES * LANE_BYTES;
    const tokens = wideTokens(300, LANES, LANE_BYTES, BYTES).map((token) => ({
      token,
      data: Array.from({ length: LANES * LANE_BYTES }, () => random(256)),
    }));
    const words = tokens.map(({ token, data }) => {
      const value = data.reduceRight((n, byte) => (n << 8n) | BigInt(byte), 0n);
      return hex((wordOf(token) << BigInt(bits)) | value, 17 + LANES + bits);
    });
    const wanted = new Map<number, number>();
    for (const { token, data } of tokens)
      token.lanes.forEach((on, lane) => {
        for (let k = 0; k < BYTES && on && token.enable; k++)
          wanted.set(token.address + lane * LANE_BYTES + k, data[lane * LANE_BYTES + k]!);
      });
    const written = new Map<number, number>();
    for (const line of await play("wide_store_rig", parameters, words)) {
      const [part, address, mask, data] = line.split(" ") as [string, string, string, string];
      const first = Number.parseInt(address, 16);
      expect(first % 64).toBe(0);
      expect((first / 64) % PARTS).toBe(Number(part));
      for (let k = 0; k < 64; k++)
        if ((BigInt(`0x${mask}`) >> BigInt(k)) & 1n) written.set(first + k, Number.parseInt(byteOf(data, k), 16));
    }
    expect([...written].sort(([a], [b]) => a - b)).toEqual([...wanted].sort(([a], [b]) => a - b));
  });
});

it.each([2, 4])("a bank port of %i banks answers in the order of the requests", async (BANKS) => {
  const random = numbers(BANKS);
  const addresses = Array.from({ length: 600 }, (_, k) => (random(3) === 0 ? 4 * random(15000) : 4 * k));
  const answers = await play(
    "bank_port_rig",
    { BANKS },
    addresses.map((a) => hex(BigInt(a), 16)),
  );
  expect(answers).toEqual(addresses.map((a) => [3, 2, 1, 0].map((k) => two(byteAt(a + k))).join("")));
});

it.each([2, 4, 8])("a line reader gives lines of %i banks in the order asked", async (TARGETS) => {
  const random = numbers(TARGETS);
  const lines = Array.from({ length: 400 }, (_, k) => (random(3) === 0 ? random(1000) : k));
  const answers = await play(
    "line_reader_rig",
    { TARGETS },
    lines.map((n) => hex(BigInt(n), 16)),
  );
  expect(answers).toHaveLength(lines.length);
  lines.forEach((line, n) => {
    for (let k = 0; k < 64; k++)
      expect(byteOf(answers[n]!, k), `answer ${n}, byte ${k}`).toBe(two(byteAt(64 * line + k)));
  });
});
