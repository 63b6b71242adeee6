/**
 * Runs launches on PoCL's CPU device: an OpenCL implementation that is not ours. All launches given
 * at once share one process, because opening the device costs more than most kernels.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Launch } from "../../src/launch/launch.js";

/** One launch of one kernel. Jobs in a row with the same source and options are compiled once. */
export interface PoclJob {
  readonly source: string;
  /** Shown in PoCL's messages. */
  readonly file: string;
  /** Build options such as `-DN=3` or `-cl-std=CL1.2`. */
  readonly options?: readonly string[];
  readonly launch: Launch;
}

/** `buffers[i]` is what argument i holds afterwards; undefined for arguments that are no buffers. The launch itself is left as it was. */
export type PoclResult =
  | { readonly ok: true; readonly buffers: readonly (Uint8Array | undefined)[] }
  | { readonly ok: false; readonly error: string };

const here = dirname(fileURLToPath(import.meta.url));
const cacheDir = join(here, "../../node_modules/.cache/soff-test");

interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Ends the program when it has been silent for `timeoutMs`. */
function execute(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  timeoutMs: number,
): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    let timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (data: Buffer) => {
      stdout += data.toString();
      clearTimeout(timer);
      timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
    });
    child.stderr.on("data", (data: Buffer) => {
      stderr += data.toString();
    });
    child.on("error", (error) => {
      clearTimeout(timer);
      resolve({ exitCode: -1, stdout, stderr: String(error) });
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ exitCode: code ?? -1, stdout, stderr });
    });
  });
}

let tool: Promise<string> | undefined;

/** Compiles the host tool once; its file name carries the hash of its source. */
async function buildTool(): Promise<string> {
  const source = join(here, "run_cl.c");
  const hash = createHash("sha256").update(readFileSync(source)).digest("hex").slice(0, 16);
  const binary = join(cacheDir, `run_cl-${hash}`);
  if (existsSync(binary)) return binary;
  mkdirSync(cacheDir, { recursive: true });
  const partial = `${binary}.${process.pid}`;
  const gcc = ["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-O1", "-o", partial, source, "-lOpenCL"];
  const outcome = await execute("gcc", gcc, process.env, 60_000);
  if (outcome.exitCode !== 0) {
    throw new Error(`cannot build run_cl.c (needs gcc and ocl-icd-opencl-dev):\n${outcome.stderr}`);
  }
  renameSync(partial, binary);
  return binary;
}

/** Why PoCL cannot be used here, or undefined when it can. */
export async function poclMissing(): Promise<string | undefined> {
  try {
    tool ??= buildTool();
    const binary = await tool;
    const outcome = await execute(binary, ["/dev/null"], process.env, 60_000);
    return outcome.exitCode === 0 ? undefined : outcome.stderr.trim();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * Contraction off, so that a product and a sum round twice as they do in soff's interpreter; the
 * line directive keeps the user's line numbers. PoCL's CPU device divides and takes roots with
 * correct rounding and keeps subnormals anyway; the option says that we rely on it.
 */
function prepared(job: PoclJob): string {
  return `#pragma OPENCL FP_CONTRACT OFF\n#line 1 "${job.file}"\n${job.source}`;
}
const fixedOptions = ["-cl-fp32-correctly-rounded-divide-sqrt"];

/** The job file's lines for one launch, and where the buffers will be. */
function writeJob(job: PoclJob, index: number, folder: string): { lines: string[]; outputs: (string | undefined)[] } {
  const { kernel, range, arguments: args } = job.launch;
  const lines = [
    `kernel ${kernel}`,
    `range ${range.workDim} ${[...range.global, ...range.local, ...range.offset].join(" ")}`,
  ];
  const outputs: (string | undefined)[] = [];
  for (const [i, argument] of args.entries()) {
    outputs[i] = undefined;
    switch (argument.kind) {
      case "buffer": {
        const first = args.findIndex((a) => a.kind === "buffer" && a.address === argument.address);
        const output = join(folder, `${index}.${first}.out`);
        outputs[i] = output;
        if (first < i) {
          lines.push(`alias ${first}`);
        } else {
          const input = join(folder, `${index}.${i}.in`);
          writeFileSync(input, argument.bytes);
          lines.push(`buffer ${input} ${output}`);
        }
        break;
      }
      case "scalar":
        lines.push(`scalar ${Buffer.from(argument.bytes).toString("hex")}`);
        break;
      case "local":
        lines.push(`local ${argument.size}`);
        break;
    }
  }
  lines.push("run");
  return { lines, outputs };
}

/** Oclgrind interprets LLVM IR: slow, and independent of PoCL's code generator. Debian's package registers it for nobody. */
const oclgrind = "/usr/lib/oclgrind/liboclgrind-rt-icd.so";
export const oclgrindThere = (): boolean => existsSync(oclgrind);

function oclgrindVendors(folder: string): string {
  const vendors = join(folder, "vendors");
  mkdirSync(vendors, { recursive: true });
  writeFileSync(join(vendors, "oclgrind.icd"), `${oclgrind}\n`);
  return vendors;
}

/** Runs the jobs in order. A job that kills the process or exceeds its time limit fails alone; the others go on in a new process. */
export async function runOnPocl(
  jobs: readonly PoclJob[],
  timeoutMs = 30_000,
  vendor: "pocl" | "oclgrind" = "pocl",
): Promise<PoclResult[]> {
  tool ??= buildTool();
  const binary = await tool;
  const results: PoclResult[] = [];
  const folder = mkdtempSync(join(tmpdir(), "soff-pocl-"));
  // A cache of its own: PoCL aborts on an entry that another process has half written.
  const env = {
    ...process.env,
    POCL_CACHE_DIR: join(folder, "cache"),
    OCL_ICD_VENDORS: vendor === "oclgrind" ? oclgrindVendors(folder) : (process.env.OCL_ICD_VENDORS ?? "pocl.icd"),
  };
  mkdirSync(env.POCL_CACHE_DIR);
  try {
    while (results.length < jobs.length) {
      const start = results.length;
      const text: string[] = [];
      const outputs: (string | undefined)[][] = [];
      let program = "";
      for (let i = start; i < jobs.length; i++) {
        const job = jobs[i]!;
        const options = [...fixedOptions, ...(job.options ?? [])].join(" ");
        const key = `${options}\n${prepared(job)}`;
        if (key !== program) {
          const path = join(folder, `${i}.cl`);
          writeFileSync(path, prepared(job));
          text.push(`program ${path}`, `options ${options}`);
          program = key;
        }
        const written = writeJob(job, i, folder);
        text.push(...written.lines);
        outputs.push(written.outputs);
      }
      const manifest = join(folder, `jobs.${start}`);
      writeFileSync(manifest, `${text.join("\n")}\n`);
      const outcome = await execute(binary, [manifest], env, timeoutMs);
      const answers = outcome.stdout.split("\n").filter((line) => line === "ok" || line.startsWith("error "));
      for (const [k, answer] of answers.entries()) {
        results.push(
          answer === "ok"
            ? { ok: true, buffers: outputs[k]!.map((path) => (path ? new Uint8Array(readFileSync(path)) : undefined)) }
            : { ok: false, error: answer.slice("error ".length) },
        );
      }
      if (results.length < jobs.length) {
        const text = outcome.stderr.replaceAll(/^\d+ warnings? generated\.\n/gm, "").trim();
        results.push({ ok: false, error: `PoCL ended with code ${outcome.exitCode} ${text}`.trim() });
      }
    }
    return results;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
