/** A folder for one run of a tool. */
import { randomUUID } from "node:crypto";
import { basename, join } from "node:path";
import { InternalError } from "../support/errors.js";
import type { Host } from "../support/host.js";

/** Runs `work` in a fresh folder and removes it afterwards. */
export async function inScratch<T>(host: Host, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = join(host.cacheDir, "runs", randomUUID());
  host.makeDirectory(folder);
  try {
    return await work(folder);
  } finally {
    host.remove(folder);
  }
}

/**
 * Copies Verilog files into a folder. Tools then see names of a checked alphabet only, whatever the folders of the user
 * are called: some of them read their arguments as scripts.
 */
export function copyVerilog(host: Host, files: readonly string[], folder: string): string[] {
  const names = files.map((file) => checkedName(basename(file)));
  if (new Set(names).size !== names.length) throw new InternalError("two Verilog files have the same name");
  files.forEach((file, i) => {
    host.writeFile(join(folder, names[i]!), host.readFile(file));
  });
  return names;
}

/** A file, module or family name that no tool can take for anything else. */
export function checkedName(name: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_.]*$/.test(name)) throw new InternalError(`"${name}" is no name to give to a tool`);
  return name;
}

/** A relative path of such names. */
export function checkedPath(path: string): string {
  if (!/^(\.\.\/)*([A-Za-z_][A-Za-z0-9_.]*\/)*[A-Za-z_][A-Za-z0-9_.]*$/.test(path)) {
    throw new InternalError(`"${path}" is no path to give to a tool`);
  }
  return path;
}
