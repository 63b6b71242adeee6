/** nextpnr and the packers of Project Trellis and Project IceStorm: netlist to bitstream. */
import { join } from "node:path";
import { InternalError, inputError, ToolError, toolError } from "../support/errors.js";
import type { Host } from "../support/host.js";
import type { OpenFlow } from "../target/board.js";
import { checkedName } from "./scratch.js";
import { runTool, tools } from "./tool.js";

/** A clock as nextpnr found it. */
export interface RoutedClock {
  readonly name: string;
  readonly achievedMHz: number;
  readonly wantedMHz: number;
}

/** One hop of the critical path, by the names of the netlist. */
export interface PathStep {
  readonly cell: string;
  readonly delayNs: number;
}

export interface Routed {
  /** The clock with the least slack. */
  readonly clock: RoutedClock;
  readonly criticalPath: readonly PathStep[];
  /** Cells of the device by nextpnr's names. */
  readonly utilisation: Readonly<Record<string, { readonly used: number; readonly available: number }>>;
}

/** Place and route takes minutes to an hour; the WebAssembly build two to three times as long as a native one. */
const ROUTE_MS = 6 * 3600 * 1000;

/** What nextpnr says when cells are left over: lookup tables and flip-flops that fit apart may not fit together. */
const TOO_LARGE =
  /Failed to expand region[^\n]*|Unable to (?:find a placement location|place cell)[^\n]*|no more Bels[^\n]*/i;

/** Names in the project's folder. */
export const files = { netlist: "netlist.json", report: "nextpnr.json", log: "nextpnr.log" } as const;

/** What the tool is called with, apart from the program. */
export function placeArguments(flow: OpenFlow, clockMHz: number, seed: number): readonly string[] {
  const common = [
    ...["--json", files.netlist, "--freq", clockMHz.toFixed(3), "--seed", String(seed)],
    ...["--report", files.report, "--timing-allow-fail"],
  ];
  if (flow.placeAndRoute === "nextpnr-ecp5") {
    return [
      ...[`--${flow.device}`, "--package", flow.package, "--speed", flow.speed ?? "6"],
      ...["--lpf", flow.pins, "--textcfg", "soff_board.config", ...common],
    ];
  }
  return [`--${flow.device}`, "--package", flow.package, "--pcf", flow.pins, "--asc", "soff_board.asc", ...common];
}

/** Arguments of the packer, and the bitstream's name. */
export function packArguments(flow: OpenFlow): { readonly args: readonly string[]; readonly bitstream: string } {
  return flow.placeAndRoute === "nextpnr-ecp5"
    ? { args: ["--compress", "--input", "soff_board.config", "--bit", "soff_board.bit"], bitstream: "soff_board.bit" }
    : { args: ["soff_board.asc", "soff_board.bin"], bitstream: "soff_board.bin" };
}

const toolOf = (flow: OpenFlow) => (flow.placeAndRoute === "nextpnr-ecp5" ? tools.nextpnrEcp5 : tools.nextpnrIce40);
const packerOf = (flow: OpenFlow) => (flow.placeAndRoute === "nextpnr-ecp5" ? tools.ecppack : tools.icepack);

/** The commands as a user would type them in the project's folder. */
export function commandLines(flow: OpenFlow, clockMHz: number): readonly string[] {
  return [
    "yosys -q -s synthesise.ys",
    [toolOf(flow).program, ...placeArguments(flow, clockMHz, 1)].join(" "),
    [packerOf(flow).program, ...packArguments(flow).args].join(" "),
  ];
}

/** Places and routes the netlist in `folder`. A design that the device cannot hold is `tool/NAME-failed`. */
export async function placeAndRoute(
  host: Host,
  folder: string,
  flow: OpenFlow,
  clockMHz: number,
  seed: number,
): Promise<Routed> {
  checkedName(flow.pins);
  const tool = toolOf(flow);
  const log = join(folder, files.log);
  try {
    await runTool(host, tool, placeArguments(flow, clockMHz, seed), { cwd: folder, log, timeoutMs: ROUTE_MS });
  } catch (error) {
    const lack = error instanceof ToolError ? TOO_LARGE.exec(error.message) : null;
    if (!lack) throw error;
    throw inputError("build/does-not-fit", `nextpnr finds no room for the design on the device: ${lack[0]}`, {
      help: `Take a larger board, or let the kernel do less at a time. The whole log is ${log}.`,
    });
  }
  return readRouted(host.readText(join(folder, files.report)), join(folder, files.report));
}

/** Makes the bitstream; gives its name in the folder. */
export async function pack(host: Host, folder: string, flow: OpenFlow): Promise<string> {
  const { args, bitstream } = packArguments(flow);
  await runTool(host, packerOf(flow), args, { cwd: folder, log: join(folder, "pack.log"), timeoutMs: ROUTE_MS });
  if (!host.exists(join(folder, bitstream))) throw new InternalError(`${packerOf(flow).program} left no ${bitstream}`);
  return bitstream;
}

interface RawReport {
  readonly fmax?: Readonly<Record<string, { readonly achieved: number; readonly constraint: number }>>;
  readonly utilization?: Readonly<Record<string, { readonly used: number; readonly available: number }>>;
  readonly critical_paths?: readonly {
    readonly from?: string;
    readonly to?: string;
    readonly path?: readonly { readonly delay: number; readonly to?: { readonly cell?: string } }[];
  }[];
}

/** Reads the file that `--report` writes. */
export function readRouted(text: string, file: string): Routed {
  let raw: RawReport;
  try {
    raw = JSON.parse(text) as RawReport;
  } catch (error) {
    throw toolError("tool/nextpnr-report", `${file} is no report of nextpnr: ${(error as Error).message}`);
  }
  const clocks = Object.entries(raw.fmax ?? {}).map(([name, { achieved, constraint }]) => ({
    name,
    achievedMHz: achieved,
    wantedMHz: constraint,
  }));
  const worst = clocks.sort((a, b) => a.achievedMHz / a.wantedMHz - b.achievedMHz / b.wantedMHz)[0];
  if (!worst) throw toolError("tool/nextpnr-report", `${file} names no clock`);
  const path = (raw.critical_paths ?? []).find(
    ({ from, to }) => from?.includes(worst.name) && to?.includes(worst.name),
  );
  return {
    clock: worst,
    criticalPath: (path?.path ?? []).map((step) => ({ cell: step.to?.cell ?? "", delayNs: step.delay })),
    utilisation: raw.utilization ?? {},
  };
}
