/** Reads Kernel IR text (see `print.ts` for its form). Reading checks form only; `verifyKernel` checks the rest. */
import { type SourceSpan, unknownSpan } from "../../support/source.js";
import {
  isAddressSpace,
  isAtomicKind,
  isCast,
  isFloatBinary,
  isFloatPredicate,
  isFloatUnary,
  isIntBinary,
  isIntPredicate,
  isIntUnary,
  isWorkItemQuery,
} from "./operations.js";
import { contextTypes } from "./print.js";
import { splitName, TokenReader } from "./reader.js";
import {
  type Block,
  type BlockId,
  type ConstantObject,
  constOf,
  type Def,
  type Instruction,
  type Kernel,
  type MemoryVariable,
  type Operand,
  type Phi,
  type SourceParameter,
  type Terminator,
  type Type,
  type ValueId,
  widestInt,
  widthOf,
} from "./types.js";

/** One kernel. `file` is only used in messages about the text. */
export function parseKernel(text: string, file = "kernel.ir"): Kernel {
  return new Reader(text, file).kernel();
}

interface DefName {
  readonly id: ValueId;
  readonly name: string;
}

class Reader extends TokenReader {
  /** The kernel's own file, which places without a file are in. */
  private sourceFile = "";
  /** Values written by name alone get numbers after all the numbered ones. */
  private readonly named = new Map<string, ValueId>();
  private nextNamed: number;
  private largest = -1;

  constructor(text: string, file: string) {
    super(text, file);
    this.nextNamed = this.tokens.reduce(
      (next, token) =>
        token.kind === "value" && /^%\d/.test(token.text)
          ? Math.max(next, Number.parseInt(token.text.slice(1), 10) + 1)
          : next,
      0,
    );
  }

  kernel(): Kernel {
    this.expectWord("kernel");
    const name = this.name();
    const span = this.span();
    this.sourceFile = span.file;
    const requiredLocalSize = this.takeWord("local_size")
      ? ([this.count(), this.count(), this.count()] as const)
      : undefined;
    this.expect("{");
    const parameters: SourceParameter[] = [];
    const objects: ConstantObject[] = [];
    const blocks: Block[] = [];
    while (this.takeWord("param")) parameters.push(this.parameter());
    while (this.takeWord("object")) objects.push(this.object());
    const variables: MemoryVariable[] = [];
    for (let variable = this.variable(); variable; variable = this.variable()) variables.push(variable);
    while (!this.take("}")) blocks.push(this.block(blocks.length));
    if (this.peek().kind !== "end") throw this.unexpected("the end of the text");
    return {
      name,
      span,
      parameters,
      ...(requiredLocalSize ? { requiredLocalSize } : {}),
      objects,
      variables,
      blocks,
      valueCount: this.largest + 1,
    };
  }

  private parameter(): SourceParameter {
    const name = this.name();
    const typeName = this.string();
    const passing = this.oneOf(["buffer", "scalar", "local"] as const);
    const readOnly = this.takeWord("readonly");
    this.expectWord("bytes");
    const bytes = this.count();
    let element: SourceParameter["element"];
    if (this.takeWord("element")) {
      const kind = this.oneOf(["int", "uint", "float"] as const);
      const bits = this.count();
      this.expectWord("x");
      element = { kind, bits, lanes: this.count() };
    }
    const values: { def: Def; offset: number }[] = [];
    if (this.takeWord("values"))
      do {
        const def = this.defName();
        this.expect(":");
        const type = this.type();
        this.expect("@");
        values.push({ def: { ...def, type }, offset: this.count() });
      } while (this.take(","));
    return { name, typeName, passing, readOnly, bytes, ...(element ? { element } : {}), values };
  }

  private object(): ConstantObject {
    const name = this.name();
    this.expectWord("align");
    const align = this.count();
    this.expectWord("hex");
    const hex = this.string();
    if (!/^(?:[0-9a-fA-F]{2})*$/.test(hex))
      throw this.error("ir/bad-hex", "the bytes of an object are pairs of hex digits", -1);
    return { name, align, bytes: new Uint8Array(Buffer.from(hex, "hex")) };
  }

  private variable(): MemoryVariable | undefined {
    const space = this.takeWord("local") ? "local" : this.takeWord("private") ? "private" : undefined;
    if (!space) return undefined;
    const name = this.name();
    this.expectWord("size");
    const size = this.count();
    this.expectWord("align");
    return { name, space, size, align: this.count() };
  }

  private block(index: number): Block {
    const token = this.next("block", "a block such as `b0:` or `}`");
    const { number, name } = splitName(token.text);
    if (number !== index) throw this.error("ir/block-order", `block b${number} stands where b${index} should`, -1);
    this.expect(":");
    const phis: Phi[] = [];
    const instructions: Instruction[] = [];
    for (;;) {
      const terminator = this.terminator();
      if (terminator) return { id: number as BlockId, label: name, phis, instructions, terminator };
      this.statement(phis, instructions);
    }
  }

