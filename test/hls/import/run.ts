import { interpret } from "../../../src/hls/interpret/interpret.js";
import type { Kernel } from "../../../src/hls/ir/types.js";
import { verifyKernel } from "../../../src/hls/ir/verify.js";
import type { Dim3, LaunchArgument } from "../../../src/launch/launch.js";

export type TestArgument = ArrayBufferView | { readonly scalar: ArrayBufferView };

export interface TestRange {
  readonly global: readonly number[];
  readonly local?: readonly number[];
  readonly offset?: readonly number[];
}

const dim3 = (sizes: readonly number[], fill: number): Dim3 => [sizes[0] ?? fill, sizes[1] ?? fill, sizes[2] ?? fill];
const bytesOf = (view: ArrayBufferView) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

/** Runs a kernel in the interpreter. Typed arrays are buffers and updated in place. */
export function run(kernel: Kernel, range: TestRange, args: readonly TestArgument[]): void {
  verifyKernel(kernel);
  let address = 0x1_0000n;
  const bound = args.map((arg, index): LaunchArgument => {
    const { name } = kernel.parameters[index]!;
    if ("scalar" in arg) return { kind: "scalar", name, bytes: bytesOf(arg.scalar) };
    const here = address;
    address += (BigInt(arg.byteLength) + 0x1fffn) & ~0xfffn;
    return { kind: "buffer", name, address: here, bytes: bytesOf(arg) };
  });
  const global = dim3(range.global, 1);
  interpret(kernel, {
    kernel: kernel.name,
    range: {
      workDim: range.global.length,
      global,
      local: range.local ? dim3(range.local, 1) : [Math.min(64, Math.max(1, global[0])), 1, 1],
      offset: dim3(range.offset ?? [], 0),
    },
    arguments: bound,
  });
}

export const int = (value: number) => ({ scalar: new Int32Array([value]) });
export const float = (value: number) => ({ scalar: new Float32Array([value]) });
