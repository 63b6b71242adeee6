import { posix } from "node:path";
import type { Diagnostic } from "../../support/errors.js";
import { parseClangDiagnostics } from "../clang/diagnostics.js";
import type { ClangResult } from "../clang/wasm.js";
import type { RunClang } from "./driver.js";
import { HEADER_FOLDER, MISSING_FOLDER } from "./flags.js";
import { deviceMarkers, markBranches, scanTaken, takenBranches } from "./preprocess.js";
import { type Place, placeAt, type Region } from "./regions.js";
import { type Scan, scan } from "./scan.js";

/**
 * The host half of a CUDA source uses every library under the sun, and none of it matters here. Host code
 * that clang cannot read is left out, piece by piece: an initialiser, a statement, a block, a function's
 * body, a declaration. What it can read stays, for it says which kernel templates are launched.
 * An error in device code is the user's.
 */

/** Files by absolute path in the compiler's file system. */
export type Files = ReadonlyMap<string, string | Uint8Array>;

export interface PruneInput {
  readonly run: RunClang;
  readonly flags: readonly string[];
  readonly files: Files;
  /** The user's files among them: only these are pruned. */
  readonly userFiles: readonly string[];
  readonly main: string;
}

export interface Pruned {
  readonly result: ClangResult;
  /** What was compiled in the end. */
  readonly files: Files;
  /** Errors that nothing can be left out for, and warnings about device code. Paths as the compiler sees them. */
  readonly diagnostics: readonly Diagnostic[];
  /** Headers that were not found. */
  readonly missing: readonly string[];
}

/** The function that a source gets for the kernel templates that the user names. */
export const INSTANCES = "soff_instances";

/** Each round leaves something more out; real sources take two to four. */
const MAX_ROUNDS = 40;

export async function compilePruned(input: PruneInput): Promise<Pruned> {
  const { run, flags, userFiles, main } = input;
  const files = new Map(input.files);
  const missing: string[] = [];
  const left = new LeftOut(input);
  /** Errors of the first round at places where later ones have their cause: declarations, not statements. */
  const declared: Diagnostic[] = [];
  for (let round = 0; ; round++) {
    const result = await run(flags, files, main);
    const diagnostics = parseClangDiagnostics(result.messages);
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    const warnings = diagnostics.filter(({ severity }) => severity === "warning");
    if (errors.length === 0) {
      return { result, files, missing, diagnostics: [...(await left.aboutDevice(warnings)), ...left.launches()] };
    }
    const header = errors.map(missingHeader).find((name) => name !== undefined);
    if (header !== undefined && !missing.includes(header)) {
      missing.push(header);
      const empty = posix.normalize(`${MISSING_FOLDER}/${header}`);
      files.set(empty, "");
      left.addMissing(empty);
      continue;
    }
    // Host code that is misread may spoil the device code behind it: that counts once no host code is left to blame.
    const real: Diagnostic[] = [];
    left.nextRound();
    for (const error of errors) {
      const region = await left.regionFor(error);
      if (region === undefined) real.push(error);
      else if (region.kind === "declaration") declared.push(error);
    }
    // A library that nobody has may be needed by device code that no kernel here calls, such as what thrust is given.
    const helpers = missing.length > 0 ? await left.leaveOutHelpers(real) : 0;
    if (real.length - helpers === errors.length || round >= MAX_ROUNDS) {
      return { result, files, missing, diagnostics: distinct([...declared, ...errors]) };
    }
    for (const path of userFiles) {
      const text = left.textOf(path);
      if (text !== undefined) files.set(path, text);
    }
  }
}

function leftOutLaunch(reason: Diagnostic): Diagnostic {
  return {
    code: "cuda/launch-not-understood",
    severity: "warning",
    message: `host code with a kernel launch is left out: ${reason.message}`,
    ...(reason.span ? { span: reason.span } : {}),
    help: "If a kernel template is missing for it, name it with its arguments: --kernel 'name<float,128>'.",
  };
}

function missingHeader({ message }: Diagnostic): string | undefined {
  return /^'([^']+)' file not found/.exec(message)?.[1];
}

function distinct(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const keyOf = ({ message, span }: Diagnostic) => `${span?.file}:${span?.line}:${span?.column} ${message}`;
  return [...new Map(diagnostics.map((each) => [keyOf(each), each])).values()];
}

/** What has been left out of the user's files so far. */
class LeftOut {
  private readonly regions = new Map<string, Region[]>();
  private readonly reasons = new Map<Region, Diagnostic>();
  /** Of the regions, those that this round has added. */
  private fresh = new Set<Region>();
  private scans: ReadonlyMap<string, Scan> | undefined;
  private markers: ReadonlySet<string> = new Set();
  private readonly missing = new Map<string, string>();

  constructor(private readonly input: PruneInput) {}

  /** A header that nobody has: the preprocessor must not stop there either. */
  addMissing(path: string): void {
    this.missing.set(path, "");
  }

  nextRound(): void {
    this.fresh = new Set();
  }

