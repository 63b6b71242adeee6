/** Packages for vendors' tools: every Tcl file is executed against stubs of the vendors' commands, flows run with fake tools. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseStringPromise } from "xml2js";
import { NodeHost } from "../../src/cli/node-host.js";
import { buildToFolder } from "../../src/flow/build.js";
import type { DesignReport } from "../../src/flow/design-folder.js";
import type { SoffError } from "../../src/support/errors.js";

const host = new NodeHost();
const scratch = mkdtempSync(join(tmpdir(), "soff-vendor-"));
const stubs = join(import.meta.dirname, "stubs.tcl");
const fake = join(import.meta.dirname, "fake");
const path = process.env.PATH;

async function build(board: string, until: "rtl" | "bitstream"): Promise<{ project: string; report: DesignReport }> {
  const folder = join(scratch, `${board}-${until}`);
  const file = join(host.packageRoot, "examples/gemm/gemm.cl");
  const { report } = await buildToFolder(host, { files: [file], board, kernels: [], compile: {}, until, folder });
  return { project: join(folder, "project/gemm"), report };
}

/** Calls that a script makes, each with its words. */
function calls(project: string, script: string): readonly (readonly string[])[] {
  const said = execFileSync("tclsh", [stubs, script], { cwd: project, encoding: "utf8" });
  return said
    .trim()
    .split("\n")
    .map((line) => line.split(/\s+/));
}

/** Ports of a module as Icarus sees them would do; its own header is as good. */
function portsOf(file: string, module: string): ReadonlyMap<string, { direction: string; width: number }> {
  const text = readFileSync(file, "utf8");
  const header = text.slice(text.indexOf(`module ${module} (`)).split(");")[0]!;
  return new Map(
    [...header.matchAll(/(input|output) wire (?:\[(\d+):0\] )?(\w+)/g)].map((m) => [
      m[3]!,
      { direction: m[1]!, width: Number(m[2] ?? 0) + 1 },
    ]),
  );
}

beforeAll(() => {
  process.env.PATH = `${fake}:${path}`;
});
afterAll(() => {
  process.env.PATH = path;
  rmSync(scratch, { recursive: true, force: true });
});

describe("Vitis", () => {
  let project: string;
  beforeAll(async () => {
    project = (await build("u250", "rtl")).project;
  }, 120_000);

  it("kernel.xml names every register of the design and every port of the wrapper", async () => {
    const design = JSON.parse(readFileSync(join(project, "../../design.json"), "utf8"));
    const [kernel] = design.kernels;
    const { root } = await parseStringPromise(readFileSync(join(project, "kernel.xml"), "utf8"));
    const xml = root.kernel[0];
    expect(xml.$).toMatchObject({ name: "gemm", language: "ip_c", hwControlProtocol: "ap_ctrl_hs" });
    const ports = portsOf(join(project, "gemm_kernel.v"), "gemm_kernel");
    for (const { $: port } of xml.ports[0].port) {
      const wide = ports.get(`${port.name}_${port.mode === "master" ? "wdata" : "wdata"}`);
      expect(wide?.width, port.name).toBe(Number(port.dataWidth));
    }
    expect(xml.args[0].arg.map((a: { $: { offset: string } }) => Number(a.$.offset))).toEqual(
      kernel.registers.map((r: { offset: number }) => r.offset),
    );
    const buffers = xml.args[0].arg.filter((a: { $: { addressQualifier: string } }) => a.$.addressQualifier === "1");
    expect(buffers.map((a: { $: { name: string } }) => a.$.name)).toEqual(["A", "B", "C"]);
  });

  it("the wrapper fits the kernel: Verilator finds nothing to say", () => {
    const design = JSON.parse(readFileSync(join(project, "../../design.json"), "utf8"));
    const files = design.kernels[0].files.map((f: string) => `../../${f}`);
    const args = [
      "--lint-only",
      "-Wall",
      "-Wno-UNUSEDSIGNAL",
      "-Wno-SYMRSVDWORD",
      "--top-module",
      "gemm_kernel",
      ...files,
      "gemm_kernel.v",
    ];
    expect(() => execFileSync("verilator", args, { cwd: project, stdio: "pipe" })).not.toThrow();
  });

  it("the packaging script names files and interfaces that exist", () => {
    const all = calls(project, "package_kernel.tcl");
    const files = all.filter(([name]) => name === "add_files").map((call) => call.at(-1)!);
    expect(files.length).toBeGreaterThan(10);
    for (const file of files) expect(existsSync(file), file).toBe(true);
    const ports = portsOf(join(project, "gemm_kernel.v"), "gemm_kernel");
    const interfaces = all.filter(([name]) => name === "ipx::associate_bus_interfaces").map((call) => call[2]!);
    expect(interfaces).toContain("s_axi_control");
    for (const bus of interfaces)
      expect(
        [...ports.keys()].some((port) => port.startsWith(`${bus}_`)),
        bus,
      ).toBe(true);
    const xo = all.find(([name]) => name === "package_xo")!;
    expect(existsSync(join(project, xo[xo.indexOf("-kernel_xml") + 1]!))).toBe(true);
    expect(xo).toContain("gemm.xo");
  });

  it("the out-of-context project names the part, its constraints a port", () => {
    const all = calls(project, "synthesise_ooc.tcl");
    const synth = all.find(([name]) => name === "synth_design")!.join(" ");
    expect(synth).toContain("-top gemm_top");
    expect(synth).toContain("-part xcu250-figd2104-2L-e");
    expect(calls(project, "clock.xdc").map((call) => call.join(" "))).toEqual([
      "create_clock -name clk -period 3.333 port:clk",
    ]);
  });

  it("masters are placed on channels that the board has", () => {
    const placed = readFileSync(join(project, "connectivity.cfg"), "utf8").match(/^sp=.*$/gm)!;
    for (const line of placed) expect(line).toMatch(/^sp=gemm_1\.m_axi\d:DDR\[[0-3]\]$/);
  });

  it("runs Vivado and v++ where they are, and keeps their log", { timeout: 120_000 }, async () => {
    const { project: made, report } = await build("u250", "bitstream");
    const commands = readFileSync(join(made, "commands.txt"), "utf8").trim().split("\n");
    expect(commands[0]).toBe("vivado -mode batch -nojournal -notrace -source package_kernel.tcl");
    expect(commands[1]).toMatch(
      /^v\+\+ --link --target hw --platform xilinx_u250_\S+ --config connectivity.cfg .*--output gemm.xclbin gemm.xo$/,
    );
    expect(report.kernels[0]!.implementation).toMatchObject({ bitstream: "project/gemm/gemm.xclbin" });
    expect(existsSync(join(made, "vpp.log"))).toBe(true);
  });

  it("HBM channels are placed as HBM", { timeout: 120_000 }, async () => {
    const { project: hbm } = await build("u55c", "rtl");
    expect(readFileSync(join(hbm, "connectivity.cfg"), "utf8")).toMatch(/^sp=gemm_1\.m_axi0:HBM\[\d+\]$/m);
  });

  it("a tool that fails is exit code 4 with its first error and its log", { timeout: 120_000 }, async () => {
    // The host passes on only variables that tools may see; SOFF_ ones are among them.
    process.env.SOFF_FAKE_FAILS = "1";
    try {
      await build("arty-a7-100", "bitstream");
      expect.unreachable("the fake was told to fail");
    } catch (error) {
      const [diagnostic] = (error as SoffError).diagnostics;
      expect(diagnostic!.code).toBe("tool/vivado-failed");
      expect(diagnostic!.message).toContain("[Synth 8-439]");
      expect(diagnostic!.help).toMatch(/project\/gemm\/vivado\.log$/);
    } finally {
      delete process.env.SOFF_FAKE_FAILS;
    }
  });
});

