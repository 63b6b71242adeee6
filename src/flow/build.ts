/** `soff build` as a function: source files to a design. */
import { basename, extname, join } from "node:path";
import type { Kernel } from "../hls/ir/types.js";
import type { Parallelism } from "../hls/simd/choose.js";
import type { Design, DesignKernel } from "../rtl/design.js";
import { type Diagnostic, toolError } from "../support/errors.js";
import type { Host } from "../support/host.js";
import type { Board } from "../target/board.js";
import { atClock } from "../target/depths.js";
import { loadBoard, loadFamily } from "../target/load.js";
import type { Implemented } from "./bitstream.js";
import { type CompileOptions, compileKernels } from "./compile.js";
import {
  type ClockAttempt,
  type DesignReport,
  folderFiles,
  type KernelReport,
  reportOf,
  withImplementations,
  writeDesignFolder,
  writeReport,
} from "./design-folder.js";
import type { Interval } from "./fit.js";
import type { Project } from "./project.js";
import type { VendorFlow } from "./vendor-project.js";

export interface BuildRequest {
  readonly files: readonly string[];
  readonly board: string;
  /** Names; empty for all kernels of the files. */
  readonly kernels: readonly string[];
  readonly compile: CompileOptions;
  /** No kernel named: there must be exactly one. */
  readonly single?: boolean;
  /** How much deeper than the clock asks for by the family's figures pipelines are (default 1). */
  readonly depth?: number;
  /** To aim at in place of the board's clock. */
  readonly clockMHz?: number;
  /** Lanes and copies of the datapath; left out, the compiler's choice. */
  readonly parallelism?: Parallelism;
  /** Cycles between tokens where operations share operators; left out or undefined, the compiler's choice. */
  readonly interval?: Interval;
  /** Channels of memory that every buffer is dealt out to, where it can be; left out, the compiler's choice. */
  readonly stripes?: number;
  /** The circuit counts its events for the host to read. */
  readonly counters?: boolean;
}

export interface BuiltDesign {
  readonly board: Board;
  readonly design: Design;
  readonly kernels: readonly Kernel[];
  /** Everything that belongs into the design's folder, by relative path. */
  readonly files: ReadonlyMap<string, string>;
  readonly warnings: readonly Diagnostic[];
}

/** Compiles and generates; writes nothing. */
export async function buildDesign(host: Host, request: BuildRequest): Promise<BuiltDesign> {
  // Before the slow part: a mistyped board is known at once.
  const board = withClock(loadBoard(host, request.board), request.clockMHz);
  const family = atClock(loadFamily(host, board.family), board.kernelClockMHz.value, request.depth);
  const { kernels, sourceNames, warnings } = await compileKernels(host, request.files, request.kernels, {
    ...request.compile,
    unrollBudget: unrollBudget(board),
    single: request.single ?? false,
  });
  const { generateDesign } = await import("../hls/pipeline.js");
  host.progress("generating Verilog");
  const { parallelism, interval, stripes, counters } = request;
  const { design, ...rest } = generateDesign({
    kernels,
    board,
    family,
    sources: request.files,
    host,
    ...(parallelism ? { parallelism } : {}),
    ...(interval ? { interval } : {}),
    ...(stripes ? { stripes } : {}),
    ...(counters ? { counters } : {}),
  });
  const generated = { ...rest, design: withSourceNames(design, sourceNames) };
  return { board, design: generated.design, kernels, files: await folderFiles(generated, kernels), warnings };
}

/** What an unrolled loop may have on a board: next to nothing where every operator counts. */
function unrollBudget(board: Board): number {
  return Math.min(300, Math.floor(board.resources.value.lut / 6000));
}

/** A user may ask a built design for a kernel by the name that its source has. */
function withSourceNames(design: Design, names: ReadonlyMap<string, string>): Design {
  const kernels = design.kernels.map(({ name, ...kernel }): DesignKernel => {
    const sourceName = names.get(name);
    return { name, ...(sourceName === undefined ? {} : { sourceName }), ...kernel };
  });
  return { ...design, kernels };
}

const withClock = (board: Board, clockMHz: number | undefined): Board =>
  clockMHz === undefined
    ? board
    : {
        ...board,
        kernelClockMHz: { value: clockMHz, source: "Asked for (soff build --clock), or reached by place and route" },
      };

export interface FolderRequest extends BuildRequest {
  readonly until: "rtl" | "synth" | "bitstream";
  /** Default: `build/STEM-BOARD`, STEM from the first file. */
  readonly folder?: string;
}

export interface BuiltFolder {
  readonly built: BuiltDesign;
  readonly folder: string;
  readonly report: DesignReport;
  /** What the board's tools need, written but not run. */
  readonly projects: readonly Project[];
}

/** Builds and writes the design's folder. */
export async function buildToFolder(host: Host, request: FolderRequest): Promise<BuiltFolder> {
  const folder = request.folder ?? defaultFolder(request);
  if (request.until === "rtl") {
    const written = await writeDesign(host, request, folder);
    return { ...written, folder, report: reportOf(written.built.design) };
  }
  const { foldedUntilItFits } = await import("./fit.js");
  return foldedUntilItFits(host, async (interval) => {
    const asked = { ...request, interval: (kernel: string) => request.interval?.(kernel) ?? interval(kernel) };
    if (request.until === "bitstream") return buildBitstreams(host, asked, folder);
    const written = await writeDesign(host, asked, folder);
    const { synthesiseDesign } = await import("./synthesise.js");
    const { design, board } = written.built;
    return { ...written, folder, report: await synthesiseDesign(host, folder, design, board) };
  });
}

