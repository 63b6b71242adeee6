/**
 * The memory of a launch: buffers and constant objects at their addresses, in one array. Regions are
 * placed so that addresses and array indices agree modulo 4096, and aligned accesses can use typed arrays.
 */

import type { Launch } from "../../launch/launch.js";
import { inputError, type SoffError } from "../../support/errors.js";
import { formatSpan } from "../../support/source.js";
import type { ConstantObject, Kernel } from "../ir/types.js";
import type { AccessSite } from "./sites.js";

/** Where constant objects lie: above every device memory. */
export const objectBase = 1n << 49n;
const congruence = 4096;

/** Addresses of the kernel's constant objects, the same in every launch. */
export function placeObjects(kernel: Kernel): ReadonlyMap<string, bigint> {
  const addresses = new Map<string, bigint>();
  let next = objectBase;
  for (const { name, bytes, align } of kernel.objects) {
    const unit = BigInt(Math.max(align, 16));
    next = ((next + unit - 1n) / unit) * unit;
    addresses.set(name, next);
    // A gap between objects, so that running over the end of one is noticed.
    next += BigInt(bytes.length) + 64n;
  }
  return addresses;
}

/** Bytes of the address space that lie together; several buffers when they overlap. */
export interface Region {
  readonly start: number;
  readonly size: number;
  /** Index of the first byte in the array. */
  readonly offset: number;
  readonly writable: boolean;
}

interface Piece {
  readonly name: string;
  readonly start: number;
  readonly bytes: Uint8Array;
  readonly isObject: boolean;
}

export class Memory {
  readonly bytes: Uint8Array;
  private readonly regions: readonly Region[];
  private readonly pieces: readonly Piece[];
  private last: Region | undefined;

  constructor(launch: Launch, objects: readonly ConstantObject[], addresses: ReadonlyMap<string, bigint>) {
    const buffers = launch.arguments.flatMap((argument) =>
      argument.kind === "buffer"
        ? [{ name: argument.name, start: Number(argument.address), bytes: argument.bytes, isObject: false }]
        : [],
    );
    const constants = objects.map(({ name, bytes }) => ({
      name,
      start: Number(addresses.get(name)!),
      bytes,
      isObject: true,
    }));
    this.pieces = [...buffers, ...constants].sort((a, b) => a.start - b.start);
    const regions: { start: number; size: number; offset: number; writable: boolean }[] = [];
    for (const { start, bytes, isObject } of this.pieces) {
      if (bytes.length === 0) continue;
      const previous = regions.at(-1);
      if (previous && start < previous.start + previous.size)
        previous.size = Math.max(previous.size, start + bytes.length - previous.start);
      else regions.push({ start, size: bytes.length, offset: 0, writable: !isObject });
    }
    let end = 0;
    for (const region of regions) {
      region.offset = end + ((((region.start - end) % congruence) + congruence) % congruence);
      end = region.offset + region.size;
    }
    this.regions = regions;
    this.bytes = new Uint8Array(Math.ceil(end / 16) * 16 + 16);
    for (const { start, bytes } of this.pieces) this.bytes.set(bytes, this.indexOf(start, bytes.length));
  }

  /** Copies the buffers' bytes back to where the launch has them. */
  writeBack(): void {
    for (const { start, bytes, isObject } of this.pieces) {
      if (isObject || bytes.length === 0) continue;
      const index = this.indexOf(start, bytes.length);
      bytes.set(this.bytes.subarray(index, index + bytes.length));
    }
  }

  /** The region that a pointer into an object or buffer starts in. */
  regionAt(address: number): Region | undefined {
    return this.regions.find((region) => address >= region.start && address < region.start + region.size);
  }

  private indexOf(address: number, size: number): number {
    const region = size === 0 ? undefined : this.regionAt(address);
    return region ? region.offset + address - region.start : 0;
  }

  /** The slow way to an access's index in the array: any region, or an error that says what is wrong. */
  find(site: AccessSite, address: number): number {
    const fits = (region: Region) => address >= region.start && address + site.bytes <= region.start + region.size;
    const region = this.last && fits(this.last) ? this.last : this.regions.find(fits);
    if (!region || (site.isStore && !region.writable)) throw this.outOfBounds(site, address);
    this.last = region;
    if (address % site.align !== 0) throw misaligned(site, address);
    return region.offset + address - region.start;
  }

  private outOfBounds(site: AccessSite, address: number): AccessError {
    const what = `${site.isStore ? "store" : "load"} of ${count(site.bytes)} at address ${hex(address)}`;
    const nearest = this.nearest(address);
    const inObject = nearest?.isObject && site.isStore;
    const where = nearest ? `${describe(nearest, address, site.bytes)}` : "the launch has no buffer";
    const reason = inObject ? "writes constant memory" : "is outside every buffer";
    return new AccessError("memory/out-of-bounds", `${what} ${reason}: ${where}`, site);
  }

  private nearest(address: number): Piece | undefined {
    const distance = ({ start, bytes }: Piece) =>
      address < start ? start - address : Math.max(0, address - (start + bytes.length - 1));
    let best: Piece | undefined;
    for (const piece of this.pieces) if (!best || distance(piece) < distance(best)) best = piece;
    return best;
  }
}

/** Thrown inside the generated code; the driver adds the work-item. */
export class AccessError extends Error {
  constructor(
    readonly code: string,
    readonly what: string,
    readonly site: AccessSite,
  ) {
    super(what);
  }

  at(kernel: string, globalId: readonly number[]): SoffError {
    const { span } = this.site;
    const place = span.line > 0 ? ` (${formatSpan(span)})` : "";
    return inputError(this.code, `kernel ${kernel}, work-item (${globalId.join(", ")}): ${this.what}${place}`, {
      span,
      help:
        this.code === "memory/misaligned"
          ? "A pointer must be a multiple of the size of what it points to; check casts between pointer types."
          : "Give a larger buffer, a smaller global size, or let the kernel compare the index with the size.",
    });
  }
}

function misaligned(site: AccessSite, address: number): AccessError {
  const what = `${site.isStore ? "store" : "load"} of ${count(site.bytes)} at address ${hex(address)}`;
  return new AccessError("memory/misaligned", `${what} that is no multiple of ${site.align}`, site);
}

function describe({ name, start, bytes, isObject }: Piece, address: number, size: number): string {
  const piece = `${isObject ? "constant" : "buffer"} ${name} (${count(bytes.length)} at ${hex(start)})`;
  if (address < start) return `it begins ${count(start - address)} before ${piece}`;
  const past = address - start - bytes.length;
  if (past === 0) return `it begins at the end of ${piece}`;
  if (past > 0) return `it begins ${count(past)} past the end of ${piece}`;
  const over = address + size - start - bytes.length;
  return over > 0 ? `it reaches ${count(over)} past the end of ${piece}` : `it lies in ${piece}`;
}

const count = (bytes: number) => (bytes === 1 ? "1 byte" : `${bytes} bytes`);

function hex(address: number): string {
  return `0x${BigInt.asUintN(64, BigInt(Math.trunc(address))).toString(16)}`;
}
