/** Builds the test rig of soff_scratch for a set of parameters and runs its bench. */
import { runBench, verilate } from "../memory/verilate.js";

/** Kinds of clients. */
export const LOAD = 0;
export const STORE = 1;
export const ATOMIC = 2;

export interface Parameters {
  readonly ADDR_W: number;
  readonly BYTES: number;
  readonly DATA_BYTES: number;
  readonly BANKS: number;
  readonly FADD: number;
  readonly GRAIN_BYTES: number;
}
const defaults: Parameters = { ADDR_W: 14, BYTES: 16384, DATA_BYTES: 4, BANKS: 4, FADD: 0, GRAIN_BYTES: 4 };

export interface Measured {
  /** Requests accepted, and cycles from the first to the last of them. */
  readonly accesses: number;
  readonly cycles: number;
  /** Cycles that a request waited, at most. */
  readonly longestWait: number;
  /** Cycles from acceptance to the answer. */
  readonly fastest: number;
  readonly slowest: number;
  /** Requests accepted of each client. */
  readonly clients: readonly number[];
}

export function kindsOf(clients: readonly number[]): number {
  return clients.reduce((all, kind, k) => all + kind * 4 ** k, 0);
}

export const buildRig = (clients: readonly number[], changes: Partial<Parameters>, synthesis = false) =>
  verilate({
    name: "scratch-rig",
    top: "scratch_rig",
    sources: ["scratch/scratch_rig.sv", "scratch/scratch_bench.cpp", "memory/atomics.h"],
    parameters: {
      CLIENTS: clients.length,
      KINDS: kindsOf(clients),
      ATOMICS: clients.includes(ATOMIC) ? 1 : 0,
      ...defaults,
      ...changes,
    },
    synthesis,
  });

export const runRig = (program: string, settings: Readonly<Record<string, number>>): Promise<Measured> =>
  runBench(program, settings);
