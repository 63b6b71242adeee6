import { describe, expect, it } from "vitest";
import { hangReport } from "../../src/launch/hang-report.js";
import { parseResult, type RawResult } from "../../src/launch/launch-file.js";
import type { StateRecord } from "../../src/launch/states.js";
import type { DesignKernel } from "../../src/rtl/design.js";
import { kernel as vadd } from "../sim/vadd.js";

const stage = (instance: string, kind: "island" | "memory" | "loop" | "dispatch" | "cache" | "axi", label: string) => ({
  instance,
  kind,
  label,
  file: "k.cl",
  line: 7,
});
const kernel: DesignKernel = {
  ...vadd,
  name: "k",
  stages: [
    stage("dp.ring", "loop", "loop at k.cl:7:3"),
    stage("dp.m0", "memory", "load of a"),
    stage("dispatch", "dispatch", "work-item dispatcher"),
    stage("cache0", "cache", "memory unit of a"),
  ],
};
const state = (instance: string, kind: string, values: Record<string, number>): StateRecord => ({
  instance,
  kind,
  values,
});
const raw = (more: Partial<RawResult> = {}): RawResult => ({
  ...parseResult(
    '{"status":"hang","cycles":2000,"idleCycles":1500,"simulatedCycles":0,"errorBits":0,"seconds":0,"stray":{"bytes":0,"address":"0"},"written":[],"channels":[],"faults":[]}',
  ),
  ...more,
});
const report = (...states: StateRecord[]): string[] => hangReport(kernel, states, raw()).split("\n");

describe("hangReport", () => {
  it("begins with how long nothing has moved", () => {
    expect(report()).toEqual([
      "k stands still: nothing has moved for 1,500 cycles, 2,000 cycles after its start.",
      "  No part of it has anything to do.",
    ]);
  });

  it("says who waits at barriers, for slots and for banks", () => {
    expect(
      report(
        state("dp.b", "barrier", { arrivals: 12, phases: 0, waiting: 12, leaving: 0, out_valid: 0, out_ready: 1 }),
        state("dp.c", "barrier", { arrivals: 9, phases: 3, waiting: 0, leaving: 0, out_valid: 0, out_ready: 1 }),
        state("dp.groups", "groups", { given: 16, used: 65535, admitting: 0, in_valid: 1, out_ready: 1 }),
        state("dp.items", "items", { waited: 4, have: 0, in_valid: 1, out_ready: 1 }),
        state("dp.l0", "scratch", { requests: 7, conflicts: 3, waiting: 2 }),
      ).slice(1),
    ).toEqual([
      "  barrier dp.b holds 12 work-items until the rest of their groups come",
      "  groups dp.groups waits for a work-group to finish, to begin the next",
      "  items dp.items waits for a work-item to give its private memory back",
      "  scratch dp.l0 has 2 requests that wait for their bank",
    ]);
  });

  it("follows the wait from the dispatcher to the memory, in the order of the datapath", () => {
    const lines = report(
      state("m_axi0", "memory", { reads: 3, writes: 0, r_valid: 0, r_ready: 1, b_valid: 0, b_ready: 1 }),
      state("dispatch", "dispatch", { valid: 1, ready: 0, finished: 0, given: 65 }),
      state("dp.m0", "load", { site: 0, want: 1, room: 0, ready: 0, answer: 0, requests: 99 }),
      state("dp.m0.answers", "fifo", { count: 0, depth: 16, valid: 0, ready: 1, in_valid: 0, in_ready: 1 }),
      state("dp.ring", "loop", { inside: 8, again: 1, out_ready: 0, iterations: 40 }),
    );
    expect(lines.slice(1)).toEqual([
      "  loop at k.cl:7:3 waits for its body to take the next iteration (8 work-items inside)",
      "  load of a at vadd.cl:3:10 waits for the answers to 16 requests",
      "  work-item dispatcher (k.cl:7) has handed out 65 work-items and waits for the datapath to take the next",
      "  DDR[0] has 3 read bursts and 0 write bursts under way",
    ]);
  });

  it("says nothing about what is at rest", () => {
    const lines = report(
      state("dp.ring", "loop", { inside: 0, again: 0, out_ready: 1, iterations: 40 }),
      state("dp.m0", "load", { site: 0, want: 0, room: 16, ready: 1, answer: 0 }),
      state("dp.m0.answers", "fifo", { count: 0, depth: 16, valid: 0, ready: 0 }),
      state("dispatch", "dispatch", { valid: 0, ready: 0, finished: 1, given: 65 }),
      state("sequencer", "sequencer", { state: 0, retired: 65, total: 65, total_valid: 1, flushed: 1 }),
      state("q", "fifo", { count: 2, depth: 4, valid: 1, ready: 1 }),
    );
    expect(lines.slice(1)).toEqual(["  No part of it has anything to do."]);
  });

  it("has words for modules it does not know", () => {
    const [, line] = report(state("cache0.join", "join", { out_valid: 1, out_ready: 0, held: 3 }));
    expect(line).toBe(
      "  memory unit of a (k.cl:7) [cache0.join] waits for its consumer (out_valid 1, out_ready 0, held 3)",
    );
  });

  it("tells the flush from the run", () => {
    const sequencer = (values: Record<string, number>) => report(state("seq", "sequencer", values))[1];
    expect(sequencer({ state: 2, retired: 5, total: 5, total_valid: 1, flushed: 0 })).toMatch(/write back/);
    expect(sequencer({ state: 1, retired: 4, total: 5, total_valid: 1, flushed: 0 })).toMatch(/4 of 5 have retired/);
    expect(sequencer({ state: 1, retired: 4, total: 0, total_valid: 0, flushed: 0 })).toMatch(/: 4 have retired/);
  });

  it("says that a run which reached its limit was moving", () => {
    const text = hangReport(kernel, [], raw({ status: "maxCycles", idleCycles: 0 }));
    expect(text).toMatch(/had not finished after 2,000 cycles, the limit that was set; it was still moving/);
  });
});
