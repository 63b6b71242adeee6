/**
 * The typed module that the LLVM IR text parser produces. It follows LLVM's language reference
 * closely and knows nothing of kernels: meaning is given in `src/hls/import`.
 * Opaque pointers only. Debug locations are resolved to spans of the user's source while parsing.
 */
import type { SourceSpan } from "../../support/source.js";

export type LlvmType =
  | { readonly kind: "void" | "label" | "metadata" | "token" }
  | { readonly kind: "int"; readonly bits: number }
  | { readonly kind: "float"; readonly name: "half" | "bfloat" | "float" | "double" | "fp128" }
  | { readonly kind: "ptr"; readonly addressSpace: number }
  | { readonly kind: "vector"; readonly length: number; readonly element: LlvmType }
  | { readonly kind: "array"; readonly length: number; readonly element: LlvmType }
  | { readonly kind: "struct"; readonly packed: boolean; readonly fields: readonly LlvmType[] }
  /** A named struct: look it up in `LlvmModule.types` (undefined there when opaque). */
  | { readonly kind: "named"; readonly name: string }
  | { readonly kind: "function"; readonly result: LlvmType; readonly parameters: readonly LlvmType[] }
  | { readonly kind: "target"; readonly name: string };

/** A constant or a reference; types are always explicit. */
export type LlvmValue =
  | { readonly kind: "local"; readonly type: LlvmType; readonly name: string }
  | { readonly kind: "global"; readonly type: LlvmType; readonly name: string }
  | { readonly kind: "int"; readonly type: LlvmType; readonly value: bigint }
  /** IEEE bits of the constant in its own type (32 bits for `float`, 64 for `double`, 16 for `half`). */
  | { readonly kind: "float"; readonly type: LlvmType; readonly bits: bigint }
  | { readonly kind: "null" | "undef" | "poison" | "zero" | "none"; readonly type: LlvmType }
  | { readonly kind: "aggregate"; readonly type: LlvmType; readonly elements: readonly LlvmValue[] }
  /** `c"…"`: raw bytes of an i8 array. */
  | { readonly kind: "string"; readonly type: LlvmType; readonly bytes: Uint8Array }
  /** `splat (i32 7)` */
  | { readonly kind: "splat"; readonly type: LlvmType; readonly element: LlvmValue }
  | { readonly kind: "constexpr"; readonly type: LlvmType; readonly expression: LlvmConstExpr }
  | { readonly kind: "metadata"; readonly type: LlvmType; readonly text: string };

export type LlvmConstExpr =
  | {
      readonly op: "gep";
      readonly sourceType: LlvmType;
      readonly base: LlvmValue;
      readonly indices: readonly LlvmValue[];
    }
  | { readonly op: "cast"; readonly cast: LlvmCast; readonly value: LlvmValue }
  | { readonly op: "binary"; readonly binary: LlvmBinary; readonly left: LlvmValue; readonly right: LlvmValue };

export type LlvmBinary =
  | "add"
  | "sub"
  | "mul"
  | "udiv"
  | "sdiv"
  | "urem"
  | "srem"
  | "shl"
  | "lshr"
  | "ashr"
  | "and"
  | "or"
  | "xor"
  | "fadd"
  | "fsub"
  | "fmul"
  | "fdiv"
  | "frem";

export type LlvmCast =
  | "trunc"
  | "zext"
  | "sext"
  | "fptrunc"
  | "fpext"
  | "fptoui"
  | "fptosi"
  | "uitofp"
  | "sitofp"
  | "ptrtoint"
  | "inttoptr"
  | "bitcast"
  | "addrspacecast"
  | "ptrtoaddr";

export type LlvmIcmp = "eq" | "ne" | "ugt" | "uge" | "ult" | "ule" | "sgt" | "sge" | "slt" | "sle";
export type LlvmFcmp =
  | "false"
  | "oeq"
  | "ogt"
  | "oge"
  | "olt"
  | "ole"
  | "one"
  | "ord"
  | "ueq"
  | "ugt"
  | "uge"
  | "ult"
  | "ule"
  | "une"
  | "uno"
  | "true";

interface InstructionBase {
  /** Name of the result without `%`; undefined for instructions without a result. Unnamed results get their number. */
  readonly result?: string;
  readonly span: SourceSpan;
  /** Fast-math and wrap flags as written: `nsw`, `nuw`, `exact`, `fast`, `nnan`, `contract`, `inbounds`, … */
  readonly flags: readonly string[];
}