  private statement(phis: Phi[], instructions: Instruction[]): void {
    if (this.takeWord("store")) {
      const type = this.type();
      const values = [this.operand(type)];
      while (this.take(",")) values.push(this.operand(type));
      this.expectWord("to");
      const pointer = this.address();
      this.expectWord("align");
      instructions.push({ op: "store", values, pointer, align: this.count(), span: this.span() });
      return;
    }
    if (this.takeWord("barrier")) {
      instructions.push({ op: "barrier", span: this.span() });
      return;
    }
    if (this.takeWord("fence")) {
      instructions.push({ op: "fence", span: this.span() });
      return;
    }
    if (this.takeWord("print")) {
      const format = this.string();
      const values = this.list(() => this.operandWithType());
      instructions.push({ op: "print", format, arguments: values, span: this.span() });
      return;
    }
    if (this.peek().kind !== "value") throw this.unexpected("an instruction or a terminator");
    const defs = [this.defName()];
    while (this.take(",")) defs.push(this.defName());
    this.expect("=");
    if (this.takeWord("load")) {
      const type = this.type();
      const pointer = this.address();
      this.expectWord("align");
      const results = defs.map((def) => ({ ...def, type }));
      instructions.push({ op: "load", results, pointer, align: this.count(), span: this.span() });
      return;
    }
    if (defs.length > 1) throw this.unexpected("`load`, the one instruction with several results");
    if (this.takeWord("phi")) {
      if (instructions.length) throw this.error("ir/late-phi", "phis stand before the block's instructions", -1);
      phis.push(this.phi(defs[0]!));
      return;
    }
    instructions.push(this.instruction(defs[0]!));
  }

  private phi(name: DefName): Phi {
    const type = this.type();
    const incoming = this.list(() => {
      const block = this.target();
      this.expect(":");
      return { block, value: this.operand(type) };
    });
    return { result: { ...name, type }, incoming, span: this.span() };
  }

  private instruction(name: DefName): Instruction {
    const { text } = this.next("word", "the name of an operation");
    const sameTypes = (count: number) => {
      const type = this.type();
      const operands = [this.operand(type)];
      while (operands.length < count) {
        this.expect(",");
        operands.push(this.operand(type));
      }
      return { result: { ...name, type }, operands };
    };
    if (isIntBinary(text) || isFloatBinary(text)) {
      const { result, operands } = sameTypes(2);
      return { op: "binary", kind: text, result, left: operands[0]!, right: operands[1]!, span: this.span() };
    }
    if (isIntUnary(text) || isFloatUnary(text)) {
      const { result, operands } = sameTypes(1);
      return { op: "unary", kind: text, result, value: operands[0]!, span: this.span() };
    }
    if (isCast(text)) {
      const { operands } = sameTypes(1);
      this.expectWord("to");
      return { op: "cast", kind: text, result: { ...name, type: this.type() }, value: operands[0]!, span: this.span() };
    }
    const bit: Def = { ...name, type: contextTypes.condition };
    switch (text) {
      case "fma": {
        const { result, operands } = sameTypes(3);
        return { op: "fma", result, a: operands[0]!, b: operands[1]!, c: operands[2]!, span: this.span() };
      }
      case "icmp": {
        const predicate = this.word(isIntPredicate, "a comparison of integers such as `slt`");
        const { operands } = sameTypes(2);
        return { op: "icmp", predicate, result: bit, left: operands[0]!, right: operands[1]!, span: this.span() };
      }
      case "fcmp": {
        const predicate = this.word(isFloatPredicate, "a comparison of floats such as `olt`");
        const { operands } = sameTypes(2);
        return { op: "fcmp", predicate, result: bit, left: operands[0]!, right: operands[1]!, span: this.span() };
      }
      case "select": {
        const type = this.type();
        const condition = this.operand(contextTypes.condition);
        this.expect(",");
        const whenTrue = this.operand(type);
        this.expect(",");
        const whenFalse = this.operand(type);
        return { op: "select", result: { ...name, type }, condition, whenTrue, whenFalse, span: this.span() };
      }
      case "ptradd": {
        const type = this.type();
        const pointer = this.operand(type);
        this.expect(",");
        return {
          op: "ptradd",
          result: { ...name, type },
          pointer,
          offset: this.operand(contextTypes.offset),
          span: this.span(),
        };
      }
      case "atomic": {
        const kind = this.word(isAtomicKind, "what the atomic operation does, such as `add`");
        const type = this.type();
        const value = this.operand(type);
        const compare = this.takeWord("if") ? this.operand(type) : undefined;
        this.expectWord("at");
        const pointer = this.address();
        const result = { ...name, type };
        return { op: "atomic", kind, result, pointer, value, ...(compare ? { compare } : {}), span: this.span() };
      }
      case "workitem": {
        const type = this.type();
        const query = this.word(isWorkItemQuery, "a work-item function such as `global_id`");
        const dimension = this.count();
        if (dimension !== 0 && dimension !== 1 && dimension !== 2)
          throw this.error("ir/bad-dimension", "a dimension is 0, 1 or 2", -1);
        return { op: "workitem", query, dimension, result: { ...name, type }, span: this.span() };
      }
      default:
        this.at--;
        throw this.unexpected("the name of an operation");
    }
  }

