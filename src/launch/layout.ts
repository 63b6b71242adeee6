/** Where the buffers of a launch lie in device memory. Chosen once, so that every engine sees the same addresses. */
import { inputError } from "../support/errors.js";
import type { Board } from "../target/board.js";
import { channelBase } from "../target/load.js";
import type { PreparedArgument } from "./arguments.js";
import type { LaunchArgument } from "./launch.js";

/** How buffers lie in a memory. */
interface Spacing {
  /** Buffers start at multiples of this. */
  readonly alignment: bigint;
  /** Unmapped bytes before, between and behind buffers, so that an overrun hits nothing. */
  readonly gap: bigint;
}

/** A page, and more than any cache line or AXI burst. */
const ample: Spacing = { alignment: 4096n, gap: 65536n };
/** Memory on the chip: every byte counts, and a kernel's longest vector is 128 bytes. */
const tight: Spacing = { alignment: 128n, gap: 128n };

const spacingOf = (place: MemoryPlace): Spacing => (place.size >= 1n << 22n ? ample : tight);
const alignUp = (address: bigint, { alignment }: Spacing) => ((address + alignment - 1n) / alignment) * alignment;

/** A stretch of device memory that buffers can be placed in: one channel. */
export interface MemoryPlace {
  /** For messages, e.g. `DDR[0]`. */
  readonly name: string;
  readonly base: bigint;
  readonly size: bigint;
  /** Of a buffer in several channels: the others. */
  readonly stripes?: { readonly lineBytes: number; readonly others: readonly MemoryPlace[] };
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
  const allocate = (place: MemoryPlace, bytes: bigint, name: string): bigint => {
    const spacing = spacingOf(place);
    const address = alignUp((next.get(place.base) ?? place.base) + spacing.gap, spacing);
    const end = address + bytes;
    next.set(place.base, end);
    if (end + spacing.gap > place.base + place.size) {
      throw inputError(
        "layout/out-of-memory",
        `the buffer ${name} of ${bytes} bytes does not fit into ${place.name} (${place.size} bytes) with the others`,
      );
    }
    return address;
  };
  return prepared.map((argument, index): LaunchArgument => {
    const { name } = argument.parameter;
    switch (argument.kind) {
      case "scalar":
        return { kind: "scalar", name, bytes: argument.bytes.slice() };
      case "local":
        return { kind: "local", name, size: argument.size };
      case "buffer": {
        const place = placeOf(index);
        const { stripes } = place;
        const bytes = argument.bytes.slice();
        // Of a buffer in several channels, the first keeps as many addresses as the kernel's pointers have: no two buffers share any.
        const address = allocate(place, BigInt(bytes.length), name);
        if (!stripes) return { kind: "buffer", name, address, bytes };
        const { lineBytes } = stripes;
        const share = BigInt(shareBytes(bytes.length, lineBytes, stripes.others.length + 1));
        const others = stripes.others.map((other) => allocate(other, share, name));
        return { kind: "buffer", name, address, bytes, stripes: { lineBytes, others } };
      }
    }
  });
}

/** Bytes of the largest of `stripes` shares of a buffer. */
export function shareBytes(bytes: number, lineBytes: number, stripes: number): number {
  return Math.ceil(bytes / lineBytes / stripes) * lineBytes;
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
