/** What the import of one kernel shares: the draft, the scopes of the functions inlined so far, and what was refused. */
import type {
  LlvmFunction,
  LlvmGlobal,
  LlvmInstruction,
  LlvmModule,
  LlvmParameter,
  LlvmValue,
} from "../../parser/llvm/module.js";
import type { Diagnostic } from "../../support/errors.js";
import { formatSpan, type SourceSpan } from "../../support/source.js";
import { type ConstantObject, constOf, type Def, type MemoryVariable, type Operand, type Type } from "../ir/types.js";
import { Builder } from "./builder.js";
import type { DraftBlock } from "./draft.js";
import type { DataLayout } from "./layout.js";
import { functionName } from "./names.js";

/** A struct argument passed by value: its bytes are launch parameters, not memory. */
export interface ByvalParameter {
  readonly name: string;
  readonly bytes: number;
  /** The parts that the kernel reads, by `offset:type`. */
  readonly parts: Map<string, { readonly def: Def; readonly offset: number }>;
}

/** A pointer into a struct argument. It exists only while importing. */
export interface ByvalPointer {
  readonly kind: "byval";
  readonly parameter: ByvalParameter;
  /** Bytes from the start of the argument, i64. */
  readonly offset: Operand;
}

/** One scalar of an LLVM value: vectors and first-class aggregates are lists of lanes. */
export type Lane = Operand | ByvalPointer;

/** One function being inlined (the kernel itself is the outermost). */
export interface Frame {
  readonly fn: LlvmFunction;
  readonly values: Map<string, readonly Lane[]>;
  /** Where it is called, undefined for the kernel. */
  readonly call?: { readonly caller: Frame; readonly span: SourceSpan };
  readonly returns: { readonly block: DraftBlock; readonly lanes: readonly Lane[]; readonly span: SourceSpan }[];
}

export type InstructionOf<Op extends LlvmInstruction["op"]> = Extract<LlvmInstruction, { op: Op }>;

/** What LLVM has for a variable in memory. */
export type VariableKey = LlvmGlobal | LlvmInstruction | LlvmParameter | ByvalParameter;

export class KernelContext {
  readonly builder = new Builder();
  readonly objects = new Map<string, ConstantObject>();
  /** Local and private variables, by what LLVM has for them. */
  readonly variables = new Map<VariableKey, MemoryVariable>();
  /** Struct arguments whose address is needed: they are copied to private memory, once the import starts again. */
  readonly wanted = new Set<string>();
  readonly problems: Diagnostic[] = [];
  /** Instructions whose effect is accounted for elsewhere. */
  readonly leftOut = new Set<LlvmInstruction>();
  private readonly reported = new Set<string>();
  private readonly definitions = new Map<LlvmFunction, ReadonlyMap<string, LlvmInstruction>>();

  constructor(
    readonly module: LlvmModule,
    readonly layout: DataLayout,
    /** Struct arguments that are known to need memory. */
    readonly inMemory: ReadonlySet<string> = new Set(),
  ) {}

  /** Notes a construct that is not supported; the import goes on, so that all are found. */
  unsupported(code: string, frame: Frame, message: string, help: string, span: SourceSpan = this.builder.span): void {
    const place = span.line > 0 || frame.fn.span.line === 0 ? span : frame.fn.span;
    const key = `${code} ${message} ${formatSpan(place)}`;
    if (this.reported.has(key)) return;
    this.reported.add(key);
    const notes = callChain(frame);
    this.problems.push({ code, severity: "error", message, span: place, help, ...(notes.length > 0 ? { notes } : {}) });
  }

  /** The address of a variable, which is made when it is met first. */
  variable(key: VariableKey, { name, ...shape }: MemoryVariable): Operand & { readonly kind: "object" } {
    let variable = this.variables.get(key);
    if (!variable) {
      const others = [...this.variables.values()].map((other) => other.name);
      const taken = new Set([...this.module.globals.keys(), ...others]);
      let unique = name;
      for (let k = 2; taken.has(unique); k++) unique = `${name}_${k}`;
      variable = { name: unique, ...shape };
      this.variables.set(key, variable);
    }
    return { kind: "object", type: { kind: "ptr", space: variable.space }, object: variable.name };
  }

  /** The instruction that defines a local name, for looking at what feeds a value before it is imported. */
  definition(fn: LlvmFunction, name: string): LlvmInstruction | undefined {
    let map = this.definitions.get(fn);
    if (!map) {
      const entries = fn.blocks.flatMap((block) =>
        block.instructions.flatMap((inst) => (inst.result === undefined ? [] : [[inst.result, inst] as const])),
      );
      map = new Map(entries);
      this.definitions.set(fn, map);
    }
    return map.get(name);
  }

  typeOf(lane: Lane): Type {
    return lane.kind === "byval" ? { kind: "ptr", space: "private" } : this.builder.typeOf(lane);
  }

  /** A lane as an ordinary operand. A pointer into a struct argument has none: see {@link wanted}. */
  operand(lane: Lane): Operand {
    if (lane.kind !== "byval") return lane;
    this.wanted.add(lane.parameter.name);
    return constOf({ kind: "ptr", space: "private" }, 0n);
  }
}

/** From the innermost call outwards. */
function callChain(frame: Frame): Diagnostic[] {
  const notes: Diagnostic[] = [];
  for (let at = frame; at.call; at = at.call.caller) {
    notes.push({
      code: "note/called-from",
      severity: "note",
      message: `'${functionName(at.fn.name)}' is called from '${functionName(at.call.caller.fn.name)}' here`,
      span: at.call.span,
    });
  }
  return notes;
}

/** The function that a call names, when it names one. */
export function calledFunction(module: LlvmModule, callee: LlvmValue): LlvmFunction | undefined {
  return callee.kind === "global" ? module.functions.get(callee.name) : undefined;
}
