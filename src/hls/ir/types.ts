/**
 * Kernel IR: SSA over basic blocks, scalar values only. What an NDRange kernel is after the front
 * end: every call inlined, vectors split into lanes, aggregates in memory only, work-item functions
 * primitive. Everything is readonly; a pass builds a new kernel.
 *
 * Semantics (the interpreter in `interpret/` is the reference, the RTL must agree bit for bit):
 * - integers wrap; there is no undefined behaviour on values. `undef`, `poison` became 0.
 * - a shift by the width or more gives 0 (`ashr`: all sign bits).
 * - division by zero: `udiv` gives all ones, `sdiv` gives -1, `urem`/`srem` give the dividend;
 *   INT_MIN / -1 gives INT_MIN, remainder 0.
 * - floats are IEEE 754, round to nearest even, subnormals kept; every NaN result is the canonical
 *   quiet NaN (0x7fc00000 for f32). Moves (select, phi, load, store, bitcast, fneg, fabs,
 *   copysign) keep NaN bits as they are.
 * - `fmin`/`fmax`: a NaN operand yields the other operand (two NaNs: canonical NaN); -0 < +0.
 * - `fptosi`/`fptoui` truncate; out of range saturates, NaN gives 0.
 * - pointers are 64-bit addresses; `load`/`store` are little endian. Local and private variables hold undefined
 *   bytes at first.
 * - memory is sequentially consistent for accesses that fences, barriers or data dependence put in an order; an
 *   `atomic` takes effect at one moment.
 * - a `barrier` lets a work-item pass when every work-item of its group that has not returned is at the same
 *   barrier. Work-items of a group that wait at different barriers are an error of the program.
 */
import type { SourceSpan } from "../../support/source.js";

declare const valueBrand: unique symbol;
declare const blockBrand: unique symbol;
/** Identifies an SSA value of one kernel: 0, 1, 2, … */
export type ValueId = number & { readonly [valueBrand]: true };
/** Identifies a block of one kernel: 0 is the entry. */
export type BlockId = number & { readonly [blockBrand]: true };

export type AddressSpace = "global" | "constant" | "local" | "private";

/** The widest integer: what an optimiser makes of a struct that it moves in one piece. */
export const widestInt = 1024;

/** `bits` of an int: 1 to {@link widestInt}. A pointer is 64 bits wide. */
export type Type =
  | { readonly kind: "int"; readonly bits: number }
  | { readonly kind: "float"; readonly bits: 16 | 32 | 64 }
  | { readonly kind: "ptr"; readonly space: AddressSpace };

/** Operands: a value, a constant (its bits, zero-extended, 0 <= bits < 2^width), or the address of an object or variable of the kernel (`type` says in which space). */
export type Operand =
  | { readonly kind: "value"; readonly id: ValueId }
  | { readonly kind: "const"; readonly type: Type; readonly bits: bigint }
  | { readonly kind: "object"; readonly type: Type; readonly object: string };

export type IntBinary =
  | "add"
  | "sub"
  | "mul"
  | "udiv"
  | "sdiv"
  | "urem"
  | "srem"
  | "and"
  | "or"
  | "xor"
  | "shl"
  | "lshr"
  | "ashr"
  | "umin"
  | "umax"
  | "smin"
  | "smax";
export type FloatBinary = "fadd" | "fsub" | "fmul" | "fdiv" | "fmin" | "fmax" | "copysign";
export type IntUnary = "ctlz" | "cttz" | "ctpop" | "bitreverse" | "bswap" | "abs";
/** `rint`: to nearest even; `round`: half away from zero. */
export type FloatUnary = "fneg" | "fabs" | "fsqrt" | "floor" | "ceil" | "ftrunc" | "rint" | "round";
export type Cast =
  | "trunc"
  | "zext"
  | "sext"
  | "fptosi"
  | "fptoui"
  | "sitofp"
  | "uitofp"
  | "fptrunc"
  | "fpext"
  | "bitcast"
  | "ptrtoint"
  | "inttoptr";
