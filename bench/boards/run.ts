/**
 * Bitstreams for the open boards, with a table of what they take and reach.
 *
 *   npx tsx bench/boards/run.ts [--only BOARD/KERNEL,…] [--out DIR]
 *
 * Place and route of one kernel takes one to ten minutes of a free core, and is done again where a clock is missed.
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
  /** In place of the board's clock. */
  readonly clockMHz?: number;
}

const own = (kernel: string) => `bench/boards/kernels/${kernel}.cl`;
/** Integer kernels aim higher than the board does for floating point. */
const ulx3s = { board: "ulx3s-85f", clockMHz: 75 } as const;
const cases: readonly Case[] = [
  { board: "ulx3s-85f", kernel: "stencil_float", file: own("stencil_float") },
  ...["vadd_int", "gemm_int"].map((kernel) => ({ ...ulx3s, kernel, file: own(kernel) })),
  { ...ulx3s, kernel: "reduce", file: "examples/reduce/reduce.cl" },
  { ...ulx3s, kernel: "histogram_global", file: "examples/histogram_global/histogram_global.cl" },
  ...["icebreaker", "ice40-hx8k"].flatMap((board) =>
    ["vadd_int", "stencil_int"].map((kernel) => ({ board, kernel, file: own(kernel) })),
  ),
];

const flag = (name: string) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined);
const only = flag("--only")?.split(",");
const out = flag("--out") ?? "build/bench-boards";
const host = new NodeHost();
const rows = [
  "| board | kernel | turns | LUT | FF | DSP | BRAM | wanted MHz | reached MHz | rebuilt | seconds |",
  "|---|---|---|---|---|---|---|---|---|---|---|",
];
mkdirSync(out, { recursive: true });
for (const { board, kernel, file, clockMHz } of cases) {
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
      ...(clockMHz === undefined ? {} : { clockMHz }),
    });
    const { resources = {}, implementation, turns = 1 } = report.kernels[0]!;
    const { lut, ff, dsp, bram } = resources;
    const { wantedMHz, achievedMHz } = implementation!;
    cells = `${turns} | ${lut} | ${ff} | ${dsp} | ${bram} | ${wantedMHz} | ${achievedMHz.toFixed(1)} | ${report.missed?.length ?? 0}`;
  } catch (error) {
    if (!(error instanceof SoffError)) throw error;
    cells = `${error.diagnostics[0]!.code} | | | | | | |`;
  }
  rows.push(`| ${board} | ${kernel} | ${cells} | ${Math.round((Date.now() - start) / 1000)} |`);
  console.log(rows.at(-1));
  writeFileSync(join(out, "table.md"), `${rows.join("\n")}\n`);
}
