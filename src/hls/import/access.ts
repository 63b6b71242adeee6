/** How a load or store of an LLVM type is cut into naturally aligned accesses. */
import type { LlvmType } from "../../parser/llvm/module.js";
import { type Type, widthOf } from "../ir/types.js";
import { type DataLayout, nextPowerOfTwo } from "./layout.js";
import { lanesOf } from "./types.js";

/** The widest access that a memory unit takes: a line. */
export const maxAccessBytes = 64;

/** One lane in memory. */
export interface MemoryLane {
  readonly type: Type;
  readonly offset: number;
  /** Bytes that it occupies: ceil(bits / 8). */
  readonly bytes: number;
}

export type AccessPiece =
  /** `count` lanes from `first` on, as they are. */
  | {
      readonly kind: "lanes";
      readonly first: number;
      readonly count: number;
      readonly offset: number;
      readonly align: number;
    }
  /** A lane of odd width or poor alignment, as integers of `bytes` each, lowest address first. */
  | {
      readonly kind: "parts";
      readonly lane: number;
      readonly parts: readonly { readonly offset: number; readonly bytes: number }[];
    };

/** The lanes of a type with their places; undefined for vectors whose elements do not fill bytes. */
export function memoryLanes(type: LlvmType, layout: DataLayout, offset = 0): MemoryLane[] | undefined {
  const t = layout.resolve(type);
  switch (t.kind) {
    case "array":
    case "vector": {
      if (t.kind === "vector" && layout.bitsOf(t.element) % 8 !== 0) return undefined;
      const stride = t.kind === "vector" ? layout.storeSize(t.element) : layout.allocSize(t.element);
      return concat(Array.from({ length: t.length }, (_, k) => memoryLanes(t.element, layout, offset + k * stride)));
    }
    case "struct":
      return concat(t.fields.map((field, k) => memoryLanes(field, layout, offset + layout.fieldOffset(t, k))));
    default:
      return lanesOf(t, layout).map((lane) => ({ type: lane, offset, bytes: Math.ceil(widthOf(lane) / 8) }));
  }
}

function concat(lists: readonly (MemoryLane[] | undefined)[]): MemoryLane[] | undefined {
  return lists.every((list) => list !== undefined) ? lists.flat() : undefined;
}

/** Groups lanes into the widest accesses that the alignment of the whole allows. */
export function planAccess(lanes: readonly MemoryLane[], align: number): AccessPiece[] {
  const pieces: AccessPiece[] = [];
  for (let first = 0; first < lanes.length; ) {
    const lane = lanes[first]!;
    const aligned = alignmentAt(lane.offset, align);
    const count = isPlain(lane) ? widestRun(lanes, first, aligned) : 0;
    if (count > 0) {
      const span = nextPowerOfTwo(count * lane.bytes);
      // One lane alone needs no more than its own alignment; keep what is known beyond that.
      pieces.push({
        kind: "lanes",
        first,
        count,
        offset: lane.offset,
        align: Math.max(span, Math.min(aligned, maxAccessBytes)),
      });
      first += count;
    } else {
      pieces.push({ kind: "parts", lane: first, parts: cut(lane, align) });
      first++;
    }
  }
  return pieces;
}

const isPlain = (lane: MemoryLane): boolean =>
  widthOf(lane.type) === 8 * lane.bytes && [1, 2, 4, 8].includes(lane.bytes);

/** Lanes of one type, side by side, whose access is aligned to its size; 0 when not even one is. */
function widestRun(lanes: readonly MemoryLane[], first: number, aligned: number): number {
  const head = lanes[first]!;
  let best = 0;
  for (let count = 1; first + count <= lanes.length; count++) {
    const lane = lanes[first + count - 1]!;
    const next = head.offset + (count - 1) * head.bytes;
    if (lane.offset !== next || lane.type.kind !== head.type.kind || lane.bytes !== head.bytes || !isPlain(lane)) break;
    const span = nextPowerOfTwo(count * head.bytes);
    if (span > aligned || span > maxAccessBytes) break;
    best = count;
  }
  return best;
}

function cut(lane: MemoryLane, align: number): { offset: number; bytes: number }[] {
  const parts: { offset: number; bytes: number }[] = [];
  for (let at = 0; at < lane.bytes; ) {
    const offset = lane.offset + at;
    let bytes = Math.min(8, alignmentAt(offset, align));
    while (bytes > lane.bytes - at) bytes /= 2;
    parts.push({ offset, bytes });
    at += bytes;
  }
  return parts;
}

/** What is known of the alignment at an offset from an address aligned to `align`. */
export function alignmentAt(offset: number, align: number): number {
  return offset === 0 ? align : Math.min(align, offset & -offset);
}
