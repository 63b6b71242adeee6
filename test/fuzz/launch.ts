/** The data that a random program runs on. */
import type { ElementType } from "../../src/launch/element.js";
import { writeElement } from "../../src/launch/element.js";
import { random } from "../../src/launch/generate.js";
import type { Launch, LaunchArgument } from "../../src/launch/launch.js";
import type { MemoryPlace } from "../../src/launch/layout.js";
import { type Argument, type Program, sizeOf, type Type } from "./syntax.js";

/** Values at which float operators behave differently from their neighbours. */
const specialFloats = [0, -0, 1, -1, 0.5, 2.5, -3.5, 1e-40, -1e-45, 3.4e38, 16777217, 1 / 3, 1e-20, 12345.678, -100.25];

function bytesFor(type: Type, elements: number, seed: number): Uint8Array {
  // The fourth lane of a vector of three is there too, and stays unseen.
  const lanes = (sizeOf(type) * 8) / type.element.bits;
  const count = lanes * elements;
  if (type.element.kind === "bool") throw new Error("a bool is no argument");
  const element: ElementType = { kind: type.element.kind, bits: type.element.bits };
  // Whole-range integers would make every comparison with a small number come out the same way.
  const small = element.kind === "float" ? { low: -40, high: 40 } : { low: 0n, high: 100n };
  const wide = random(element, count, BigInt(seed));
  const bytes = random(element, count, BigInt(seed) + 1n, small);
  const size = element.bits / 8;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let k = 0; k < count; k++) {
    if (element.kind === "float") {
      if (wide[size * k + 1]! % 4 === 0)
        writeElement(view, size * k, element, specialFloats[(seed + k) % specialFloats.length]!);
    } else if (wide[size * k]! % 2 === 0) {
      bytes.set(wide.subarray(size * k, size * (k + 1)), size * k);
    }
  }
  return bytes;
}

/** Room between the beginnings of two buffers. */
const STRIDE = 0x100000n;

/** `baseOf` gives the memory that an argument, by its index, lies in. */
export function launchOf(program: Program, placeOf?: (argument: number) => MemoryPlace): Launch {
  const made = new Map<string, LaunchArgument>();
  const args = program.arguments.map((argument: Argument, k): LaunchArgument => {
    const place = placeOf?.(k);
    const at = STRIDE * BigInt(k + 1);
    const stripes = place?.stripes && {
      lineBytes: place.stripes.lineBytes,
      // Where no buffer has its pointers' addresses.
      others: place.stripes.others.map(({ base }) => base + at + STRIDE / 2n),
    };
    if (argument.kind === "scalar") {
      return { kind: "scalar", name: argument.name, bytes: bytesFor(argument.type, 1, argument.seed) };
    }
    const original = argument.sameAs === undefined ? undefined : made.get(argument.sameAs);
    const buffer: LaunchArgument =
      original?.kind === "buffer"
        ? { ...original, name: argument.name }
        : {
            kind: "buffer",
            name: argument.name,
            address: (place?.base ?? 0n) + at,
            bytes: bytesFor(argument.type, argument.elements, argument.seed),
            ...(stripes ? { stripes } : {}),
          };
    made.set(argument.name, buffer);
    return buffer;
  });
  return { kernel: "fuzz", range: program.range, arguments: args };
}

/** A launch whose buffers are its own; one buffer under two names stays one. */
export function copyLaunch(launch: Launch): Launch {
  const copies = new Map<Uint8Array, Uint8Array>();
  return {
    ...launch,
    arguments: launch.arguments.map((argument) => {
      if (argument.kind !== "buffer") return argument;
      const bytes = copies.get(argument.bytes) ?? argument.bytes.slice();
      copies.set(argument.bytes, bytes);
      return { ...argument, bytes };
    }),
  };
}
