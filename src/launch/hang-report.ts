/** Says who waits for whom in a circuit that stands still, in the words of the kernel's source. */
import type { DesignKernel, StageInfo } from "../rtl/design.js";
import { count, grouped } from "../support/text.js";
import type { RawResult } from "./launch-file.js";
import type { StateRecord } from "./states.js";

/** A few lines for people: what state the run ended in, then everything that waits and what for. */
export function hangReport(kernel: DesignKernel, states: readonly StateRecord[], raw: RawResult): string {
  const lines: string[] = [headline(kernel, raw)];
  const byInstance = new Map(states.map((record) => [record.instance, record]));
  const waiting = states
    .map((record) => ({ record, stage: stageOf(kernel, record) }))
    // What stands inside a module that speaks for itself adds nothing.
    .filter(({ record }) => !spokenFor(record, byInstance))
    .sort((a, b) => order(kernel, a.stage) - order(kernel, b.stage))
    .flatMap(({ record, stage }) => {
      const why = reason(record, byInstance);
      return why === undefined ? [] : [`  ${labelOf(kernel, record, stage)} ${why}`];
    });
  return [...lines, ...(waiting.length > 0 ? waiting : ["  No part of it has anything to do."])].join("\n");
}

function headline(kernel: DesignKernel, raw: RawResult): string {
  const cycles = grouped(raw.cycles);
  if (raw.status !== "maxCycles") {
    return `${kernel.name} stands still: nothing has moved for ${grouped(raw.idleCycles)} cycles, ${cycles} cycles after its start.`;
  }
  const moved = raw.idleCycles <= 1 ? "it was still moving" : `it last moved ${grouped(raw.idleCycles)} cycles earlier`;
  return `${kernel.name} had not finished after ${cycles} cycles, the limit that was set; ${moved}.`;
}

/** The innermost stage of the kernel that a record belongs to. */
function stageOf(kernel: DesignKernel, record: StateRecord): StageInfo | undefined {
  return kernel.stages
    .filter((stage) => record.instance === stage.instance || record.instance.startsWith(`${stage.instance}.`))
    .sort((a, b) => b.instance.length - a.instance.length)[0];
}

/** In the order of the datapath; what belongs to no stage comes last. */
function order(kernel: DesignKernel, stage: StageInfo | undefined): number {
  return stage ? kernel.stages.indexOf(stage) : kernel.stages.length;
}

function spokenFor(record: StateRecord, byInstance: ReadonlyMap<string, StateRecord>): boolean {
  if (record.kind !== "fifo") return false;
  const parts = record.instance.split(".");
  while (parts.pop() !== undefined && parts.length > 0) {
    if (byInstance.has(parts.join("."))) return true;
  }
  return false;
}

/** The name a user knows a record by: of its access, of the stage it belongs to, or of its instance. */
function labelOf(kernel: DesignKernel, record: StateRecord, stage: StageInfo | undefined): string {
  const site = kernel.accesses.find((access) => access.id === record.values.site);
  if ((record.kind === "load" || record.kind === "store") && site) {
    return `${record.kind} of ${site.argument || "memory"} at ${site.file}:${site.line}:${site.column}`;
  }
  const port = /^m_axi(\d+)$/.exec(record.instance);
  if (port) return `${kernel.channels[Number(port[1])]?.memory ?? record.instance}`;
  if (!stage) return `${record.kind} ${record.instance}`;
  const place = stage.line > 0 && !stage.label.includes(`:${stage.line}`) ? ` (${stage.file}:${stage.line})` : "";
  const inside = stage.instance === record.instance ? "" : ` [${record.instance}]`;
  return `${stage.label}${place}${inside}`;
}

