import { CommanderError } from "commander";
import { ExitCode } from "../support/errors.js";
import { type CommandContext, printJson } from "./context.js";
import { reportFailure } from "./failure.js";
import { NodeHost, startFast, stopChildren } from "./node-host.js";
import { createProgram } from "./program.js";

/** Runs one command line and gives the exit code. Never throws. */
export async function runCommand(argv: readonly string[], context: CommandContext): Promise<number> {
  let exitCode: number = ExitCode.done;
  const program = createProgram(context, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(argv, { from: "user" });
    return exitCode;
  } catch (error) {
    // Commander has printed its message or the help already.
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return ExitCode.done;
      if (argv.includes("--json")) printJson(context, usageFailure(error));
      return ExitCode.usage;
    }
    return reportFailure(error, context, argv);
  }
}

/** What `--json` prints when the command line itself is wrong. */
function usageFailure(error: CommanderError) {
  const message = error.message.replace(/^error: /, "");
  const diagnostics = [{ code: "usage/command-line", severity: "error", message }];
  return { error: { exitCode: ExitCode.usage, kind: "UsageError", diagnostics } };
}

/** The program `soff`: the process's own streams, signals and exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  startFast();
  const host = new NodeHost();
  const context: CommandContext = {
    host,
    version: (JSON.parse(host.readText(`${host.packageRoot}/package.json`)) as { version: string }).version,
    output: {
      stdout: (text) => void process.stdout.write(text),
      stderr: (text) => void process.stderr.write(text),
      color: wantsColor(process.env, process.stderr.isTTY === true),
    },
  };
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const) {
    process.once(signal, () => {
      stopChildren();
      host.clearProgress();
      process.exit(code);
    });
  }
  // `soff boards | head -1`: the reader has seen enough.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(ExitCode.done);
  });
  const exitCode = await runCommand(argv, context);
  host.clearProgress();
  // The WebAssembly compiler leaves handles open that would keep the process alive.
  process.stdout.write("", () => process.exit(exitCode));
}

/** https://no-color.org: any non-empty value turns colour off. */
export function wantsColor(env: NodeJS.ProcessEnv, terminal: boolean): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR && env.FORCE_COLOR !== "0") return true;
  return terminal && env.TERM !== "dumb";
}
