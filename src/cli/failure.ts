import { join } from "node:path";
import { type Diagnostic, ExitCode, SoffError } from "../support/errors.js";
import { renderDiagnostic } from "../support/frame.js";
import { type CommandContext, printJson } from "./context.js";

/**
 * Turns anything thrown into what the user sees and the exit code: diagnostics with code frames for
 * what soff reports on purpose, a request for a report (with evidence kept) for everything else.
 */
export function reportFailure(error: unknown, context: CommandContext, argv: readonly string[]): number {
  context.host.clearProgress?.();
  const known = error instanceof SoffError;
  const exitCode = known ? error.exitCode : ExitCode.internal;
  const diagnostics = known ? error.diagnostics : [internalFault(error, context, argv)];
  renderDiagnostics(diagnostics, context);
  if (argv.includes("--json")) {
    printJson(context, { error: { exitCode, kind: known ? error.name : "InternalError", diagnostics } });
  }
  return exitCode;
}

/** Draws diagnostics on standard error. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], context: CommandContext): void {
  const { host, output } = context;
  const readSource = (file: string): string | undefined => {
    try {
      return host.exists(file) && !host.isDirectory(file) ? host.readText(file) : undefined;
    } catch {
      return undefined;
    }
  };
  host.clearProgress?.();
  for (const diagnostic of diagnostics) {
    output.stderr(`${renderDiagnostic(diagnostic, { color: output.color, readSource })}\n`);
  }
}

/** A fault of our own: what is needed to reproduce it is kept in a file. */
function internalFault(error: unknown, context: CommandContext, argv: readonly string[]): Diagnostic {
  const { host } = context;
  const message = error instanceof Error ? error.message : String(error);
  const evidence = [
    `soff ${context.version}, Node ${process.version}, ${process.platform} ${process.arch}`,
    `command: soff ${argv.map((word) => JSON.stringify(word)).join(" ")}`,
    `folder: ${host.cwd}`,
    "",
    error instanceof Error ? (error.stack ?? error.message) : String(error),
    "",
    ...sources(argv, context),
  ].join("\n");
  const path = join(host.cacheDir, "faults", `fault-${Date.now()}-${process.pid}.txt`);
  let kept: string;
  try {
    host.writeFile(path, evidence);
    kept = `The evidence is in ${path}: please report it together with the kernel.`;
  } catch {
    kept = `Please report this, with what follows:\n${evidence}`;
  }
  return {
    code: "soff/internal-fault",
    severity: "error",
    message: `this is a fault of soff, not of your input: ${message}`,
    help: kept,
  };
}

/** The text of the source files that the command line names. */
function sources(argv: readonly string[], context: CommandContext): string[] {
  return argv
    .filter((word) => /\.(cl|clcpp|cu)$/.test(word) && context.host.exists(word))
    .flatMap((file) => [`---- ${file}`, context.host.readText(file)]);
}