  private terminator(): Terminator | undefined {
    if (this.takeWord("br")) return { op: "br", target: this.target(), span: this.span() };
    if (this.takeWord("ret")) return { op: "ret", span: this.span() };
    if (this.takeWord("unreachable")) return { op: "unreachable", span: this.span() };
    if (this.takeWord("condbr")) {
      const condition = this.operand(contextTypes.condition);
      this.expect(",");
      const whenTrue = this.target();
      this.expect(",");
      return { op: "condbr", condition, whenTrue, whenFalse: this.target(), span: this.span() };
    }
    if (!this.takeWord("switch")) return undefined;
    const value = this.operand(this.type());
    const cases = this.list(() => {
      const label = this.integer();
      this.expect(":");
      return { value: label, target: this.target() };
    });
    this.expectWord("default");
    return { op: "switch", value, cases, defaultTarget: this.target(), span: this.span() };
  }

  /** `[a, b, c]` */
  private list<T>(item: () => T): T[] {
    const items: T[] = [];
    this.expect("[");
    while (!this.take("]")) {
      if (items.length) this.expect(",");
      items.push(item());
    }
    return items;
  }

  /** `i32 %1`; a value that stands alone has its definition's type. */
  private operandWithType(): Operand {
    return this.operand(this.type());
  }

  private address(): Operand {
    return this.operand(this.peek().kind === "object" ? contextTypes.objectAddress : contextTypes.address);
  }

  private operand(context: Type): Operand {
    if (this.take("(")) {
      const operand = this.operand(this.type());
      this.expect(")");
      return operand;
    }
    const token = this.peek();
    if (token.kind === "value") return { kind: "value", id: this.defName().id };
    if (token.kind === "object") {
      this.at++;
      const name = token.text.slice(1);
      return { kind: "object", type: context, object: name.startsWith('"') ? this.unquote(name) : name };
    }
    if (this.takeWord("null")) return constOf(context, 0n);
    if (token.kind !== "number") throw this.unexpected("a value, a constant or an object");
    if (context.kind !== "float" || token.text.includes("0x")) return constOf(context, this.integer(widthOf(context)));
    this.at++;
    return constOf(context, this.floatBits(context.bits, token.text));
  }

  private floatBits(bits: 16 | 32 | 64, text: string): bigint {
    const view = new DataView(new ArrayBuffer(8));
    if (bits === 16)
      throw this.error("ir/half-constant", "constants of f16 are written as their bits, such as 0x3c00", -1);
    if (bits === 64) {
      view.setFloat64(0, Number(text));
      return view.getBigUint64(0);
    }
    view.setFloat32(0, Number(text));
    return BigInt(view.getUint32(0));
  }

  private type(): Type {
    const { text } = this.next("word", "a type such as `i32`");
    const scalar = /^([if])(\d+)$/.exec(text);
    const bits = Number(scalar?.[2]);
    if (scalar?.[1] === "i" && bits >= 1 && bits <= widestInt) return { kind: "int", bits };
    if (scalar?.[1] === "f" && (bits === 16 || bits === 32 || bits === 64)) return { kind: "float", bits };
    if (text === "ptr") return contextTypes.address;
    const space = text.startsWith("ptr.") ? text.slice(4) : "";
    if (isAddressSpace(space)) return { kind: "ptr", space };
    this.at--;
    throw this.unexpected("a type such as `i32`, `f32`, `ptr` or `ptr.local`");
  }

  private defName(): DefName {
    const token = this.next("value", "a value such as `%1`");
    if (!/^%\d/.test(token.text)) {
      const name = token.text.slice(1);
      const id = this.named.get(name) ?? (this.nextNamed++ as ValueId);
      this.named.set(name, id);
      this.largest = Math.max(this.largest, id);
      return { id, name };
    }
    const { number, name } = splitName(token.text);
    this.largest = Math.max(this.largest, number);
    return { id: number as ValueId, name };
  }

  private target(): BlockId {
    return splitName(this.next("block", "a block such as `b1`").text).number as BlockId;
  }

  private span(): SourceSpan {
    if (!this.take("!")) return unknownSpan;
    let file = this.sourceFile;
    if (this.peek().kind === "string") {
      file = this.string();
      this.expect(":");
    }
    const line = this.count();
    this.expect(":");
    return { file, line, column: this.count() };
  }
}
