/**
 * The suite: every benchmark built for a board, simulated, checked, and put into a table. What was measured stays in the
 * cache by the content of the design, so that a run goes on where an earlier one was ended, and only what has changed takes time.
 *
 * npx tsx bench/suite/run.ts [--quick | --ci] [--only NAME,…] [--board NAME] [--json FILE] [--markdown FILE] [--compare] [--update]
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { NodeHost } from "../../src/cli/node-host.js";
import { SoffError } from "../../src/support/errors.js";
import { grouped } from "../../src/support/text.js";
import { changesFrom, loadBaseline, updateBaseline } from "./baseline.js";
import { type Benchmark, inTier, loadSuite } from "./benchmark.js";
import type { FailedRow, Row } from "./figures.js";
import { isRight, runBenchmark } from "./run-benchmark.js";
import { markdownOf } from "./table.js";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    ci: { type: "boolean", default: false },
    only: { type: "string" },
    board: { type: "string", default: "u250" },
    json: { type: "string" },
    markdown: { type: "string" },
    compare: { type: "boolean", default: false },
    update: { type: "boolean", default: false },
  },
});

const host = new NodeHost();
const tier = values.ci ? "ci" : values.quick ? "quick" : "full";
const only = values.only?.split(",");
const chosen = loadSuite().filter((each) =>
  only ? only.includes(each.name) || only.includes(each.set) : inTier(each, tier),
);

async function measured(benchmark: Benchmark): Promise<Row | FailedRow> {
  const { name, set, sizes } = benchmark;
  const start = performance.now();
  try {
    const { row, fresh } = await runBenchmark(host, benchmark, values.board);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    const figures = `${grouped(row.cycles)} cycles, efficiency ${row.efficiency.toFixed(2)}, ${row.check}`;
    console.error(`${name}: ${figures}${fresh ? "" : ", cached"} (${seconds} s)`);
    return row;
  } catch (error) {
    const text = error instanceof SoffError ? error.message : String(error instanceof Error ? error.stack : error);
    console.error(`${name}: ${text.split("\n").slice(0, 4).join("\n")}`);
    return { name, set, sizes, failure: text.split("\n")[0]!.slice(0, 300) };
  }
}

const rows: (Row | FailedRow)[] = [];
for (const benchmark of chosen) {
  rows.push(await measured(benchmark));
  // Whoever ends the run has what there is so far.
  if (values.json) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
  if (values.markdown) writeFileSync(values.markdown, markdownOf(rows));
}
console.log(markdownOf(rows));

const good = rows.filter((row): row is Row => !("failure" in row));
const wrong = good.filter((row) => !isRight(row));
let worse = false;
if (values.compare) {
  for (const change of changesFrom(loadBaseline(), good)) {
    worse ||= change.worse;
    const percent = ((change.after / change.before - 1) * 100).toFixed(1);
    console.log(
      `${change.worse ? "WORSE " : ""}${change.name}: ${grouped(change.before)} -> ${grouped(change.after)} cycles (${percent} %)`,
    );
  }
}
if (values.update) updateBaseline(good);
process.exitCode = wrong.length > 0 || good.length < rows.length || worse ? 5 : 0;
