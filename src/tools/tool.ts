/** The external programs that soff can use: what `soff doctor` shows, and how a missing one is reported. */
import { toolError } from "../support/errors.js";
import type { Host, ProcessResult } from "../support/host.js";

export interface Tool {
  /** Stable name, part of the diagnostic code `tool/NAME-missing`. */
  readonly name: string;
  readonly program: string;
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
    neededFor: "estimating area (soff build --until synth)",
    howToGet: "sudo apt-get install yosys",
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
  /** Undefined when the program is missing or says something unexpected. */
  readonly version: string | undefined;
}

/** Asks a program for its version. */
export async function probeTool(host: Host, tool: Tool): Promise<ToolStatus> {
  const result = await host.run(tool.program, tool.versionArguments, { timeoutMs: 20_000 });
  const version = tool.versionPattern.exec(result.stdout + result.stderr)?.[1];
  return { tool, found: !result.notFound, version };
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

/** Runs a tool whose absence or failure ends the command. The complete output stays in `log`. */
export async function runTool(
  host: Host,
  tool: Tool,
  args: readonly string[],
  options: { readonly cwd: string; readonly log: string; readonly timeoutMs?: number },
): Promise<ProcessResult> {
  const result = await host.run(tool.program, args, {
    cwd: options.cwd,
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
  });
  if (result.notFound) throw missingTool(tool);
  if (result.exitCode !== 0 || result.timedOut) throw failedTool(host, tool, result, options.log);
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
