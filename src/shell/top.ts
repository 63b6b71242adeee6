/** The top module of a board with soff's shell: the board's own template, filled in for one kernel. */
import { join } from "node:path";
import Handlebars from "handlebars";
import type { DesignKernel } from "../rtl/design.js";
import { libraryClosure } from "../rtl/library.js";
import { unsupported } from "../support/errors.js";
import type { Host } from "../support/host.js";
import type { Board, OpenFlow } from "../target/board.js";
import { type PllSettings, pllSolvers } from "./pll.js";

/** Name of the top module of every board's template. */
export const boardModule = "soff_board";

export interface ShellTop {
  /** `soff_board.v`. */
  readonly text: string;
  /** Library modules that it needs, by file name. */
  readonly library: ReadonlyMap<string, string>;
  /** What the kernel really runs at. */
  readonly clockMHz: number;
  readonly clocksPerBit: number;
}

/** Ports of a kernel's AXI4-Lite slave that the shell serves; the rest has constant values or nobody listens. */
const LITE = ["awvalid", "awready", "awaddr", "wvalid", "wready", "wdata", "wstrb", "bvalid", "bready"];
const LITE_READ = ["arvalid", "arready", "araddr", "rvalid", "rready", "rdata"];
const LITE_WIDTH: Readonly<Record<string, number>> = { awaddr: 12, araddr: 12, wdata: 32, rdata: 32, wstrb: 4 };
const MASTER = ["awvalid", "awready", "awid", "awaddr", "wvalid", "wready", "wdata", "wstrb", "wlast"];
const MASTER_ANSWER = ["bvalid", "bready", "bid", "arvalid", "arready", "arid", "araddr", "arlen"];
const MASTER_READ = ["rvalid", "rid", "rdata", "rlast"];
/** What kernels send and this memory has no use for. */
const UNUSED = ["awlen", "awsize", "awburst", "awlock", "awcache", "awprot", "awqos"].concat([
  "arsize",
  "arburst",
  "arlock",
  "arcache",
  "arprot",
  "arqos",
  "rready",
]);

/** Number by which the host knows a kernel's design: of 31 bits, so that it is a plain Verilog integer. */
export function designNumber(kernel: DesignKernel, texts: readonly string[]): number {
  let hash = 0x811c9dc5;
  for (const text of [kernel.topModule, ...texts]) {
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return (hash >>> 0) & 0x7fffffff;
}

export function shellTop(
  host: Host,
  board: Board,
  flow: OpenFlow,
  kernel: DesignKernel,
  wantedMHz: number,
  number: number,
): ShellTop {
  if (board.host.kind !== "serial" || kernel.axi.dataBits !== 32 || kernel.channels.length > 1) {
    throw unsupported(
      "shell/port",
      `the shell of ${board.name} serves one memory channel of 32 bits and a serial line`,
    );
  }
  const oscillator = board.clocks[0]!.mhz.value;
  const pll: PllSettings | undefined = pllSolvers[flow.pll](oscillator, wantedMHz);
  const clockMHz = pll?.mhz ?? oscillator;
  const clocksPerBit = Math.round((clockMHz * 1e6) / board.host.baud.value);
  const { idBits, addressBits } = kernel.axi;
  const wires: { name: string; range: string }[] = [];
  const declare = (name: string, width: number): string => {
    wires.push({ name, range: width === 1 ? "" : `[${width - 1}:0]` });
    return name;
  };
  const shellPorts: { port: string; wire: string }[] = [];
  const kernelPorts: { port: string; wire: string }[] = [];
  for (const port of [...LITE, ...LITE_READ]) {
    const wire = declare(`control_${port}`, LITE_WIDTH[port] ?? 1);
    shellPorts.push({ port: `m_axi_${port}`, wire });
    kernelPorts.push({ port: `s_axi_${port}`, wire });
  }
  for (const port of ["bresp", "rresp"]) kernelPorts.push({ port: `s_axi_${port}`, wire: "" });
  const width: Readonly<Record<string, number>> = {
    ...{ awid: idBits, bid: idBits, arid: idBits, rid: idBits, awaddr: addressBits, araddr: addressBits },
    ...{ wdata: 32, rdata: 32, wstrb: 4, arlen: 8 },
  };
  const memory = kernel.channels.length > 0;
  const inputs = new Set(["awready", "wready", "bvalid", "bid", "arready", "rvalid", "rid", "rdata", "rlast"]);
  for (const port of [...MASTER, ...MASTER_ANSWER, ...MASTER_READ]) {
    const bits = width[port] ?? 1;
    const wire = memory || inputs.has(port) ? declare(`memory_${port}`, bits) : `${bits}'d0`;
    shellPorts.push({ port: `s_axi_${port}`, wire });
    if (memory) kernelPorts.push({ port: `m_axi0_${port}`, wire });
  }
  if (memory) {
    for (const port of UNUSED) kernelPorts.push({ port: `m_axi0_${port}`, wire: "" });
    for (const port of ["bresp", "rresp"]) kernelPorts.push({ port: `m_axi0_${port}`, wire: "2'b00" });
  }
  const folder = join(host.packageRoot, "boards", board.name);
  // User strings never reach the template: only checked identifiers and numbers.
  const handlebars = Handlebars.create();
  handlebars.registerPartial("kernel", host.readText(join(host.packageRoot, "templates", "shell", "kernel.v.hbs")));
  const cycles = (ns: number) => Math.ceil((ns * clockMHz) / 1000 - 1e-9);
  handlebars.registerHelper("minus", (a: number, b: number) => a - b);
  handlebars.registerHelper("cyclesOf", (ns: number) => cycles(ns));
  handlebars.registerHelper("cyclesAtLeast", (ns: number, least: number) => Math.max(least, cycles(ns)));
  const template = handlebars.compile(host.readText(join(folder, flow.top)), { noEscape: true, strict: true });
  const text = template({
    boardTitle: board.title,
    topModule: kernel.topModule,
    pll: pll ?? false,
    clocksPerBit,
    addressBits,
    idBits,
    queue: 8,
    designNumber: number,
    memoryWords: board.memory.bytesPerChannel.value / 4,
    wires,
    shellPorts,
    kernelPorts,
  });
  return { text, library: libraryClosure(host, [text]), clockMHz, clocksPerBit };
}
