/** What `soff npu build` and `soff npu run` print for people. */
import type { NpuBuildReport } from "../flow/npu-build.js";
import type { NpuRunReport } from "../flow/npu-run.js";
import { columns, grouped } from "../support/text.js";

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

export function npuBuildTable(report: NpuBuildReport): string {
  const head = ["array", "cycles", "frames/s", "utilisation", "LUT", "DSP", "BRAM", "URAM", "tensors in DRAM"];
  const rows = report.candidates.map(({ config, area, cycles, framesPerSecond, utilisation, spilled }) => [
    `${config.outputs} x ${config.inputs}`,
    cycles === undefined ? "-" : grouped(cycles),
    framesPerSecond === undefined ? "-" : framesPerSecond.toFixed(1),
    utilisation === undefined ? "-" : percent(utilisation),
    grouped(area.lut),
    String(area.dsp),
    String(area.bram),
    String(area.uram),
    spilled === undefined ? "-" : String(spilled),
  ]);
  const [outputs, inputs] = report.array;
  return [
    columns([head, ...rows]),
    "",
    `chosen for ${report.board}: ${outputs} x ${inputs} multipliers, ${grouped(report.activationBytes)} bytes of activation memory`,
    `predicted: ${grouped(report.predictedCycles)} cycles, ${report.framesPerSecond.toFixed(1)} frames a second at ${report.clockMHz} MHz, ${percent(report.macUtilisation)} of the multipliers busy`,
    `written to ${report.folder}`,
  ].join("\n");
}

export function npuRunTable(report: NpuRunReport): string {
  const rows = report.layers.map(({ name, op, macs, cycles, predictedCycles, utilisation, bound, dramBytes }) => [
    op,
    name,
    grouped(macs),
    cycles === null ? "-" : grouped(cycles),
    grouped(predictedCycles),
    utilisation === null ? "-" : percent(utilisation),
    grouped(dramBytes),
    bound,
  ]);
  const lines = [
    columns([["layer", "", "MACs", "cycles", "predicted", "utilisation", "DRAM bytes", "bound by"], ...rows]),
    "",
  ];
  if (report.cycles !== null) {
    lines.push(
      `${grouped(report.cycles)} cycles (predicted ${grouped(report.predictedCycles)}), ${((report.clockMHz * 1e6) / report.cycles).toFixed(1)} runs a second at ${report.clockMHz} MHz, ${percent(report.macUtilisation!)} of the multipliers busy`,
      `${grouped(report.dramBytes!)} bytes to and from DRAM, at least ${grouped(report.dramBytesLeast)}`,
    );
  }
  if (report.check) {
    const { mismatches, first, float } = report.check;
    lines.push(
      mismatches === 0
        ? "the circuit equals the integer golden"
        : `${mismatches} values differ from the integer golden`,
    );
    if (first)
      lines.push(
        `first in layer ${first.layer}, tensor ${first.tensor}[${first.position.join(",")}]: circuit ${first.rtl}, golden ${first.int}`,
      );
    for (const { name, sqnr, cosine, top1 } of float)
      lines.push(
        `${name} against onnxruntime: SQNR ${sqnr.toFixed(1)} dB, cosine ${cosine.toFixed(5)}, top-1 ${top1 ? "equal" : "differs"}`,
      );
  }
  for (const { name, file, dtype, shape } of report.outputs)
    lines.push(`${name}: ${dtype} ${shape.join("x")}${file ? `, ${file}` : ""}`);
  return lines.join("\n");
}
