/** Where the buffers of a launch lie in device memory. Chosen once, so that every engine sees the same addresses. */
import { inputError } from "../support/errors.js";
import type { Board } from "../target/board.js";
import { channelBase } from "../target/load.js";
import type { PreparedArgument } from "./arguments.js";
import type { LaunchArgument } from "./launch.js";

/** Buffers start at multiples of this: a page, and more than any cache line or AXI burst. */
export const BUFFER_ALIGNMENT = 4096n;
/** Unmapped bytes before, between and behind buffers, so that an overrun hits nothing. */
export const BUFFER_GAP = 65536n;

const alignUp = (address: bigint) => ((address + BUFFER_ALIGNMENT - 1n) / BUFFER_ALIGNMENT) * BUFFER_ALIGNMENT;

/** A stretch of device memory that buffers can be placed in: one channel. */
export interface MemoryPlace {
  /** For messages, e.g. `DDR[0]`. */
  readonly name: string;
  readonly base: bigint;
  readonly size: bigint;
}

/** A channel of a board. */
export function boardPlace(board: Board, channel: number): MemoryPlace {
  return {
    name: `${board.memory.kind}[${channel}]`,
    base: channelBase(board, channel),
    size: BigInt(board.memory.bytesPerChannel.value),
  };
}

/**
 * Gives every buffer an address in the place that `placeOf` names for the parameter (by its index),
 * in the order of the parameters. The bytes are copied: engines write into them.
 */
export function placeArguments(
  prepared: readonly PreparedArgument[],
  placeOf: (parameter: number) => MemoryPlace,
): LaunchArgument[] {
  const next = new Map<bigint, bigint>();
  return prepared.map((argument, index): LaunchArgument => {
    const { name } = argument.parameter;
    switch (argument.kind) {
      case "scalar":
        return { kind: "scalar", name, bytes: argument.bytes.slice() };
      case "local":
        return { kind: "local", name, size: argument.size };
      case "buffer": {
        const place = placeOf(index);
        const address = alignUp((next.get(place.base) ?? place.base) + BUFFER_GAP);
        const end = address + BigInt(argument.bytes.length);
        next.set(place.base, end);
        if (end + BUFFER_GAP > place.base + place.size) {
          throw inputError(
            "layout/out-of-memory",
            `the buffer ${name} of ${argument.bytes.length} bytes does not fit into ${place.name} (${place.size} bytes) with the others`,
          );
        }
        return { kind: "buffer", name, address, bytes: argument.bytes.slice() };
      }
    }
  });
}

/** The buffers of a launch. */
export function buffersOf(launch: readonly LaunchArgument[]): Extract<LaunchArgument, { kind: "buffer" }>[] {
  return launch.filter((argument) => argument.kind === "buffer");
}

/** Says where an address lies in relation to the buffers: for messages about accesses outside all of them. */
export function describeAddress(address: bigint, launch: readonly LaunchArgument[]): string {
  let best: { readonly distance: bigint; readonly text: string } | undefined;
  for (const buffer of buffersOf(launch)) {
    const size = BigInt(buffer.bytes.length);
    const offset = address - buffer.address;
    const distance = offset < 0n ? -offset : offset >= size ? offset - size + 1n : 0n;
    const text =
      offset < 0n
        ? `${-offset} bytes before buffer ${buffer.name}`
        : offset >= size
          ? `byte ${offset} of buffer ${buffer.name}, which has ${size}`
          : `byte ${offset} of buffer ${buffer.name} (${size} bytes): the access runs over its end`;
    if (!best || distance < best.distance) best = { distance, text };
  }
  if (!best) return "the launch has no buffers";
  // Farther away than any gap, a nearest buffer would only mislead.
  return best.distance > 1n << 32n ? "far from every buffer (a NULL or a wild pointer)" : best.text;
}
