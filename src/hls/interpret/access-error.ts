/** Accesses that go wrong, in words. */
import { inputError, type SoffError } from "../../support/errors.js";
import { formatSpan } from "../../support/source.js";
import type { Piece } from "./memory.js";
import type { AccessSite } from "./sites.js";

/** Thrown inside the generated code; the driver adds the work-item. */
export class AccessError extends Error {
  constructor(
    readonly code: "memory/out-of-bounds" | "memory/misaligned",
    readonly what: string,
    readonly site: AccessSite,
  ) {
    super(what);
  }

  at(kernel: string, globalId: readonly number[]): SoffError {
    const { span, space } = this.site;
    const place = span.line > 0 ? ` (${formatSpan(span)})` : "";
    const isVariable = space === "local" || space === "private";
    return inputError(this.code, `kernel ${kernel}, work-item (${globalId.join(", ")}): ${this.what}${place}`, {
      span,
      help:
        this.code === "memory/misaligned"
          ? "A pointer must be a multiple of the size of what it points to; check casts between pointer types."
          : isVariable
            ? "Make the array larger, or let the kernel compare the index with its size."
            : "Give a larger buffer, a smaller global size, or let the kernel compare the index with the size.",
    });
  }
}

export function misaligned(site: AccessSite, address: number): AccessError {
  return new AccessError("memory/misaligned", `${access(site, address)} that is no multiple of ${site.align}`, site);
}

/** `pieces`: what the access may go to. */
export function outOfBounds(site: AccessSite, address: number, pieces: readonly Piece[]): AccessError {
  const { space } = site;
  const near = nearest(pieces, address);
  if (space === "local" || space === "private") {
    if (!near)
      return new AccessError(
        "memory/out-of-bounds",
        `${access(site, address)} is outside every ${space} variable`,
        site,
      );
    const what = `${verb(site)} of ${count(site.bytes)} at offset ${address - near.start} of the ${space} variable ${near.name}, which has ${count(near.size)}`;
    return new AccessError("memory/out-of-bounds", what, site);
  }
  const inObject = near?.kind === "constant" && site.kind !== "load";
  const where = near ? describe(near, address, site.bytes) : "the launch has no buffer";
  const reason = inObject ? "writes constant memory" : "is outside every buffer";
  return new AccessError("memory/out-of-bounds", `${access(site, address)} ${reason}: ${where}`, site);
}

const verb = ({ kind }: AccessSite) => (kind === "atomic" ? "atomic operation" : kind);

const access = (site: AccessSite, address: number) =>
  `${verb(site)} of ${count(site.bytes)} at address ${hex(address)}`;

function nearest(pieces: readonly Piece[], address: number): Piece | undefined {
  const distance = ({ start, size }: Piece) =>
    address < start ? start - address : Math.max(0, address - (start + size - 1));
  let best: Piece | undefined;
  for (const piece of pieces) if (!best || distance(piece) < distance(best)) best = piece;
  return best;
}

function describe({ name, start, size: bytes, kind }: Piece, address: number, size: number): string {
  const piece = `${kind} ${name} (${count(bytes)} at ${hex(start)})`;
  if (address < start) return `it begins ${count(start - address)} before ${piece}`;
  const past = address - start - bytes;
  if (past === 0) return `it begins at the end of ${piece}`;
  if (past > 0) return `it begins ${count(past)} past the end of ${piece}`;
  const over = address + size - start - bytes;
  return over > 0 ? `it reaches ${count(over)} past the end of ${piece}` : `it lies in ${piece}`;
}

const count = (bytes: number) => (bytes === 1 ? "1 byte" : `${bytes} bytes`);

function hex(address: number): string {
  return `0x${BigInt.asUintN(64, BigInt(Math.trunc(address))).toString(16)}`;
}
