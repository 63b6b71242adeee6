/**
 * Where pointers come from: for every access to memory the objects that its address may lie in. What
 * may alias shares a memory unit, so the answer must never be too small; it may be too large.
 *
 * A pointer made by arithmetic on another stays within the object of that other pointer (a launch
 * checks every access, so that leaving it is an error and never a wrong result). Integers carry
 * provenance too, for code that masks or tags addresses. A pointer from a local or private variable is one of
 * those that the kernel stores there. A pointer from other memory, or from an integer that no pointer flows into,
 * is `unknown`: it may be anything.
 */
import type {
  AddressSpace,
  BlockId,
  Def,
  Instruction,
  Kernel,
  Operand,
  PureInstruction,
  ValueId,
} from "../ir/types.js";
import { type Definition, definitionsOf, isPure, typeOf } from "../ir/walk.js";

export type Root =
  | { readonly kind: "parameter"; readonly index: number }
  | { readonly kind: "object"; readonly object: string }
  /** A variable in local or private memory. */
  | { readonly kind: "variable"; readonly variable: string }
  | { readonly kind: "unknown" };

export type MemoryAccess = Extract<Instruction, { op: "load" | "store" | "atomic" }>;

export interface AccessProvenance {
  readonly block: BlockId;
  /** Index of the access among the block's instructions. */
  readonly index: number;
  readonly access: MemoryAccess;
  /** Parameters (by index), then objects and variables (as declared), then unknown. Empty: only ever NULL. */
  readonly roots: readonly Root[];
  /**
   * With exactly one known root, and an address made of it by `ptradd` alone: the root's pointer and the
   * byte offsets (i64) added to it, the first added first. Undefined when a phi, select or integer lies between.
   */
  readonly path: { readonly base: Operand; readonly offsets: readonly Operand[] } | undefined;
}

export interface Provenance {
  /** Every load, store and atomic operation, in block order. */
  readonly accesses: readonly AccessProvenance[];
  /** What an operand may point into (empty for values without a pointer in them). */
  rootsOf(operand: Operand): readonly Root[];
}

/**
 * Sets of roots as bit masks: bit 0 unknown, then parameters, then objects, then variables. `generic`: pointers whose
 * type does not say which memory they are of.
 */
export function provenance(kernel: Kernel, generic: ReadonlySet<ValueId> = new Set()): Provenance {
  const definitions = definitionsOf(kernel);
  const bits = new RootBits(kernel);
  const solver = new Solver(kernel, definitions, bits, generic);
  const rootsOf = (operand: Operand): readonly Root[] => bits.roots(solver.maskOf(operand));

  const accesses: AccessProvenance[] = [];
  for (const block of kernel.blocks) {
    block.instructions.forEach((access, index) => {
      if (access.op !== "load" && access.op !== "store" && access.op !== "atomic") return;
      const roots = rootsOf(access.pointer);
      const path = roots.length === 1 && roots[0]!.kind !== "unknown" ? pathOf(access.pointer, definitions) : undefined;
      accesses.push({ block: block.id, index, access, roots, path });
    });
  }
  return { accesses, rootsOf };
}

const unknownBit = 1n;

class RootBits {
  private readonly all: readonly Root[];
  private readonly ofName: ReadonlyMap<string, bigint>;
  /** The roots whose memory only this kernel's own stores fill, in each space. */
  readonly holders: Readonly<Record<"local" | "private", bigint>>;

  constructor(kernel: Kernel) {
    this.all = [
      { kind: "unknown" },
      ...kernel.parameters.map((_, index): Root => ({ kind: "parameter", index })),
      ...kernel.objects.map(({ name }): Root => ({ kind: "object", object: name })),
      ...kernel.variables.map(({ name }): Root => ({ kind: "variable", variable: name })),
    ];
    this.ofName = new Map(
      this.all.flatMap((root, at) =>
        root.kind === "object"
          ? [[root.object, 1n << BigInt(at)]]
          : root.kind === "variable"
            ? [[root.variable, 1n << BigInt(at)]]
            : [],
      ),
    );
    const holders = { local: 0n, private: 0n };
    kernel.parameters.forEach(({ passing }, index) => {
      if (passing === "local") holders.local |= this.parameter(index);
    });
    for (const { name, space } of kernel.variables) holders[space] |= this.name(name);
    this.holders = holders;
  }

  /** What pointers of a space may lead to. Buffers may be in constant memory and objects be passed off as global ones. */
  inSpace(space: AddressSpace): bigint {
    const { local, private: own } = this.holders;
    return space === "local" ? local | unknownBit : space === "private" ? own | unknownBit : ~(local | own);
  }

  parameter(index: number): bigint {
    return 1n << BigInt(1 + index);
  }

  name(name: string): bigint {
    return this.ofName.get(name) ?? unknownBit;
  }

  /** Known ones in their order, `unknown` last. */
  roots(mask: bigint): readonly Root[] {
    const roots = this.all.filter((_, at) => at > 0 && (mask >> BigInt(at)) & 1n);
    return mask & unknownBit ? [...roots, this.all[0]!] : roots;
  }
}

/**
 * Least fixed point: masks only grow, so that phis of pointer inductions settle in a few rounds. Variables in local
 * and private memory carry what is stored into them anywhere in the kernel.
 */