/** Why a record waits; undefined when it is at rest. */
function reason(record: StateRecord, byInstance: ReadonlyMap<string, StateRecord>): string | undefined {
  const v = record.values;
  const on = (key: string): boolean => (v[key] ?? 0) !== 0;
  const off = (key: string): boolean => v[key] === 0;
  switch (record.kind) {
    case "control":
      return undefined;
    case "dispatch":
      if (!on("valid") || on("finished")) return undefined;
      return `has handed out ${count(v.given ?? 0, "work-item")} and waits for the datapath to take the next`;
    case "sequencer":
      if (v.state === 2) return "waits for the memory units to write back what they hold";
      if (v.state !== 1) return undefined;
      return `waits for work-items: ${grouped(v.retired ?? 0)}${on("total_valid") ? ` of ${grouped(v.total ?? 0)}` : ""} have retired`;
    case "loop":
      if (on("again") && off("out_ready")) {
        return `waits for its body to take the next iteration (${count(v.inside ?? 0, "work-item")} inside)`;
      }
      return on("inside") ? `has ${count(v.inside!, "work-item")} inside that do not come round` : undefined;
    case "island":
      if (on("out_valid") && off("out_ready")) return "waits for the next stage to take its result";
      if (on("in_valid") && off("room")) return "waits for room behind it";
      return undefined;
    case "load":
      return loadReason(record, byInstance.get(`${record.instance}.answers`));
    case "store":
      return on("want") && off("ready") ? "waits for its memory unit to take the request" : undefined;
    case "barrier":
      if (on("out_valid") && off("out_ready")) return "waits for the next stage to take the work-items that it lets go";
      return on("waiting") ? `holds ${count(v.waiting!, "work-item")} until the rest of their groups come` : undefined;
    case "groups":
      return on("in_valid") && off("admitting") ? "waits for a work-group to finish, to begin the next" : undefined;
    case "items":
      return on("in_valid") && off("have") ? "waits for a work-item to give its private memory back" : undefined;
    case "scratch":
      return on("waiting") ? `has ${count(v.waiting!, "request")} that wait for their bank` : undefined;
    case "memory":
      return memoryReason(record);
    default:
      return streamReason(record);
  }
}

/** `answers` is the load's queue: its depth is the number of requests that may be open. */
function loadReason(record: StateRecord, answers: StateRecord | undefined): string | undefined {
  const { want = 0, room = 0, ready = 0, answer = 0 } = record.values;
  const open = answers ? (answers.values.depth ?? 0) - room - (answers.values.count ?? 0) : 0;
  const missing = open > 0 && answer === 0 ? `waits for the answers to ${count(open, "request")}` : undefined;
  if (want !== 0 && room !== 0 && ready === 0) {
    return ["waits for its memory unit to take the next request", missing].filter(Boolean).join(" and ");
  }
  if (want !== 0 && room === 0 && answer !== 0) return "has answers that nobody takes, and no room for more";
  return missing ?? (answer !== 0 ? "has an answer that nobody takes" : undefined);
}

function memoryReason({ values: v }: StateRecord): string | undefined {
  const refusals = [
    v.r_valid === 1 && v.r_ready === 0 ? "the design does not take read data" : "",
    v.b_valid === 1 && v.b_ready === 0 ? "the design does not take a write response" : "",
  ].filter((text) => text !== "");
  const { reads = 0, writes = 0 } = v;
  if (reads === 0 && writes === 0 && refusals.length === 0) return undefined;
  const open = `has ${count(reads, "read burst")} and ${count(writes, "write burst")} under way`;
  return [open, ...refusals].join("; ");
}

/** For modules without words of their own: streams that offer and are not taken. */
function streamReason(record: StateRecord): string | undefined {
  const v = record.values;
  const stuck = Object.keys(v)
    .filter((key) => key.endsWith("valid") && v[key] !== 0 && v[`${key.slice(0, -5)}ready`] === 0)
    .map((key) => key.slice(0, -5).replace(/_$/, ""));
  if (stuck.length === 0) return undefined;
  const figures = Object.entries(v).map(([key, value]) => `${key} ${value}`);
  const outputs = stuck.filter((name) => name !== "in");
  const what = outputs.length === 0 ? "does not take its input" : "waits for its consumer";
  return `${what} (${figures.join(", ")})`;
}
