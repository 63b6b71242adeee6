/** Movements: any map of elements as copies of words and bytes by the move engine. */
import type { EmitContext } from "./context.js";
import { countsOf, hull, jumpsOf, type Loop } from "./loops.js";
import { constantValue, type Origins } from "./maps.js";
import { baseOf, type Place } from "./places.js";
import { reads, writes } from "./program.js";
import { forElements, type Shape4 } from "./shape.js";

/** Byte addresses of all elements of a tensor in plain order. */
export function byteAddresses(place: Place, shape: Shape4, lanes: number, config: EmitContext["config"]): Int32Array {
  const addresses = new Int32Array(shape.n * shape.c * shape.h * shape.w);
  const base = baseOf(place);
  forElements(shape, place.pitches, config, (flat, word, lane) => {
    addresses[flat] = (base + word) * lanes + lane;
  });
  return addresses;
}

/** Copies (or writes) in an order of the compiler's choice; all are independent of each other. */
export interface Copies {
  readonly to: number[];
  readonly from: number[];
}

const DIMS = 5;

/** Carries out the map `origins` into `target`; elements that already stand where they belong are left out. */
export function emitMove(context: EmitContext, origins: Origins, target: Place): void {
  const { config, maps } = context;
  const lanes = config.inputs;
  const to = byteAddresses(target, target.shape, lanes, config);
  const from = new Int32Array(origins.length);
  const known = new Map<number, { readonly first: number; readonly at: Int32Array }>();
  let root: { first: number; at: Int32Array } | undefined;
  for (let i = 0; i < origins.length; i++) {
    const origin = origins[i]!;
    if (origin < 0) {
      from[i] = -1 - (constantValue(origin) + 128);
      continue;
    }
    if (!root || origin < root.first || origin >= root.first + root.at.length) {
      const id = maps.rootOf(origin);
      root = known.get(id);
      if (!root) {
        const place = context.placeOf(id);
        root = { first: maps.offsetOf(id), at: byteAddresses(place, place.shape, lanes, config) };
        known.set(id, root);
      }
    }
    from[i] = root.at[origin - root.first]!;
  }
  const words: Copies = { to: [], from: [] };
  const bytes: Copies = { to: [], from: [] };
  const constants = new Map<number, Copies>();
  // Elements of one target word: `step` apart in plain order.
  const { c, h, w, n } = target.shape;
  const plane = h * w;
  for (let image = 0; image < n; image++)
    for (let block = 0; block * lanes < c; block++)
      for (let pixel = 0; pixel < plane; pixel++) {
        const first = (image * c + block * lanes) * plane + pixel;
        const count = Math.min(lanes, c - block * lanes);
        let whole = from[first]! >= 0 && from[first]! % lanes === 0;
        for (let k = 0; whole && k < count; k++) whole = from[first + k * plane] === from[first]! + k;
        if (whole) {
          if (from[first] !== to[first]) {
            words.to.push(to[first]!);
            words.from.push(from[first]!);
          }
          continue;
        }
        for (let k = 0; k < count; k++) {
          const i = first + k * plane;
          const source = from[i]!;
          if (source === to[i]) continue;
          if (source >= 0) {
            bytes.to.push(to[i]!);
            bytes.from.push(source);
            continue;
          }
          const value = -1 - source - 128;
          const list = constants.get(value) ?? { to: [], from: [] };
          constants.set(value, list);
          list.to.push(to[i]!);
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
