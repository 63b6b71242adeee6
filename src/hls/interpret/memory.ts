/**
 * The memory of a launch: buffers, constant objects, the local memory of one work-group and the private memory of
 * its work-items at their addresses, in one array. Regions are placed so that addresses and array indices agree
 * modulo 4096, and aligned accesses can use typed arrays.
 */

import type { Launch } from "../../launch/launch.js";
import { invariant } from "../../support/errors.js";
import type { Kernel } from "../ir/types.js";
import { misaligned, outOfBounds } from "./access-error.js";
import { localArgumentAddress } from "./places.js";
import type { AccessSite } from "./sites.js";

const congruence = 4096;
/** What local and private memory hold before the first store: as a number, character or float nothing plausible. */
const uninitialised = 0xa5;

/** Bytes of the address space that lie together; several buffers when they overlap. */
export interface Region {
  readonly start: number;
  readonly size: number;
  /** Index of the first byte in the array; of private memory, that of the first work-item. */
  readonly offset: number;
  readonly kind: Piece["kind"];
}

/** One buffer, object or variable. */
export interface Piece {
  readonly name: string;
  readonly start: number;
  readonly size: number;
  readonly kind: "buffer" | "constant" | "local" | "private";
  /** What it holds at first, and where a buffer's bytes are copied back to. */
  readonly bytes?: Uint8Array;
}

interface Block {
  readonly offset: number;
  readonly size: number;
}

export class Memory {
  readonly bytes: Uint8Array;
  /** How far the private memory of neighbouring work-items is apart. */
  readonly privateStride: number;
  private readonly regions: readonly Region[];
  private readonly pieces: readonly Piece[];
  private readonly local: Block;
  private readonly private_: Block;
  /** For each access that left its first region: the regions that it may go to, the last one used first. */
  private readonly allowed = new Map<AccessSite, Region[]>();

  /** `copies`: how many work-items have private memory at a time. */
  constructor(
    kernel: Kernel,
    launch: Launch,
    private readonly addresses: ReadonlyMap<string, bigint>,
    copies: number,
  ) {
    this.pieces = piecesOf(kernel, launch, addresses);
    const regions = this.pieces.reduce(join, []);
    let end = 0;
    const put = (kind: Piece["kind"]): Block => {
      const first = Math.ceil(end / congruence) * congruence;
      end = kind === "buffer" ? end : first;
      for (const region of regions) {
        if (region.kind !== kind) continue;
        region.offset = end + ((((region.start - end) % congruence) + congruence) % congruence);
        end = region.offset + region.size;
      }
      return { offset: first, size: end - first };
    };
    put("buffer");
    put("constant");
    this.local = put("local");
    this.private_ = put("private");
    const aligns = kernel.variables.map(({ align }) => align);
    const unit = Math.max(64, ...aligns);
    this.privateStride = Math.ceil(this.private_.size / unit) * unit;
    end += this.privateStride * (copies - 1);
    this.regions = regions;
    this.bytes = new Uint8Array(Math.ceil(end / 16) * 16 + 16);
    for (const { start, bytes } of this.pieces) if (bytes?.length) this.bytes.set(bytes, this.indexOf(start));
  }

  /** Makes local memory what it is for a new work-group. */
  startGroup(): void {
    const { offset, size } = this.local;
    if (size > 0) this.bytes.fill(uninitialised, offset, offset + size);
  }

  /** Makes the private memory at a distance what it is for a new work-item. */
  startItem(distance: number): void {
    const { offset, size } = this.private_;
    if (size > 0) this.bytes.fill(uninitialised, offset + distance, offset + distance + size);
  }

  /** Copies the buffers' bytes back to where the launch has them. */
  writeBack(): void {
    for (const { kind, start, bytes } of this.pieces) {
      if (kind !== "buffer" || !bytes?.length) continue;
      const index = this.indexOf(start);
      bytes.set(this.bytes.subarray(index, index + bytes.length));
    }
  }

