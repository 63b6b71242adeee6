import { InternalError } from "../../support/errors.js";
import { type SourceSpan, unknownSpan } from "../../support/source.js";
import { isIntBinary } from "../ir/operations.js";
import {
  type AtomicKind,
  type Cast,
  constOf,
  type Def,
  type FloatBinary,
  type FloatPredicate,
  type FloatUnary,
  type Instruction,
  type IntBinary,
  type IntPredicate,
  type IntUnary,
  i,
  type Operand,
  valueOperand as operandOf,
  type Type,
  type ValueId,
  type WorkItemQuery,
  widthOf,
} from "../ir/types.js";
import { type DraftBlock, type DraftPhi, type DraftTerminator, newBlock } from "./draft.js";
import { foldBinary, foldCast, foldIcmp, isNeutralRight } from "./fold.js";

type MutableDef = { id: ValueId; type: Type; name: string };

/**
 * Appends instructions to the current block at the current span. Operations on constants are
 * folded, so that lowerings may be written without regard to what is constant.
 */
export class Builder {
  readonly entry: DraftBlock = newBlock("entry");
  block: DraftBlock = this.entry;
  span: SourceSpan = unknownSpan;
  /** Pointers from memory, and what is made of them, whose type does not say where they lead. They pass for global until all stores are known. */
  readonly generic = new Set<ValueId>();
  private readonly defs: MutableDef[] = [];
  /** `ptradd` by a constant: its base and offset, so that chains of them become one. */
  private readonly constantOffsets = new Map<ValueId, { readonly base: Operand; readonly offset: bigint }>();
  /** Constants that stand for undef and poison. */
  private readonly undefined_ = new WeakSet<Operand>();

  get valueCount(): number {
    return this.defs.length;
  }

  define(type: Type, name = ""): Def {
    const def: MutableDef = { id: this.defs.length as ValueId, type, name };
    this.defs.push(def);
    return def;
  }

  typeOf(operand: Operand): Type {
    return operand.kind === "value" ? this.defs[operand.id]!.type : operand.type;
  }

  /** Names the value unless it has a name already or is older than `since` (then it belongs to another instruction). */
  nameResult(operand: Operand, name: string, since: number): void {
    if (operand.kind !== "value" || operand.id < since) return;
    const def = this.defs[operand.id]!;
    if (def.name === "") def.name = name;
  }

  /** undef or poison: 0, but a store may leave it out. */
  undef(type: Type): Operand {
    const operand = constOf(type, 0n);
    this.undefined_.add(operand);
    return operand;
  }

  isUndef(operand: Operand): boolean {
    return this.undefined_.has(operand);
  }

  isGeneric(operand: Operand): boolean {
    return operand.kind === "value" && this.generic.has(operand.id);
  }

  int(type: Type, value: bigint | number): Operand {
    return constOf(type, BigInt(value));
  }

  private append(instruction: Instruction): void {
    this.block.instructions.push(instruction);
  }

  binary(kind: IntBinary | FloatBinary, left: Operand, right: Operand): Operand {
    const type = this.typeOf(left);
    if (isIntBinary(kind) && right.kind === "const") {
      if (left.kind === "const") {
        const folded = foldBinary(kind, left.bits, right.bits, widthOf(type));
        if (folded !== undefined) return constOf(type, folded);
      }
      if (isNeutralRight(kind, right.bits)) return left;
    }
    if ((kind === "add" || kind === "or" || kind === "xor") && left.kind === "const" && left.bits === 0n) return right;
    const result = this.define(type);
    this.append({ op: "binary", kind, result, left, right, span: this.span });
    return operandOf(result.id);
  }

  unary(kind: IntUnary | FloatUnary, value: Operand): Operand {
    const result = this.define(this.typeOf(value));
    this.append({ op: "unary", kind, result, value, span: this.span });
    return operandOf(result.id);
  }

  fma(a: Operand, b: Operand, c: Operand): Operand {
    const result = this.define(this.typeOf(a));
    this.append({ op: "fma", result, a, b, c, span: this.span });
    return operandOf(result.id);
  }

  icmp(predicate: IntPredicate, left: Operand, right: Operand): Operand {
    if (left.kind === "const" && right.kind === "const") {
      return this.int(i(1), foldIcmp(predicate, left.bits, right.bits, widthOf(left.type)) ? 1 : 0);
    }
    const result = this.define(i(1));
    this.append({ op: "icmp", predicate, result, left, right, span: this.span });
    return operandOf(result.id);
  }

  fcmp(predicate: FloatPredicate, left: Operand, right: Operand): Operand {
    const result = this.define(i(1));
    this.append({ op: "fcmp", predicate, result, left, right, span: this.span });
    return operandOf(result.id);
  }

