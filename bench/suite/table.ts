/** The suite's table in Markdown. */
import { grouped } from "../../src/support/text.js";
import { setNames } from "./benchmark.js";
import { type AreaShares, type FailedRow, geometricMean, median, type Row } from "./figures.js";

const titles = {
  polybench: "PolyBench and MachSuite, double",
  streaming: "Streaming, float",
  bambu: "The set of PandA Bambu, float",
} as const;

type Cell = string;

/** Columns of all sets; `published` adds those of its set. */
function columnsOf(rows: readonly Row[]): readonly (readonly [string, (row: Row) => Cell])[] {
  const has = (key: "merlinPlain" | "bambu") => rows.some((row) => row.published?.[key] !== undefined);
  const published = (key: "merlinPlain" | "merlinBest" | "bambu") => (row: Row) => {
    const cycles = row.published?.[key];
    return cycles === undefined ? "" : `${grouped(cycles)} (${ratio(cycles / row.cycles)})`;
  };
  return [
    ["kernel", (row) => row.name],
    ["sizes", (row) => row.sizes],
    ["launches", (row) => String(row.launches)],
    ["P", (row) => distinct(row.kernels.map((kernel) => kernel.datapaths))],
    ["W", (row) => distinct(row.kernels.map((kernel) => kernel.simd))],
    ["cycles", (row) => grouped(row.cycles)],
    ["predicted", (row) => (row.predicted / row.cycles).toFixed(3)],
    ["bound", (row) => grouped(row.bound)],
    ["by", (row) => (row.memoryBound * 2 > row.bound ? "memory" : "compute")],
    ["efficiency", (row) => row.efficiency.toFixed(2)],
    ["KiB", (row) => grouped(Math.round((row.bytesRead + row.bytesWritten) / 1024))],
    ...(has("merlinPlain")
      ? ([
          ["Merlin, plain", published("merlinPlain")],
          ["Merlin, best", published("merlinBest")],
        ] as const)
      : []),
    ...(has("bambu") ? ([["Bambu", published("bambu")]] as const) : []),
    ...(rows.some((row) => row.area)
      ? ([["LUT, DSP, BRAM %", (row: Row) => (row.area ? areaCell(row.area) : "")]] as const)
      : []),
    ["compile s", (row) => row.compileSeconds.toFixed(1)],
    ["kcycles/s", (row) => grouped(Math.round(row.simulationSpeed / 1000))],
    ["most other cycles", (row) => (row.efficiency < 0.9 ? row.reason : "")],
    ["check", (row) => (row.check === "same" ? (row.pocl === "same" ? "same" : `same, PoCL: ${row.pocl}`) : row.check)],
  ];
}

const areaCell = ({ lut, dsp, bram }: AreaShares): string =>
  [lut, dsp, bram].map((share) => (100 * share).toFixed(1)).join(", ");
const ratio = (value: number): string => `${value >= 10 ? value.toFixed(0) : value.toFixed(value < 1 ? 2 : 1)}x`;
const distinct = (values: readonly number[]): string => [...new Set(values)].join(", ");

export function markdownOf(rows: readonly (Row | FailedRow)[]): string {
  const measured = rows.filter((row): row is Row => !("failure" in row));
  const sections = setNames.flatMap((set) => {
    const of = measured.filter((row) => row.set === set);
    return of.length === 0 ? [] : [`## ${titles[set]}`, aligned(of)];
  });
  const failed = rows.filter((row): row is FailedRow => "failure" in row);
  if (failed.length > 0)
    sections.push("## Not measured", failed.map((row) => `- ${row.name}: ${row.failure}`).join("\n"));
  return `${[...sections, "## Summary", summaryOf(measured)].join("\n\n")}\n`;
}

function aligned(rows: readonly Row[]): string {
  const columns = columnsOf(rows);
  const cells = [columns.map(([title]) => title), ...rows.map((row) => columns.map(([, cell]) => cell(row)))];
  const widths = columns.map((_, c) => Math.max(...cells.map((line) => line[c]!.length)));
  const lines = cells.map((line) => `| ${line.map((cell, c) => cell.padEnd(widths[c]!)).join(" | ")} |`);
  lines.splice(1, 0, `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`);
  return lines.join("\n");
}

/** Part of a device's LUT, DSP and BRAM that a design may take. */
const most = 0.7;

/** The figures that the suite is judged by. */
function summaryOf(rows: readonly Row[]): string {
  const lines = [
    `- ${rows.length} benchmarks, geometric mean of efficiency ${geometricMean(rows.map((row) => row.efficiency)).toFixed(3)}`,
  ];
  const beats = (key: "merlinPlain" | "merlinBest" | "bambu", name: string) => {
    const of = rows.filter((row) => row.published?.[key] !== undefined);
    if (of.length === 0) return;
    const better = of.filter((row) => row.cycles < row.published![key]!);
    const mean = geometricMean(of.map((row) => row.published![key]! / row.cycles));
    lines.push(
      `- fewer cycles than ${name}: ${better.length} of ${of.length}, geometric mean of the ratio ${mean.toFixed(2)}`,
    );
  };
  beats("merlinPlain", "Merlin's plain source");
  beats("merlinBest", "Merlin's best variant");
  beats("bambu", "Bambu");
  const large = rows.filter((row) => row.area && Math.max(row.area.lut, row.area.dsp, row.area.bram) > most);
  if (large.length > 0) lines.push(`- above 70 % of the device: ${large.map((row) => row.name).join(", ")}`);
  const errors = rows.map((row) => Math.abs(row.predicted / row.cycles - 1));
  const largest = rows[errors.indexOf(Math.max(...errors))];
  lines.push(
    `- predicted cycles: median error ${(100 * median(errors)).toFixed(1)} %${largest ? `, largest ${(100 * Math.max(...errors)).toFixed(1)} % (${largest.name})` : ""}`,
  );
  const low = rows.filter((row) => row.efficiency < 0.7).sort((a, b) => a.efficiency - b.efficiency);
  if (low.length > 0)
    lines.push(`- below 0.7: ${low.map((row) => `${row.name} ${row.efficiency.toFixed(2)}`).join(", ")}`);
  return lines.join("\n");
}
