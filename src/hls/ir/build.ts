/** Makes kernels in code: for passes that start anew, and for tests. Types of results follow from the operands. */
import { invariant } from "../../support/errors.js";
import { type SourceSpan, unknownSpan } from "../../support/source.js";
import { contextTypes } from "./print.js";
import {
  type AtomicKind,
  type Block,
  type BlockId,
  type Cast,
  type ConstantObject,
  constOf,
  type Def,
  type FloatBinary,
  type FloatPredicate,
  type FloatUnary,
  type IntBinary,
  type IntPredicate,
  type IntUnary,
  i,
  type Kernel,
  type MemoryVariable,
  type Operand,
  type Phi,
  type PureInstruction,
  type SourceParameter,
  type Terminator,
  type Type,
  type ValueId,
  valueOperand,
  type WorkItemQuery,
  widthOf,
} from "./types.js";

type Draft = { -readonly [K in keyof Block]: Block[K] extends readonly (infer T)[] ? T[] : Block[K] };

export class KernelBuilder {
  private readonly parameters: SourceParameter[] = [];
  private readonly objects: ConstantObject[] = [];
  private readonly variables: MemoryVariable[] = [];
  private readonly blocks: (Omit<Draft, "terminator"> & { terminator?: Terminator })[] = [];
  private readonly types: Type[] = [];
  private current = -1;
  /** Place given to what is made next. */
  span: SourceSpan = unknownSpan;

  constructor(
    private readonly name: string,
    private readonly kernelSpan: SourceSpan = unknownSpan,
  ) {}

  /** A `global` pointer. */
  buffer(name: string, typeName = "void*", readOnly = false): Operand {
    const def = this.def(contextTypes.address, name);
    this.parameters.push({ name, typeName, passing: "buffer", readOnly, bytes: 8, values: [{ def, offset: 0 }] });
    return valueOperand(def.id);
  }

  /** A pointer to local memory whose size the launch gives. */
  localBuffer(name: string, typeName = "void*"): Operand {
    const def = this.def({ kind: "ptr", space: "local" }, name);
    this.parameters.push({
      name,
      typeName,
      passing: "local",
      readOnly: false,
      bytes: 8,
      values: [{ def, offset: 0 }],
    });
    return valueOperand(def.id);
  }

  /** An integer or float passed by value. */
  scalar(name: string, type: Type): Operand {
    const def = this.def(type, name);
    const bits = widthOf(type);
    const element = { kind: type.kind === "float" ? ("float" as const) : ("int" as const), bits, lanes: 1 };
    const bytes = Math.ceil(bits / 8);
    this.parameters.push({
      name,
      typeName: "",
      passing: "scalar",
      readOnly: false,
      bytes,
      element,
      values: [{ def, offset: 0 }],
    });
    return valueOperand(def.id);
  }

  object(name: string, bytes: Uint8Array, align: number): Operand {
    this.objects.push({ name, bytes, align });
    return { kind: "object", type: contextTypes.objectAddress, object: name };
  }

  /** The address of a new variable in local or private memory. */
  variable(name: string, space: MemoryVariable["space"], size: number, align: number): Operand {
    this.variables.push({ name, space, size, align });
    return { kind: "object", type: { kind: "ptr", space }, object: name };
  }

  /** A new, empty block. The first one is the entry. */
  block(label = ""): BlockId {
    const id = this.blocks.length as BlockId;
    this.blocks.push({ id, label, phis: [], instructions: [] });
    if (this.current < 0) this.current = id;
    return id;
  }

  /** What is made next goes to the end of this block. */
  at(block: BlockId): this {
    this.current = block;
    return this;
  }

  /** The block that is being filled. */
  get here(): BlockId {
    return this.current as BlockId;
  }

  typeOf(operand: Operand): Type {
    return operand.kind === "value" ? this.types[operand.id]! : operand.type;
  }

  binary(kind: IntBinary | FloatBinary, left: Operand, right: Operand, name = ""): Operand {
    const result = this.def(this.typeOf(left), name);
    return this.push({ op: "binary", kind, result, left, right, span: this.span });
  }

  unary(kind: IntUnary | FloatUnary, value: Operand, name = ""): Operand {
    return this.push({ op: "unary", kind, result: this.def(this.typeOf(value), name), value, span: this.span });
  }

  fma(a: Operand, b: Operand, c: Operand, name = ""): Operand {
    return this.push({ op: "fma", result: this.def(this.typeOf(a), name), a, b, c, span: this.span });
  }

  icmp(predicate: IntPredicate, left: Operand, right: Operand, name = ""): Operand {
    return this.push({ op: "icmp", predicate, result: this.def(i(1), name), left, right, span: this.span });
  }