/** `type` is the type of the result, of comparisons and cmpxchg too; operands carry their own. */
export type LlvmInstruction = InstructionBase &
  (
    | {
        readonly op: "binary";
        readonly binary: LlvmBinary;
        readonly type: LlvmType;
        readonly left: LlvmValue;
        readonly right: LlvmValue;
      }
    | { readonly op: "fneg"; readonly type: LlvmType; readonly value: LlvmValue }
    | {
        readonly op: "icmp";
        readonly predicate: LlvmIcmp;
        readonly type: LlvmType;
        readonly left: LlvmValue;
        readonly right: LlvmValue;
      }
    | {
        readonly op: "fcmp";
        readonly predicate: LlvmFcmp;
        readonly type: LlvmType;
        readonly left: LlvmValue;
        readonly right: LlvmValue;
      }
    | { readonly op: "cast"; readonly cast: LlvmCast; readonly type: LlvmType; readonly value: LlvmValue }
    | {
        readonly op: "select";
        readonly type: LlvmType;
        readonly condition: LlvmValue;
        readonly whenTrue: LlvmValue;
        readonly whenFalse: LlvmValue;
      }
    | { readonly op: "freeze"; readonly type: LlvmType; readonly value: LlvmValue }
    | {
        readonly op: "phi";
        readonly type: LlvmType;
        readonly incoming: readonly { readonly value: LlvmValue; readonly block: string }[];
      }
    | {
        readonly op: "alloca";
        readonly type: LlvmType;
        readonly allocated: LlvmType;
        readonly count: LlvmValue;
        readonly align: number;
      }
    /** `type` is the type loaded. `align` 0 when not given. */
    | {
        readonly op: "load";
        readonly type: LlvmType;
        readonly pointer: LlvmValue;
        readonly align: number;
        readonly volatile: boolean;
        readonly atomic: boolean;
      }
    | {
        readonly op: "store";
        readonly value: LlvmValue;
        readonly pointer: LlvmValue;
        readonly align: number;
        readonly volatile: boolean;
        readonly atomic: boolean;
      }
    | {
        readonly op: "gep";
        readonly type: LlvmType;
        readonly sourceType: LlvmType;
        readonly base: LlvmValue;
        readonly indices: readonly LlvmValue[];
      }
    | {
        readonly op: "call";
        readonly type: LlvmType;
        readonly callee: LlvmValue;
        readonly arguments: readonly LlvmValue[];
        /** What `align` says of each argument; 0 when it says nothing. */
        readonly alignments: readonly number[];
      }
    | { readonly op: "extractelement"; readonly type: LlvmType; readonly vector: LlvmValue; readonly index: LlvmValue }
    | {
        readonly op: "insertelement";
        readonly type: LlvmType;
        readonly vector: LlvmValue;
        readonly element: LlvmValue;
        readonly index: LlvmValue;
      }
    /** `mask` lanes; -1 is poison. */
    | {
        readonly op: "shufflevector";
        readonly type: LlvmType;
        readonly left: LlvmValue;
        readonly right: LlvmValue;
        readonly mask: readonly number[];
      }
    | {
        readonly op: "extractvalue";
        readonly type: LlvmType;
        readonly aggregate: LlvmValue;
        readonly path: readonly number[];
      }
    | {
        readonly op: "insertvalue";
        readonly type: LlvmType;
        readonly aggregate: LlvmValue;
        readonly element: LlvmValue;
        readonly path: readonly number[];
      }
    | {
        readonly op: "atomicrmw";
        readonly type: LlvmType;
        readonly operation: string;
        readonly pointer: LlvmValue;
        readonly value: LlvmValue;
        readonly align: number;
      }
    | {
        readonly op: "cmpxchg";
        readonly type: LlvmType;
        readonly pointer: LlvmValue;
        readonly expected: LlvmValue;
        readonly replacement: LlvmValue;
        readonly align: number;
      }
    | { readonly op: "fence" }
    | { readonly op: "br"; readonly target: string }
    | { readonly op: "condbr"; readonly condition: LlvmValue; readonly whenTrue: string; readonly whenFalse: string }
    | {
        readonly op: "switch";
        readonly value: LlvmValue;
        readonly defaultTarget: string;
        readonly cases: readonly { readonly value: bigint; readonly target: string }[];
      }
    | { readonly op: "ret"; readonly value?: LlvmValue }
    | { readonly op: "unreachable" }
    /** An instruction that the parser reads but gives no structure to (indirectbr, invoke, va_arg, …). */
    | { readonly op: "other"; readonly opcode: string; readonly type?: LlvmType }
  );

export interface LlvmBlock {
  /** Without `%`; unnamed blocks have their number. */
  readonly label: string;
  /** The last one is the terminator. */
  readonly instructions: readonly LlvmInstruction[];
}

export interface LlvmParameter {
  readonly name: string;
  readonly type: LlvmType;
  /** `noalias`, `readonly`, `align 4`, `byval(%struct.S)`, … as written. */
  readonly attributes: readonly string[];
  /** The type inside `byval(…)`, when present. */
  readonly byval?: LlvmType;
}

export interface LlvmFunction {
  readonly name: string;
  readonly result: LlvmType;
  readonly parameters: readonly LlvmParameter[];
  readonly variadic: boolean;
  /** Empty for a declaration. The first block is the entry. */
  readonly blocks: readonly LlvmBlock[];
  /** `spir_kernel`, `spir_func`, … or empty. */
  readonly callingConvention: string;
  /** Attached metadata, resolved to plain values: ints, strings, nested arrays, null (e.g. `reqd_work_group_size` → [64,1,1]). */
  readonly metadata: ReadonlyMap<string, MetadataValue>;
  /** Where the function is defined, from its DISubprogram. */
  readonly span: SourceSpan;
}

export type MetadataValue = bigint | string | null | readonly MetadataValue[];

export interface LlvmGlobal {
  readonly name: string;
  readonly addressSpace: number;
  readonly constant: boolean;
  readonly type: LlvmType;
  /** Undefined for an external declaration. */
  readonly initializer?: LlvmValue;
  readonly align: number;
}

export interface LlvmModule {
  readonly types: ReadonlyMap<string, LlvmType | undefined>;
  readonly globals: ReadonlyMap<string, LlvmGlobal>;
  readonly functions: ReadonlyMap<string, LlvmFunction>;
}
