/** Compiles sweep.cpp with the functions' text, and runs it. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { measured } from "./functions.js";
import { type FormatName, nativeLibrary } from "./native.js";

const here = import.meta.dirname;
const cache = join(here, "../../node_modules/.cache/soff-bench");
const execute = promisify(execFile);

/** Products and sums round apart, as in kernels; fma is the machine's. OpenMP only lets loops
 * use the C library's vector functions. */
const flags = ["-std=gnu++17", "-O3", "-ffp-contract=off", "-mfma", "-mavx2", "-fopenmp", "-fno-math-errno", "-w"];

/** What one run of the sweep prints. */
export interface Sweep {
  readonly name: string;
  readonly type: FormatName;
  readonly mode: string;
  readonly points: number;
  /** Null: a NaN, infinity or sign of zero where another value is right. */
  readonly ulp: number | null;
  /** Operands of the largest error. */
  readonly at: readonly string[];
}

/** Compiles a source with headers beside it; cached by content. */
async function buildProgram(source: string, headers: Readonly<Record<string, string>>): Promise<string> {
  const hash = createHash("sha256").update(source).update(flags.join(" "));
  for (const [name, text] of Object.entries(headers)) hash.update(name).update(text);
  const folder = join(cache, hash.digest("hex").slice(0, 16));
  const program = join(folder, "program");
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(headers)) writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, "program.cpp"), source);
  const partial = `${program}.${process.pid}`;
  await execute("g++", [...flags, "-I", folder, join(folder, "program.cpp"), "-o", partial, "-lquadmath", "-lm"]);
  renameSync(partial, program);
  return program;
}

const macro = { unary: "SOFF_UNARY", binary: "SOFF_BINARY", int: "SOFF_WITH_INT" };

function build(source: string): Promise<string> {
  return buildProgram(readFileSync(join(here, source), "utf8"), {
    "functions.h": nativeLibrary(measured.map((each) => each.name)),
    "reference.h": readFileSync(join(here, "reference.h"), "utf8"),
    "list.h": `${measured.map((each) => `${macro[each.operands]}(${each.name})`).join("\n")}\n`,
  });
}

export const buildSweep = (): Promise<string> => build("sweep.cpp");

/** Operands as bits. */
export interface Call {
  readonly name: string;
  readonly type: FormatName;
  readonly x: bigint;
  readonly y: bigint;
  readonly n: number;
}

/** The bits of the results on the CPU. */
export async function evaluate(calls: readonly Call[]): Promise<bigint[]> {
  const program = await build("evaluate.cpp");
  const lines = calls.map((c) => `${c.name} ${c.type} ${c.x.toString(16)} ${c.y.toString(16)} ${c.n}`);
  const child = execute(program, [], { maxBuffer: 2 ** 28 });
  child.child.stdin!.end(`${lines.join("\n")}\n`);
  const { stdout } = await child;
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => BigInt(`0x${line}`));
}

/** `mode`: `all`, `all/STEP` or a number of random operands. */
export async function runSweep(program: string, name: string, type: FormatName, mode: string, seed: number) {
  const { stdout } = await execute(program, [name, type, mode, String(seed)]);
  return JSON.parse(stdout) as Sweep;
}
