/** `soff build` as a function: source files to a design. */
import { basename, extname, join } from "node:path";
import type { Kernel } from "../hls/ir/types.js";
import type { Design, DesignKernel } from "../rtl/design.js";
import type { Diagnostic } from "../support/errors.js";
import type { Host } from "../support/host.js";
import type { Board } from "../target/board.js";
import { loadBoard, loadFamily } from "../target/load.js";
import { type CompileOptions, compileKernels } from "./compile.js";
import { type DesignReport, folderFiles, reportOf, writeDesignFolder } from "./design-folder.js";

export interface BuildRequest {
  readonly files: readonly string[];
  readonly board: string;
  /** Names; empty for all kernels of the files. */
  readonly kernels: readonly string[];
  readonly compile: CompileOptions;
  /** No kernel named: there must be exactly one. */
  readonly single?: boolean;
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
  const board = loadBoard(host, request.board);
  const family = loadFamily(host, board.family);
  const { kernels, sourceNames, warnings } = await compileKernels(host, request.files, request.kernels, {
    ...request.compile,
    single: request.single ?? false,
  });
  const { generateDesign } = await import("../hls/pipeline.js");
  host.progress("generating Verilog");
  const { design, ...rest } = generateDesign({ kernels, board, family, sources: request.files, host });
  const generated = { ...rest, design: withSourceNames(design, sourceNames) };
  return { board, design: generated.design, kernels, files: await folderFiles(generated, kernels), warnings };
}

/** A user may ask a built design for a kernel by the name that its source has. */
function withSourceNames(design: Design, names: ReadonlyMap<string, string>): Design {
  const kernels = design.kernels.map(({ name, ...kernel }): DesignKernel => {
    const sourceName = names.get(name);
    return { name, ...(sourceName === undefined ? {} : { sourceName }), ...kernel };
  });
  return { ...design, kernels };
}

export interface FolderRequest extends BuildRequest {
  readonly until: "rtl" | "synth";
  /** Default: `build/STEM-BOARD`, STEM from the first file. */
  readonly folder?: string;
}

/** Builds and writes the design's folder. */
export async function buildToFolder(
  host: Host,
  request: FolderRequest,
): Promise<{ readonly built: BuiltDesign; readonly folder: string; readonly report: DesignReport }> {
  const built = await buildDesign(host, request);
  const folder = request.folder ?? defaultFolder(request);
  writeDesignFolder(host, folder, built.files);
  const report = reportOf(built.design);
  if (request.until === "rtl") return { built, folder, report };
  const { synthesiseDesign } = await import("./synthesise.js");
  return { built, folder, report: await synthesiseDesign(host, folder, built.design, built.board) };
}

function defaultFolder({ files, board }: FolderRequest): string {
  const first = basename(files[0]!);
  return join("build", `${first.slice(0, first.length - extname(first).length)}-${board}`);
}
