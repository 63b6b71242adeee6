/**
 * The area model beside Yosys, for the examples on a board: what `soff build --until synth` says of each.
 *
 *   npx tsx bench/boards/area.ts [--board u250] [--most LUTS] [--only a,b] [--out FILE]
 *
 * Designs that the model thinks are larger than `--most` LUTs (default 20000) get no Yosys run: a large one takes
 * a quarter of an hour. Figures that are in FILE already (default build/bench-boards/area-BOARD.json) are kept while the design is the same.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { NodeHost } from "../../src/cli/node-host.js";
import { buildToFolder } from "../../src/flow/build.js";
import type { AreaReport } from "../../src/flow/design-folder.js";
import { predictArea } from "../../src/flow/synthesise.js";
import { SoffError } from "../../src/support/errors.js";
import { synthesise } from "../../src/tools/yosys.js";

const flag = (name: string) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined);
const boardName = flag("--board") ?? "u250";
const most = Number(flag("--most") ?? 20000);
const only = flag("--only")?.split(",");
const out = flag("--out") ?? `build/bench-boards/area-${boardName}.json`;

interface Row {
  readonly name: string;
  /** Of the Verilog. */
  readonly hash: string;
  readonly lut: number;
  readonly ff: number;
  readonly dsp: number;
  readonly bram: number;
}
const known: Row[] = existsSync(out) ? JSON.parse(readFileSync(out, "utf8")) : [];
const host = new NodeHost();
mkdirSync(dirname(out), { recursive: true });

interface Compared {
  readonly name: string;
  readonly model: AreaReport;
  readonly yosys: Row | undefined;
}
const compared: Compared[] = [];
for (const example of only ?? readdirSync(join(host.packageRoot, "examples"))) {
  const file = [".cl", ".cu"]
    .map((extension) => join(host.packageRoot, "examples", example, `${example}${extension}`))
    .find((path) => existsSync(path));
  if (!file) continue;
  const folder = join(dirname(out), `area-${boardName}`, example);
  try {
    const { built } = await buildToFolder(host, {
      files: [file],
      board: boardName,
      kernels: [],
      compile: {},
      until: "rtl",
      folder,
    });
    for (const kernel of built.design.kernels) {
      const name = built.design.kernels.length > 1 ? `${example}/${kernel.name}` : example;
      const model = predictArea(host, folder, kernel, built.board)!;
      const hash = createHash("sha256");
      for (const path of kernel.files) hash.update(built.files.get(path)!);
      const key = hash.digest("hex").slice(0, 16);
      let yosys = known.find((row) => row.name === name && row.hash === key);
      if (!yosys && model.lut <= most) {
        const files = kernel.files.map((path) => join(folder, path));
        const { lut, ff, dsp, bram } = await synthesise(host, files, kernel.topModule, built.board.family);
        yosys = { name, hash: key, lut, ff, dsp, bram };
        known.splice(0, known.length, ...known.filter((row) => row.name !== name), yosys);
        writeFileSync(out, `${JSON.stringify(known, null, 2)}\n`);
      }
      compared.push({ name, model, yosys });
      console.log(rowText(compared.at(-1)!));
    }
  } catch (error) {
    if (!(error instanceof SoffError)) throw error;
    console.log(`| ${example} | ${error.diagnostics[0]!.code} |`);
  }
}

const measured = compared.filter((c) => c.yosys);
console.log(`\n${measured.length} of ${compared.length} kernels synthesised. Median error of the model:`);
for (const unit of ["lut", "ff", "dsp", "bram"] as const) {
  const errors = measured
    .filter(({ yosys }) => yosys![unit] > 0)
    .map(({ model, yosys }) => Math.abs(model[unit] / yosys![unit] - 1))
    .sort((a, b) => a - b);
  const ratio = measured.reduce((n, c) => n + c.model[unit], 0) / measured.reduce((n, c) => n + c.yosys![unit], 0);
  if (errors.length > 0)
    console.log(
      `${unit}: ${(100 * errors[errors.length >> 1]!).toFixed(1)} % of ${errors.length}, sum ${ratio.toFixed(2)}`,
    );
}

function rowText({ name, model, yosys }: Compared): string {
  const cells = (["lut", "ff", "dsp", "bram"] as const).map((unit) =>
    yosys ? `${model[unit]} / ${yosys[unit]}` : `${model[unit]} / –`,
  );
  return `| ${name} | ${cells.join(" | ")} |${model.unknown ? ` unknown: ${model.unknown.join(" ")}` : ""}`;
}
