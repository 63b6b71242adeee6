/** Builds (once for every content) and runs the C++ harness that compares operators with the CPU. */
import { join } from "node:path";
import { libraryClosure } from "../../src/rtl/library.js";
import type { Host } from "../../src/support/host.js";
import { cachedFolder, contentKey } from "../../src/tools/cache.js";
import { harnessTable, type OperatorConfig, topVerilog } from "./configs.js";

/** What the harness reports of one configuration. */
export interface OperatorResult {
  readonly name: string;
  readonly latency: number;
  readonly directed: number;
  readonly checked: number;
  readonly mismatches: number;
  readonly first?: {
    readonly a: string;
    readonly b: string;
    readonly c: string;
    readonly got: string;
    readonly want: string;
  };
}

const SOURCES = ["main.cpp", "operands.h", "reference.h"];
const FLAGS = ["--cc", "--exe", "--build", "-j", "2", "-O3", "--x-assign", "fast", "--output-split", "30000"];

/** Path of the compiled harness for `configs`. `edit` changes library modules, to see
 * whether that is noticed; `-O0` builds faster and suits few vectors. */
export async function buildHarness(
  host: Host,
  configs: readonly OperatorConfig[],
  options: { readonly edit?: (file: string, text: string) => string; readonly optimise?: "-O0" | "-O1" } = {},
): Promise<string> {
  const { edit = (_, text) => text, optimise = "-O1" } = options;
  const sources = SOURCES.map((name) => [name, host.readText(join(host.packageRoot, "test/operators", name))] as const);
  const top = topVerilog(configs);
  const library = new Map([...libraryClosure(host, [top])].map(([file, text]) => [file, edit(file, text)]));
  const table = harnessTable(configs);
  const key = contentKey([
    FLAGS.join(" "),
    optimise,
    top,
    table,
    ...[...library.values()],
    ...sources.map(([, text]) => text),
  ]);
  const { folder } = await cachedFolder(host, "operator-harness", key, ["harness"], async (fresh) => {
    host.writeFile(join(fresh, "operators_top.v"), top);
    host.writeFile(join(fresh, "configs.inc"), table);
    for (const [name, text] of [...library, ...sources]) host.writeFile(join(fresh, name), text);
    const built = await host.run(
      "verilator",
      [
        ...FLAGS,
        "-CFLAGS",
        `-I.. -std=gnu++17 ${optimise} -ffp-contract=off`,
        "--Mdir",
        "obj",
        "-o",
        "../harness",
        "operators_top.v",
        "main.cpp",
      ],
      { cwd: fresh, env: { OBJCACHE: "ccache" } },
    );
    if (built.exitCode !== 0) throw new Error(`Verilator: ${built.stdout}\n${built.stderr}`);
    host.remove(join(fresh, "obj"));
  });
  return join(folder, "harness");
}

/** Runs `random` vectors after the directed ones, or after so many of these. */
export async function runHarness(
  host: Host,
  program: string,
  random: number,
  seed: number,
  directed = 2 ** 32,
): Promise<readonly OperatorResult[]> {
  const result = await host.run(program, [random, seed, directed].map(String), {
    onStderrLine: (line) => host.progress(line),
  });
  if (result.exitCode !== 0 && result.exitCode !== 5) throw new Error(`harness: ${result.stderr}`);
  return result.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as OperatorResult);
}
