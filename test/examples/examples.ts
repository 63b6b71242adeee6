/** The example kernels and their launches, as `examples/NAME/launch.json` gives them. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { CompileOptions } from "../../src/flow/compile.js";
import type { Kernel } from "../../src/hls/ir/types.js";
import { type PreparedArgument, prepareArguments } from "../../src/launch/arguments.js";
import type { Launch, LaunchArgument } from "../../src/launch/launch.js";
import { boardPlace, placeArguments } from "../../src/launch/layout.js";
import { makeRange } from "../../src/launch/range.js";
import type { Host } from "../../src/support/host.js";
import type { Board } from "../../src/target/board.js";

export const projectRoot = join(dirname(fileURLToPath(import.meta.url)), "../..");
export const examplesRoot = join(projectRoot, "examples");

/** One entry of launch.json. Sizes and arguments are those of the command line. */
interface LaunchEntry {
  readonly name: string;
  readonly kernel: string;
  readonly global: readonly number[];
  readonly local?: readonly number[];
  readonly offset?: readonly number[];
  /** Files after `@` are relative to the example's folder. */
  readonly args: readonly string[];
  readonly defines?: readonly string[];
  /** The kernel of the example's `reference.cl` that does the same on PoCL, for sources that PoCL cannot read. */
  readonly reference?: string;
  /** Buffers whose elements are vectors of three in the room of four: what the fourth holds is left open. */
  readonly padding?: Readonly<Record<string, { readonly lanes: number; readonly used: number }>>;
  /** Float buffers that come from built-in functions whose last bits are left open: `|a - b|` at most this times `1 + |a|`. */
  readonly tolerance?: Readonly<Record<string, number>>;
}

export interface ExampleLaunch extends LaunchEntry {
  readonly example: string;
  /** Relative to the project's root, as a user would type it. */
  readonly file: string;
  /** What PoCL is given. */
  readonly referenceFile: string;
  readonly title: string;
  readonly compile: CompileOptions;
}

export function exampleNames(): readonly string[] {
  return readdirSync(examplesRoot, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(examplesRoot, entry.name, "launch.json")))
    .map((entry) => entry.name)
    .sort();
}

export function loadExample(example: string): readonly ExampleLaunch[] {
  const text = readFileSync(join(examplesRoot, example, "launch.json"), "utf8");
  const { launches } = JSON.parse(text) as { launches: readonly LaunchEntry[] };
  const folder = `examples/${example}`;
  const isCuda = existsSync(join(projectRoot, folder, `${example}.cu`));
  return launches.map((launch) => ({
    ...launch,
    example,
    file: `${folder}/${example}.${isCuda ? "cu" : "cl"}`,
    referenceFile: `${folder}/${launch.reference === undefined ? example : "reference"}.cl`,
    title: `${example}: ${launch.kernel}, ${launch.name}`,
    args: launch.args.map((arg) => (arg.startsWith("@") ? `@${join("examples", example, arg.slice(1))}` : arg)),
    compile: launch.defines ? { defines: launch.defines } : {},
  }));
}

export function allLaunches(): readonly ExampleLaunch[] {
  return exampleNames().flatMap(loadExample);
}

/** The launch with its data, in the memory of a board. */
export function prepareLaunch(
  host: Host,
  kernel: Kernel,
  board: Board,
  example: ExampleLaunch,
): { readonly prepared: readonly PreparedArgument[]; readonly launch: Launch } {
  const range = makeRange({
    global: example.global,
    ...(example.local ? { local: example.local } : {}),
    ...(example.offset ? { offset: example.offset } : {}),
    ...(kernel.requiredLocalSize ? { requiredLocalSize: kernel.requiredLocalSize } : {}),
  });
  const prepared = prepareArguments(host, kernel.name, kernel.parameters, example.args);
  const placed = placeArguments(prepared, () => boardPlace(board, 0));
  return { prepared, launch: { kernel: kernel.name, range, arguments: placed } };
}

/** Every group is full: all that PoCL can run. */
export function isUniform({ range }: Launch): boolean {
  return range.global.every((size, d) => size % range.local[d]! === 0);
}

/** The same launch in groups of one, for kernels that do not ask for their group when the user left its size open. */
export function withoutGroups(launch: Launch): Launch {
  return { ...launch, range: { ...launch.range, local: [1, 1, 1] } };
}

export interface Difference {
  readonly buffer: string;
  readonly element: number;
  readonly expected: string;
  readonly actual: string;
}

/**
 * The first elements that differ. Two NaNs are equal whatever their bits, because OpenCL leaves
 * them open; everything else must agree in every bit.
 */
export function differences(
  example: ExampleLaunch,
  prepared: readonly PreparedArgument[],
  expected: readonly (Uint8Array | undefined)[],
  actual: readonly LaunchArgument[],
  most = 5,
): Difference[] {
  const found: Difference[] = [];
  for (const [position, argument] of prepared.entries()) {
    const reference = expected[position];
    const other = actual[position];
    if (argument.kind !== "buffer" || other?.kind !== "buffer" || !reference) continue;
    const { element } = argument.form;
    const size = element ? element.bits / 8 : 1;
    const padding = example.padding?.[argument.parameter.name];
    for (let index = 0; index * size < reference.length; index++) {
      if (padding && index % padding.lanes >= padding.used) continue;
      const a = hex(reference, index * size, size);
      const b = hex(other.bytes, index * size, size);
      if (a === b || (element?.kind === "float" && size === 4 && isNaN32(a) && isNaN32(b))) continue;
      const tolerance = example.tolerance?.[argument.parameter.name];
      if (tolerance !== undefined && isNear(float32(a), float32(b), tolerance)) continue;
      found.push({ buffer: argument.parameter.name, element: index, expected: a, actual: b });
      if (found.length === most) return found;
    }
  }
  return found;
}

function hex(bytes: Uint8Array, start: number, size: number): string {
  return Buffer.from(bytes.subarray(start, start + size))
    .reverse()
    .toString("hex");
}

const float32 = (bits: string): number => Buffer.from(bits, "hex").readFloatBE();

const isNear = (a: number, b: number, tolerance: number): boolean => Math.abs(a - b) <= tolerance * (1 + Math.abs(a));

function isNaN32(bits: string): boolean {
  return (Number.parseInt(bits, 16) & 0x7fffffff) > 0x7f800000;
}
