/** Builds the test rig of the memory system for a set of parameters (once for each content) and runs its bench. */
import { join } from "node:path";
import { NodeHost } from "../../src/cli/node-host.js";
import { libraryClosure } from "../../src/rtl/library.js";
import { cachedFolder, contentKey } from "../../src/tools/cache.js";

export const host = new NodeHost();

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

const SOURCES = ["memory_rig.sv", "memory_bench.cpp", "axi_memory.h"];
const FLAGS = ["--cc", "--exe", "--build", "-O3", "--x-initial", "unique", "--x-assign", "unique"];

/** `synthesis`: the RAMs as synthesis sees them, without what only simulation has. */
export async function buildRig(changes: Partial<Parameters>, synthesis = false): Promise<string> {
  const parameters = Object.entries({ ...defaults, ...changes });
  const sources = SOURCES.map((name) => [name, host.readText(join(host.packageRoot, "test/memory", name))] as const);
  const library = libraryClosure(
    host,
    sources.map(([, text]) => text),
  );
  const flags = [
    ...FLAGS,
    ...(synthesis ? [] : ["-DSOFF_SIM"]),
    ...parameters.map(([name, value]) => `-G${name}=${value}`),
    ...["-CFLAGS", `-std=c++20 -I.. ${parameters.map(([name, value]) => `-D${name}=${value}`).join(" ")}`],
    ...["-MAKEFLAGS", "OPT_FAST=-O1 OPT_SLOW=-O0"],
  ];
  const texts = [...library, ...sources];
  const key = contentKey([...flags, ...texts.flat()]);
  const { folder } = await cachedFolder(host, "memory-rig", key, ["rig"], async (fresh) => {
    for (const [name, text] of texts) host.writeFile(join(fresh, name), text);
    const args = [...flags, "--top-module", "memory_rig", "--Mdir", "obj", "-o", "../rig"];
    const built = await host.run("verilator", [...args, "memory_rig.sv", "memory_bench.cpp"], {
      cwd: fresh,
      env: { OBJCACHE: (await host.run("ccache", ["--version"])).notFound ? "" : "ccache" },
    });
    if (built.exitCode !== 0) throw new Error(`Verilator: ${built.stdout}\n${built.stderr}`);
    host.remove(join(fresh, "obj"));
  });
  return join(folder, "rig");
}

/** Runs the bench; throws with what it says is wrong. */
export async function runRig(program: string, settings: Settings): Promise<Measured> {
  const list = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  const result = await host.run(program, list, { timeoutMs: 120_000 });
  if (result.exitCode !== 0) throw new Error(`${list.join(" ")}: ${result.stderr}\n${result.stdout}`);
  const line = result.stdout.split("\n").find((text) => text.startsWith("{"));
  return JSON.parse(line ?? "") as Measured;
}
