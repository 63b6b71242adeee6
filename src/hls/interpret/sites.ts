/** The loads and stores of a kernel as the generated code numbers them. */
import type { SourceSpan } from "../../support/source.js";
import { provenance, type Root } from "../analysis/provenance.js";
import type { BlockId, Kernel } from "../ir/types.js";
import { widthOf } from "../ir/types.js";
import { definitionsOf, typeOf } from "../ir/walk.js";

export interface AccessSite {
  readonly index: number;
  readonly span: SourceSpan;
  readonly isStore: boolean;
  /** Bytes of one lane and of the whole access. */
  readonly laneBytes: number;
  readonly bytes: number;
  /** What the address must be a multiple of. */
  readonly align: number;
  /** The object that it most likely goes to: looked at first. */
  readonly root: Root | undefined;
}

/** Bytes that a value of this many bits takes in memory. */
export function storageBytes(bits: number): number {
  return Math.ceil(bits / 8);
}

/** In block order; `siteOf` gives the site of the instruction at an index of a block. */
export interface AccessSites {
  readonly all: readonly AccessSite[];
  siteOf(block: BlockId, index: number): AccessSite;
}

export function accessSites(kernel: Kernel): AccessSites {
  const definitions = definitionsOf(kernel);
  const all: AccessSite[] = [];
  const table: AccessSite[][] = kernel.blocks.map(() => []);
  for (const { block, index, access, roots } of provenance(kernel).accesses) {
    const types =
      access.op === "load"
        ? access.results.map((def) => def.type)
        : access.op === "store"
          ? access.values.map((value) => typeOf(value, definitions))
          : [access.result.type];
    const laneBytes = storageBytes(widthOf(types[0]!));
    const site: AccessSite = {
      index: all.length,
      span: access.span,
      isStore: access.op !== "load",
      laneBytes,
      bytes: laneBytes * types.length,
      align: access.op === "atomic" ? laneBytes : Math.max(1, access.align),
      root: roots[0],
    };
    all.push(site);
    table[block]![index] = site;
  }
  return { all, siteOf: (block, index) => table[block]![index]! };
}
