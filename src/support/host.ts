/** What a child process left behind. */
export interface ProcessResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The program was not found on this machine. */
  readonly notFound: boolean;
  /** The time limit ended it. */
  readonly timedOut: boolean;
}

export interface ProcessOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds. */
  readonly timeoutMs?: number;
  /** Called with every line of standard error as it comes (progress). */
  readonly onStderrLine?: (line: string) => void;
}

/** A serial line, 8 data bits without parity. */
export interface SerialPort {
  write(bytes: Uint8Array): Promise<void>;
  /** Called with whatever arrives, from when it is set. */
  onData(take: (bytes: Uint8Array) => void): void;
  close(): Promise<void>;
}

/**
 * The only way in which soff's core reaches files and processes. The CLI passes the real one
 * (`src/cli/node-host.ts`), tests may pass one in memory. Paths are absolute or relative to `cwd`.
 */
export interface Host {
  readonly cwd: string;
  /** Root of the installed package: where `templates/`, `sim/` and `boards/` are. */
  readonly packageRoot: string;
  /** Folder for caches that survive runs (created on demand). */
  readonly cacheDir: string;
  readFile(path: string): Uint8Array;
  readText(path: string): string;
  writeFile(path: string, data: string | Uint8Array): void;
  exists(path: string): boolean;
  isDirectory(path: string): boolean;
  /** The absolute path without links; for what exists. */
  realPath(path: string): string;
  /** Names in a folder, sorted; empty when the folder is missing. */
  list(path: string): readonly string[];
  makeDirectory(path: string): void;
  remove(path: string): void;
  /** Atomic within a file system. */
  rename(from: string, to: string): void;
  /** Runs a program without a shell. Never throws for a failing program: look at the result. */
  run(program: string, args: readonly string[], options?: ProcessOptions): Promise<ProcessResult>;
  /** Opens a serial port (or a pseudo-terminal). A port that cannot be opened is the user's error. */
  openSerial(path: string, baud: number): Promise<SerialPort>;
  /** One line of progress for a terminal; silent elsewhere. */
  progress(message: string): void;
}
