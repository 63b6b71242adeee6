/**
 * Measures what the library's modules take on a device family, with the parameters that designs really use, and writes
 * boards/families/area/FAMILY.json. Every module is synthesised alone, kept apart by its wrapper.
 *
 *   npx tsx bench/boards/calibrate.ts FAMILY [--each N] [--boards a,b] [--examples a,b | --sources a.cl,b.cl] [--modules a,b]
 *     [--interval N] [--add]
 *
 * `--each`: samples a module, at most (default 6). `--boards`: boards whose designs are looked at. `--examples`: which of examples/
 * (default: all); `--sources`: these files instead. `--modules`: only these. `--interval`: designs whose operators are shared. `--add`: keeps
 * what is there and measures only what is new.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { NodeHost } from "../../src/cli/node-host.js";
import { buildDesign } from "../../src/flow/build.js";
import { instancesOf } from "../../src/hls/estimate/area.js";
import {
  type AreaFigures,
  type AreaModel,
  type AreaSample,
  type AreaUnit,
  areaUnits,
} from "../../src/target/area-model.js";
import { boardNames, loadBoard } from "../../src/target/load.js";
import { synthesise } from "../../src/tools/yosys.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const host = new NodeHost();
const [family, ...rest] = process.argv.slice(2);
if (!family) throw new Error("usage: calibrate.ts FAMILY [--each N] [--boards a,b] [--add]");
const flag = (name: string) => (rest.includes(name) ? rest[rest.indexOf(name) + 1] : undefined);
const each = Number(flag("--each") ?? 6);
const boards =
  flag("--boards")?.split(",") ?? boardNames(host).filter((name) => loadBoard(host, name).family === family);
const target = join(root, "boards/families/area", `${family}.json`);
const old: AreaModel | undefined =
  rest.includes("--add") && existsSync(target) ? JSON.parse(readFileSync(target, "utf8")) : undefined;

type Parameters = Readonly<Record<string, number>>;
const wanted = new Map<string, Map<string, { parameters: Parameters; uses: number }>>();
const interval = flag("--interval");
const modulesWanted = flag("--modules")?.split(",");
const examples = flag("--examples")?.split(",") ?? readdirSync(join(root, "examples"));
const sources =
  flag("--sources")?.split(",") ??
  examples.flatMap((example) =>
    [`${example}.cl`, `${example}.cu`].map((f) => join(root, "examples", example, f)).filter((f) => existsSync(f)),
  );
for (const board of boards) {
  for (const file of sources) {
    try {
      const built = await buildDesign(host, {
        files: [file],
        board,
        kernels: [],
        compile: {},
        ...(interval ? { interval: () => Number(interval) } : {}),
      });
      for (const kernel of built.design.kernels) {
        const texts = generatedTexts(built.files, kernel.files);
        for (const { module, parameters, count } of instancesOf(texts, kernel.topModule)) {
          if (texts.has(module) || modulesWanted?.includes(module) === false) continue;
          const rows = wanted.get(module) ?? new Map();
          wanted.set(module, rows);
          const key = JSON.stringify(parameters);
          const row = rows.get(key) ?? { parameters, uses: 0 };
          rows.set(key, { parameters, uses: row.uses + count });
        }
      }
    } catch (error) {
      console.error(`${file} on ${board}: ${(error as Error).message.split("\n")[0]}`);
    }
  }
}

function generatedTexts(files: ReadonlyMap<string, string>, own: readonly string[]): Map<string, string> {
  const names = own.filter((f) => !f.startsWith("rtl/soff_")).map((f) => [f.slice(4, -2), files.get(f)!] as const);
  return new Map(names);
}

const library = join(root, "templates/verilog");
const libraryFiles = readdirSync(library).filter((f) => f.endsWith(".v"));
const modules: Record<string, { samples: AreaSample[]; exponents: AreaModel["modules"][string]["exponents"] }> = {};
for (const [module, rows] of [...wanted].sort(([a], [b]) => (a < b ? -1 : 1))) {
  const samples: AreaSample[] = [...(old?.modules[module]?.samples ?? [])];
  for (const parameters of spread([...rows.values()], each)) {
    if (samples.some((s) => JSON.stringify(s.parameters) === JSON.stringify(parameters))) continue;
    const area = await measure(module, parameters);
    console.error(`${family} ${module} ${JSON.stringify(parameters)}: ${JSON.stringify(area)}`);
    if (area) samples.push({ parameters, area });
    modules[module] = { samples, exponents: exponentsOf(samples) };
    write();
  }
  if (samples.length > 0) modules[module] = { samples, exponents: exponentsOf(samples) };
}
write();

function write(): void {
  const model: AreaModel = {
    family: family!,
    source: `Yosys, every module alone, by bench/boards/calibrate.ts with instances of designs for ${boards.join(", ")}`,
    modules: { ...old?.modules, ...modules },
    logicLuts: old?.logicLuts ?? { add: 1, compare: 0.5, logic: 0.5, mux: 0.5 },
    whole: old?.whole ?? { lut: 1, ff: 1, dsp: 1, bram: 1, uram: 1 },
  };
  writeFileSync(target, `${JSON.stringify(model, null, 2)}\n`);
}

/** The most used ones, and those farthest from what was chosen already. */
function spread(rows: readonly { parameters: Parameters; uses: number }[], n: number): Parameters[] {
  const size = (p: Parameters) => Object.values(p).map((v) => Math.log2(v + 1));
  const chosen: Parameters[] = [];
  const left = [...rows].sort((a, b) => b.uses - a.uses);
  while (chosen.length < n && left.length > 0) {
    const score = (p: Parameters) =>
      Math.min(...chosen.map((c) => size(c).reduce((sum, v, i) => sum + Math.abs(v - (size(p)[i] ?? 0)), 0)));
    const next =
      chosen.length < 2 ? left[0]! : left.reduce((a, b) => (score(a.parameters) >= score(b.parameters) ? a : b));
    left.splice(left.indexOf(next), 1);
    chosen.push(next.parameters);
  }
  return chosen;
}

