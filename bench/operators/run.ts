/**
 * Compares every operator at its recommended latency with the CPU on many random operands.
 * Usage: npx tsx bench/operators/run.ts [VECTORS [SEED [NAME…]]]; NAME selects operators by the start of their names.
 */
import { NodeHost } from "../../src/cli/node-host.js";
import { loadFamily } from "../../src/target/load.js";
import { buildHarness, runHarness } from "../../test/operators/harness.js";
import { benchConfigs } from "../../test/operators/sets.js";

const [vectors = "10000000", seed = "1", ...names] = process.argv.slice(2);
const host = new NodeHost();
const family = loadFamily(host, "xcup");
const configs = benchConfigs(family).filter((c) => names.length === 0 || names.some((n) => c.name.startsWith(n)));

// A few operators a simulator: what does not fit the CPU's caches simulates slowly.
const GROUP = 16;
let bad = 0;
console.log("operator          latency   vectors compared   mismatches");
for (let start = 0; start < configs.length; start += GROUP) {
  const program = await buildHarness(host, configs.slice(start, start + GROUP));
  for (const r of await runHarness(host, program, Number(vectors), Number(seed))) {
    bad += r.mismatches;
    console.log(
      `${r.name.padEnd(20)}${String(r.latency).padStart(5)}${String(r.checked).padStart(19)}${String(r.mismatches).padStart(13)}`,
    );
    if (r.first) console.log(`  first: ${JSON.stringify(r.first)}`);
  }
}
process.exitCode = bad === 0 ? 0 : 5;
