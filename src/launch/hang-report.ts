/** Says who waits for whom in a circuit that stands still, in the words of the kernel's source. */
import type { DesignKernel } from "../rtl/design.js";
import { count, grouped } from "../support/text.js";
import type { RawResult } from "./launch-file.js";
import type { StateRecord } from "./states.js";

/** A stage of the kernel and everything below it that said something. */
interface Waiting {
  readonly label: string;
  readonly why: string;
}

export function hangReport(kernel: DesignKernel, states: readonly StateRecord[], raw: RawResult): string {
  const lines: string[] = [];
  if (raw.status === "maxCycles") {
    lines.push(
      `${kernel.name} was still running after ${grouped(raw.cycles)} cycles, the limit that was set; it last moved ${count(raw.idleCycles, "cycle")} before the end.`,
    );
  } else {
    lines.push(
      `${kernel.name} stands still: nothing has moved for ${grouped(raw.idleCycles)} cycles, ${grouped(raw.cycles)} cycles after its start.`,
    );
  }
  const waiting = states.flatMap((record): Waiting[] => {
    const why = reason(record, kernel);
    return why === undefined ? [] : [{ label: labelOf(kernel, record), why }];
  });
  for (const { label, why } of waiting) lines.push(`  ${label} ${why}`);
  if (waiting.length === 0) lines.push("  No part of it has anything to do.");
  return lines.join("\n");
}

/** The name a user knows a record by: of its access, of the stage it belongs to, or of its instance. */
function labelOf(kernel: DesignKernel, record: StateRecord): string {
  const site = kernel.accesses.find((access) => access.id === record.values.site);
  if ((record.kind === "load" || record.kind === "store") && site) {
    return `${record.kind} of ${site.argument || "memory"} at ${site.file}:${site.line}:${site.column}`;
  }
  const port = /^m_axi(\d+)$/.exec(record.instance);
  if (port) return `memory channel ${kernel.channels[Number(port[1])]?.memory ?? port[1]}`;
  // The innermost stage that contains the instance.
  const owner = kernel.stages
    .filter((stage) => record.instance === stage.instance || record.instance.startsWith(`${stage.instance}.`))
    .sort((a, b) => b.instance.length - a.instance.length)[0];
  if (!owner) return record.instance;
  return owner.instance === record.instance ? owner.label : `${owner.label} (${record.instance})`;
}

/** Why a record waits; undefined when it is at rest. */
function reason(record: StateRecord, kernel: DesignKernel): string | undefined {
  const v = record.values;
  const on = (key: string): boolean => (v[key] ?? 0) !== 0;
  const off = (key: string): boolean => v[key] === 0;
  switch (record.kind) {
    case "dispatch":
      if (on("finished")) return undefined;
      return on("valid") && off("ready")
        ? `waits for the datapath to take the next work-item (${grouped(v.given ?? 0)} handed out)`
        : undefined;
    case "sequencer":
      if (on("total_valid") && v.retired === v.total)
        return off("flushed") ? "waits for the caches to be flushed" : undefined;
      return `waits for work-items: ${grouped(v.retired ?? 0)} have retired${on("total_valid") ? ` of ${grouped(v.total ?? 0)}` : ""}`;
    case "loop":
      if (on("inside") && on("again") && off("out_ready")) {
        return `waits for its body to take the next iteration (${count(v.inside!, "work-item")} inside${on("full") ? ", full" : ""})`;
      }
      return on("inside") ? `has ${count(v.inside!, "work-item")} inside that do not come back` : undefined;
    case "island":
      if (on("out_valid") && off("out_ready")) return `waits for its consumer (${count(v.tokens ?? 0, "token")} held)`;
      if (on("blocked") || (on("in_valid") && off("room"))) return "waits for room behind it";
      return on("tokens") ? `holds ${count(v.tokens!, "token")}` : undefined;
    case "load":
      if (on("want") && off("ready"))
        return `waits for its memory unit to take a request (${on("full") ? "its own queue is full" : "it has room"})`;
      if (on("want") && off("room")) return "waits for room for the answer";
      return undefined;
    case "store":
      return on("want") && off("ready") ? "waits for its memory unit to take a request" : undefined;
    case "memory": {
      const waits = [
        on("r_valid") && off("r_ready") ? "the design does not take read data" : "",
        on("b_valid") && off("b_ready") ? "the design does not take a write response" : "",
      ].filter((w) => w !== "");
      const busy = on("reads") || on("writes");
      if (!busy && waits.length === 0) return undefined;
      const under = `${count(v.reads ?? 0, "read burst")} and ${count(v.writes ?? 0, "write burst")} under way`;
      return `has ${under}${waits.length > 0 ? `: ${waits.join(", ")}` : ""}`;
    }
    case "control":
      return undefined;
    default:
      return genericReason(record, kernel);
  }
}

/** For modules without words of their own: any stream that offers and is not taken, anything held. */
function genericReason(record: StateRecord, kernel: DesignKernel): string | undefined {
  const v = record.values;
  const streams = Object.keys(v)
    .filter((key) => key.endsWith("valid"))
    .map((key) => key.slice(0, -"valid".length));
  const stuck = streams.filter((s) => v[`${s}valid`] !== 0 && v[`${s}ready`] === 0).map((s) => s.replace(/_$/, ""));
  const known = kernel.stages.some((stage) => record.instance.startsWith(stage.instance));
  if (stuck.length > 0) {
    const outputs = stuck.filter((s) => s !== "in");
    if (outputs.length > 0) return `waits for its consumer${outputs[0] ? ` (${outputs.join(", ")})` : ""}${figures(v)}`;
    return `does not take its input${figures(v)}`;
  }
  const holds = ["busy", "count", "inflight", "pending", "level", "tokens"].some((key) => (v[key] ?? 0) !== 0);
  return holds && (known || record.kind !== "fifo") ? `is not empty${figures(v)}` : undefined;
}

function figures(values: Readonly<Record<string, number>>): string {
  const shown = Object.entries(values).map(([key, value]) => `${key} ${value}`);
  return shown.length > 0 ? ` [${shown.join(", ")}]` : "";
}
