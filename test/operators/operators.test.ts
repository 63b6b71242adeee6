/**
 * Every operator of the library against the CPU, bit for bit: directed corner cases, then random operands.
 * The bench (`bench/operators/run.ts`) does the same with ten million vectors.
 */
import { expect, it } from "vitest";
import { NodeHost } from "../../src/cli/node-host.js";
import { loadFamily } from "../../src/target/load.js";
import { floatOperators, type OperatorConfig } from "./configs.js";
import { buildHarness, runHarness } from "./harness.js";
import { checkedConfigs, depthSweep, recommended } from "./sets.js";

const host = new NodeHost();
const family = loadFamily(host, "xcup");
const MINUTES = 60_000;

/** Lines about configurations that differ from the CPU. */
async function differences(configs: readonly OperatorConfig[], random: number, directed: number): Promise<string[]> {
  const results = await runHarness(host, await buildHarness(host, configs), random, 1, directed);
  expect(results.length).toBe(configs.length);
  for (const r of results) expect(r.checked, r.name).toBeGreaterThanOrEqual(random);
  return results
    .filter((r) => r.mismatches > 0)
    .map((r) => `${r.name} latency ${r.latency}: ${r.mismatches} of ${r.checked}, first ${JSON.stringify(r.first)}`);
}

it("gives the CPU's results, at the recommended depths and at others", { timeout: 20 * MINUTES }, async () => {
  // Room for every list but all five rounding modes of every binary16 number: two of them each, here.
  expect(await differences(checkedConfigs(family), 100_000, 131_072)).toEqual([]);
});

it("takes exactly LATENCY cycles, whatever it is", { timeout: 20 * MINUTES }, async () => {
  expect(await differences(depthSweep(), 1_000, 3_000)).toEqual([]);
});

it("the harness finds wrong operators", { timeout: 20 * MINUTES }, async () => {
  const add = floatOperators(16, recommended(family)).filter((c) => c.op === "ADD");
  const faults = [
    // Ties away from zero; one cycle too many.
    (file: string, text: string) => (file === "soff_fp_pack.v" ? text.replace("rest || frac[0]", "1'b1") : text),
    (file: string, text: string) =>
      file === "soff_cut.v" ? text.replace("LATENCY - SPREAD :", "LATENCY - SPREAD + 1 :") : text,
  ];
  for (const fault of faults) {
    const program = await buildHarness(host, add, { edit: fault, optimise: "-O0" });
    const [result] = await runHarness(host, program, 20_000, 1);
    expect(result?.mismatches).toBeGreaterThan(0);
  }
});
