/**
 * Every launch of every example on the simulated circuit, plain and under stall seeds, checked
 * against the interpreter. One row a launch: sizes, cycles, bound, efficiency, check.
 *
 * npx tsx bench/kernels/sweep.ts [--seeds N] [--json FILE] [EXAMPLE[:KERNEL]]...
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { NodeHost } from "../../src/cli/node-host.js";
import type { RunReport } from "../../src/flow/run.js";
import { SoffError } from "../../src/support/errors.js";
import { allLaunches, type ExampleLaunch } from "../../test/examples/examples.js";
import { runExample } from "../../test/examples/run.js";

interface Row {
  readonly launch: ExampleLaunch;
  readonly seconds: number;
  readonly report?: RunReport;
  /** What went wrong, plain or with which seed. */
  readonly failures: readonly string[];
}

const { values, positionals } = parseArgs({
  options: { seeds: { type: "string", default: "5" }, json: { type: "string" } },
  allowPositionals: true,
});
const seeds = Number(values.seeds);
const host = new NodeHost();

function wanted({ example, kernel }: ExampleLaunch): boolean {
  return positionals.length === 0 || positionals.includes(example) || positionals.includes(`${example}:${kernel}`);
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const text = error instanceof SoffError ? error.message : `${error.name}: ${error.message}`;
  return text.split("\n")[0]!.slice(0, 300);
}

async function measure(launch: ExampleLaunch): Promise<Row> {
  const start = Date.now();
  const failures: string[] = [];
  let plain: RunReport | undefined;
  for (let seed = 0; seed <= seeds; seed++) {
    try {
      const report = await runExample(host, launch, seed === 0 ? undefined : seed);
      if (seed === 0) plain = report;
      const { mismatches = 0, first } = report.check ?? {};
      if (mismatches > 0) {
        const place = first
          ? `, first ${first.buffer}[${first.index}]: ${first.actual}, expected ${first.expected}`
          : "";
        failures.push(`${seed ? `seed ${seed}: ` : ""}${mismatches} mismatches${place}`);
      }
    } catch (error) {
      failures.push(`${seed ? `seed ${seed}: ` : ""}${describe(error)}`);
      // What does not run without stalls will not run with them.
      if (seed === 0) break;
    }
  }
  return { launch, seconds: (Date.now() - start) / 1000, failures, ...(plain ? { report: plain } : {}) };
}

function cells({ launch, report, failures, seconds }: Row): string[] {
  const bound = report?.bound ? Math.max(report.bound.compute, report.bound.memory) : undefined;
  return [
    `${launch.example}:${launch.kernel}`,
    launch.name,
    launch.global.join("x"),
    report?.cycles?.toString() ?? "-",
    bound?.toFixed(0) ?? "-",
    report?.efficiency?.toFixed(2) ?? "-",
    failures.length === 0 ? "same" : "DIFFERS",
    seconds.toFixed(1),
  ];
}

const head = ["kernel", "launch", "global size", "cycles", "bound", "efficiency", "check", "s"];
const rows: Row[] = [];
for (const launch of allLaunches().filter(wanted)) {
  const row = await measure(launch);
  rows.push(row);
  console.log(`| ${cells(row).join(" | ")} |`);
  for (const failure of row.failures) console.log(`    ${failure}`);
}
const widths = head.map((title, k) => Math.max(title.length, ...rows.map((row) => cells(row)[k]!.length)));
const line = (row: readonly string[]) => `| ${row.map((cell, k) => cell.padEnd(widths[k]!)).join(" | ")} |`;
console.log(`\n${line(head)}\n${line(widths.map((width) => "-".repeat(width)))}`);
for (const row of rows) console.log(line(cells(row)));
const failed = rows.filter((row) => row.failures.length > 0);
console.log(`\n${rows.length - failed.length} of ${rows.length} launches agree, plain and under ${seeds} stall seeds`);
if (values.json) {
  const plain = rows.map(({ launch, report, failures }) => ({ ...launch, report, failures }));
  writeFileSync(values.json, `${JSON.stringify(plain, null, 2)}\n`);
}
process.exitCode = failed.length > 0 ? 5 : 0;