  /** The region that a pointer into an object or buffer starts in. */
  regionAt(address: number): Region | undefined {
    return this.regions.find((region) => address >= region.start && address < region.start + region.size);
  }

  private indexOf(address: number): number {
    const region = this.regionAt(address);
    invariant(region, "what has bytes has a region");
    return region.offset + address - region.start;
  }

  /** The characters from an address to the next zero, undefined when nothing lies there. */
  stringAt(address: number): string | undefined {
    const region = this.regionAt(address);
    if (!region) return undefined;
    const start = region.offset + address - region.start;
    const end = this.bytes.indexOf(0, start);
    const last = region.offset + region.size;
    return Buffer.from(this.bytes.subarray(start, end < 0 || end > last ? last : end)).toString("utf8");
  }

  /** The slow way to an access's index in the array: any region that it may go to, or an error that says what is wrong. */
  find(site: AccessSite, address: number): number {
    const allowed = this.regionsFor(site);
    const at = allowed.findIndex(
      (region) => address >= region.start && address + site.bytes <= region.start + region.size,
    );
    const region = allowed[at];
    if (!region) throw outOfBounds(site, address, this.piecesFor(site));
    if (at > 0) {
      allowed[at] = allowed[0]!;
      allowed[0] = region;
    }
    if (address % site.align !== 0) throw misaligned(site, address);
    return region.offset + address - region.start;
  }

  private regionsFor(site: AccessSite): Region[] {
    let regions = this.allowed.get(site);
    if (!regions) {
      const pieces = this.piecesFor(site).filter((piece) => piece.kind !== "constant" || site.kind === "load");
      const starts = pieces.map(({ start }) => this.regionAt(start));
      regions = [...new Set(starts.filter((region) => region !== undefined))];
      this.allowed.set(site, regions);
    }
    return regions;
  }

  /**
   * What the access may go to. Buffers may be the same or overlap, so that any of them will do; variables are apart,
   * and one that is reached from another is left behind.
   */
  private piecesFor({ space, roots }: AccessSite): readonly Piece[] {
    if (space === "global" || space === "constant")
      return this.pieces.filter(({ kind }) => kind === "buffer" || kind === "constant");
    const own = this.pieces.filter(({ kind }) => kind === space);
    if (roots.some(({ kind }) => kind === "unknown")) return own;
    const starts = roots.map((root) =>
      root.kind === "variable"
        ? this.addresses.get(root.variable)
        : root.kind === "parameter"
          ? localArgumentAddress(root.index)
          : undefined,
    );
    return own.filter(({ start }) => starts.includes(BigInt(start)));
  }
}

/** Sorted by address. */
function piecesOf(kernel: Kernel, launch: Launch, addresses: ReadonlyMap<string, bigint>): readonly Piece[] {
  const start = (name: string) => Number(addresses.get(name)!);
  const passed = launch.arguments.flatMap((argument, index): Piece[] => {
    const { name } = argument;
    if (argument.kind === "buffer") {
      const { address, bytes } = argument;
      return [{ name, start: Number(address), size: bytes.length, kind: "buffer", bytes }];
    }
    if (argument.kind === "scalar") return [];
    return [{ name, start: Number(localArgumentAddress(index)), size: argument.size, kind: "local" }];
  });
  const objects = kernel.objects.map(
    ({ name, bytes }): Piece => ({ name, start: start(name), size: bytes.length, kind: "constant", bytes }),
  );
  const variables = kernel.variables.map(
    ({ name, space, size }): Piece => ({ name, start: start(name), size, kind: space }),
  );
  return [...passed, ...objects, ...variables].sort((a, b) => a.start - b.start);
}

/** Buffers that overlap become one region. */
function join(regions: { -readonly [K in keyof Region]: Region[K] }[], { start, size, kind }: Piece) {
  const previous = regions.at(-1);
  if (size === 0) return regions;
  if (previous && start < previous.start + previous.size)
    previous.size = Math.max(previous.size, start + size - previous.start);
  else regions.push({ start, size, offset: 0, kind });
  return regions;
}