  fcmp(predicate: FloatPredicate, left: Operand, right: Operand, name = ""): Operand {
    return this.push({ op: "fcmp", predicate, result: this.def(i(1), name), left, right, span: this.span });
  }

  cast(kind: Cast, value: Operand, type: Type, name = ""): Operand {
    return this.push({ op: "cast", kind, result: this.def(type, name), value, span: this.span });
  }

  select(condition: Operand, whenTrue: Operand, whenFalse: Operand, name = ""): Operand {
    const result = this.def(this.typeOf(whenTrue), name);
    return this.push({ op: "select", result, condition, whenTrue, whenFalse, span: this.span });
  }

  ptradd(pointer: Operand, offset: Operand | number, name = ""): Operand {
    const by = typeof offset === "number" ? constOf(contextTypes.offset, BigInt(offset)) : offset;
    return this.push({
      op: "ptradd",
      result: this.def(this.typeOf(pointer), name),
      pointer,
      offset: by,
      span: this.span,
    });
  }

  workItem(query: WorkItemQuery, dimension: 0 | 1 | 2 = 0, name = ""): Operand {
    const result = this.def(i(query === "work_dim" ? 32 : 64), name);
    return this.push({ op: "workitem", query, dimension, result, span: this.span });
  }

  load(type: Type, pointer: Operand, align: number, lanes = 1): readonly Operand[] {
    const results = Array.from({ length: lanes }, () => this.def(type, ""));
    this.open().instructions.push({ op: "load", results, pointer, align, span: this.span });
    return results.map((def) => valueOperand(def.id));
  }

  store(values: readonly Operand[], pointer: Operand, align: number): void {
    this.open().instructions.push({ op: "store", values, pointer, align, span: this.span });
  }

  /** The old value. `compare` for `cmpxchg` only. */
  atomic(kind: AtomicKind, pointer: Operand, value: Operand, compare?: Operand, name = ""): Operand {
    const result = this.def(this.typeOf(value), name);
    this.open().instructions.push({
      op: "atomic",
      kind,
      result,
      pointer,
      value,
      ...(compare ? { compare } : {}),
      span: this.span,
    });
    return valueOperand(result.id);
  }

  barrier(): void {
    this.open().instructions.push({ op: "barrier", span: this.span });
  }

  fence(): void {
    this.open().instructions.push({ op: "fence", span: this.span });
  }

  print(format: string, ...values: readonly Operand[]): void {
    this.open().instructions.push({ op: "print", format, arguments: values, span: this.span });
  }

  /** A phi of the current block; its values come by {@link addIncoming}. */
  phi(type: Type, name = ""): Operand {
    const result = this.def(type, name);
    this.open().phis.push({ result, incoming: [], span: this.span });
    return valueOperand(result.id);
  }

  addIncoming(phi: Operand, block: BlockId, value: Operand): void {
    for (const { phis } of this.blocks) {
      const at = phis.findIndex((p) => phi.kind === "value" && p.result.id === phi.id);
      if (at < 0) continue;
      const old: Phi = phis[at]!;
      phis[at] = { ...old, incoming: [...old.incoming, { block, value }] };
      return;
    }
    invariant(false, "there is no such phi");
  }

  branch(target: BlockId): void {
    this.end({ op: "br", target, span: this.span });
  }

  branchIf(condition: Operand, whenTrue: BlockId, whenFalse: BlockId): void {
    this.end({ op: "condbr", condition, whenTrue, whenFalse, span: this.span });
  }

  switch(value: Operand, cases: readonly { value: bigint; target: BlockId }[], defaultTarget: BlockId): void {
    this.end({ op: "switch", value, cases, defaultTarget, span: this.span });
  }

  ret(): void {
    this.end({ op: "ret", span: this.span });
  }

  finish(): Kernel {
    return {
      name: this.name,
      span: this.kernelSpan,
      parameters: this.parameters,
      objects: this.objects,
      variables: this.variables,
      blocks: this.blocks.map(({ terminator, ...rest }) => {
        invariant(terminator, `block ${rest.id} has no end`);
        return { ...rest, terminator };
      }),
      valueCount: this.types.length,
    };
  }

  private def(type: Type, name: string): Def {
    return { id: (this.types.push(type) - 1) as ValueId, type, name };
  }

  private push(instruction: PureInstruction): Operand {
    this.open().instructions.push(instruction);
    return valueOperand(instruction.result.id);
  }

  private open() {
    const block = this.blocks[this.current];
    invariant(block && !block.terminator, "a block that has no end yet is being filled");
    return block;
  }

  private end(terminator: Terminator): void {
    this.open().terminator = terminator;
  }
}
