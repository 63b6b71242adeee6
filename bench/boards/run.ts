/**
 * Bitstreams for the open boards, with a table of what they take and reach.
 *
 *   npx tsx bench/boards/run.ts [--only BOARD/KERNEL,…] [--out DIR]
 *
 * Place and route of one kernel takes one to ten minutes of a free core.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { NodeHost } from "../../src/cli/node-host.js";
import { buildToFolder } from "../../src/flow/build.js";
import { SoffError } from "../../src/support/errors.js";

interface Case {
  readonly board: string;
  readonly kernel: string;
  readonly file: string;
}

const own = (kernel: string) => `bench/boards/kernels/${kernel}.cl`;
const cases: readonly Case[] = [
  ...["vadd_int", "gemm_int", "stencil_float"].map((kernel) => ({ board: "ulx3s-85f", kernel, file: own(kernel) })),
  { board: "ulx3s-85f", kernel: "reduce", file: "examples/reduce/reduce.cl" },
  { board: "ulx3s-85f", kernel: "histogram_global", file: "examples/histogram_global/histogram_global.cl" },
  ...["icebreaker", "ice40-hx8k"].flatMap((board) =>
    ["vadd_int", "stencil_int"].map((kernel) => ({ board, kernel, file: own(kernel) })),
  ),
];

const flag = (name: string) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined);
const only = flag("--only")?.split(",");
const out = flag("--out") ?? "build/bench-boards";
const host = new NodeHost();
const rows = [
  "| board | kernel | LUT | FF | DSP | BRAM | wanted MHz | reached MHz | rebuilt | seconds |",
  "|---|---|---|---|---|---|---|---|---|---|",
];
mkdirSync(out, { recursive: true });
for (const { board, kernel, file } of cases) {
  if (only && !only.includes(`${board}/${kernel}`)) continue;
  const start = Date.now();
  const folder = join(out, `${kernel}-${board}`);
  let cells: string;
  try {
    const { report } = await buildToFolder(host, {
      files: [join(host.packageRoot, file)],
      board,
      kernels: [kernel],
      compile: {},
      until: "bitstream",
      folder,
    });
    const { resources = {}, implementation } = report.kernels[0]!;
    const { lut, ff, dsp, bram } = resources;
    const { wantedMHz, achievedMHz } = implementation!;
    cells = `${lut} | ${ff} | ${dsp} | ${bram} | ${wantedMHz} | ${achievedMHz.toFixed(1)} | ${report.missed?.length ?? 0}`;
  } catch (error) {
    if (!(error instanceof SoffError)) throw error;
    cells = `${error.diagnostics[0]!.code} | | | | | |`;
  }
  rows.push(`| ${board} | ${kernel} | ${cells} | ${Math.round((Date.now() - start) / 1000)} |`);
  console.log(rows.at(-1));
  writeFileSync(join(out, "table.md"), `${rows.join("\n")}\n`);
}
