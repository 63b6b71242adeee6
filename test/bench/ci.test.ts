/** The benchmarks that every CI run has: results, cycles against the committed baseline, predictions. */
import { describe, expect, it } from "vitest";
import { changesFrom, loadBaseline } from "../../bench/suite/baseline.js";
import { inTier, loadSuite } from "../../bench/suite/benchmark.js";
import { isRight, runBenchmark } from "../../bench/suite/run-benchmark.js";
import { NodeHost } from "../../src/cli/node-host.js";

const host = new NodeHost();
const baseline = loadBaseline();

describe.concurrent("the suite's small benchmarks", () => {
  for (const benchmark of loadSuite().filter((each) => inTier(each, "ci"))) {
    it(`${benchmark.name}: right, not slower than the baseline, as predicted`, async () => {
      const { row } = await runBenchmark(host, benchmark, "u250");
      expect(isRight(row), `circuit: ${row.check}; PoCL: ${row.pocl}`).toBe(true);
      expect(baseline.map((each) => each.name)).toContain(benchmark.name);
      // When a change is worth more cycles: npx tsx bench/suite/run.ts --only NAME --update
      expect(changesFrom(baseline, [row]).filter((change) => change.worse)).toEqual([]);
      // Short launches are the hardest to predict; the goal, a median error of 10 %, is for the whole suite.
      expect(Math.abs(row.predicted / row.cycles - 1)).toBeLessThan(0.5);
    });
  }
});
