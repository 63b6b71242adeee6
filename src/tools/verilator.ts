/** Turns a design's Verilog into a simulator program: Verilator, then the C++ compiler with the harness of `sim/`. */
import { join } from "node:path";
import { InternalError, toolError } from "../support/errors.js";
import type { Host } from "../support/host.js";
import { cachedFolder, contentKey } from "./cache.js";
import { compileUnits, link, type Unit } from "./cxx.js";
import { failedTool, missingTool, probeTool, requireTool, tools } from "./tool.js";

export interface SimulatorSource {
  readonly topModule: string;
  /** Verilog by file name (no folders), in the order in which Verilator shall read it. */
  readonly files: ReadonlyMap<string, string>;
  /** AXI masters `m_axi0_*` … of the top module and the bytes of their data. */
  readonly channels: number;
  readonly axiBytes: number;
  /** A simulator that can write a trace is slower, and so is its build. */
  readonly trace: boolean;
  /** Compile for speed: worth it for runs of millions of cycles. */
  readonly fast?: boolean;
}

export interface Simulator {
  readonly program: string;
  /** Taken from the cache. */
  readonly cached: boolean;
}

/** Warnings are errors for versions up to this one; later ones may warn about new things that nobody could know. */
const TESTED = 5.02;
const OLDEST = 5.002;

const HARNESS = ["axi.cpp", "control.cpp", "dram.cpp", "launch.cpp", "main.cpp", "memory.cpp", "print.cpp"];
const HEADERS = ["axi.h", "control.h", "dram.h", "launch.h", "memory.h", "model.h", "random.h"];
const PROGRAM = "simulator";

// Measured on gemm (64x64x64, three memory channels): -O2 takes 17 s to compile and runs 10 % faster than -O1, which takes
// 7 s; with functions of at most 400 statements and little inlining of modules -O1 takes 4 s and runs as fast as -O2.
// Cold code (constructors, declarations of traces) runs once.
const RUNTIME = ["-O2"];
const HOT = ["-O1"];
// On an array of 1024 multipliers -O2 simulates twice as fast as -O1.
const FAST = ["-O2"];
const COLD = ["-O0"];
const LANGUAGE = ["-std=gnu++17", "-w", "-fno-stack-protector", "-fcf-protection=none"];

/** What all builds of one Verilator on this machine share. */
interface Toolchain {
  readonly verilator: string;
  readonly cxx: string;
  /** Folder of Verilator's own sources. */
  readonly root: string;
  readonly ccache: boolean;
}

const versions = ({ verilator, cxx, root }: Toolchain) => [verilator, cxx, root];

const toolchains = new WeakMap<Host, Promise<Toolchain>>();

async function findToolchain(host: Host): Promise<Toolchain> {
  const verilator = await requireTool(host, tools.verilator);
  const cxx = await requireTool(host, tools.cxx);
  if (Number(verilator) < OLDEST) {
    throw toolError("tool/verilator-old", `Verilator ${verilator} is too old: soff needs ${OLDEST} or later`, {
      help: "Debian 12, Ubuntu 24.04 and later have it as a package; for older systems see https://verilator.org/guide/latest/install.html",
    });
  }
  const asked = await host.run(tools.verilator.program, ["--getenv", "VERILATOR_ROOT"]);
  const ccache = await probeTool(host, tools.ccache);
  return { verilator, cxx, root: asked.stdout.trim(), ccache: ccache.found };
}

function toolchain(host: Host): Promise<Toolchain> {
  let found = toolchains.get(host);
  if (!found) {
    found = findToolchain(host);
    toolchains.set(host, found);
    // Ask again when it failed: the user may have installed it.
    found.catch(() => toolchains.delete(host));
  }
  return found;
}

