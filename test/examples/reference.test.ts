/** The interpreter against PoCL on every launch of every example. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { exampleData } from "../../examples/make-data.js";
import { NodeHost } from "../../src/cli/node-host.js";
import { compileKernels } from "../../src/flow/compile.js";
import { interpret } from "../../src/hls/interpret/interpret.js";
import type { Kernel } from "../../src/hls/ir/types.js";
import type { PreparedArgument } from "../../src/launch/arguments.js";
import { copyArguments } from "../../src/launch/check.js";
import type { Launch } from "../../src/launch/launch.js";
import { loadBoard } from "../../src/target/load.js";
import { type PoclResult, poclMissing, runOnPocl } from "../pocl/pocl.js";
import {
  allLaunches,
  differences,
  type ExampleLaunch,
  examplesRoot,
  isUniform,
  prepareLaunch,
  projectRoot,
  withoutGroups,
} from "./examples.js";

const host = new NodeHost();
const board = loadBoard(host, "u250");
const missing = await poclMissing();
if (missing && process.env.SOFF_REQUIRE_POCL) throw new Error(missing);

interface Prepared {
  readonly example: ExampleLaunch;
  readonly kernel: Kernel;
  readonly prepared: readonly PreparedArgument[];
  readonly launch: Launch;
}
type Outcome = { readonly ready: Prepared; readonly pocl: PoclResult | undefined } | { readonly failure: unknown };

/** Files are compiled once for all their launches. */
const compiled = new Map<string, Promise<readonly Kernel[]>>();
function kernelsOf(example: ExampleLaunch): Promise<readonly Kernel[]> {
  const key = JSON.stringify([example.file, example.compile]);
  const known = compiled.get(key) ?? compileKernels(host, [example.file], [], example.compile).then((c) => c.kernels);
  compiled.set(key, known);
  return known;
}

async function prepare(example: ExampleLaunch): Promise<Prepared> {
  const kernel = (await kernelsOf(example)).find((k) => k.name === example.kernel);
  if (!kernel) throw new Error(`${example.file} has no kernel ${example.kernel}`);
  return { example, kernel, ...prepareLaunch(host, kernel, board, example) };
}

/** PoCL runs full groups only. Who gave a local size that leaves the last group smaller wants to see just that. */
function poclLaunch({ example, launch }: Prepared): Launch | undefined {
  if (isUniform(launch)) return launch;
  return example.local ? undefined : withoutGroups(launch);
}

const launches = allLaunches();
const outcomes = new Map<ExampleLaunch, Outcome>();

describe.skipIf(missing)("interpreter = PoCL", () => {
  beforeAll(async () => {
    const ready: Prepared[] = [];
    for (const example of launches) {
      try {
        ready.push(await prepare(example));
      } catch (failure) {
        outcomes.set(example, { failure });
      }
    }
    const jobs = ready.flatMap((item) => {
      const launch = poclLaunch(item);
      if (!launch) return [];
      const { example } = item;
      const source = readFileSync(join(projectRoot, example.referenceFile), "utf8");
      const options = (example.defines ?? []).map((d) => `-D${d}`);
      const other = { ...launch, kernel: example.reference ?? launch.kernel };
      return [{ item, job: { source, file: example.referenceFile, options, launch: other } }];
    });
    const results = await runOnPocl(jobs.map(({ job }) => job));
    const byItem = new Map(jobs.map(({ item }, k) => [item, results[k]]));
    for (const item of ready) outcomes.set(item.example, { ready: item, pocl: byItem.get(item) });
  }, 300_000);

  it.each(launches.map((example) => [example.title, example] as const))("%s", (_title, example) => {
    const outcome = outcomes.get(example)!;
    if ("failure" in outcome) throw outcome.failure;
    const { ready, pocl } = outcome;
    const interpreted = { ...ready.launch, arguments: copyArguments(ready.launch.arguments) };
    interpret(ready.kernel, interpreted);
    if (!pocl) return;
    if (!pocl.ok) throw new Error(pocl.error);
    expect(differences(example, ready.prepared, pocl.buffers, interpreted.arguments)).toEqual([]);
  });
});

/** What `describe` of the example ndrange must write, from the definition of the NDRange alone. */
function described({ global, local, offset, workDim }: Launch["range"]): bigint[] {
  const pack = (values: readonly number[], bits: number) =>
    values.reduce((sum, value, d) => sum | (BigInt(value) << BigInt(bits * d)), 0n);
  const words: bigint[] = [];
  const groups = global.map((size, d) => Math.ceil(size / local[d]!));
  for (let z = 0; z < global[2]; z++) {
    for (let y = 0; y < global[1]; y++) {
      for (let x = 0; x < global[0]; x++) {
        const at = [x, y, z];
        const group = at.map((value, d) => Math.floor(value / local[d]!));
        const size = group.map((value, d) => Math.min(local[d]!, global[d]! - value * local[d]!));
        words.push(
          pack(
            at.map((value, d) => value + offset[d]!),
            16,
          ),
          pack(
            at.map((value, d) => value % local[d]!),
            16,
          ),
          pack(group, 16),
          pack(size, 16),
          pack(groups, 16),
          BigInt(workDim) | (pack(global, 16) << 8n),
          0n,
        );
      }
    }
  }
  return words;
}

describe("work-item functions by their definition", () => {
  it.each(launches.filter((launch) => launch.kernel === "describe").map((example) => [example.name, example] as const))(
    "%s",
    async (_name, example) => {
      const { kernel, launch } = await prepare(example);
      interpret(kernel, launch);
      const [record] = launch.arguments;
      if (record?.kind !== "buffer") throw new Error("the first argument is the record");
      const { buffer, byteOffset, length } = record.bytes;
      expect([...new BigUint64Array(buffer.slice(byteOffset, byteOffset + length))]).toEqual(described(launch.range));
    },
  );
});

describe("example data", () => {
  it("is what make-data.ts makes", () => {
    for (const [path, bytes] of exampleData()) {
      expect(Buffer.compare(readFileSync(join(examplesRoot, path)), bytes), path).toBe(0);
    }
  });
});