export type IntPredicate = "eq" | "ne" | "ult" | "ule" | "ugt" | "uge" | "slt" | "sle" | "sgt" | "sge";
/** Ordered, unordered and plain; the other predicates are spelt with swapped operands by the importer or directly. */
export type FloatPredicate =
  | "oeq"
  | "one"
  | "olt"
  | "ole"
  | "ogt"
  | "oge"
  | "ord"
  | "ueq"
  | "une"
  | "ult"
  | "ule"
  | "ugt"
  | "uge"
  | "uno";

/**
 * What an atomic does: the new value from the old one and the operand. `inc`: old >= operand ? 0 : old + 1;
 * `dec`: old == 0 or old > operand ? operand : old - 1; `cmpxchg`: old == compare ? value : old.
 */
export type AtomicKind =
  | "xchg"
  | "add"
  | "sub"
  | "and"
  | "or"
  | "xor"
  | "umin"
  | "umax"
  | "smin"
  | "smax"
  | "inc"
  | "dec"
  | "fadd"
  | "cmpxchg";

/** Work-item functions. All give i64 except `work_dim` (i32). `local_size` is the size of this work-item's own group (a last group may be smaller). */
export type WorkItemQuery =
  | "global_id"
  | "local_id"
  | "group_id"
  | "global_size"
  | "local_size"
  | "enqueued_local_size"
  | "num_groups"
  | "global_offset"
  | "work_dim";

/** A value that an instruction or block defines. `name` is the source's name for it, for people; may be empty. */
export interface Def {
  readonly id: ValueId;
  readonly type: Type;
  readonly name: string;
}

export type Instruction = { readonly span: SourceSpan } & (
  | {
      readonly op: "binary";
      readonly kind: IntBinary | FloatBinary;
      readonly result: Def;
      readonly left: Operand;
      readonly right: Operand;
    }
  | { readonly op: "unary"; readonly kind: IntUnary | FloatUnary; readonly result: Def; readonly value: Operand }
  | { readonly op: "fma"; readonly result: Def; readonly a: Operand; readonly b: Operand; readonly c: Operand }
  | {
      readonly op: "icmp";
      readonly predicate: IntPredicate;
      readonly result: Def;
      readonly left: Operand;
      readonly right: Operand;
    }
  | {
      readonly op: "fcmp";
      readonly predicate: FloatPredicate;
      readonly result: Def;
      readonly left: Operand;
      readonly right: Operand;
    }
  | { readonly op: "cast"; readonly kind: Cast; readonly result: Def; readonly value: Operand }
  | {
      readonly op: "select";
      readonly result: Def;
      readonly condition: Operand;
      readonly whenTrue: Operand;
      readonly whenFalse: Operand;
    }
  /** pointer + byte offset (i64); the only pointer arithmetic. */
  | { readonly op: "ptradd"; readonly result: Def; readonly pointer: Operand; readonly offset: Operand }
  | { readonly op: "workitem"; readonly query: WorkItemQuery; readonly dimension: 0 | 1 | 2; readonly result: Def }
  /** Loads `results.length` consecutive elements of one type in one access. `align` in bytes: at least the whole access's size rounded up to a power of two, when there is more than one lane. */
  | { readonly op: "load"; readonly results: readonly Def[]; readonly pointer: Operand; readonly align: number }
  | { readonly op: "store"; readonly values: readonly Operand[]; readonly pointer: Operand; readonly align: number }
  /** Read-modify-write of an i32, i64, f32 or f64, naturally aligned; the result is the old value. `compare` only for `cmpxchg`. */
  | {
      readonly op: "atomic";
      readonly kind: AtomicKind;
      readonly result: Def;
      readonly pointer: Operand;
      readonly value: Operand;
      readonly compare?: Operand;
    }
  /** Waits for the work-group; also a fence. */
  | { readonly op: "barrier" }
  /** Accesses before it take effect before those after it, as every other work-item sees them. */
  | { readonly op: "fence" }
  /** printf. Vectors come lane by lane (`%v4f` takes four arguments); a `%s` argument is the address of a constant object. */
  | { readonly op: "print"; readonly format: string; readonly arguments: readonly Operand[] }
);

