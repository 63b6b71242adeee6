/** Compares what two engines left in the buffers of a launch, byte by byte. */
import { invariant } from "../support/errors.js";
import type { ArrayForm } from "./arguments.js";
import { readElement } from "./element.js";
import type { LaunchArgument } from "./launch.js";
import { buffersOf } from "./layout.js";

export interface Mismatch {
  readonly buffer: string;
  /** Of the element of the buffer's own type that holds the first differing byte. */
  readonly index: number;
  readonly expected: string;
  readonly actual: string;
}

export interface CheckResult {
  /** Elements (of each buffer's own type) that differ. */
  readonly mismatches: number;
  readonly first?: Mismatch;
}

/** `forms` gives, by the buffer's position among the arguments, how its bytes are to be read. */
export function compareBuffers(
  expected: readonly LaunchArgument[],
  actual: readonly LaunchArgument[],
  forms: readonly (ArrayForm | undefined)[],
): CheckResult {
  let mismatches = 0;
  let first: Mismatch | undefined;
  expected.forEach((reference, position) => {
    const other = actual[position];
    if (reference.kind !== "buffer") return;
    invariant(other?.kind === "buffer" && other.bytes.length === reference.bytes.length, "launches differ in shape");
    const element = forms[position]?.element;
    const size = element ? element.bits / 8 : 1;
    const show = (bytes: Uint8Array, index: number): string => {
      if (!element) return `0x${bytes[index]!.toString(16).padStart(2, "0")}`;
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const value = readElement(view, index * size, element);
      return element.kind === "float" ? `${value} (0x${bitsOf(bytes, index * size, size)})` : String(value);
    };
    for (let index = 0; index * size < reference.bytes.length; index++) {
      if (same(reference.bytes, other.bytes, index * size, size)) continue;
      mismatches++;
      first ??= {
        buffer: reference.name,
        index,
        expected: show(reference.bytes, index),
        actual: show(other.bytes, index),
      };
    }
  });
  return first ? { mismatches, first } : { mismatches };
}

/** A deep copy of a launch's arguments, for another engine. */
export function copyArguments(launch: readonly LaunchArgument[]): LaunchArgument[] {
  return launch.map((argument) =>
    argument.kind === "local" ? argument : { ...argument, bytes: argument.bytes.slice() },
  );
}

/** How many bytes all buffers of a launch have. */
export function totalBytes(launch: readonly LaunchArgument[]): number {
  return buffersOf(launch).reduce((sum, buffer) => sum + buffer.bytes.length, 0);
}

function same(a: Uint8Array, b: Uint8Array, start: number, size: number): boolean {
  for (let k = start; k < start + size && k < a.length; k++) if (a[k] !== b[k]) return false;
  return true;
}

function bitsOf(bytes: Uint8Array, start: number, size: number): string {
  return Array.from(bytes.subarray(start, start + size), (byte) => byte.toString(16).padStart(2, "0"))
    .reverse()
    .join("");
}
