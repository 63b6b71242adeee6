/** What the modules of a design say about themselves when a simulation ends. */

/** One `SOFF-STATE` line. */
export interface StateRecord {
  /** Hierarchical instance name below the top module (`dp.s3_issue`), or the port's name for memory channels. */
  readonly instance: string;
  /** `fifo`, `island`, `loop`, `load`, `store`, `cache`, `dispatch`, `memory`, … */
  readonly kind: string;
  readonly values: Readonly<Record<string, number>>;
}

/** Reads the `SOFF-STATE instance kind key=value …` lines out of a simulator's output. */
export function parseStates(output: string, topModule: string): StateRecord[] {
  const records: StateRecord[] = [];
  for (const line of output.split("\n")) {
    const [marker, path, kind, ...pairs] = line.trim().split(/\s+/);
    if (marker !== "SOFF-STATE" || path === undefined || kind === undefined) continue;
    const values: Record<string, number> = {};
    for (const pair of pairs) {
      const [key, value] = pair.split("=");
      if (key && value !== undefined && /^-?\d+$/.test(value)) values[key] = Number(value);
    }
    records.push({ instance: belowTop(path, topModule), kind, values });
  }
  return records;
}

/** `TOP.gemm.dp.s3` and `gemm.dp.s3` are both `dp.s3`. */
function belowTop(path: string, topModule: string): string {
  const parts = path.split(".");
  if (parts[0] === "TOP") parts.shift();
  if (parts[0] === topModule && parts.length > 1) parts.shift();
  return parts.join(".");
}
