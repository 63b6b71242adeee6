import type { InstructionBody } from "./draft.js";
import { MetadataRules } from "./metadata-rules.js";
import type { LlvmBinary, LlvmCast, LlvmFcmp, LlvmIcmp, LlvmType } from "./module.js";
import { comparisonType, elementType, memberType, shuffleMask } from "./result-types.js";
import * as t from "./tokens.js";

/** The grammar of instructions that compute a value from values. */
export class ComputeRules extends MetadataRules {
  /** Named types of the module; the text defines them before the first function. */
  protected types: ReadonlyMap<string, LlvmType | undefined> = new Map();

  protected readonly binary = this.RULE("binary", (): InstructionBody => {
    const binary = this.CONSUME(t.BinaryOp).image as LlvmBinary;
    const flags = this.SUBRULE(this.words);
    const left = this.SUBRULE(this.typedValue);
    this.CONSUME(t.Comma);
    const right = this.SUBRULE(this.value, { ARGS: [left.type] });
    return { op: "binary", flags, binary, type: left.type, left, right };
  });

  protected readonly fneg = this.RULE("fneg", (): InstructionBody => {
    this.CONSUME(t.Fneg);
    const flags = this.SUBRULE(this.words);
    const value = this.SUBRULE(this.typedValue);
    return { op: "fneg", flags, type: value.type, value };
  });

  protected readonly icmp = this.RULE("icmp", (): InstructionBody => {
    this.CONSUME(t.Icmp);
    // `samesign` and the predicate are all words here.
    const words = this.SUBRULE(this.words);
    const left = this.SUBRULE(this.typedValue);
    this.CONSUME(t.Comma);
    const right = this.SUBRULE(this.value, { ARGS: [left.type] });
    const predicate = words[words.length - 1] as LlvmIcmp;
    return this.ACTION(() => ({
      op: "icmp",
      flags: words.slice(0, -1),
      predicate,
      type: comparisonType(left.type),
      left,
      right,
    }));
  });

  protected readonly fcmp = this.RULE("fcmp", (): InstructionBody => {
    this.CONSUME(t.Fcmp);
    const words = this.SUBRULE(this.words);
    // The predicates `true` and `false` are literals to the lexer.
    let constant: LlvmFcmp | undefined;
    this.OPTION(() => {
      constant = this.CONSUME(t.BoolLiteral).image as LlvmFcmp;
    });
    const left = this.SUBRULE(this.typedValue);
    this.CONSUME(t.Comma);
    const right = this.SUBRULE(this.value, { ARGS: [left.type] });
    return this.ACTION(() => ({
      op: "fcmp",
      flags: constant ? words : words.slice(0, -1),
      predicate: constant ?? (words[words.length - 1] as LlvmFcmp),
      type: comparisonType(left.type),
      left,
      right,
    }));
  });

  protected readonly cast = this.RULE("cast", (): InstructionBody => {
    const cast = this.CONSUME(t.CastOp).image as LlvmCast;
    const flags = this.SUBRULE(this.words);
    const value = this.SUBRULE(this.typedValue);
    this.CONSUME(t.To);
    return { op: "cast", flags, cast, type: this.SUBRULE(this.type), value };
  });

  protected readonly select = this.RULE("select", (): InstructionBody => {
    this.CONSUME(t.Select);
    const flags = this.SUBRULE(this.words);
    const condition = this.SUBRULE(this.typedValue);
    this.CONSUME(t.Comma);
    const whenTrue = this.SUBRULE1(this.typedValue);
    this.CONSUME1(t.Comma);
    const whenFalse = this.SUBRULE2(this.typedValue);
    return { op: "select", flags, type: whenTrue.type, condition, whenTrue, whenFalse };
  });

  protected readonly freeze = this.RULE("freeze", (): InstructionBody => {
    this.CONSUME(t.Freeze);
    const value = this.SUBRULE(this.typedValue);
    return { op: "freeze", flags: [], type: value.type, value };
  });

  protected readonly extractElement = this.RULE("extractElement", (): InstructionBody => {
    this.CONSUME(t.ExtractElement);
    const vector = this.SUBRULE(this.typedValue);
    this.CONSUME(t.Comma);
    const index = this.SUBRULE1(this.typedValue);
    return this.ACTION(() => ({ op: "extractelement", flags: [], type: elementType(vector.type), vector, index }));
  });

  protected readonly insertElement = this.RULE("insertElement", (): InstructionBody => {
    this.CONSUME(t.InsertElement);
    const vector = this.SUBRULE(this.typedValue);
    this.CONSUME(t.Comma);
    const element = this.SUBRULE1(this.typedValue);
    this.CONSUME1(t.Comma);
    const index = this.SUBRULE2(this.typedValue);
    return { op: "insertelement", flags: [], type: vector.type, vector, element, index };
  });

  protected readonly shuffleVector = this.RULE("shuffleVector", (): InstructionBody => {
    this.CONSUME(t.ShuffleVector);
    const left = this.SUBRULE(this.typedValue);
    this.CONSUME(t.Comma);
    const right = this.SUBRULE1(this.typedValue);
    this.CONSUME1(t.Comma);
    const maskValue = this.SUBRULE2(this.typedValue);
    return this.ACTION(() => {
      const mask = shuffleMask(maskValue);
      const type: LlvmType = { kind: "vector", length: mask.length, element: elementType(left.type) };
      return { op: "shufflevector", flags: [], type, left, right, mask };
    });
  });

  protected readonly extractValue = this.RULE("extractValue", (): InstructionBody => {
    this.CONSUME(t.ExtractValue);
    const aggregate = this.SUBRULE(this.typedValue);
    const path = this.SUBRULE(this.path);
    return this.ACTION(() => {
      const type = memberType(aggregate.type, path, this.types);
      return { op: "extractvalue", flags: [], type, aggregate, path };
    });
  });

  protected readonly insertValue = this.RULE("insertValue", (): InstructionBody => {
    this.CONSUME(t.InsertValue);
    const aggregate = this.SUBRULE(this.typedValue);
    this.CONSUME(t.Comma);
    const element = this.SUBRULE1(this.typedValue);
    const path = this.SUBRULE(this.path);
    return { op: "insertvalue", flags: [], type: aggregate.type, aggregate, element, path };
  });

  private readonly path = this.RULE("path", (): number[] => {
    const path: number[] = [];
    this.AT_LEAST_ONE({
      // A comma may also start the attachments.
      GATE: () => this.LA(2).tokenType === t.Int,
      DEF: () => {
        this.CONSUME(t.Comma);
        path.push(Number(this.CONSUME(t.Int).image));
      },
    });
    return path;
  });
}