async function measure(module: string, parameters: Parameters): Promise<AreaFigures | undefined> {
  const needed = closure(module);
  try {
    const { lut, ff, dsp, bram, uram } = await synthesise(host, needed, module, family!, { parameters });
    return { lut, ff, dsp, bram, uram };
  } catch (error) {
    console.error(`${module}: ${(error as Error).message.split("\n")[0]}`);
    return undefined;
  }
}

function closure(module: string): string[] {
  const seen = new Set<string>();
  const visit = (name: string): void => {
    const file = `${name}.v`;
    if (seen.has(file) || !libraryFiles.includes(file)) return;
    seen.add(file);
    for (const [used] of readFileSync(join(library, file), "utf8").matchAll(/\bsoff_[a-z0-9_]+\b/g)) visit(used);
  };
  visit(module);
  return [...seen].map((file) => join(library, file));
}

/**
 * Exponents of the parameters by which samples of a module differ: least squares on logarithms, drawn towards 0 so that a
 * parameter seen in few samples says little.
 */
function exponentsOf(samples: readonly AreaSample[]): AreaModel["modules"][string]["exponents"] {
  const names = [...new Set(samples.flatMap((s) => Object.keys(s.parameters)))].filter(
    (name) =>
      new Set(samples.map((s) => s.parameters[name] ?? 0)).size > 1 &&
      samples.every((s) => (s.parameters[name] ?? 0) > 0),
  );
  const result: Partial<Record<AreaUnit, Record<string, number>>> = {};
  for (const unit of areaUnits) {
    const rows = samples.filter((s) => s.area[unit] > 0);
    if (rows.length < 2 || names.length === 0) continue;
    const x = rows.map((s) => names.map((name) => Math.log(s.parameters[name]! + 1)));
    const y = rows.map((s) => Math.log(s.area[unit]));
    const fitted = ridge(x, y, 0.3).map((e) => Math.min(2, Math.max(0, Number(e.toFixed(3)))));
    result[unit] = Object.fromEntries(
      names.map((name, i) => [name, fitted[i]!]).filter(([, e]) => (e as number) > 0.02),
    );
  }
  return result;
}

function ridge(x: readonly (readonly number[])[], y: readonly number[], strength: number): number[] {
  const n = x[0]!.length;
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const mx = Array.from({ length: n }, (_, j) => mean(x.map((row) => row[j]!)));
  const my = mean(y);
  const matrix = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n + 1 }, (_, j) =>
      j < n
        ? x.reduce((sum, row) => sum + (row[i]! - mx[i]!) * (row[j]! - mx[j]!), i === j ? strength : 0)
        : x.reduce((sum, row, k) => sum + (row[i]! - mx[i]!) * (y[k]! - my), 0),
    ),
  );
  for (let i = 0; i < n; i++) {
    const pivot = matrix[i]![i]!;
    for (let j = i; j <= n; j++) matrix[i]![j]! /= pivot;
    for (let k = 0; k < n; k++) {
      if (k === i) continue;
      const f = matrix[k]![i]!;
      for (let j = i; j <= n; j++) matrix[k]![j]! -= f * matrix[i]![j]!;
    }
  }
  return matrix.map((row) => row[n]!);
}
