/** Where tensors lie, in the activation memory or in DRAM: regions with lifetimes, and tensors as views of them. */
import type { TensorId } from "../../dl-frontend/integer/graph.js";
import { invariant, unsupported } from "../../support/errors.js";
import { type NpuConfig, wordsOfLine } from "../config.js";
import type { Maps, Origins } from "./maps.js";
import {
  blocksOf,
  densePitches,
  elementsOf,
  forElements,
  linedPitches,
  type Pitches,
  type Shape4,
  shape4,
} from "./shape.js";

/** Positions on an axis: coordinates have 16 bits, and padding lies beyond. */
const MOST = 60_000;

/** A stretch of words with one lifetime, in indices of steps. */
export interface Region {
  /** In DRAM words are counted from the image's first line. */
  readonly space: "memory" | "dram";
  readonly words: number;
  first: number;
  last: number;
  /** Set by the allocation. */
  base?: number;
  /** Set when the region has become part of another one, which lives on for both. */
  inside?: { readonly region: Region; readonly offset: number };
}

/** The region that a region is part of in the end. */
export function outermost(region: Region): Region {
  return region.inside ? outermost(region.inside.region) : region;
}

function addressOf(region: Region): number {
  if (region.inside) return addressOf(region.inside.region) + region.inside.offset;
  invariant(region.base !== undefined, "a region without an address");
  return region.base;
}

/** A tensor (or a view of one) in a region. */
export interface Place {
  readonly region: Region;
  readonly offset: number;
  readonly shape: Shape4;
  readonly pitches: Pitches;
}

export const baseOf = (place: Place): number => addressOf(place.region) + place.offset;

/** All words of a place, as the lowest and highest address. */
export function wordsOfPlace(place: Place, config: NpuConfig): [number, number] {
  const base = baseOf(place);
  const { n, c, h, w } = place.shape;
  const p = place.pitches;
  const reach = [(n - 1) * p.batch, (blocksOf(c, config) - 1) * p.block, (h - 1) * p.row, (w - 1) * p.pixel];
  return [
    base + reach.reduce((sum, r) => sum + Math.min(r, 0), 0),
    base + reach.reduce((sum, r) => sum + Math.max(r, 0), 0),
  ];
}

/** Word and lane of every element of a dense tensor. */
interface Cells {
  readonly words: Int32Array;
  readonly lanes: Uint8Array;
}

export class Places {
  private readonly placed = new Map<TensorId, Place>();
  private readonly cells = new Map<TensorId, Cells>();
  readonly regions: Region[] = [];

  constructor(
    private readonly maps: Maps,
    private readonly config: NpuConfig,
    /** Tensors that live in DRAM. */
    private readonly spilled: ReadonlySet<TensorId> = new Set(),
  ) {}

  private pitchesOf(id: TensorId, shape: Shape4): Pitches {
    return this.spilled.has(id) ? linedPitches(shape, this.config) : densePitches(shape, this.config);
  }

  get(id: TensorId): Place | undefined {
    return this.placed.get(id);
  }

  /** Gives a tensor a region of its own, written by node `first`. */
  create(id: TensorId, first: number): Place {
    const tensor = this.maps.tensor(id);
    const shape = shape4(tensor.shape);
    const longest = Math.max(shape.n, blocksOf(shape.c, this.config), shape.h, shape.w);
    if (longest > MOST) {
      throw unsupported(
        "npu/axis-too-long",
        `${tensor.name} has an axis of ${longest} positions: at most ${MOST} are supported`,
        {
          help: "Cut the input into shorter pieces.",
        },
      );
    }
    const pitches = this.pitchesOf(id, shape);
    const space = this.spilled.has(id) ? "dram" : "memory";
    const region: Region = { space, words: shape.n * pitches.batch, first, last: first };
    this.regions.push(region);
    const place: Place = { region, offset: 0, shape, pitches };
    this.placed.set(id, place);
    return place;
  }

  /** The tensors of each region that has some. */
  owners(): Map<Region, TensorId[]> {
    const found = new Map<Region, TensorId[]>();
    for (const [id, place] of this.placed) {
      const region = outermost(place.region);
      found.set(region, [...(found.get(region) ?? []), id]);
    }
    return found;
  }

  private cellsOf(id: TensorId): Cells {
    let cells = this.cells.get(id);
    if (!cells) {
      const shape = this.maps.tensor(id).shape;
      const size = elementsOf(shape);
      const made = { words: new Int32Array(size), lanes: new Uint8Array(size) };
      const four = shape4(shape);
      forElements(four, this.pitchesOf(id, four), this.config, (flat, word, lane) => {
        made.words[flat] = word;
        made.lanes[flat] = lane;
      });
      cells = made;
      this.cells.set(id, cells);
    }
    return cells;
  }

