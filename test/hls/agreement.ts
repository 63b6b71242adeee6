/** Executes a kernel and compares every byte of every buffer with what is expected. */
import { interpret } from "../../src/hls/interpret/interpret.js";
import { printKernel } from "../../src/hls/ir/print.js";
import type { Kernel } from "../../src/hls/ir/types.js";
import type { Launch } from "../../src/launch/launch.js";
import { copyLaunch } from "./random-kernel.js";

export function expectSameMemory(kernel: Kernel, launch: Launch, expected: ReadonlyMap<string, Uint8Array>): void {
  const actual = copyLaunch(launch);
  interpret(kernel, actual);
  for (const argument of actual.arguments) {
    if (argument.kind !== "buffer") continue;
    const wanted = expected.get(argument.name)!;
    const at = argument.bytes.findIndex((byte, index) => byte !== wanted[index]);
    if (at < 0) continue;
    throw new Error(
      `byte ${at} of ${argument.name} is ${argument.bytes[at]}, expected ${wanted[at]}\n${printKernel(kernel)}`,
    );
  }
}

/** What the interpreter leaves in the buffers. */
export function memoryAfter(kernel: Kernel, launch: Launch): Map<string, Uint8Array> {
  const copy = copyLaunch(launch);
  interpret(kernel, copy);
  return new Map(copy.arguments.flatMap((a) => (a.kind === "buffer" ? [[a.name, a.bytes] as const] : [])));
}
