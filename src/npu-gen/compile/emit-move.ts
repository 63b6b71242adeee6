/** Movements: any map of elements as copies of words and bytes by the move engine. */
import type { TensorId } from "../../dl-frontend/integer/graph.js";
import { invariant } from "../../support/errors.js";
import type { EmitContext } from "./context.js";
import { countsOf, hull, jumpsOf, type Loop } from "./loops.js";
import { constantValue, type Origins } from "./maps.js";
import { baseOf, type Place } from "./places.js";
import { reads, writes } from "./program.js";
import { elementsOf, forElements, type Shape4 } from "./shape.js";
import type { Part } from "./tile.js";

/** Byte addresses of all elements of a tensor in plain order. */
export function byteAddresses(place: Place, shape: Shape4, lanes: number, config: EmitContext["config"]): Int32Array {
  const addresses = new Int32Array(shape.n * shape.c * shape.h * shape.w);
  const base = baseOf(place);
  forElements(shape, place.pitches, config, (flat, word, lane) => {
    addresses[flat] = (base + word) * lanes + lane;
  });
  return addresses;
}

/** Byte addresses of a part's elements by their plain index in the whole tensor. */
function addressing({ box, whole, place }: Part, lanes: number): (flat: number) => number {
  const { c, h, w } = whole;
  const { pitches: p } = place;
  const base = baseOf(place) - box.n0 * p.batch - box.y0 * p.row - box.x0 * p.pixel;
  return (flat) => {
    const x = flat % w;
    const rows = (flat - x) / w;
    const y = rows % h;
    const planes = (rows - y) / h;
    const channel = planes % c;
    const lane = channel % lanes;
    const n = (planes - channel) / c;
    const word = base + n * p.batch + ((channel - lane) / lanes) * p.block + y * p.row + x * p.pixel;
    return word * lanes + lane;
  };
}

/** Copies (or writes) in an order of the compiler's choice; all are independent of each other. */
export interface Copies {
  readonly to: number[];
  readonly from: number[];
}

const DIMS = 5;

/** Carries out the map `origins` into a part of the target; elements that already stand where they belong are left out. */
export function emitMove(
  context: EmitContext,
  origins: Origins,
  target: Part,
  sources: ReadonlyMap<TensorId, Part>,
): void {
  const { config, maps } = context;
  const lanes = config.inputs;
  let source = { first: 0, end: 0, at: (_: number): number => 0 };
  /** Byte address of an origin; for a constant, -129 less its value. */
  const from = (origin: number): number => {
    if (origin < 0) return -1 - (constantValue(origin) + 128);
    if (origin < source.first || origin >= source.end) {
      const id = maps.rootOf(origin);
      const part = sources.get(id);
      invariant(part, `a movement from tensor ${id}, which is not there`);
      const first = maps.offsetOf(id);
      source = { first, end: first + elementsOf(maps.tensor(id).shape), at: addressing(part, lanes) };
    }
    return source.at(origin - source.first);
  };
  const words: Copies = { to: [], from: [] };
  const bytes: Copies = { to: [], from: [] };
  const constants = new Map<number, Copies>();
  const { box, whole } = target;
  const to = addressing(target, lanes);
  const plane = whole.h * whole.w;
  const sourceOf = new Array<number>(lanes);
  for (let n = box.n0; n < box.n0 + box.n; n++)
    for (let channel = 0; channel < whole.c; channel += lanes)
      for (let y = box.y0; y < box.y0 + box.h; y++)
        for (let x = box.x0; x < box.x0 + box.w; x++) {
          // Elements of one target word: a plane apart in plain order.
          const first = (n * whole.c + channel) * plane + y * whole.w + x;
          const count = Math.min(lanes, whole.c - channel);
          for (let k = 0; k < count; k++) sourceOf[k] = from(origins[first + k * plane]!);
          const word = sourceOf[0]!;
          const there = to(first);
          let together = word >= 0 && word % lanes === 0;
          for (let k = 1; together && k < count; k++) together = sourceOf[k] === word + k;
          if (together) {
            if (word !== there) {
              words.to.push(there);
              words.from.push(word);
            }
            continue;
          }
          for (let k = 0; k < count; k++) {
            const byte = sourceOf[k]!;
            if (byte === there + k) continue;
            if (byte >= 0) {
              bytes.to.push(there + k);
              bytes.from.push(byte);
              continue;
            }
            const value = -1 - byte - 128;
            const list = constants.get(value) ?? { to: [], from: [] };
            constants.set(value, list);
            list.to.push(there + k);
            list.from.push(0);
          }
        }
  emitCopies(context, words, { words: 1 });
  emitCopies(context, bytes, {});
  for (const [value, copies] of constants) emitCopies(context, copies, { constant: 1, value });
}

/** A nest of loops and where it starts. */
interface Nest {
  readonly to: number;
  readonly from: number;
  readonly loops: readonly Loop[];
}

/** Finds loops in a list of copies: runs at equal distances, then runs of equal nests, as deep as the engine has loops. */
export function nestsOf(copies: Copies): Nest[] {
  let nests: Nest[] = copies.to.map((to, i) => ({ to, from: copies.from[i]!, loops: [] }));
  for (let depth = 0; depth < DIMS; depth++) {
    const joined: Nest[] = [];
    for (let i = 0; i < nests.length; ) {
      const head = nests[i]!;
      let count = 1;
      const next = nests[i + 1];
      const strides = next ? [next.to - head.to, next.from - head.from] : [0, 0];
      if (next && sameLoops(head, next)) {
        count = 2;
        while (count < 2 ** 16) {
          const candidate = nests[i + count];
          if (!candidate || !sameLoops(head, candidate)) break;
          if (candidate.to - head.to !== count * strides[0]! || candidate.from - head.from !== count * strides[1]!)
            break;
          count++;
        }
      }
      joined.push(count > 1 ? { ...head, loops: [...head.loops, { count, strides }] } : head);
      i += count;
    }
    if (joined.length === nests.length) break;
    nests = joined;
  }
  return nests;
}

function sameLoops(a: Nest, b: Nest): boolean {
  return (
    a.loops.length === b.loops.length &&
    a.loops.every((l, k) => {
      const m = b.loops[k]!;
      return l.count === m.count && l.strides[0] === m.strides[0] && l.strides[1] === m.strides[1];
    })
  );
}

export function emitCopies(
  context: EmitContext,
  copies: Copies,
  fields: { readonly words?: number; readonly constant?: number; readonly value?: number },
): void {
  const lanes = context.config.inputs;
  const inWords = ([low, high]: [number, number]): [number, number] => [
    Math.floor(low / lanes),
    Math.floor(high / lanes),
  ];
  for (const { to, from, loops } of nestsOf(copies)) {
    context.program.emit(
      "move",
      {
        ...fields,
        counts: countsOf(loops, DIMS),
        to,
        toJumps: jumpsOf(loops, 0, DIMS),
        from,
        fromJumps: jumpsOf(loops, 1, DIMS),
      },
      [
        writes("words", inWords(hull(to, loops, 0))),
        ...(fields.constant ? [] : [reads("words", inWords(hull(from, loops, 1)))]),
      ],
    );
  }
}
