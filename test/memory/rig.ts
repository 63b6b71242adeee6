/** Builds the test rig of the memory system for a set of parameters (once for each content) and runs its bench. */
import { runBench, verilate } from "./verilate.js";

/** Parameters of `memory_rig`. */
export const defaults = {
  CLIENTS: 2,
  ADDR_W: 34,
  LINE_BYTES: 64,
  AXI_BYTES: 64,
  SETS: 128,
  WAYS: 4,
  DATA_BYTES: 4,
  GRAIN_BYTES: 4,
  INFLIGHT: 256,
  FILLS: 256,
  MAX_BURST: 16,
  ATOMICS: 0,
  FADD: 0,
};
export type Parameters = Readonly<typeof defaults>;

/** Settings of the bench: see `Settings` in memory_bench.cpp. */
export type Settings = Readonly<Record<string, number>>;

export interface Measured {
  /** Requests accepted in the last run, and cycles from the first acceptance to the last answer (stores: acceptance). */
  readonly accesses: number;
  readonly cycles: number;
  /** Cycles from `flush` to `flushed`. */
  readonly flush: number;
  readonly readBeats: number;
  readonly readBursts: number;
  readonly writeBeats: number;
  readonly writeBursts: number;
  readonly answers: number;
}

const SOURCES = ["memory/memory_rig.sv", "memory/memory_bench.cpp", "memory/axi_memory.h", "memory/atomics.h"];

/** `synthesis`: the RAMs as synthesis sees them, without what only simulation has. */
export const buildRig = (changes: Partial<Parameters>, synthesis = false): Promise<string> =>
  verilate({
    name: "memory-rig",
    top: "memory_rig",
    sources: SOURCES,
    parameters: { ...defaults, ...changes },
    synthesis,
  });

/** Runs the bench; throws with what it says is wrong. */
export const runRig = (program: string, settings: Settings): Promise<Measured> => runBench(program, settings);