async function writeDesign(
  host: Host,
  request: BuildRequest,
  folder: string,
): Promise<{ readonly built: BuiltDesign; readonly projects: readonly Project[] }> {
  const built = await buildDesign(host, request);
  const { projectsOf } = await import("./project.js");
  const { design, board, files } = built;
  const projects = projectsOf(host, board, design, files, design.clockMHz);
  const all = new Map([...projects.flatMap((project) => [...project.files]), ...files]);
  writeDesignFolder(host, folder, all);
  return { built, projects };
}

/** Runs the board's vendor's tools on every kernel. */
async function buildWithVendor(
  host: Host,
  request: FolderRequest,
  folder: string,
  flow: VendorFlow,
): Promise<BuiltFolder> {
  const { built, projects } = await writeDesign(host, request, folder);
  const { runVendor } = await import("./vendor-run.js");
  const base = reportOf(built.design);
  const kernels: KernelReport[] = [];
  for (const [index, project] of projects.entries()) {
    const implementation = await runVendor(host, folder, project, built.board, flow);
    kernels.push({ ...base.kernels[index]!, implementation });
  }
  const report = { ...base, kernels };
  writeReport(host, folder, report);
  return { built, folder, report, projects };
}

/** Beyond this more registers only make the circuit larger. */
const DEEPEST = 3;
/** Deeper pipelines that gain less than this are not the way: the longest path is elsewhere. */
const LEAST_GAIN = 0.03;
const MOST_ATTEMPTS = 8;
/** Placements differ by a few per cent: a lowered clock leaves that much room. */
const SLACK = 0.04;

/**
 * Bitstreams of all kernels. When place and route misses the clock, pipelines are made deeper and everything is done
 * again; a clock that stays out of reach, because it is not the datapath that is slow, is lowered to what was reached.
 */
async function buildBitstreams(host: Host, request: FolderRequest, folder: string): Promise<BuiltFolder> {
  const { flow } = loadBoard(host, request.board);
  if (flow.kind !== "open") return buildWithVendor(host, request, folder, flow);
  const { implement, reached } = await import("./bitstream.js");
  const { describePath } = await import("./critical-path.js");
  let depth = 1;
  let clockMHz: number | undefined;
  const warnings: Diagnostic[] = [];
  const missed: ClockAttempt[] = [];
  for (;;) {
    const { built, projects } = await writeDesign(
      host,
      { ...request, depth, ...(clockMHz === undefined ? {} : { clockMHz }) },
      folder,
    );
    const { design, board } = built;
    const results: Implemented[] = [];
    for (const [k, project] of projects.entries())
      results.push(await implement(host, folder, project, design.kernels[k]!, board, flow));
    const worst = results.reduce((a, b) => (reached(a.routed) <= reached(b.routed) ? a : b));
    const describe = (kernel: DesignKernel, routed: Implemented["routed"]): string =>
      describePath(kernel, routed, built.files.get(`rtl/${kernel.topModule}_datapath.v`) ?? "");
    const implemented = withImplementations(reportOf(design), results, design, describe);
    const report = missed.length > 0 ? { ...implemented, missed } : implemented;
    writeReport(host, folder, report);
    if (results.every((result) => result.bitstream !== undefined)) {
      return { built: { ...built, warnings: [...built.warnings, ...warnings] }, folder, report, projects };
    }
    const { achievedMHz, wantedMHz } = worst.routed.clock;
    const criticalPath = describe(design.kernels.find((k) => k.name === worst.kernel)!, worst.routed);
    const before = missed.reduce<ClockAttempt | undefined>(
      (a, b) => (a && a.achievedMHz > b.achievedMHz ? a : b),
      undefined,
    );
    missed.push({ depth, kernel: worst.kernel, wantedMHz, achievedMHz, criticalPath });
    if (missed.length > MOST_ATTEMPTS) {
      throw toolError("build/no-clock", `place and route finds no clock for ${worst.kernel} on ${board.name}`, {
        help: `What was tried is in ${join(folder, "report.json")}.`,
      });
    }
    const helps = !before || achievedMHz > before.achievedMHz * (1 + LEAST_GAIN);
    if (clockMHz === undefined && helps && depth < DEEPEST) {
      depth = Math.min(DEEPEST, (depth / reached(worst.routed)) * 1.1);
      host.progress(`${achievedMHz.toFixed(1)} of ${wantedMHz.toFixed(1)} MHz: deeper pipelines (${depth.toFixed(2)})`);
      continue;
    }
    const best = helps || !before ? { depth, achievedMHz, wantedMHz } : before;
    clockMHz = Math.floor(Math.min(best.achievedMHz, clockMHz ?? Infinity) * (1 - SLACK) * 10) / 10;
    // The same pipelines: depths count from what the clock asks for.
    depth = best.depth * (best.wantedMHz / clockMHz);
    warnings.push({
      code: "build/slower-clock",
      severity: "warning",
      message: `${worst.kernel} reaches ${achievedMHz.toFixed(1)} MHz of ${wantedMHz.toFixed(1)} MHz: built for ${clockMHz} MHz`,
      help: `The longest path is in ${criticalPath}.`,
    });
  }
}

function defaultFolder({ files, board }: FolderRequest): string {
  const first = basename(files[0]!);
  return join("build", `${first.slice(0, first.length - extname(first).length)}-${board}`);
}
