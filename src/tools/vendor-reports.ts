/** Reports of vendors' tools: what a design takes and whether it meets its clock. */
import { toolError } from "../support/errors.js";

/** Figures of a report; what it does not name is missing. */
export interface VendorReport {
  readonly lut?: number;
  readonly ff?: number;
  readonly dsp?: number;
  readonly bram?: number;
  readonly uram?: number;
  /** Time to spare at the wanted clock, nanoseconds; negative when it is missed. */
  readonly slackNs?: number;
}

const number = (text: string) => Number(text.replaceAll(",", ""));

/** `report_utilization` of Vivado: rows of `| name | used | …`. */
export function vivadoUtilisation(text: string, file: string): VendorReport {
  const used = (pattern: string): number | undefined => {
    const row = new RegExp(`^\\|\\s*(?:${pattern})\\*?\\s*\\|\\s*([\\d.,]+)\\s*\\|`, "m").exec(text);
    return row ? number(row[1]!) : undefined;
  };
  const lut = used("CLB LUTs|Slice LUTs");
  if (lut === undefined) throw toolError("tool/vivado-report", `${file} is no utilisation report of Vivado`);
  return known({
    lut,
    ff: used("CLB Registers|Slice Registers"),
    dsp: used("DSPs"),
    bram: used("Block RAM Tile"),
    uram: used("URAM"),
  });
}

/** `report_timing_summary` of Vivado: the first figure below the heading WNS(ns). */
export function vivadoTiming(text: string, file: string): VendorReport {
  const lines = text.split("\n");
  const heading = lines.findIndex((line) => /^\s*WNS\(ns\)/.test(line));
  const figure = heading < 0 ? undefined : /^\s*(-?[\d.]+|NA|inf)/.exec(lines[heading + 2] ?? "")?.[1];
  if (figure === undefined) throw toolError("tool/vivado-report", `${file} is no timing summary of Vivado`);
  return Number.isFinite(Number(figure)) ? { slackNs: Number(figure) } : {};
}

/** Quartus' fitter summary: `name : used / available ( … )`. */
export function quartusFit(text: string, file: string): VendorReport {
  const used = (pattern: string): number | undefined => {
    const row = new RegExp(`^${pattern}\\s*:\\s*([\\d,]+)`, "m").exec(text);
    return row ? number(row[1]!) : undefined;
  };
  const alms = used("Logic utilization \\(in ALMs\\)");
  if (alms === undefined) throw toolError("tool/quartus-report", `${file} is no fitter summary of Quartus`);
  // Board files count the two lookup tables of an ALM apart.
  return known({
    lut: 2 * alms,
    ff: used("Total (?:dedicated logic )?registers"),
    dsp: used("Total DSP Blocks"),
    bram: used("Total RAM Blocks"),
  });
}

/** Quartus' timing summary: the worst slack of all set-up checks. */
export function quartusTiming(text: string): VendorReport {
  const slacks = [...text.matchAll(/Type\s*:\s*.*Setup.*\n\s*Slack\s*:\s*(-?[\d.]+)/g)].map((match) =>
    Number(match[1]),
  );
  return slacks.length > 0 ? { slackNs: Math.min(...slacks) } : {};
}

const known = (report: { [K in keyof VendorReport]: VendorReport[K] | undefined }): VendorReport =>
  Object.fromEntries(Object.entries(report).filter(([, value]) => value !== undefined)) as VendorReport;