  cast(kind: Cast, value: Operand, to: Type): Operand {
    const from = this.typeOf(value);
    if (value.kind === "const") {
      const folded = foldCast(kind, value.bits, widthOf(from), widthOf(to));
      if (folded !== undefined) return constOf(to, folded);
    }
    const result = this.define(to);
    this.append({ op: "cast", kind, result, value, span: this.span });
    return operandOf(result.id);
  }

  select(condition: Operand, whenTrue: Operand, whenFalse: Operand): Operand {
    if (condition.kind === "const") return condition.bits === 1n ? whenTrue : whenFalse;
    const result = this.define(this.typeOf(whenTrue));
    this.append({ op: "select", result, condition, whenTrue, whenFalse, span: this.span });
    if (this.isGeneric(whenTrue) || this.isGeneric(whenFalse)) this.generic.add(result.id);
    return operandOf(result.id);
  }

  ptradd(pointer: Operand, offset: Operand): Operand {
    let base = pointer;
    let by = offset;
    if (offset.kind === "const") {
      if (offset.bits === 0n) return pointer;
      const chained = pointer.kind === "value" ? this.constantOffsets.get(pointer.id) : undefined;
      if (chained) {
        base = chained.base;
        by = this.int(i(64), chained.offset + offset.bits);
        if (by.kind === "const" && by.bits === 0n) return base;
      }
      if (base.kind === "const") return constOf(base.type, base.bits + offset.bits);
    }
    const result = this.define(this.typeOf(base));
    this.append({ op: "ptradd", result, pointer: base, offset: by, span: this.span });
    if (this.isGeneric(base)) this.generic.add(result.id);
    if (by.kind === "const") this.constantOffsets.set(result.id, { base, offset: by.bits });
    return operandOf(result.id);
  }

  workitem(query: WorkItemQuery, dimension: 0 | 1 | 2): Operand {
    const result = this.define(query === "work_dim" ? i(32) : i(64));
    this.append({ op: "workitem", query, dimension, result, span: this.span });
    return operandOf(result.id);
  }

  load(types: readonly Type[], pointer: Operand, align: number): Operand[] {
    const results = types.map((type) => this.define(type));
    this.append({ op: "load", results, pointer, align, span: this.span });
    return results.map((def) => operandOf(def.id));
  }

  store(values: readonly Operand[], pointer: Operand, align: number): void {
    this.append({ op: "store", values, pointer, align, span: this.span });
  }

  /** The old value. */
  atomic(kind: AtomicKind, pointer: Operand, value: Operand, compare?: Operand): Operand {
    const result = this.define(this.typeOf(value));
    const condition = compare ? { compare } : {};
    this.append({ op: "atomic", kind, result, pointer, value, ...condition, span: this.span });
    return operandOf(result.id);
  }

  barrier(): void {
    // A barrier is a fence.
    if (this.block.instructions.at(-1)?.op === "fence") this.block.instructions.pop();
    this.append({ op: "barrier", span: this.span });
  }

  fence(): void {
    const last = this.block.instructions.at(-1)?.op;
    if (last === "fence" || last === "barrier") return;
    this.append({ op: "fence", span: this.span });
  }

  print(format: string, values: readonly Operand[]): void {
    this.append({ op: "print", format, arguments: values, span: this.span });
  }

  phi(type: Type): DraftPhi {
    const phi: DraftPhi = { result: this.define(type), incoming: [], span: this.span };
    this.block.phis.push(phi);
    return phi;
  }

  terminate(terminator: DraftTerminator): void {
    if (this.block.terminator) throw new InternalError(`block ${this.block.label} ends twice`);
    this.block.terminator = terminator;
  }

  // Shorthands of the lowerings.

  add = (left: Operand, right: Operand): Operand => this.binary("add", left, right);
  sub = (left: Operand, right: Operand): Operand => this.binary("sub", left, right);
  mul = (left: Operand, right: Operand): Operand => this.binary("mul", left, right);
  and = (left: Operand, right: Operand): Operand => this.binary("and", left, right);
  or = (left: Operand, right: Operand): Operand => this.binary("or", left, right);
  xor = (left: Operand, right: Operand): Operand => this.binary("xor", left, right);

  /** An integer in another width: zero-extended or cut off. */
  resize(value: Operand, bits: number, extend: "zext" | "sext" = "zext"): Operand {
    const width = widthOf(this.typeOf(value));
    if (width === bits) return value;
    return this.cast(width < bits ? extend : "trunc", value, i(bits));
  }

  /** The bits of any value as an integer of the same width. */
  toBits(value: Operand): Operand {
    const type = this.typeOf(value);
    if (type.kind === "int") return value;
    return this.cast(type.kind === "ptr" ? "ptrtoint" : "bitcast", value, i(widthOf(type)));
  }

  /** The inverse of {@link toBits}. */
  fromBits(value: Operand, type: Type): Operand {
    if (type.kind === "int") return value;
    return this.cast(type.kind === "ptr" ? "inttoptr" : "bitcast", value, type);
  }
}