/** Builds the simulator of a design, or finds it in the cache. */
export async function buildSimulator(host: Host, source: SimulatorSource): Promise<Simulator> {
  const chain = await toolchain(host);
  const sim = (name: string): string => join(host.packageRoot, "sim", name);
  const key = contentKey([
    JSON.stringify([
      versions(chain),
      source.topModule,
      source.channels,
      source.axiBytes,
      source.trace,
      verilatorFlags(source),
    ]),
    JSON.stringify([RUNTIME, source.fast ? FAST : HOT, COLD, LANGUAGE]),
    ...[...HEADERS, ...HARNESS, "binding.cpp"].map((name) => host.readText(sim(name))),
    ...[...source.files].flat(),
  ]);
  const built = await cachedFolder(host, "simulators", key, [PROGRAM], async (folder) => {
    host.progress(`translating ${source.topModule} with Verilator`);
    const classes = await translate(host, chain, source, folder);
    host.progress(`compiling the simulator of ${source.topModule}`);
    const runtime = await runtimeObjects(host, chain, classes.runtime, source.trace);
    const objects = await compileDesign(host, chain, source, folder, classes);
    await link(host, folder, [...objects, ...runtime], ["-pthread", ...(source.trace ? ["-lz"] : [])], PROGRAM);
    // Only the program is worth its space.
    for (const name of host.list(folder)) if (name !== PROGRAM) host.remove(join(folder, name));
  });
  return { program: join(built.folder, PROGRAM), cached: built.hit };
}

/** Large instances of a design (operators, caches and their ports) from which on the size of the code counts more than the speed of each. */
const manyInstances = 24;
const LARGE = /^ {2}soff_(?:fp_\w+|int_\w+|cache|line_reader|bank_port) #/gm;

function largeInstances(source: SimulatorSource): number {
  return [...source.files.values()].reduce((n, text) => n + (text.match(LARGE)?.length ?? 0), 0);
}

function verilatorFlags(source: SimulatorSource): string[] {
  return [
    "--cc",
    "-Wall",
    "-O3",
    "--x-assign",
    "fast",
    // Registers without reset start at random under --stall-seed; see sim/binding.cpp.
    "--x-initial",
    "unique",
    "-DSOFF_SIM",
    "--output-split",
    "20000",
    "--output-split-cfuncs",
    "400",
    "--inline-mult",
    "20",
    // Ports that are not replaced by what drives them make all instances of a module the same code, compiled once: a fifth of the
    // code in a design of many lanes, two thirds in one of many caches. A small design is a third faster without.
    ...(largeInstances(source) > manyInstances ? ["-fno-gate"] : []),
    ...(source.trace ? ["--trace-fst", "--trace-structs"] : []),
  ];
}

interface Classes {
  readonly hot: readonly string[];
  readonly cold: readonly string[];
  /** Verilator's own sources that are needed. */
  readonly runtime: readonly string[];
}

/** Runs Verilator; leaves C++ in `folder`. */
async function translate(host: Host, chain: Toolchain, source: SimulatorSource, folder: string): Promise<Classes> {
  for (const [name, text] of source.files) host.writeFile(join(folder, name), text);
  const result = await host.run(
    tools.verilator.program,
    [
      ...verilatorFlags(source),
      ...(Number(chain.verilator) > TESTED ? ["-Wno-fatal"] : []),
      ...["--prefix", "Vtop", "--top-module", source.topModule, "--Mdir", "."],
      ...source.files.keys(),
    ],
    { cwd: folder },
  );
  if (result.notFound) throw missingTool(tools.verilator);
  const log = join(host.cacheDir, "logs", `verilator-${source.topModule}.log`);
  if (/^%(Error|Warning)/m.test(result.stderr) && result.exitCode !== 0) {
    // The Verilog is ours: whatever Verilator says against it is our fault.
    host.writeFile(log, result.stderr);
    const messages = result.stderr.split("\n").filter((line) => /^%(Error|Warning)/.test(line));
    throw new InternalError(
      `Verilator rejects the generated Verilog of ${source.topModule}; its output is in ${log}\n${messages.slice(0, 5).join("\n")}`,
    );
  }
  if (result.exitCode !== 0) throw failedTool(host, tools.verilator, result, log);
  const makefile = host.readText(join(folder, "Vtop_classes.mk"));
  return {
    hot: [...listed(makefile, "VM_CLASSES_FAST"), ...listed(makefile, "VM_SUPPORT_FAST")],
    cold: [...listed(makefile, "VM_CLASSES_SLOW"), ...listed(makefile, "VM_SUPPORT_SLOW")],
    runtime: [...listed(makefile, "VM_GLOBAL_FAST"), ...listed(makefile, "VM_GLOBAL_SLOW")],
  };
}

