/**
 * A design as a folder: `design.json` (what it is), `rtl/` (its Verilog), `ir/` (its kernels as text,
 * so that a built design can be checked without its source) and `report.json`.
 */
import { join } from "node:path";
import { matchKernels } from "../hls/cuda/names.js";
import type { Kernel } from "../hls/ir/types.js";
import type { Design, DesignKernel } from "../rtl/design.js";
import { inputError, usageError } from "../support/errors.js";
import type { Host } from "../support/host.js";
import type { BoardResources } from "../target/board.js";
import type { Implemented } from "./bitstream.js";
import { requireSingle, shownNames, unknownKernel } from "./compile.js";

const DESCRIPTION = "design.json";
/** What a design consists of; nothing else in the folder is ever touched. */
const PARTS = [DESCRIPTION, "report.json", "rtl", "ir", "project"] as const;

export interface GeneratedDesign {
  readonly design: Design;
  /** By path relative to the folder. */
  readonly files: ReadonlyMap<string, string>;
}

/** All files of a design folder, by relative path, in a stable order. */
export async function folderFiles(
  generated: GeneratedDesign,
  kernels: readonly Kernel[],
): Promise<ReadonlyMap<string, string>> {
  const { printKernel } = await import("../hls/ir/print.js");
  const files = new Map(generated.files);
  for (const kernel of kernels) files.set(irPath(kernel.name), printKernel(kernel));
  files.set("report.json", json(reportOf(generated.design)));
  // Last, because its presence says that the design is complete.
  files.delete(DESCRIPTION);
  files.set(DESCRIPTION, json(generated.design));
  return files;
}

/** Writes a design over an earlier one. A folder with other things in it and no design is refused. */
export function writeDesignFolder(host: Host, folder: string, files: ReadonlyMap<string, string>): void {
  if (host.exists(folder) && !host.isDirectory(folder)) {
    throw usageError("build/not-a-folder", `${folder} is a file`, { help: "Give another folder with -o." });
  }
  const present = host.list(folder);
  if (present.length > 0 && !present.some((name) => name === DESCRIPTION || name === "rtl")) {
    throw usageError("build/foreign-folder", `${folder} is not empty and holds no design of soff`, {
      help: "Give an empty or a new folder with -o.",
    });
  }
  for (const part of PARTS) host.remove(join(folder, part));
  for (const [path, text] of files) host.writeFile(join(folder, path), text);
}

/** Writes `report.json` anew, after a later step has added to it. */
export function writeReport(host: Host, folder: string, report: DesignReport): void {
  host.writeFile(join(folder, "report.json"), json(report));
}

/** The folder of a design that is only needed for a run: kept in the cache by its content. */
export async function cacheDesign(host: Host, files: ReadonlyMap<string, string>): Promise<string> {
  const { cachedFolder, contentKey } = await import("../tools/cache.js");
  const paths = [...files.keys()];
  const key = contentKey([...files].flat());
  const { folder } = await cachedFolder(host, "designs", key, paths, async (fresh) => {
    for (const [path, text] of files) host.writeFile(join(fresh, path), text);
  });
  return folder;
}

/** Reads the description of a built design. */
export function readDesign(host: Host, folder: string): Design {
  const path = join(folder, DESCRIPTION);
  if (!host.exists(path)) {
    throw inputError("design/not-found", `${folder} holds no ${DESCRIPTION}`, {
      help: "Give a folder that `soff build` has written, or a source file.",
    });
  }
  let design: Design;
  try {
    design = JSON.parse(host.readText(path)) as Design;
  } catch (error) {
    throw inputError("design/damaged", `${path} is not JSON: ${(error as Error).message}`, { help: "Build it again." });
  }
  if (design.format !== 1 || !Array.isArray(design.kernels)) {
    throw inputError("design/other-version", `${path} was written by another version of soff`, {
      help: "Build it again.",
    });
  }
  return design;
}

/** The description of one kernel of a design, by its name there or in the source. */
export function designKernel(design: Design, name: string): DesignKernel {
  const exact = design.kernels.find((each) => each.name === name);
  if (exact) return exact;
  const names = design.kernels.map((each) => ({ llvm: "", id: each.name, display: each.sourceName ?? each.name }));
  const [found, ...others] = matchKernels(names, name);
  if (!found) throw unknownKernel(name, kernelList(design));
  if (others.length > 0) requireSingle(kernelList(design));
  return design.kernels.find((each) => each.name === found.id)!;
}

/** The kernels of a design as messages show them. */
export function kernelList(design: Design): readonly string[] {
  const named = design.kernels.flatMap(({ name, sourceName }) => (sourceName ? [[name, sourceName] as const] : []));
  return shownNames(
    design.kernels.map(({ name }) => name),
    new Map(named),
  );
}

