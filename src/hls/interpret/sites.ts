/** The accesses, barriers and prints of a kernel as the generated code numbers them. */
import type { SourceSpan } from "../../support/source.js";
import { provenance, type Root } from "../analysis/provenance.js";
import type { AddressSpace, BlockId, Instruction, Kernel } from "../ir/types.js";
import { widthOf } from "../ir/types.js";
import { definitionsOf, typeOf } from "../ir/walk.js";

export interface AccessSite {
  readonly index: number;
  readonly span: SourceSpan;
  readonly kind: "load" | "store" | "atomic";
  /** The memory that its pointer points to, by its type. */
  readonly space: AddressSpace;
  /** Bytes of one lane and of the whole access. */
  readonly laneBytes: number;
  readonly bytes: number;
  /** What the address must be a multiple of. */
  readonly align: number;
  /** The objects that it may go to; the first is looked at first. */
  readonly roots: readonly Root[];
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
    const pointer = typeOf(access.pointer, definitions);
    const laneBytes = storageBytes(widthOf(types[0]!));
    const site: AccessSite = {
      index: all.length,
      span: access.span,
      kind: access.op,
      space: pointer.kind === "ptr" ? pointer.space : "global",
      laneBytes,
      bytes: laneBytes * types.length,
      align: access.op === "atomic" ? laneBytes : Math.max(1, access.align),
      roots,
    };
    all.push(site);
    table[block]![index] = site;
  }
  return { all, siteOf: (block, index) => table[block]![index]! };
}

/** An instruction that the driver has to do with, beside accesses. */
export interface EffectSite<Op extends "barrier" | "print"> {
  readonly index: number;
  readonly instruction: Extract<Instruction, { op: Op }>;
}

/** The barriers or prints of a kernel, in block order. */
export function effectSites<Op extends "barrier" | "print">(kernel: Kernel, op: Op): readonly EffectSite<Op>[] {
  return kernel.blocks
    .flatMap((block) => block.instructions)
    .filter((instruction): instruction is Extract<Instruction, { op: Op }> => instruction.op === op)
    .map((instruction, index) => ({ index, instruction }));
}