/** What reads or changes memory, orders accesses or is seen outside. */
export type EffectInstruction = Extract<
  Instruction,
  { op: "load" | "store" | "atomic" | "barrier" | "fence" | "print" }
>;
/** Computes one value from others. */
export type PureInstruction = Exclude<Instruction, EffectInstruction>;

export interface Phi {
  readonly result: Def;
  /** One entry a predecessor edge (a predecessor that reaches the block by several switch cases appears once). */
  readonly incoming: readonly { readonly block: BlockId; readonly value: Operand }[];
  readonly span: SourceSpan;
}

export type Terminator = { readonly span: SourceSpan } & (
  | { readonly op: "br"; readonly target: BlockId }
  /** `whenTrue` and `whenFalse` differ. */
  | { readonly op: "condbr"; readonly condition: Operand; readonly whenTrue: BlockId; readonly whenFalse: BlockId }
  | {
      readonly op: "switch";
      readonly value: Operand;
      readonly cases: readonly { readonly value: bigint; readonly target: BlockId }[];
      readonly defaultTarget: BlockId;
    }
  | { readonly op: "ret" }
  | { readonly op: "unreachable" }
);

export interface Block {
  readonly id: BlockId;
  readonly label: string;
  readonly phis: readonly Phi[];
  readonly instructions: readonly Instruction[];
  readonly terminator: Terminator;
}

/** One parameter of the source: a vector or struct passed by value becomes several IR values at `offset`s within it. */
export interface SourceParameter {
  readonly name: string;
  /** The type as the user wrote it, e.g. `float*`, `int`, `float4`. */
  readonly typeName: string;
  readonly passing: "buffer" | "scalar" | "local";
  /** Buffer declared const or in constant memory: the host need not read it back. */
  readonly readOnly: boolean;
  /** Bytes of the argument: 8 for a buffer, the type's size for a scalar, vector or struct. */
  readonly bytes: number;
  /** For scalars and vectors: how text such as `1.5` or `1,2,3,4` becomes bytes. Undefined for structs and pointers. */
  readonly element?: { readonly kind: "int" | "uint" | "float"; readonly bits: number; readonly lanes: number };
  /** IR values that carry it, with their byte offset inside the argument. Empty when the kernel never uses it. */
  readonly values: readonly { readonly def: Def; readonly offset: number }[];
}

/** A constant table of the module (a `__constant` variable, a switch lookup table). */
export interface ConstantObject {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly align: number;
}

/** A variable in local memory (one a work-group) or private memory (one a work-item). */
export interface MemoryVariable {
  readonly name: string;
  readonly space: "local" | "private";
  /** Bytes, at least 1. */
  readonly size: number;
  readonly align: number;
}

export interface Kernel {
  readonly name: string;
  readonly span: SourceSpan;
  readonly parameters: readonly SourceParameter[];
  /** From `reqd_work_group_size`. */
  readonly requiredLocalSize?: readonly [number, number, number];
  readonly objects: readonly ConstantObject[];
  /** Their names differ from each other and from those of `objects`. */
  readonly variables: readonly MemoryVariable[];
  /** `blocks[i].id === i`; block 0 is the entry and has no predecessors. */
  readonly blocks: readonly Block[];
  /** One more than the largest value id. */
  readonly valueCount: number;
}

export const i = (bits: number): Type => ({ kind: "int", bits });
export const f32: Type = { kind: "float", bits: 32 };
export const globalPointer: Type = { kind: "ptr", space: "global" };

export function widthOf(type: Type): number {
  return type.kind === "ptr" ? 64 : type.bits;
}
export function sameType(a: Type, b: Type): boolean {
  return a.kind === b.kind && (a.kind === "ptr" ? a.space === (b as typeof a).space : a.bits === (b as typeof a).bits);
}
export const valueOperand = (id: ValueId): Operand => ({ kind: "value", id });
export const constOf = (type: Type, bits: bigint): Operand => ({
  kind: "const",
  type,
  bits: BigInt.asUintN(widthOf(type), bits),
});
