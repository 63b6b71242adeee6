/** Verilates a test rig (SystemVerilog around library modules) with its C++ bench, once for each content, and runs it. */
import { join } from "node:path";
import { NodeHost } from "../../src/cli/node-host.js";
import { libraryClosure } from "../../src/rtl/library.js";
import { cachedFolder, contentKey } from "../../src/tools/cache.js";

export const host = new NodeHost();

export interface Rig {
  /** Name of the folder in the cache. */
  readonly name: string;
  readonly top: string;
  /** Files in `test/`: the rig, its bench and the headers of both. They stand in one folder when compiled. */
  readonly sources: readonly string[];
  /** Of the top module; the bench gets them as macros. */
  readonly parameters: Readonly<Record<string, number>>;
  /** The RAMs as synthesis sees them, without what only simulation has. */
  readonly synthesis?: boolean;
}

const FLAGS = ["--cc", "--exe", "--build", "-O3", "--x-initial", "unique", "--x-assign", "unique"];

/** The program. */
export async function verilate(rig: Rig): Promise<string> {
  const parameters = Object.entries(rig.parameters);
  const sources = rig.sources.map(
    (path) => [path.slice(path.lastIndexOf("/") + 1), host.readText(join(host.packageRoot, "test", path))] as const,
  );
  const library = libraryClosure(
    host,
    sources.map(([, text]) => text),
  );
  const flags = [
    ...FLAGS,
    ...(rig.synthesis ? [] : ["-DSOFF_SIM"]),
    ...parameters.map(([name, value]) => `-G${name}=${value}`),
    ...["-CFLAGS", `-std=c++20 -I.. ${parameters.map(([name, value]) => `-D${name}=${value}`).join(" ")}`],
    ...["-MAKEFLAGS", "OPT_FAST=-O1 OPT_SLOW=-O0"],
  ];
  const texts = [...library, ...sources];
  const key = contentKey([...flags, ...texts.flat()]);
  const { folder } = await cachedFolder(host, rig.name, key, ["rig"], async (fresh) => {
    for (const [name, text] of texts) host.writeFile(join(fresh, name), text);
    const args = [...flags, "--top-module", rig.top, "--Mdir", "obj", "-o", "../rig"];
    const compiled = sources.map(([name]) => name).filter((name) => !name.endsWith(".h"));
    const built = await host.run("verilator", [...args, ...compiled], {
      cwd: fresh,
      env: { OBJCACHE: (await host.run("ccache", ["--version"])).notFound ? "" : "ccache" },
    });
    if (built.exitCode !== 0) throw new Error(`Verilator: ${built.stdout}\n${built.stderr}`);
    host.remove(join(fresh, "obj"));
  });
  return join(folder, "rig");
}

/** Runs a bench with `name=value` arguments; throws with what it says is wrong, returns the JSON object it prints. */
export async function runBench<T>(program: string, settings: Readonly<Record<string, number>>): Promise<T> {
  const list = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  const result = await host.run(program, list, { timeoutMs: 120_000 });
  if (result.exitCode !== 0) throw new Error(`${list.join(" ")}: ${result.stderr}\n${result.stdout}`);
  const line = result.stdout.split("\n").find((text) => text.startsWith("{"));
  return JSON.parse(line ?? "") as T;
}
