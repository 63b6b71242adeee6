/** How results look to people. */
import type { DesignReport } from "../flow/design-folder.js";
import type { Project } from "../flow/project.js";
import type { RunReport } from "../flow/run.js";
import type { VerifyReport } from "../flow/verify.js";
import type { EventCount } from "../launch/event-counters.js";
import { columns, count, grouped } from "../support/text.js";

/** One row a kernel of a design. */
export function kernelRows(report: DesignReport): string[][] {
  return report.kernels.map((kernel) => {
    const loads = kernel.accesses.filter((access) => access.kind === "load").length;
    return [
      `  ${kernel.name}${kernel.sourceName === undefined ? "" : ` (${kernel.sourceName})`}`,
      count(kernel.datapaths, "datapath"),
      count(kernel.loops.length, "loop"),
      `${count(loads, "load")}, ${count(kernel.accesses.length - loads, "store")}`,
      kernel.channels.join(" "),
      kernel.turns === undefined ? "" : `operators shared, a token every ${kernel.turns} cycles`,
      resourceText(kernel),
    ];
  });
}

/** `1,234 LUT of 83,640 (model: 1,200), …` */
function resourceText({ resources = {}, available, estimate }: DesignReport["kernels"][number]): string {
  return Object.entries(resources)
    .map(([cell, n]) => {
      const unit = cell as keyof NonNullable<typeof available>;
      const of = available ? ` of ${grouped(available[unit])}` : "";
      const said = estimate ? ` (model: ${grouped(estimate[unit])})` : "";
      return `${grouped(n)} ${cell.toUpperCase()}${of}${said}`;
    })
    .join(", ");
}

/** What a build left for the board: bitstreams, or projects and how to go on with them. */
export function projectLines(folder: string, report: DesignReport, projects: readonly Project[]): string[] {
  return projects.map((project) => {
    const made = report.kernels.find(({ name }) => name === project.kernel)?.implementation;
    if (made?.bitstream) {
      return `  ${folder}/${made.bitstream}: ${made.achievedMHz.toFixed(1)} MHz reached, longest path in ${made.criticalPath}`;
    }
    return `  prepared ${folder}/${project.folder}; there: ${project.commands.join(" && ")}`;
  });
}

/** The answer of `soff run`. */
export function runTable(report: RunReport): string {
  const rows: string[][] = [["kernel", `${report.kernel}, ${count(report.workItems, "work-item")}`]];
  if (report.cycles === null) rows.push(["engine", "reference interpreter"]);
  else rows.push(...circuitRows(report));
  if (report.check) rows.push(["check", checkLine(report.check)]);
  for (const output of report.outputs) {
    rows.push(["output", `${output.file} (${output.dtype}, ${output.shape.join("x") || "scalar"})`]);
  }
  return columns(rows);
}

/** What the circuit's event counters counted. */
export function eventCountsText(counts: readonly EventCount[]): string {
  const rows = counts.map(({ event, label, file, line, count: n }) => [
    grouped(n),
    event,
    label,
    line > 0 ? `${file}:${line}` : "",
  ]);
  return `\nCycles in which it happened\n${columns(rows)}`;
}

function circuitRows(report: RunReport): string[][] {
  const cycles = report.cycles ?? 0;
  const clock = report.clockMHz ?? 1;
  const { compute, memory } = report.bound ?? { compute: 0, memory: 0 };
  const [limit, name] = compute >= memory ? [compute, "compute"] : [memory, "memory"];
  return [
    ["board", `${report.board}, ${clock} MHz, ${count(report.datapaths ?? 1, "datapath")}`],
    ["cycles", `${grouped(cycles)}${predictedNote(report)}`],
    ["time", duration(cycles / (clock * 1e6))],
    ["bound", `${grouped(limit)} cycles (${name}; the other is ${grouped(Math.min(compute, memory))})`],
    ["efficiency", (report.efficiency ?? 0).toFixed(3)],
    ["memory", `${grouped(report.bytesRead ?? 0)} bytes read, ${grouped(report.bytesWritten ?? 0)} written`],
  ];
}

function predictedNote({ cycles, predictedCycles }: RunReport): string {
  if (cycles === null || predictedCycles === null) return "";
  const error = (100 * (predictedCycles - cycles)) / Math.max(1, cycles);
  return ` (predicted ${grouped(predictedCycles)}, ${error >= 0 ? "+" : ""}${error.toFixed(1)} %)`;
}

/** The answer of `soff verify`: one line a run, and how to repeat what failed. */
export function verifyTable(report: VerifyReport): string {
  const rows = report.runs.map((run) => {
    const failed = run.check.first ? run.check : run.stalledCheck;
    return [
      run.kernel,
      `seed ${run.seed}`,
      `global ${run.global.join(",")}`,
      `${grouped(run.cycles)} cycles`,
      `${grouped(run.stalledCycles)} with stalls`,
      failed.first ? `${checkLine(failed)}\n    ${repeatCommand(run)}` : "passed",
    ];
  });
  const end = report.passed ? `${count(rows.length, "run")} passed` : "FAILED";
  return `${columns(rows)}\n${end}`;
}

function repeatCommand(run: VerifyReport["runs"][number]): string {
  const args = run.arguments.map((word) => `--arg ${word}`).join(" ");
  const stalls = run.check.first ? "" : ` --stall-seed ${run.seed}`;
  return `again: soff run FILE --kernel ${run.kernel} --global ${run.global.join(",")} ${args} --check${stalls}`;
}

function checkLine({ mismatches, first }: NonNullable<RunReport["check"]>): string {
  if (!first) return "passed: circuit and interpreter agree in every byte";
  const place = `${first.buffer}[${first.index}]`;
  return `FAILED: ${count(mismatches, "element")} differ; first ${place}: ${first.actual}, but the interpreter has ${first.expected}`;
}

/** 0.000874 as `874 us`. */
function duration(seconds: number): string {
  if (seconds >= 1) return `${seconds.toFixed(3)} s`;
  if (seconds >= 1e-3) return `${(seconds * 1e3).toFixed(3)} ms`;
  return `${(seconds * 1e6).toFixed(2)} us`;
}
