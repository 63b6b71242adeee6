/** Runs random programs on the interpreter, on PoCL and, when asked, on the simulated circuit. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NodeHost } from "../../src/cli/node-host.js";
import { buildDesign } from "../../src/flow/build.js";
import { compileKernels } from "../../src/flow/compile.js";
import { cacheDesign } from "../../src/flow/design-folder.js";
import { simulateLaunch } from "../../src/flow/engines.js";
import { placeOf } from "../../src/flow/run.js";
import { interpret } from "../../src/hls/interpret/interpret.js";
import type { Kernel } from "../../src/hls/ir/types.js";
import type { Parallelism } from "../../src/hls/simd/choose.js";
import type { Launch } from "../../src/launch/launch.js";
import { SoffError } from "../../src/support/errors.js";
import { oclgrindThere, type PoclJob, runOnPocl } from "../pocl/pocl.js";
import { copyLaunch, launchOf } from "./launch.js";
import { type Program, printProgram } from "./syntax.js";
import { withSuffix } from "./together.js";

export type Stage = "compile" | "interpret" | "pocl" | "circuit";
export type Verdict =
  /** `alone`: PoCL gave something else or nothing at all, but Oclgrind agrees with the interpreter. */
  | { readonly kind: "same"; readonly alone?: boolean }
  /** The engine `stage` does not agree with the interpreter. */
  | { readonly kind: "differs"; readonly stage: Stage; readonly detail: string }
  | { readonly kind: "failed"; readonly stage: Stage; readonly detail: string };

export interface CheckOptions {
  readonly pocl: boolean;
  /** Stall seeds to simulate with, 0 for none; empty: no circuit. */
  readonly circuit: readonly number[];
  /** A native clang, which is several times faster than the one in WebAssembly. */
  readonly clang?: string;
  /** Lanes (where the kernel allows them) and copies of the datapath. */
  readonly parallelism?: Parallelism;
  /** Cycles between tokens where operations share operators. */
  readonly interval?: number;
  readonly stripes?: number;
}