/** The IR of one kernel of a built design. */
export async function readKernel(host: Host, folder: string, name: string): Promise<Kernel> {
  const { parseKernel } = await import("../hls/ir/parse.js");
  const path = join(folder, irPath(name));
  if (!host.exists(path)) {
    throw inputError("design/damaged", `${path} is missing`, { help: "Build the design again." });
  }
  return parseKernel(host.readText(path), path);
}

const irPath = (kernel: string) => `ir/${kernel}.ir`;
const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

export interface KernelReport {
  readonly name: string;
  /** The name in the source, where that is no plain word. */
  readonly sourceName?: string;
  readonly topModule: string;
  readonly datapaths: number;
  readonly simd: number;
  /** Operations that share an operator at most, and so cycles between the tokens of what they are in; absent: each has its own. */
  readonly turns?: number;
  readonly channels: readonly string[];
  readonly loops: readonly { readonly label: string; readonly depth: number }[];
  readonly accesses: readonly {
    readonly place: string;
    readonly kind: "load" | "store";
    readonly bytes: number;
    readonly argument: string;
  }[];
  /** How many stages of each kind the datapath has. */
  readonly stages: Readonly<Record<string, number>>;
  /** Cells by synthesis, once it has been run. */
  readonly resources?: Readonly<Record<string, number>>;
  /** What the board has of it. */
  readonly available?: BoardResources;
  /** What the area model said. */
  readonly estimate?: AreaReport;
  readonly implementation?: ImplementationReport;
}

/** Cells that the area model predicts. */
export interface AreaReport extends BoardResources {
  /** Library modules that the model has no figures of. */
  readonly unknown?: readonly string[];
}

/** One try at a board's clock. */
export interface ClockAttempt {
  /** How much deeper pipelines were than the family's figures say. */
  readonly depth: number;
  readonly kernel: string;
  readonly wantedMHz: number;
  readonly achievedMHz: number;
  readonly criticalPath: string;
}

/** What place and route made of a kernel and its shell. */
export interface ImplementationReport {
  /** Relative to the design's folder; null when there is none. */
  readonly bitstream: string | null;
  readonly wantedMHz: number;
  readonly achievedMHz: number;
  /** Where the longest path runs. */
  readonly criticalPath: string;
  /** Cells by the tool's names. */
  readonly utilisation: Readonly<Record<string, { readonly used: number; readonly available: number }>>;
}

export interface DesignReport {
  readonly format: 1;
  readonly board: string;
  readonly clockMHz: number;
  readonly kernels: readonly KernelReport[];
  /** Builds that missed the clock, before the one that is there. */
  readonly missed?: readonly ClockAttempt[];
}

/** What `report.json` says about a design that has not been synthesised. */
export function reportOf(design: Design): DesignReport {
  return {
    format: 1,
    board: design.board,
    clockMHz: design.clockMHz,
    kernels: design.kernels.map((kernel) => ({
      name: kernel.name,
      ...(kernel.sourceName === undefined ? {} : { sourceName: kernel.sourceName }),
      topModule: kernel.topModule,
      datapaths: kernel.datapaths,
      simd: kernel.simd,
      ...(kernel.turns === undefined ? {} : { turns: kernel.turns }),
      channels: kernel.channels.map((channel) => channel.memory),
      loops: kernel.loops.map(({ label, depth }) => ({ label, depth })),
      accesses: kernel.accesses.map(({ file, line, column, write, bytes, argument }) => ({
        place: `${file}:${line}:${column}`,
        kind: write ? ("store" as const) : ("load" as const),
        bytes,
        argument,
      })),
      stages: countBy(kernel.stages.map((stage) => stage.kind)),
    })),
  };
}

/** The report with what place and route found. */
export function withImplementations(
  report: DesignReport,
  results: readonly Implemented[],
  design: Design,
  describePath: (kernel: DesignKernel, routed: Implemented["routed"]) => string,
): DesignReport {
  const kernels = report.kernels.map((kernel, index): KernelReport => {
    const result = results.find((each) => each.kernel === kernel.name);
    if (!result) return kernel;
    const { lut, ff, dsp, bram, uram } = result.area;
    const { clock, utilisation } = result.routed;
    return {
      ...kernel,
      resources: { lut, ff, dsp, bram, uram },
      implementation: {
        bitstream: result.bitstream ?? null,
        wantedMHz: clock.wantedMHz,
        achievedMHz: clock.achievedMHz,
        criticalPath: describePath(design.kernels[index]!, result.routed),
        utilisation,
      },
    };
  });
  return { ...report, kernels };
}

function countBy(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