/** Values of one variable of Verilator's list of classes. */
function listed(makefile: string, variable: string): string[] {
  const start = makefile.indexOf(`${variable} += \\\n`);
  if (start < 0) return [];
  const block = makefile.slice(start).split("\n\n", 1)[0]!;
  return block
    .split("\n")
    .slice(1)
    .map((line) => line.replace("\\", "").trim())
    .filter((name) => name !== "");
}

function compileFlags(chain: Toolchain, trace: boolean): string[] {
  return [
    ...LANGUAGE,
    "-I.",
    `-I${chain.root}/include`,
    `-I${chain.root}/include/vltstd`,
    ...["VERILATOR=1", "VM_COVERAGE=0", "VM_SC=0", "VM_TRACE_VCD=0"].map((d) => `-D${d}`),
    `-DVM_TRACE=${Number(trace)}`,
    `-DVM_TRACE_FST=${Number(trace)}`,
  ];
}

/** Objects that do not depend on the design: the harness and Verilator's runtime, made once. */
async function runtimeObjects(
  host: Host,
  chain: Toolchain,
  runtime: readonly string[],
  trace: boolean,
): Promise<readonly string[]> {
  const sim = join(host.packageRoot, "sim");
  const sources = [
    ...runtime.map((name) => ({ name, path: join(chain.root, "include", `${name}.cpp`) })),
    ...HARNESS.map((file) => ({ name: file.replace(".cpp", ""), path: join(sim, file) })),
  ];
  const flags = [...compileFlags(chain, trace), ...RUNTIME];
  const key = contentKey([
    JSON.stringify([versions(chain), flags]),
    ...HEADERS.map((name) => host.readText(join(sim, name))),
    ...sources.map((s) => host.readText(s.path)),
  ]);
  const products = sources.map((s) => `${s.name}.o`);
  const built = await cachedFolder(host, "simulator-runtime", key, products, async (folder) => {
    host.progress("compiling the simulators' runtime (once)");
    const units = sources.map((s) => ({ source: s.path, object: `${s.name}.o`, flags }));
    await compileUnits(host, folder, units, chain.ccache);
  });
  return products.map((name) => join(built.folder, name));
}

/** Compiles what Verilator made, and the binding of its ports to the harness. */
async function compileDesign(
  host: Host,
  chain: Toolchain,
  source: SimulatorSource,
  folder: string,
  classes: Classes,
): Promise<readonly string[]> {
  const channels = Array.from({ length: source.channels }, (_, c) => `X(${c})`).join(" ");
  host.writeFile(
    join(folder, "soff_design.h"),
    `#define SOFF_AXI_BYTES ${source.axiBytes}\n#define SOFF_CHANNELS(X) ${channels}\n`,
  );
  host.writeFile(join(folder, "binding.cpp"), host.readText(join(host.packageRoot, "sim", "binding.cpp")));
  const flags = [...compileFlags(chain, source.trace), `-I${join(host.packageRoot, "sim")}`];
  const size = (name: string): number => host.readFile(join(folder, `${name}.cpp`)).length;
  const groups = [
    ...balance(classes.hot, size, 2).map((names, i) => ({
      name: `hot${i}`,
      names,
      flags: [...flags, ...(source.fast ? FAST : HOT)],
    })),
    { name: "cold", names: [...classes.cold, "binding"], flags: [...flags, ...COLD] },
  ];
  const units: Unit[] = groups
    .filter((g) => g.names.length > 0)
    .map((g) => {
      // Every file of Verilator's reads the same long headers: together they are read once.
      host.writeFile(join(folder, `${g.name}.cpp`), g.names.map((name) => `#include "${name}.cpp"\n`).join(""));
      return { source: `${g.name}.cpp`, object: `${g.name}.o`, flags: g.flags };
    });
  await compileUnits(host, folder, units, chain.ccache);
  return units.map((unit) => unit.object);
}

/** Distributes names over `bins` groups of about equal size. */
function balance(names: readonly string[], size: (name: string) => number, bins: number): string[][] {
  const groups = Array.from({ length: bins }, () => ({ names: [] as string[], total: 0 }));
  const sized = names.map((name) => ({ name, size: size(name) })).sort((a, b) => b.size - a.size);
  for (const { name, size } of sized) {
    const group = groups.reduce((least, g) => (g.total < least.total ? g : least));
    group.names.push(name);
    group.total += size;
  }
  return groups.map((g) => g.names);
}
