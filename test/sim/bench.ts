/** Small C++ benches of parts of the simulation, built once for each content. */
import { join } from "node:path";
import { NodeHost } from "../../src/cli/node-host.js";
import { cachedFolder, contentKey } from "../../src/tools/cache.js";
import { root } from "./vadd.js";

export const host = new NodeHost();

/** Compiles with `command` (which leaves a program called `bench`) and runs it; gives its output. */
async function runBench(files: readonly string[], program: string, args: readonly string[]): Promise<string> {
  const paths = files.map((file) => join(root, file));
  const key = contentKey([program, ...args, ...paths.map((path) => host.readText(path))]);
  const built = await cachedFolder(host, "test-benches", key, ["bench"], async (folder) => {
    const sources = paths.filter((path) => /\.(cpp|v)$/.test(path));
    const result = await host.run(program, [...args, ...sources], { cwd: folder });
    if (result.exitCode !== 0) throw new Error(`${program}: ${result.stderr}${result.stdout}`);
  });
  const run = await host.run(join(built.folder, "bench"), []);
  if (run.exitCode !== 0) throw new Error(run.stdout + run.stderr);
  return run.stdout;
}

export const cxxBench = (files: readonly string[]): Promise<string> =>
  runBench(files, "g++", ["-std=c++17", "-O1", "-Wall", "-Wextra", "-Werror", `-I${join(root, "sim")}`, "-o", "bench"]);

export const verilatorBench = (files: readonly string[], more: readonly string[] = []): Promise<string> =>
  runBench(files, "verilator", [
    ...["--cc", "--exe", "--build", "-Wall", "-DSOFF_SIM", "-j", "2"],
    ...["--Mdir", ".", "-o", "bench", "-CFLAGS", "-O1", "--x-assign", "unique", "--x-initial", "unique"],
    ...more,
  ]);