  /**
   * The tensor of these origins as a view of its only root, when every channel keeps its lane and the words lie at regular
   * distances. The root must be placed with its dense pitches or moved as a whole.
   */
  view(shape: readonly number[], origins: Origins): { readonly root: TensorId; readonly place: Place } | undefined {
    const roots = this.maps.rootsOf(origins);
    if (roots.length !== 1) return undefined;
    const root = roots[0]!;
    const at = this.placed.get(root);
    if (!at) return undefined;
    const found = this.regular(shape, origins, root);
    if (!found) return undefined;
    return {
      root,
      place: { region: at.region, offset: at.offset + found.offset, shape: shape4(shape), pitches: found.pitches },
    };
  }

  private regular(
    shape: readonly number[],
    origins: Origins,
    root: TensorId,
  ): { readonly offset: number; readonly pitches: Pitches } | undefined {
    const four = shape4(shape);
    const { words, lanes } = this.cellsOf(root);
    const first = this.maps.offsetOf(root);
    const wordAt = (flat: number): number => (origins[flat]! < first ? -1 : words[origins[flat]! - first]!);
    const { n, c, h, w } = four;
    const offset = wordAt(0);
    const pitch = (extent: number, flat: number): number => (extent > 1 ? wordAt(flat) - offset : 0);
    const pitches: Pitches = {
      pixel: pitch(w, 1),
      row: pitch(h, w),
      block: pitch(Math.ceil(c / this.config.inputs), this.config.inputs * h * w),
      batch: pitch(n, c * h * w),
    };
    if (offset < 0) return undefined;
    let regular = true;
    forElements(four, pitches, this.config, (flat, word, lane) => {
      const origin = origins[flat]! - first;
      if (origin < 0 || words[origin] !== offset + word || lanes[origin] !== lane) regular = false;
    });
    return regular ? { offset, pitches } : undefined;
  }

  /**
   * Lets `root`, which has a region of its own, lie within the region of a tensor made of several, when its elements keep
   * their lanes there and their order. True when that was done.
   */
  embed(root: TensorId, whole: Place, shape: readonly number[], origins: Origins): boolean {
    const shift = this.shiftInto(root, whole, shape, origins);
    if (shift === undefined) return false;
    this.join(root, whole, shift);
    return true;
  }

  /** Lets all of these roots lie within `whole`, or none of them. They must make up all of it. */
  embedAll(roots: readonly TensorId[], whole: Place, shape: readonly number[], origins: Origins): boolean {
    const sizes = roots.map((root) => elementsOf(this.maps.tensor(root).shape));
    if (sizes.reduce((a, b) => a + b, 0) !== origins.length) return false;
    const line = wordsOfLine(this.config);
    const shifts: number[] = [];
    for (const root of roots) {
      const shift = this.shiftInto(root, whole, shape, origins);
      if (shift === undefined || shift % line !== 0) return false;
      // The words that fill up a row's last line are written as well: nobody else's may be there.
      const columns = this.placed.get(root)!.shape.w;
      if (columns !== whole.shape.w && columns % line !== 0) return false;
      shifts.push(shift);
    }
    roots.forEach((root, i) => {
      this.join(root, whole, shifts[i]!);
    });
    return true;
  }

  private join(root: TensorId, whole: Place, shift: number): void {
    const { region } = this.placed.get(root)!;
    whole.region.first = Math.min(whole.region.first, region.first);
    whole.region.last = Math.max(whole.region.last, region.last);
    this.regions.splice(this.regions.indexOf(region), 1);
    region.inside = { region: whole.region, offset: whole.offset + shift };
  }

  /** Words from the start of `whole` to a root that can lie in it. */
  private shiftInto(root: TensorId, whole: Place, shape: readonly number[], origins: Origins): number | undefined {
    const own = this.placed.get(root);
    if (own?.shape.n !== 1 || own.region.inside || own.region === whole.region) return undefined;
    if (own.region.space !== whole.region.space) return undefined;
    const size = elementsOf(this.maps.tensor(root).shape);
    const first = this.maps.offsetOf(root);
    const { words, lanes } = this.cellsOf(root);
    // Distinct elements: a root that occurs twice cannot lie in both places.
    const found = new Uint8Array(size);
    let seen = 0;
    let shift: number | undefined;
    let fits = true;
    forElements(shape4(shape), whole.pitches, this.config, (flat, word, lane) => {
      const origin = origins[flat]! - first;
      if (origin < 0 || origin >= size) return;
      shift ??= word - words[origin]!;
      if (words[origin]! + shift !== word || lanes[origin] !== lane || found[origin]) fits = false;
      found[origin] = 1;
      seen++;
    });
    if (!fits || seen !== size || shift === undefined || shift < 0) return undefined;
    return shift + own.region.words > whole.region.words ? undefined : shift;
  }
}
