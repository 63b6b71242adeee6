/** CUDA sources on the reference interpreter. */
import { adaptCuda } from "../../../src/hls/cuda/adapt.js";
import { matchKernels } from "../../../src/hls/cuda/names.js";
import { importKernels } from "../../../src/hls/import/import.js";
import { interpret } from "../../../src/hls/interpret/interpret.js";
import type { Kernel } from "../../../src/hls/ir/types.js";
import type { LaunchArgument } from "../../../src/launch/launch.js";
import { compileToLlvm } from "../../../src/parser/clang/compile.js";
import type { CompileRequest } from "../../../src/parser/clang/request.js";
import { parseLlvm } from "../../../src/parser/llvm/parse.js";
import { MemoryHost } from "../../support/memory-host.js";

export type Files = Readonly<Record<string, string>> | string;

/** Compiles `/project/k.cu`, or the text when it is one. */
export async function compileCu(files: Files, options: Omit<CompileRequest, "file"> = {}) {
  const all = typeof files === "string" ? { "/project/k.cu": files } : files;
  const result = await compileToLlvm(new MemoryHost(all), { file: "k.cu", ...options });
  const { module, kernels } = adaptCuda(parseLlvm(result.llvm), result.cuda!);
  return { ...result, module, kernels };
}

/** The one kernel that a name means. */
export async function kernelOf(files: Files, name: string, options: Omit<CompileRequest, "file"> = {}) {
  const { module, kernels } = await compileCu(files, options);
  const found = matchKernels(kernels, name);
  if (found.length !== 1)
    throw new Error(`${name} means ${found.map(({ display }) => display).join(", ") || "nothing"}`);
  return importKernels(module, { kernels: [found[0]!.id] })[0]!;
}

/** An array is a buffer and is updated in place, bytes are a scalar or struct, `{ local }` is shared memory. */
export type Argument =
  | Float32Array
  | Float64Array
  | Int32Array
  | Uint32Array
  | Uint8Array
  | number
  | { readonly local: number };

/** Runs `blocks` blocks of `threads` threads. Numbers are ints or floats by the parameter's type. */
export function launch(
  kernel: Kernel,
  [blocks, threads]: readonly [number | readonly number[], number | readonly number[]],
  args: readonly Argument[],
): void {
  if (args.length !== kernel.parameters.length) {
    throw new Error(`${kernel.name} takes ${kernel.parameters.map(({ name }) => name).join(", ")}`);
  }
  const triple = (size: number | readonly number[]) => {
    const [x = 1, y = 1, z = 1] = typeof size === "number" ? [size] : size;
    return [x, y, z] as const;
  };
  const grid = triple(blocks);
  const local = triple(threads);
  const bytesOf = args.map((arg) => (ArrayBuffer.isView(arg) ? new Uint8Array(arg.buffer) : undefined));
  const launched = args.map((arg, index): LaunchArgument => {
    const { name, passing, element, bytes } = kernel.parameters[index]!;
    const array = bytesOf[index];
    if (typeof arg === "number") {
      const data = new DataView(new ArrayBuffer(bytes));
      if (element?.kind === "float") bytes === 8 ? data.setFloat64(0, arg, true) : data.setFloat32(0, arg, true);
      else if (bytes === 8) data.setBigInt64(0, BigInt(arg), true);
      else data.setInt32(0, arg, true);
      return { kind: "scalar", name, bytes: new Uint8Array(data.buffer) };
    }
    if (!array) return { kind: "local", name, size: (arg as { local: number }).local };
    if (passing === "scalar") return { kind: "scalar", name, bytes: array };
    return { kind: "buffer", name, address: BigInt(0x10000000 * (index + 1)), bytes: array };
  });
  interpret(kernel, {
    kernel: kernel.name,
    range: {
      workDim: 3,
      global: [grid[0] * local[0], grid[1] * local[1], grid[2] * local[2]],
      local,
      offset: [0, 0, 0],
    },
    arguments: launched,
  });
}