class Solver {
  private readonly masks: bigint[];
  /** What is stored in each local or private variable, by its bit. */
  private readonly contents = new Map<bigint, bigint>();

  constructor(
    private readonly kernel: Kernel,
    private readonly definitions: readonly (Definition | undefined)[],
    private readonly bits: RootBits,
    private readonly generic: ReadonlySet<ValueId>,
  ) {
    this.masks = new Array<bigint>(kernel.valueCount).fill(0n);
    for (const definition of definitions)
      if (definition?.kind === "parameter" && kernel.parameters[definition.parameter]!.passing !== "scalar")
        this.masks[definition.def.id] = bits.parameter(definition.parameter);
      else if (definition?.kind === "parameter" && definition.def.type.kind === "ptr")
        // A pointer inside a struct passed by value.
        this.masks[definition.def.id] = unknownBit;
    this.settle();
    // Only now, because `unknown` for an integer that no pointer has reached yet would stick.
    for (const block of kernel.blocks)
      for (const instruction of block.instructions) {
        if (instruction.op === "load")
          for (const { id, type } of instruction.results)
            if (type.kind === "ptr" && this.masks[id] === 0n) this.masks[id] = unknownBit;
        if (instruction.op !== "cast" || instruction.kind !== "inttoptr" || this.maskOf(instruction.value)) continue;
        if (!(instruction.value.kind === "const" && instruction.value.bits === 0n))
          this.masks[instruction.result.id]! |= unknownBit;
      }
    this.settle();
  }

  maskOf(operand: Operand): bigint {
    switch (operand.kind) {
      case "value":
        return this.masks[operand.id]!;
      case "object":
        return this.bits.name(operand.object);
      case "const":
        // NULL points nowhere; any other constant address may be anywhere.
        return operand.type.kind === "ptr" && operand.bits !== 0n ? unknownBit : 0n;
    }
  }

  private settle(): void {
    for (let changed = true; changed; ) {
      changed = false;
      const raise = ({ id, type }: Def, mask: bigint) => {
        // A variable holds pointers of several kinds: of these the type says which they can be.
        const known = type.kind === "ptr" && !this.generic.has(id) ? mask & this.bits.inSpace(type.space) : mask;
        const joined = this.masks[id]! | known;
        if (joined === this.masks[id]) return;
        this.masks[id] = joined;
        changed = true;
      };
      for (const block of this.kernel.blocks) {
        for (const phi of block.phis) for (const edge of phi.incoming) raise(phi.result, this.maskOf(edge.value));
        for (const instruction of block.instructions)
          if (instruction.op === "load") {
            const mask = this.loaded(instruction.pointer);
            for (const def of instruction.results) raise(def, def.type.kind === "ptr" ? mask : mask & ~unknownBit);
          } else if (instruction.op === "store") {
            for (const value of instruction.values) changed = this.put(instruction.pointer, value) || changed;
          } else if (instruction.op === "atomic") {
            // Atomic operations are on integers and floats, which may be parts of pointers all the same.
            changed = this.put(instruction.pointer, instruction.value) || changed;
            raise(instruction.result, this.loaded(instruction.pointer) & ~unknownBit);
          } else if (isPure(instruction)) raise(instruction.result, this.transfer(instruction));
      }
    }
  }

  /** The local and private variables that a pointer may lead to, by their bits. */
  private holders(pointer: Operand): readonly bigint[] {
    const type = typeOf(pointer, this.definitions);
    const { local, private: own } = this.bits.holders;
    const mask = this.maskOf(pointer);
    // Nothing is known of it but the memory that it is in.
    const anywhere = type.kind !== "ptr" ? 0n : type.space === "local" ? local : type.space === "private" ? own : 0n;
    const reached = (mask & (local | own)) | (mask & unknownBit ? anywhere : 0n);
    const list: bigint[] = [];
    for (let rest = reached; rest; rest &= rest - 1n) list.push(rest & -rest);
    return list;
  }

  private loaded(pointer: Operand): bigint {
    const holders = this.holders(pointer);
    const isElsewhere = this.maskOf(pointer) !== holders.reduce((sum, bit) => sum | bit, 0n);
    return holders.reduce((sum, bit) => sum | (this.contents.get(bit) ?? 0n), isElsewhere ? unknownBit : 0n);
  }

  private put(pointer: Operand, value: Operand): boolean {
    const mask = this.maskOf(value);
    let changed = false;
    for (const bit of mask ? this.holders(pointer) : []) {
      const old = this.contents.get(bit) ?? 0n;
      if ((old | mask) === old) continue;
      this.contents.set(bit, old | mask);
      changed = true;
    }
    return changed;
  }

  private transfer(instruction: PureInstruction): bigint {
    switch (instruction.op) {
      case "ptradd":
        return this.maskOf(instruction.pointer);
      case "select":
        return this.maskOf(instruction.whenTrue) | this.maskOf(instruction.whenFalse);
      case "cast":
        return this.maskOf(instruction.value);
      case "binary":
        return this.maskOf(instruction.left) | this.maskOf(instruction.right);
      case "unary":
        return this.maskOf(instruction.value);
      case "fma":
      case "icmp":
      case "fcmp":
      case "workitem":
        return 0n;
    }
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
