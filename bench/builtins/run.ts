// Measures the errors of the built-in math functions on the CPU and writes bench/builtins/results.json and
// docs/built-ins.md. The CPU runs the very text that is compiled into kernels.
//   npx tsx bench/builtins/run.ts [--only NAME,…] [--type float|double] [--points N] [--quick] [--table]
// Unary functions of float are swept over all 2^32 operands, others over N random ones (default 10 million).
// What has been measured for the same text is not measured again. --quick measures what has no figure yet, with
// every 97th float and with a tenth of the points; --table only writes the page.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildSweep, runSweep } from "./build.js";
import { type Measured, measured } from "./functions.js";
import { contentKey, type FormatName, formats } from "./native.js";
import { page, type Result } from "./page.js";

const here = import.meta.dirname;
const resultsFile = join(here, "results.json");
const pageFile = join(here, "../../docs/built-ins.md");

function option(name: string): string | undefined {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
}

const results: Result[] = existsSync(resultsFile) ? (JSON.parse(readFileSync(resultsFile, "utf8")) as Result[]) : [];
const quick = process.argv.includes("--quick");
const points = option("points") ?? (quick ? "1000000" : "10000000");
const sweep = quick ? "all/97" : "all";
const only = option("only")?.split(",");
const types = (option("type")?.split(",") ?? ["float", "double"]) as FormatName[];
const measure = readFileSync(join(here, "sweep.cpp"), "utf8") + readFileSync(join(here, "reference.h"), "utf8");

function save(): void {
  const order = (r: Result) => `${r.type === "float" ? 0 : 1}${r.name}`;
  results.sort((a, b) => (order(a) < order(b) ? -1 : 1));
  writeFileSync(resultsFile, `[\n${results.map((r) => `  ${JSON.stringify(r)}`).join(",\n")}\n]\n`);
  writeFileSync(pageFile, page(results));
}

const mode = (each: Measured, type: FormatName) => (each.operands === "unary" && type === "float" ? sweep : points);

if (!process.argv.includes("--table")) {
  const program = await buildSweep();
  for (const type of types) {
    for (const each of measured) {
      if (only && !only.includes(each.name)) continue;
      const key = contentKey(each.name, formats[type], measure);
      const known = results.findIndex((r) => r.name === each.name && r.type === type);
      const wanted = mode(each, type);
      if (known >= 0 && results[known]!.key === key && (quick || results[known]!.mode === wanted)) continue;
      const started = Date.now();
      const found = await runSweep(program, each.name, type, wanted, 1);
      console.error(`${type} ${each.name}: ${found.ulp} ulp, ${((Date.now() - started) / 1000).toFixed(0)} s`);
      if (known >= 0) results.splice(known, 1);
      results.push({ ...found, key });
      save();
    }
  }
}
save();
