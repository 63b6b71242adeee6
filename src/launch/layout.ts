/** Where the buffers of a launch lie in device memory. Chosen once, so that every engine sees the same addresses. */
import { inputError, invariant } from "../support/errors.js";
import type { Board } from "../target/board.js";
import { channelBase } from "../target/load.js";
import type { PreparedArgument } from "./arguments.js";
import type { LaunchArgument } from "./launch.js";

/** Buffers start at multiples of this: a page, and more than any cache line or AXI burst. */
export const BUFFER_ALIGNMENT = 4096n;
/** Unmapped bytes before, between and behind buffers, so that an overrun hits nothing. */
export const BUFFER_GAP = 65536n;

const alignUp = (address: bigint) => ((address + BUFFER_ALIGNMENT - 1n) / BUFFER_ALIGNMENT) * BUFFER_ALIGNMENT;

/**
 * Gives every buffer an address in the channel that `channelOf` names for the parameter (by its
 * index), in the order of the parameters. The bytes are copied: engines write into them.
 */
export function placeArguments(
  prepared: readonly PreparedArgument[],
  board: Board,
  channelOf: (parameter: number) => number,
): LaunchArgument[] {
  const next = new Map<number, bigint>();
  return prepared.map((argument, index): LaunchArgument => {
    const { name } = argument.parameter;
    switch (argument.kind) {
      case "scalar":
        return { kind: "scalar", name, bytes: argument.bytes.slice() };
      case "local":
        return { kind: "local", name, size: argument.size };
      case "buffer": {
        const channel = channelOf(index);
        invariant(channel < board.memory.channels.value, `channel ${channel} is not on ${board.name}`);
        const base = channelBase(board, channel);
        const address = alignUp((next.get(channel) ?? base) + BUFFER_GAP);
        const end = address + BigInt(argument.bytes.length);
        next.set(channel, end);
        if (end + BUFFER_GAP > base + BigInt(board.memory.bytesPerChannel.value)) {
          throw inputError(
            "layout/out-of-memory",
            `the buffer ${name} of ${argument.bytes.length} bytes does not fit into memory channel ${channel} of ${board.name} (${board.memory.bytesPerChannel.value} bytes) with the others`,
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