  /**
   * Leaves out the smallest piece around an error, or the next larger one where that did not help.
   * Undefined when there is none: the error is real.
   */
  async regionFor(error: Diagnostic): Promise<Region | undefined> {
    for (const span of this.userSpans(error)) {
      const place = await this.place(span.file, span.line, span.column);
      if (place.device) return undefined;
      const done = this.regions.get(span.file) ?? [];
      const covered = (region: Region) => done.find((each) => each.start <= region.start && each.end >= region.end);
      // One error more in a piece that this round leaves out says nothing new.
      const [smallest] = place.regions;
      const already = smallest && covered(smallest);
      if (already && this.fresh.has(already)) return already;
      const next = place.regions.find((region) => !covered(region));
      if (!next) continue;
      this.regions.set(span.file, [...done, next]);
      this.reasons.set(next, error);
      this.fresh.add(next);
      return next;
    }
    return undefined;
  }

  /** Leaves out the device functions, kernels excepted, that these errors are in. The number of errors that this is about. */
  async leaveOutHelpers(errors: readonly Diagnostic[]): Promise<number> {
    let found = 0;
    for (const error of errors) {
      for (const { file, line, column } of this.userSpans(error)) {
        const { helper } = await this.place(file, line, column);
        if (!helper) continue;
        const done = this.regions.get(file) ?? [];
        const known = done.find(({ start, end }) => start === helper.start && end === helper.end);
        if (known && !this.fresh.has(known)) continue;
        if (!known) {
          this.regions.set(file, [...done, helper]);
          this.reasons.set(helper, error);
          this.fresh.add(helper);
        }
        found++;
        break;
      }
    }
    return found;
  }

  /** A warning for each launch that has been left out: a kernel template may be missing for it. */
  launches(): readonly Diagnostic[] {
    const found: Diagnostic[] = [];
    for (const [file, regions] of this.regions) {
      const text = this.original(file);
      for (const region of regions) {
        if (!text.slice(region.start, region.end).includes("<<<")) continue;
        if (regions.some((each) => each !== region && each.start <= region.start && each.end >= region.end)) continue;
        found.push(leftOutLaunch(this.reasons.get(region)!));
      }
    }
    return found;
  }

  /** Those of the diagnostics that are about device code. */
  async aboutDevice(diagnostics: readonly Diagnostic[]): Promise<readonly Diagnostic[]> {
    const kept: Diagnostic[] = [];
    for (const diagnostic of diagnostics) {
      const [span] = this.userSpans(diagnostic);
      if (span && (await this.place(span.file, span.line, span.column)).device) kept.push(diagnostic);
    }
    return kept;
  }

  /** A file without what has been left out of it; undefined when that is nothing. */
  textOf(path: string): string | undefined {
    const regions = this.regions.get(path);
    if (!regions) return undefined;
    let text = this.original(path);
    // Larger ones last, so that they swallow the smaller ones in them.
    for (const { start, end, instead } of [...regions].sort((a, b) => a.end - a.start - (b.end - b.start))) {
      const blank = blanked(text.slice(start, end));
      text = text.slice(0, start) + instead + blank.slice(instead.length) + text.slice(end);
    }
    return text;
  }

  /** Where in the user's files something is wrong: an error in a header of ours is that of who uses it. */
  private userSpans({ span, notes }: Diagnostic) {
    const spans = [span, ...(notes ?? []).map((note) => note.span)].filter((each) => each !== undefined);
    if (span && !span.file.startsWith(`${HEADER_FOLDER}/`)) spans.length = 1;
    return spans.filter(({ file }) => this.input.userFiles.includes(file));
  }

  private async place(file: string, line: number, column: number): Promise<Place> {
    this.scans ??= await this.scanAll();
    return placeAt(this.scans.get(file)!, this.markers, offsetOf(this.original(file), line, column));
  }

  private async scanAll(): Promise<ReadonlyMap<string, Scan>> {
    const { run, flags, files, userFiles, main } = this.input;
    const marked = new Map([...files, ...this.missing]);
    userFiles.forEach((path, index) => {
      marked.set(path, markBranches(this.original(path), index));
    });
    const preprocess = [...flags.filter((flag) => flag !== "-emit-llvm"), "-E"];
    const { ok, llvm } = await run(preprocess, marked, main);
    const taken = takenBranches(llvm);
    // An `#error` of the user's may be what stops it: then every branch counts.
    const scans = new Map(
      userFiles.map((path, index) => {
        const text = this.original(path);
        return [path, ok ? scanTaken(text, index, taken) : scan(text)] as const;
      }),
    );
    // What the user asked for by name must be right as well.
    this.markers = new Set([...deviceMarkers(scans.values()), INSTANCES]);
    return scans;
  }

  private original(path: string): string {
    const content = this.input.files.get(path) ?? "";
    return typeof content === "string" ? content : new TextDecoder().decode(content);
  }
}

/** Blanks in place of all but the preprocessor's lines: an `#if` and its `#endif` may lie on two sides of the end. */
function blanked(text: string): string {
  let result = "";
  let from = 0;
  const blank = (to: number) => text.slice(from, to).replace(/[^\n]/g, " ");
  for (const { start, end } of scan(text).directives) {
    result += blank(start) + text.slice(start, end);
    from = end;
  }
  return result + blank(text.length);
}

/** Columns count bytes of UTF-8, as clang does. */
function offsetOf(text: string, line: number, column: number): number {
  let start = 0;
  for (let n = 1; n < line; n++) {
    const next = text.indexOf("\n", start);
    if (next < 0) return text.length;
    start = next + 1;
  }
  const end = text.indexOf("\n", start);
  const bytes = new TextEncoder().encode(text.slice(start, end < 0 ? text.length : end));
  return start + new TextDecoder().decode(bytes.subarray(0, column - 1)).length;
}