const folder = mkdtempSync(join(tmpdir(), "soff-fuzz-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const host = new NodeHost();
/** PoCL says what a program means; its optimiser only takes time, and has miscompiled some. */
const poclOptions = ["-cl-opt-disable"];
/** Most loop iterations of a program; one that needs more says nothing that a shorter one would not. */
const MAX_STEPS = 3e6;

/** The first line of a failure, with its stable code: what must stay the same while a program shrinks. */
function describe(error: unknown): string {
  if (error instanceof SoffError) return error.diagnostics.map((d) => `${d.code}: ${d.message}`)[0] ?? error.message;
  return error instanceof Error ? `${error.name}: ${error.message}`.split("\n")[0]! : String(error);
}

function firstDifference(program: Program, expected: Launch, buffers: readonly (Uint8Array | undefined)[]) {
  for (const [k, argument] of expected.arguments.entries()) {
    const other = buffers[k];
    const declared = program.arguments[k]!;
    if (argument.kind !== "buffer" || !other || declared.kind !== "buffer") continue;
    const { element, lanes } = declared.type;
    const size = element.bits / 8;
    for (let index = 0; index * size < other.length; index++) {
      // The room behind a vector of three holds what it likes.
      if (lanes === 3 && index % 4 === 3) continue;
      const a = bits(argument.bytes, index * size, size);
      const b = bits(other, index * size, size);
      if (a !== b && !(element.kind === "float" && isNaN32(a) && isNaN32(b))) {
        return `${argument.name}[${index}]: interpreter 0x${a}, other 0x${b}`;
      }
    }
  }
  return undefined;
}

function bits(bytes: Uint8Array, start: number, size: number): string {
  return Buffer.from(bytes.subarray(start, start + size))
    .reverse()
    .toString("hex");
}

function isNaN32(text: string): boolean {
  return (Number.parseInt(text, 16) & 0x7fffffff) > 0x7f800000;
}

type Interpreted =
  | { readonly ok: true; readonly file: string; readonly source: string; readonly start: Launch; readonly end: Launch }
  | { readonly ok: false; readonly verdict: Verdict };

const compilerOf = ({ clang }: CheckOptions) => (clang ? { clang } : {});

interface Compiled {
  readonly file: string;
  readonly source: string;
  readonly kernel: Kernel;
}

async function compileAlone(program: Program, options: CheckOptions): Promise<Compiled> {
  const file = join(folder, `fuzz-${program.seed}.cl`);
  const source = printProgram(program);
  writeFileSync(file, source);
  const { kernels } = await compileKernels(host, [file], ["fuzz"], compilerOf(options));
  return { file, source, kernel: kernels[0]! };
}

/** One file with a kernel a program. Throws when one of them cannot be compiled. */
async function compileTogether(programs: readonly Program[], options: CheckOptions): Promise<Compiled[]> {
  const file = join(folder, `fuzz-${programs[0]!.seed}-to-${programs.at(-1)!.seed}.cl`);
  const source = programs.map((program) => withSuffix(printProgram(program), `_${program.seed}`)).join("");
  writeFileSync(file, source);
  const names = programs.map((program) => `fuzz_${program.seed}`);
  const { kernels } = await compileKernels(host, [file], names, compilerOf(options));
  return names.map((name) => ({ file, source, kernel: kernels.find((k) => k.name === name)! }));
}

/** All in one go, or each alone when that fails: whoever fails is then known. */
async function compileAll(programs: readonly Program[], options: CheckOptions): Promise<(Compiled | Verdict)[]> {
  const alone = (program: Program) =>
    compileAlone(program, options).catch(
      (error): Verdict => ({ kind: "failed", stage: "compile", detail: describe(error) }),
    );
  if (programs.length > 1) {
    try {
      return await compileTogether(programs, options);
    } catch {
      // Each alone says which.
    }
  }
  const results: (Compiled | Verdict)[] = [];
  for (const program of programs) results.push(await alone(program));
  return results;
}

function interpretProgram(program: Program, compiled: Compiled | Verdict): Interpreted {
  if ("kind" in compiled) return { ok: false, verdict: compiled };
  try {
    const start = { ...launchOf(program), kernel: compiled.kernel.name };
    const end = copyLaunch(start);
    interpret(compiled.kernel, end, { maxSteps: MAX_STEPS });
    return { ok: true, file: compiled.file, source: compiled.source, start, end };
  } catch (error) {
    return { ok: false, verdict: { kind: "failed", stage: "interpret", detail: describe(error) } };
  }
}

async function checkCircuit(program: Program, expected: Launch, options: CheckOptions): Promise<Verdict> {
  const file = join(folder, `fuzz-${program.seed}.cl`);
  writeFileSync(file, printProgram(program));
  try {
    const built = await buildDesign(host, {
      files: [file],
      board: "u250",
      kernels: ["fuzz"],
      compile: compilerOf(options),
      ...(options.parallelism ? { parallelism: options.parallelism } : {}),
      ...(options.interval ? { interval: () => options.interval } : {}),
      ...(options.stripes ? { stripes: options.stripes } : {}),
    });
    const designFolder = await cacheDesign(host, built.files);
    const [kernel] = built.kernels;
    const circuit = { folder: designFolder, design: built.design, kernel: built.design.kernels[0]! };
    for (const seed of options.circuit) {
      const launch = launchOf(program, (k) => placeOf(built.board, circuit.kernel, k));
      await simulateLaunch(host, {
        circuit,
        board: built.board,
        kernel: kernel!,
        launch,
        ...(seed ? { stallSeed: seed } : {}),
      });
      const buffers = launch.arguments.map((a) => (a.kind === "buffer" ? a.bytes : undefined));
      const detail = firstDifference(program, expected, buffers);
      if (detail) return { kind: "differs", stage: "circuit", detail: seed ? `stall seed ${seed}: ${detail}` : detail };
    }
    return { kind: "same" };
  } catch (error) {
    return { kind: "failed", stage: "circuit", detail: describe(error) };
  }
}

/** One verdict a program. All are compiled together and run in one process of PoCL; who then fails is looked at alone. */
export async function check(programs: readonly Program[], options: CheckOptions): Promise<Verdict[]> {
  const compiled = await compileAll(programs, options);
  const interpreted = programs.map((program, k) => interpretProgram(program, compiled[k]!));
  const jobs: PoclJob[] = interpreted.flatMap((r) =>
    r.ok ? [{ source: r.source, file: r.file, launch: r.start, options: poclOptions }] : [],
  );
  const answers = options.pocl ? await runOnPocl(jobs, 60_000) : [];
  let next = 0;
  const verdicts: Verdict[] = [];
  for (const [k, result] of interpreted.entries()) {
    const program = programs[k]!;
    const answer = result.ok ? answers[next++] : undefined;
    const suspect = !result.ok || (answer && poclFailure(program, result, answer) !== undefined);
    if (suspect && programs.length > 1) verdicts.push(...(await check([program], options)));
    else verdicts.push(result.ok ? await judge(program, result, answer, options) : result.verdict);
  }
  return verdicts;
}

type Answer = Awaited<ReturnType<typeof runOnPocl>>[number];
type Succeeded = Extract<Interpreted, { ok: true }>;

function poclFailure(program: Program, result: Succeeded, answer: Answer): Verdict | undefined {
  if (!answer.ok) return { kind: "failed", stage: "pocl", detail: answer.error };
  const detail = firstDifference(program, result.end, answer.buffers);
  return detail ? { kind: "differs", stage: "pocl", detail } : undefined;
}

/** Whether a third implementation has the interpreter's result where PoCL's is another one. */
async function oclgrindAgrees(program: Program, result: Succeeded): Promise<boolean> {
  if (!oclgrindThere()) return false;
  const job = { source: result.source, file: result.file, launch: result.start };
  const [answer] = await runOnPocl([job], 120_000, "oclgrind");
  return answer?.ok === true && firstDifference(program, result.end, answer.buffers) === undefined;
}

async function judge(
  program: Program,
  result: Succeeded,
  answer: Answer | undefined,
  options: CheckOptions,
): Promise<Verdict> {
  const failure = answer && poclFailure(program, result, answer);
  const alone = failure !== undefined && (await oclgrindAgrees(program, result));
  if (failure && !alone) return failure;
  const same: Verdict = alone ? { kind: "same", alone } : { kind: "same" };
  // One buffer under two names is no launch that the command line can ask the circuit for.
  const shared = program.arguments.some((a) => a.kind === "buffer" && a.sameAs !== undefined);
  return options.circuit.length > 0 && !shared ? checkCircuit(program, result.end, options) : same;
}
