/** Projects for vendors' tools: Vitis kernel packages, Vivado and Quartus projects, from the templates in templates/vendor. */
import { join } from "node:path";
import Handlebars from "handlebars";
import type { Design, DesignKernel } from "../rtl/design.js";
import type { Host } from "../support/host.js";
import type { Board, QuartusFlow, VitisFlow, VivadoFlow } from "../target/board.js";
import { kernelXml } from "../tools/kernel-xml.js";
import { checkedName, checkedPath } from "../tools/scratch.js";
import { type Project, projectFolder } from "./project.js";

export type VendorFlow = VitisFlow | VivadoFlow | QuartusFlow;

/** A port of the kernel's top module, and what it is called outside. */
interface ProjectPort {
  readonly name: string;
  readonly inner: string;
  readonly direction: "input" | "output";
  readonly width: number;
  readonly range: string;
  /** Name of the signal within its interface, and Platform Designer's word for the direction. */
  readonly role: string;
  readonly way: "Input" | "Output";
}

const SLAVE = /^(input|output) wire (?:\[(\d+):0\] )?((s_axi|m_axi\d+)_(\w+)),?$/gm;

/** The AXI ports of a kernel, read from its own Verilog so that they cannot differ from it. */
function portsOf(kernel: DesignKernel, text: string): readonly ProjectPort[] {
  const header = text.slice(text.indexOf(`module ${kernel.topModule} (`), text.indexOf(");"));
  return [...header.replace(/^ +/gm, "").matchAll(SLAVE)].map(([, direction, high, inner, bus, role]): ProjectPort => {
    const width = Number(high ?? 0) + 1;
    return {
      name: bus === "s_axi" ? `s_axi_control_${role}` : inner!,
      inner: inner!,
      direction: direction as "input" | "output",
      width,
      range: high === undefined ? "" : `[${high}:0]`,
      role: role!,
      way: direction === "input" ? "Input" : "Output",
    };
  });
}

/** What the board's tools need for one kernel. */
export function vendorProject(
  host: Host,
  board: Board,
  flow: VendorFlow,
  design: Design,
  kernel: DesignKernel,
  texts: ReadonlyMap<string, string>,
): Project {
  const folder = projectFolder(kernel);
  const name = checkedName(kernel.name);
  const top = texts.get(kernel.files.at(-1)!)!;
  const ports = portsOf(kernel, top);
  const sources = kernel.files.map((file) => checkedPath(`../../${file}`));
  const masters = kernel.channels.map(({ index }) => `m_axi${index}`);
  const common = {
    kernel: name,
    board: board.name,
    part: board.part,
    topModule: checkedName(kernel.topModule),
    wrapper: `${name}_kernel`,
    sources,
    ports,
    masters,
    clockMHz: design.clockMHz,
    periodNs: (1000 / design.clockMHz).toFixed(3),
  };
  const render = templates(host, board);
  const files = new Map<string, string>();
  const put = (file: string, template: string, more: object = {}): void => {
    files.set(`${folder}/${file}`, render(template, { ...common, ...more }));
  };
  switch (flow.kind) {
    case "vitis": {
      put(`${name}_kernel.v`, "vitis_kernel.v");
      put("package_kernel.tcl", "package_kernel.tcl", { sources: [...sources, `${name}_kernel.v`] });
      put("connectivity.cfg", "connectivity.cfg", {
        placements: kernel.channels.map(({ index, memory }) => ({
          master: `m_axi${index}`,
          memory: memory.replace(/^[A-Z0-9]+/, flow.memoryTag),
        })),
      });
      files.set(`${folder}/kernel.xml`, kernelXml(kernel, name));
      put("synthesise_ooc.tcl", "synthesise_ooc.tcl");
      put("clock.xdc", "clock.xdc");
      break;
    }
    case "vivado":
      put("synthesise_ooc.tcl", "synthesise_ooc.tcl");
      put("clock.xdc", "clock.xdc");
      break;
    case "quartus":
      put(`${name}.qpf`, "quartus.qpf");
      put(`${name}.qsf`, "quartus.qsf", { deviceFamily: flow.deviceFamily });
      put("clock.sdc", "clock.sdc");
      put(`${name}_hw.tcl`, "component_hw.tcl", {
        control: ports.filter(({ inner }) => inner.startsWith("s_axi_")),
        masterInterfaces: masters.map((master) => ({
          name: master,
          ports: ports.filter(({ inner }) => inner.startsWith(`${master}_`)),
        })),
      });
      break;
    default:
      flow satisfies never;
  }
  const commands = vendorCommands(flow, name, design.clockMHz).map(({ program, args }) => [program, ...args].join(" "));
  files.set(`${folder}/build.sh`, `#!/bin/sh\nset -e\n${commands.join("\n")}\n`);
  return { kernel: kernel.name, folder, files, clockMHz: design.clockMHz, commands };
}

export interface VendorCommand {
  readonly program: "vivado" | "v++" | "quartus_sh";
  readonly args: readonly string[];
}

/** What has to be run in a project's folder. */
export function vendorCommands(flow: VendorFlow, kernel: string, clockMHz: number): readonly VendorCommand[] {
  const vivado = (script: string): VendorCommand => ({
    program: "vivado",
    args: ["-mode", "batch", "-nojournal", "-notrace", "-source", script],
  });
  switch (flow.kind) {
    case "vitis":
      return [
        vivado("package_kernel.tcl"),
        {
          program: "v++",
          args: [
            ...["--link", "--target", "hw", "--platform", flow.platform.value, "--config", "connectivity.cfg"],
            ...["--clock.defaultFreqHz", String(Math.round(clockMHz * 1e6)), "--save-temps", "--report_level", "2"],
            ...["--output", `${kernel}.xclbin`, `${kernel}.xo`],
          ],
        },
      ];
    case "vivado":
      return [vivado("synthesise_ooc.tcl")];
    case "quartus":
      return [{ program: "quartus_sh", args: ["--flow", "compile", kernel] }];
    default:
      return flow satisfies never;
  }
}

/** Templates of templates/vendor, with what boards/NAME/overrides has in place of their named blocks. */
function templates(host: Host, board: Board): (name: string, data: object) => string {
  const handlebars = Handlebars.create();
  const overrides = join(host.packageRoot, "boards", board.name, "overrides");
  for (const file of host.list(overrides)) {
    if (file.endsWith(".hbs"))
      handlebars.registerPartial(file.replace(/\.hbs$/, ""), host.readText(join(overrides, file)));
  }
  return (name, data) =>
    handlebars.compile(host.readText(join(host.packageRoot, "templates", "vendor", `${name}.hbs`)), {
      noEscape: true,
      strict: true,
    })(data);
}
