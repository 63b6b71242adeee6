/**
 * Where pointers come from: for every load and store the objects that its address may lie in. What
 * may alias shares a memory unit, so the answer must never be too small; it may be too large.
 *
 * A pointer made by arithmetic on another stays within the object of that other pointer (a launch
 * checks every access, so that leaving it is an error and never a wrong result). Integers carry
 * provenance too, for code that masks or tags addresses. A pointer from memory, or from an integer
 * that no pointer flows into, is `unknown`: it may be anything.
 */
import type { BlockId, Instruction, Kernel, Operand } from "../ir/types.js";
import { type Definition, definitionsOf } from "../ir/walk.js";

export type Root =
  | { readonly kind: "parameter"; readonly index: number }
  | { readonly kind: "object"; readonly object: string }
  | { readonly kind: "unknown" };

export type MemoryAccess = Extract<Instruction, { op: "load" | "store" }>;

export interface AccessProvenance {
  readonly block: BlockId;
  /** Index of the access among the block's instructions. */
  readonly index: number;
  readonly access: MemoryAccess;
  /** Parameters (by index), then objects (as declared), then unknown. Empty: only ever NULL. */
  readonly roots: readonly Root[];
  /**
   * With exactly one known root, and an address made of it by `ptradd` alone: the root's pointer and the
   * byte offsets (i64) added to it, the first added first. Undefined when a phi, select or integer lies between.
   */
  readonly path: { readonly base: Operand; readonly offsets: readonly Operand[] } | undefined;
}

export interface Provenance {
  /** Every load and store, in block order. */
  readonly accesses: readonly AccessProvenance[];
  /** What an operand may point into (empty for values without a pointer in them). */
  rootsOf(operand: Operand): readonly Root[];
}

/** Sets of roots as bit masks: bit 0 unknown, then parameters, then objects. */
export function provenance(kernel: Kernel): Provenance {
  const definitions = definitionsOf(kernel);
  const parameterBit = (index: number) => 1n << BigInt(1 + index);
  const objectBit = new Map(
    kernel.objects.map((object, at) => [object.name, 1n << BigInt(1 + kernel.parameters.length + at)]),
  );
  const masks = solve(kernel, definitions, parameterBit, objectBit);

  const rootsOf = (operand: Operand): readonly Root[] => {
    const mask = maskOf(operand, masks, objectBit);
    const roots: Root[] = [];
    kernel.parameters.forEach((_, index) => {
      if (mask & parameterBit(index)) roots.push({ kind: "parameter", index });
    });
    for (const [object, bit] of objectBit) if (mask & bit) roots.push({ kind: "object", object });
    if (mask & unknownBit) roots.push({ kind: "unknown" });
    return roots;
  };

  const accesses: AccessProvenance[] = [];
  for (const block of kernel.blocks) {
    block.instructions.forEach((access, index) => {
      if (access.op !== "load" && access.op !== "store") return;
      const roots = rootsOf(access.pointer);
      const path = roots.length === 1 && roots[0]!.kind !== "unknown" ? pathOf(access.pointer, definitions) : undefined;
      accesses.push({ block: block.id, index, access, roots, path });
    });
  }
  return { accesses, rootsOf };
}

const unknownBit = 1n;

function maskOf(operand: Operand, masks: readonly bigint[], objectBit: ReadonlyMap<string, bigint>): bigint {
  switch (operand.kind) {
    case "value":
      return masks[operand.id]!;
    case "object":
      return objectBit.get(operand.object) ?? unknownBit;
    case "const":
      // NULL points nowhere; any other constant address may be anywhere.
      return operand.type.kind === "ptr" && operand.bits !== 0n ? unknownBit : 0n;
  }
}

/** Least fixed point: masks only grow, so that phis of pointer inductions settle in a few rounds. */
function solve(
  kernel: Kernel,
  definitions: readonly (Definition | undefined)[],
  parameterBit: (index: number) => bigint,
  objectBit: ReadonlyMap<string, bigint>,
): readonly bigint[] {
  const masks: bigint[] = new Array<bigint>(kernel.valueCount).fill(0n);
  for (const definition of definitions)
    if (definition?.kind === "parameter" && kernel.parameters[definition.parameter]!.passing !== "scalar")
      masks[definition.def.id] = parameterBit(definition.parameter);
    else if (definition?.kind === "parameter" && definition.def.type.kind === "ptr")
      // A pointer inside a struct passed by value.
      masks[definition.def.id] = unknownBit;
  const of = (operand: Operand) => maskOf(operand, masks, objectBit);
  for (let changed = true; changed; ) {
    changed = false;
    const raise = (id: number, mask: bigint) => {
      const joined = masks[id]! | mask;
      if (joined === masks[id]) return;
      masks[id] = joined;
      changed = true;
    };
    for (const block of kernel.blocks) {
      for (const phi of block.phis) for (const edge of phi.incoming) raise(phi.result.id, of(edge.value));
      for (const instruction of block.instructions)
        if (instruction.op === "load") {
          for (const def of instruction.results) if (def.type.kind === "ptr") raise(def.id, unknownBit);
        } else if (instruction.op !== "store") raise(instruction.result.id, transfer(instruction, of));
    }
  }
  // Only now, because `unknown` for an integer that no pointer has reached yet would stick.
  for (const block of kernel.blocks)
    for (const instruction of block.instructions)
      if (instruction.op === "cast" && instruction.kind === "inttoptr" && of(instruction.value) === 0n)
        if (!(instruction.value.kind === "const" && instruction.value.bits === 0n))
          masks[instruction.result.id]! |= unknownBit;
  return spread(kernel, masks, of);
}

/** Carries the unknowns of the second step on to everything made of them. */
function spread(kernel: Kernel, masks: bigint[], of: (operand: Operand) => bigint): readonly bigint[] {
  for (let changed = true; changed; ) {
    changed = false;
    const raise = (id: number, mask: bigint) => {
      const joined = masks[id]! | (mask & unknownBit);
      if (joined === masks[id]) return;
      masks[id] = joined;
      changed = true;
    };
    for (const block of kernel.blocks) {
      for (const phi of block.phis) for (const edge of phi.incoming) raise(phi.result.id, of(edge.value));
      for (const instruction of block.instructions)
        if (instruction.op !== "load" && instruction.op !== "store")
          raise(instruction.result.id, transfer(instruction, of));
    }
  }
  return masks;
}

function transfer(
  instruction: Exclude<Instruction, { op: "load" | "store" }>,
  of: (operand: Operand) => bigint,
): bigint {
  switch (instruction.op) {
    case "ptradd":
      return of(instruction.pointer);
    case "select":
      return of(instruction.whenTrue) | of(instruction.whenFalse);
    case "cast":
      return of(instruction.value);
    case "binary":
      return of(instruction.left) | of(instruction.right);
    case "unary":
      return of(instruction.value);
    case "fma":
    case "icmp":
    case "fcmp":
    case "workitem":
      return 0n;
  }
}

function pathOf(
  pointer: Operand,
  definitions: readonly (Definition | undefined)[],
): { base: Operand; offsets: Operand[] } | undefined {
  const offsets: Operand[] = [];
  for (let at = pointer; ; ) {
    if (at.kind !== "value") return at.kind === "object" ? { base: at, offsets: offsets.reverse() } : undefined;
    const definition = definitions[at.id]!;
    if (definition.kind === "parameter") return { base: at, offsets: offsets.reverse() };
    if (definition.kind !== "instruction" || definition.instruction.op !== "ptradd") return undefined;
    offsets.push(definition.instruction.offset);
    at = definition.instruction.pointer;
  }
}
