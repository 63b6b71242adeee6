/** The board's project files of a design: what its tools need beside the kernel's Verilog. */
import type { Design, DesignKernel } from "../rtl/design.js";
import { boardModule, designNumber, shellTop } from "../shell/top.js";
import type { Host } from "../support/host.js";
import type { Board, OpenFlow } from "../target/board.js";
import { commandLines, files as placeFiles } from "../tools/nextpnr.js";
import { netlistScript } from "../tools/yosys.js";
import { vendorProject } from "./vendor-project.js";

/** Everything of one kernel's project, by path relative to the design's folder. */
export interface Project {
  readonly kernel: string;
  readonly folder: string;
  readonly files: ReadonlyMap<string, string>;
  /** What the tools must reach. */
  readonly clockMHz: number;
  /** What a user would type in `folder`. */
  readonly commands: readonly string[];
}

export const projectFolder = (kernel: DesignKernel): string => `project/${kernel.name}`;

/** The projects of a design's kernels. `texts` are the design's files by path. */
export function projectsOf(
  host: Host,
  board: Board,
  design: Design,
  texts: ReadonlyMap<string, string>,
  clockMHz: number,
): readonly Project[] {
  const { flow } = board;
  switch (flow.kind) {
    case "open":
      return design.kernels.map((kernel) => openProject(host, board, flow, kernel, texts, clockMHz));
    case "vitis":
    case "vivado":
    case "quartus":
      return design.kernels.map((kernel) => vendorProject(host, board, flow, design, kernel, texts));
    default:
      return flow satisfies never;
  }
}

function openProject(
  host: Host,
  board: Board,
  flow: OpenFlow,
  kernel: DesignKernel,
  texts: ReadonlyMap<string, string>,
  wantedMHz: number,
): Project {
  const folder = projectFolder(kernel);
  const number = designNumber(
    kernel,
    kernel.files.map((file) => texts.get(file)!),
  );
  const top = shellTop(host, board, flow, kernel, wantedMHz, number);
  const own = new Map([...top.library, [`${boardModule}.v`, top.text] as const]);
  const names = [...own.keys()];
  // The kernel's files have the library modules that both need.
  const shared = new Set(kernel.files.map((file) => file.split("/").at(-1)!));
  const sources = [...kernel.files.map((file) => `../../${file}`), ...names.filter((name) => !shared.has(name))];
  const commands = commandLines(flow, top.clockMHz);
  const files = new Map<string, string>();
  for (const [name, text] of own) if (!shared.has(name)) files.set(`${folder}/${name}`, text);
  files.set(`${folder}/${flow.pins}`, host.readText(`${host.packageRoot}/boards/${board.name}/${flow.pins}`));
  files.set(`${folder}/synthesise.ys`, netlistScript(sources, boardModule, board.family, placeFiles.netlist));
  files.set(`${folder}/build.sh`, `#!/bin/sh\nset -e\n${commands.join("\n")}\n`);
  return { kernel: kernel.name, folder, files, clockMHz: top.clockMHz, commands };
}
