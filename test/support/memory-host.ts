import type { Host, ProcessOptions, ProcessResult } from "../../src/support/host.js";

/** A host whose files live in memory; it runs no programs. */
export class MemoryHost implements Host {
  readonly cwd = "/project";
  readonly packageRoot = "/soff";
  readonly cacheDir = "/cache";
  readonly files = new Map<string, Uint8Array>();

  constructor(files: Readonly<Record<string, string | Uint8Array>> = {}) {
    for (const [path, data] of Object.entries(files)) this.writeFile(path, data);
  }
  private at(path: string): string {
    return path.startsWith("/") ? path : `${this.cwd}/${path}`;
  }
  readFile(path: string): Uint8Array {
    const data = this.files.get(this.at(path));
    if (!data) throw new Error(`no file ${path}`);
    return data;
  }
  readText(path: string): string {
    return new TextDecoder().decode(this.readFile(path));
  }
  writeFile(path: string, data: string | Uint8Array): void {
    this.files.set(this.at(path), typeof data === "string" ? new TextEncoder().encode(data) : data);
  }
  exists(path: string): boolean {
    return this.files.has(this.at(path)) || this.isDirectory(path);
  }
  isDirectory(path: string): boolean {
    return [...this.files.keys()].some((file) => file.startsWith(`${this.at(path)}/`));
  }
  realPath(path: string): string {
    return this.at(path);
  }
  list(path: string): readonly string[] {
    const prefix = `${this.at(path)}/`;
    const names = [...this.files.keys()].filter((f) => f.startsWith(prefix)).map((f) => f.slice(prefix.length));
    return [...new Set(names.map((name) => name.split("/")[0]!))].sort();
  }
  makeDirectory(): void {}
  remove(path: string): void {
    for (const file of [...this.files.keys()]) {
      if (file === this.at(path) || file.startsWith(`${this.at(path)}/`)) this.files.delete(file);
    }
  }
  rename(from: string, to: string): void {
    for (const [file, data] of [...this.files]) {
      if (file !== this.at(from) && !file.startsWith(`${this.at(from)}/`)) continue;
      this.files.delete(file);
      this.files.set(this.at(to) + file.slice(this.at(from).length), data);
    }
  }
  async run(_program: string, _args: readonly string[], _options?: ProcessOptions): Promise<ProcessResult> {
    throw new Error("this host runs no programs");
  }
  async openSerial(): Promise<never> {
    throw new Error("this host has no serial ports");
  }
  progress(): void {}
}
