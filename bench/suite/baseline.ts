/** The committed figures, and what has become worse than they are. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadSuite, suiteRoot } from "./benchmark.js";
import type { Row } from "./figures.js";
import { markdownOf } from "./table.js";

const jsonFile = join(suiteRoot, "baseline.json");
const markdownFile = join(suiteRoot, "baseline.md");

/** Cycles may rise by this much before it counts. */
export const tolerance = 0.05;

export function loadBaseline(): Row[] {
  return existsSync(jsonFile) ? (JSON.parse(readFileSync(jsonFile, "utf8")) as Row[]) : [];
}

export interface Change {
  readonly name: string;
  readonly before: number;
  readonly after: number;
}

/** Benchmarks whose cycles differ from the baseline's; `worse` is beyond the tolerance. */
export function changesFrom(baseline: readonly Row[], rows: readonly Row[]): (Change & { readonly worse: boolean })[] {
  return rows.flatMap(({ name, cycles: after }) => {
    const before = baseline.find((row) => row.name === name)?.cycles;
    if (before === undefined || before === after) return [];
    return [{ name, before, after, worse: after > before * (1 + tolerance) }];
  });
}

/** Puts rows in the place of the baseline's of the same name. */
export function updateBaseline(rows: readonly Row[]): void {
  const known = new Map([...loadBaseline(), ...rows].map((row) => [row.name, row]));
  const merged = loadSuite().flatMap(({ name }) => known.get(name) ?? []);
  writeFileSync(jsonFile, `${JSON.stringify(merged, null, 2)}\n`);
  writeFileSync(markdownFile, `# The suite's figures\n\n${markdownOf(merged)}`);
}
