import type { Host } from "../support/host.js";

/** Where a command writes. The real one is the process's standard streams. */
export interface Output {
  stdout(text: string): void;
  stderr(text: string): void;
  /** Whether standard error takes colour. */
  readonly color: boolean;
}

/** What every command is given. */
export interface CommandContext {
  readonly host: Host & { clearProgress?(): void };
  readonly output: Output;
  readonly version: string;
}

/** A command that ended well tells its exit code through this when it is not 0. */
export type SetExitCode = (code: number) => void;

/** The one JSON object of `--json`. */
export function printJson(context: CommandContext, value: unknown): void {
  context.output.stdout(`${JSON.stringify(value, null, 2)}\n`);
}

/** A line (or several) of the answer for people. */
export function print(context: CommandContext, text: string): void {
  context.host.clearProgress?.();
  context.output.stdout(`${text}\n`);
}

/** A remark for people that is no part of the answer. */
export function remark(context: CommandContext, text: string): void {
  context.host.clearProgress?.();
  context.output.stderr(`${text}\n`);
}