describe("Vivado without a platform", () => {
  it("reads utilisation and timing into the report", { timeout: 120_000 }, async () => {
    const { report } = await build("arty-a7-100", "bitstream");
    const made = report.kernels[0]!.implementation!;
    expect(made.bitstream).toBeNull();
    expect(made.utilisation).toMatchObject({
      lut: { used: 12345, available: 63400 },
      ff: { used: 23456 },
      dsp: { used: 12 },
      bram: { used: 17.5, available: 135 },
    });
    // 12 ns and 0.25 ns too late.
    expect(made.wantedMHz).toBeCloseTo(83.333, 2);
    expect(made.achievedMHz).toBeCloseTo(1000 / 12.25, 1);
  });
});

describe("Quartus", () => {
  let project: string;
  beforeAll(async () => {
    project = (await build("pac-a10", "rtl")).project;
  }, 120_000);

  it("project and component name files and ports that exist", () => {
    const settings = calls(project, "gemm.qsf");
    const assigned = (name: string) =>
      settings.filter((call) => call[2] === name).map((call) => call.slice(3).join(" "));
    expect(assigned("FAMILY").join("")).toMatch(/Arria 10/);
    expect(assigned("DEVICE")).toEqual(["10AX115N2F40E2LG"]);
    for (const file of assigned("VERILOG_FILE")) expect(existsSync(join(project, file)), file).toBe(true);
    const top = portsOf(join(project, "../../rtl/gemm_top.v"), "gemm_top");
    const pins = settings.filter((call) => call[0] === "set_instance_assignment").map((call) => call.at(-1)!);
    expect(new Set(pins)).toEqual(new Set([...top.keys()].filter((port) => port !== "clk" && port !== "progress")));

    const component = calls(project, "gemm_hw.tcl");
    const declared = component.filter(([name]) => name === "add_interface_port");
    expect(new Set(declared.map((call) => call[2]))).toEqual(
      new Set([...top.keys()].filter((port) => port !== "progress")),
    );
    for (const [, , port, , way, width] of declared) {
      expect(way!.toLowerCase(), port).toBe(top.get(port!)!.direction);
      expect(Number(width), port).toBe(top.get(port!)!.width);
    }
    for (const [, , , , , file] of component.filter(([name]) => name === "add_fileset_file"))
      expect(existsSync(join(project, file ?? "")), file).toBe(true);
  });

  it("reads the fitter's and the timing analyser's summaries", { timeout: 120_000 }, async () => {
    const { report } = await build("pac-a10", "bitstream");
    const made = report.kernels[0]!.implementation!;
    expect(made.utilisation).toMatchObject({
      lut: { used: 10864 },
      ff: { used: 14321 },
      dsp: { used: 3 },
      bram: { used: 40 },
    });
    expect(made.achievedMHz).toBeCloseTo(1000 / (5 - 0.313), 1);
  });
});

describe("without the tools", () => {
  it("says what has been prepared and how to go on", { timeout: 120_000 }, async () => {
    process.env.PATH = path;
    try {
      await build("kv260", "bitstream");
      expect.unreachable("vivado cannot be there");
    } catch (error) {
      const [diagnostic] = (error as SoffError).diagnostics;
      expect((error as SoffError).exitCode).toBe(4);
      expect(diagnostic!.code).toBe("tool/vivado-missing");
      expect(diagnostic!.help).toMatch(/prepared in .*project\/gemm; run there: vivado .* && v\+\+ --link/);
    } finally {
      process.env.PATH = `${fake}:${path}`;
    }
  });
});
