import { formatSpan, type SourceSpan } from "./source.js";

export type Severity = "error" | "warning" | "note";

/** One message for the user. `code` is stable and documented in docs/diagnostics.md. */
export interface Diagnostic {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly span?: SourceSpan;
  /** What the user can do about it. */
  readonly help?: string;
  readonly notes?: readonly Diagnostic[];
}

/** The command line's exit codes, one a kind of failure. */
export const ExitCode = {
  done: 0,
  inputRejected: 1,
  usage: 2,
  unsupported: 3,
  toolFailed: 4,
  mismatch: 5,
  internal: 70,
} as const;

/** Every failure that soff reports on purpose. The CLI renders the diagnostics and exits with `exitCode`. */
export abstract class SoffError extends Error {
  abstract readonly exitCode: number;
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map((d) => (d.span ? `${formatSpan(d.span)}: ${d.message}` : d.message)).join("\n"));
    this.diagnostics = diagnostics;
  }
}

/** The input is wrong: the user's to mend. */
export class InputError extends SoffError {
  override readonly name = "InputError";
  readonly exitCode = ExitCode.inputRejected;
}

/** The command line is wrong. */
export class UsageError extends SoffError {
  override readonly name = "UsageError";
  readonly exitCode = ExitCode.usage;
}

/** Valid input that soff does not support yet. The message names the construct. */
export class UnsupportedError extends SoffError {
  override readonly name = "UnsupportedError";
  readonly exitCode = ExitCode.unsupported;
}

/** An external tool is missing or failed. */
export class ToolError extends SoffError {
  override readonly name = "ToolError";
  readonly exitCode = ExitCode.toolFailed;
}

/** A check found a mismatch. */
export class MismatchError extends SoffError {
  override readonly name = "MismatchError";
  readonly exitCode = ExitCode.mismatch;
}

function one(
  code: string,
  message: string,
  more: { span?: SourceSpan | undefined; help?: string | undefined },
): Diagnostic[] {
  return [
    {
      code,
      severity: "error",
      message,
      ...(more.span ? { span: more.span } : {}),
      ...(more.help ? { help: more.help } : {}),
    },
  ];
}

type More = { span?: SourceSpan | undefined; help?: string | undefined };

export const inputError = (code: string, message: string, more: More = {}) => new InputError(one(code, message, more));
export const usageError = (code: string, message: string, more: More = {}) => new UsageError(one(code, message, more));
export const unsupported = (code: string, message: string, more: More = {}) =>
  new UnsupportedError(one(code, message, more));
export const toolError = (code: string, message: string, more: More = {}) => new ToolError(one(code, message, more));

/** A fault of our own: thrown at once, exit code 70. */
export class InternalError extends Error {
  override readonly name = "InternalError";
}

/** States what must hold. Throws {@link InternalError} when it does not. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InternalError(message);
}

/** For the default branch of an exhaustive switch. */
export function unreachable(value: never): never {
  throw new InternalError(`unexpected case ${JSON.stringify(value)}`);
}
