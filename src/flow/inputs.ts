/**
 * Random inputs for a kernel of which nothing is known but its code: sizes are tried until the
 * interpreter runs through without leaving a buffer. The choice is written as `--arg`
 * specifications, so that a run can be repeated with `soff run`.
 */
import { interpret } from "../hls/interpret/interpret.js";
import type { Kernel, SourceParameter } from "../hls/ir/types.js";
import { type PreparedArgument, prepareArgument } from "../launch/arguments.js";
import { elementType, elementTypeName } from "../launch/element.js";
import { RandomStream } from "../launch/generate.js";
import type { Launch } from "../launch/launch.js";
import { type MemoryPlace, placeArguments } from "../launch/layout.js";
import { makeRange } from "../launch/range.js";
import { type Diagnostic, InputError, inputError } from "../support/errors.js";
import type { Host } from "../support/host.js";
import { copyLaunch } from "./engines.js";

/** A launch that stays within its buffers, and how it was made. */
export interface ChosenLaunch {
  readonly launch: Launch;
  readonly prepared: readonly PreparedArgument[];
  readonly global: readonly number[];
  readonly arguments: readonly string[];
}

/** Values of integer scalars (sizes, as a rule) and of integer data (indices, perhaps), from generous to careful. */
const SIZES = [16, 8, 4, 2, 1];
/** Bytes of every buffer, from small to large. */
const BUFFER_BYTES = [4096, 65536, 1 << 20];
/** Bytes of every `__local` argument: enough for groups of 64 with a vector each. */
const LOCAL_BYTES = 4096;
/** Loop iterations that are enough for sizes as small as these; more is taken for a loop that does not end. */
const MAX_STEPS = 3_000_000;

/** Chooses a launch. The same seed gives the same launch. */
export function chooseLaunch(
  host: Host,
  kernel: Kernel,
  seed: number,
  placeOf: (parameter: number) => MemoryPlace,
): ChosenLaunch {
  const global = globalSizeFor(kernel);
  const range = makeRange({
    global,
    ...(kernel.requiredLocalSize ? { requiredLocalSize: kernel.requiredLocalSize } : {}),
  });
  let last: readonly Diagnostic[] = [];
  for (const size of SIZES) {
    for (const bytes of BUFFER_BYTES) {
      const words = kernel.parameters.map((parameter, index) => specificationFor(parameter, index, seed, size, bytes));
      const prepared = kernel.parameters.map((parameter, index) =>
        words[index] === undefined
          ? { kind: "scalar" as const, parameter, bytes: structBytes(parameter, index, seed, size) }
          : prepareArgument(host, parameter, words[index], index),
      );
      const launch: Launch = { kernel: kernel.name, range, arguments: placeArguments(prepared, placeOf) };
      const problem = failureOf(kernel, launch);
      if (!problem) return { launch, prepared, global, arguments: words.map((word) => word ?? "(random struct)") };
      last = problem;
      // Larger buffers do not help a loop that does not end.
      if (problem[0]?.code === "kernel/too-many-steps") break;
    }
  }
  throw inputError(
    "verify/no-inputs",
    `no random inputs were found for kernel ${kernel.name} that stay in its buffers`,
    {
      span: kernel.span,
      help: `Check it with data of your own: soff run --check. The last attempt failed with: ${last[0]?.message ?? "nothing"}`,
    },
  );
}

function failureOf(kernel: Kernel, launch: Launch): readonly Diagnostic[] | undefined {
  try {
    interpret(kernel, copyLaunch(launch), { maxSteps: MAX_STEPS });
    return undefined;
  } catch (error) {
    if (error instanceof InputError) return error.diagnostics;
    throw error;
  }
}

/** As many dimensions as the kernel asks for; odd sizes, unless groups of a fixed size must be full. */
function globalSizeFor(kernel: Kernel): readonly number[] {
  const required = kernel.requiredLocalSize;
  let dimensions = 1;
  for (const block of kernel.blocks) {
    for (const instruction of block.instructions) {
      if (instruction.op === "workitem") dimensions = Math.max(dimensions, instruction.dimension + 1);
    }
  }
  if (required) {
    const least = required[2] > 1 ? 3 : required[1] > 1 ? 2 : 1;
    return [required[0] * 2, required[1], required[2]].slice(0, Math.max(dimensions, least));
  }
  return (sharesMemory(kernel) ? [[128], [32, 6], [16, 3, 2]] : [[67], [13, 9], [7, 5, 3]])[dimensions - 1]!;
}

/** Whether work-groups do something together: then they should have several members. */
function sharesMemory(kernel: Kernel): boolean {
  return (
    kernel.parameters.some(({ passing }) => passing === "local") ||
    kernel.variables.some(({ space }) => space === "local") ||
    kernel.blocks.some(({ instructions }) => instructions.some(({ op }) => op === "barrier"))
  );
}

/** The `--arg` for a parameter; undefined for a struct by value, which has none but a file. */
function specificationFor(
  parameter: SourceParameter,
  index: number,
  seed: number,
  size: number,
  bytes: number,
): string | undefined {
  const own = seed * 1000 + index;
  if (parameter.passing === "local") return `local:${LOCAL_BYTES}`;
  if (parameter.passing === "buffer") {
    const type = pointeeType(parameter.typeName);
    const name = elementTypeName(type);
    const range = type.kind === "float" ? "-1:1" : `0:${size}`;
    return `rand:${name}:${bytes / (type.bits / 8)}:${own}:${range}`;
  }
  const { element } = parameter;
  if (!element) return undefined;
  const stream = RandomStream.seeded(BigInt(own));
  const lane = () => (element.kind === "float" ? String(Math.fround(stream.unit(32) * 4 - 2)) : String(size));
  return Array.from({ length: element.lanes }, lane).join(",");
}

/** `const float4*` is a float32; what is no number (a struct) is filled with small 32-bit integers. */
function pointeeType(typeName: string) {
  const word = typeName.replace(/\*.*$/, "").trim().split(/\s+/).pop() ?? "";
  const type = elementType(word.replace(/(?<=[a-z])(2|3|4|8|16)$/, "")) ?? elementType("uint32")!;
  return typeName.includes("unsigned") && type.kind === "int" ? { ...type, kind: "uint" as const } : type;
}

function structBytes(parameter: SourceParameter, index: number, seed: number, size: number): Uint8Array {
  const stream = RandomStream.seeded(BigInt(seed * 1000 + index));
  const bytes = new Uint8Array(parameter.bytes);
  for (let at = 0; at < bytes.length; at += 4) bytes[at] = Number(stream.below(BigInt(size)));
  return bytes;
}
