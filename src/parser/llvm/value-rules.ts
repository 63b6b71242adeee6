import type { IToken, ParserMethod } from "chevrotain";
import { InternalError, unsupported } from "../../support/errors.js";
import { floatBits, integerValue } from "./literals.js";
import type { LlvmBinary, LlvmCast, LlvmConstExpr, LlvmType, LlvmValue } from "./module.js";
import { decodeBytes, decodeName } from "./names.js";
import * as t from "./tokens.js";
import { TypeRules } from "./type-rules.js";

const i1: LlvmType = { kind: "int", bits: 1 };

/** The grammar of constants and references. `value` takes the type that was written before it. */
export class ValueRules extends TypeRules {
  protected readonly typedValue = this.RULE("typedValue", (): LlvmValue => {
    const type = this.SUBRULE(this.type);
    return this.SUBRULE(this.value, { ARGS: [type] });
  });

  protected readonly value: ParserMethod<[LlvmType], LlvmValue> = this.RULE("value", (type: LlvmType): LlvmValue => {
    return this.OR<LlvmValue>([
      { ALT: () => ({ kind: "local", type, name: decodeName(this.CONSUME(t.LocalName).image) }) },
      { ALT: () => ({ kind: "global", type, name: decodeName(this.CONSUME(t.GlobalName).image) }) },
      { ALT: () => this.integer(type, this.CONSUME(t.Int)) },
      { ALT: () => this.integer(type, this.CONSUME(t.HexInt)) },
      { ALT: () => ({ kind: "int", type: i1, value: this.CONSUME(t.BoolLiteral).image === "true" ? 1n : 0n }) },
      { ALT: () => this.float(type, this.CONSUME(t.DecimalFloat)) },
      { ALT: () => this.float(type, this.CONSUME(t.HexFloat)) },
      { ALT: () => this.simple(type, this.CONSUME(t.SimpleConstant).image) },
      { ALT: () => this.SUBRULE(this.splat, { ARGS: [type] }) },
      {
        ALT: () => {
          const image = this.CONSUME(t.CString).image;
          return { kind: "string", type, bytes: decodeBytes(image.slice(2, -1)) };
        },
      },
      { ALT: () => ({ kind: "aggregate", type, elements: this.SUBRULE(this.bracketElements) }) },
      { ALT: () => ({ kind: "aggregate", type, elements: this.SUBRULE(this.braceElements) }) },
      { ALT: () => ({ kind: "aggregate", type, elements: this.SUBRULE(this.angleElements) }) },
      { ALT: () => ({ kind: "constexpr", type, expression: this.SUBRULE(this.constantExpression) }) },
      {
        ALT: () => {
          const word = this.CONSUME(t.OddConstant);
          return this.ACTION(() => {
            throw unsupported("llvm/constant", `the constant \`${word.image}\` is not supported`);
          });
        },
      },
    ]);
  });

  private readonly splat = this.RULE("splat", (type: LlvmType): LlvmValue => {
    this.CONSUME(t.Splat);
    this.CONSUME(t.LParen);
    const element = this.SUBRULE(this.typedValue);
    this.CONSUME(t.RParen);
    return { kind: "splat", type, element };
  });

  private readonly elements = this.RULE("elements", (): LlvmValue[] => {
    const elements: LlvmValue[] = [];
    this.MANY_SEP({
      SEP: t.Comma,
      DEF: () => {
        elements.push(this.SUBRULE(this.typedValue));
      },
    });
    return elements;
  });

  private readonly bracketElements = this.RULE("bracketElements", (): LlvmValue[] => {
    this.CONSUME(t.LBracket);
    const elements = this.SUBRULE(this.elements);
    this.CONSUME(t.RBracket);
    return elements;
  });

  private readonly braceElements = this.RULE("braceElements", (): LlvmValue[] => {
    this.CONSUME(t.LBrace);
    const elements = this.SUBRULE(this.elements);
    this.CONSUME(t.RBrace);
    return elements;
  });

  /** A vector `<i32 1, i32 2>` or a packed struct `<{ i8 1, i32 2 }>`. */
  private readonly angleElements = this.RULE("angleElements", (): LlvmValue[] => {
    this.CONSUME(t.Less);
    const elements = this.OR([
      { ALT: () => this.SUBRULE(this.braceElements) },
      { ALT: () => this.SUBRULE(this.elements) },
    ]);
    this.CONSUME(t.Greater);
    return elements;
  });

  private readonly constantExpression = this.RULE("constantExpression", (): LlvmConstExpr => {
    return this.OR<LlvmConstExpr>([
      {
        ALT: () => {
          this.CONSUME(t.GetElementPtr);
          this.SUBRULE(this.words);
          this.CONSUME(t.LParen);
          const sourceType = this.SUBRULE(this.type);
          this.CONSUME(t.Comma);
          const base = this.SUBRULE(this.typedValue);
          const indices: LlvmValue[] = [];
          this.MANY(() => {
            this.CONSUME1(t.Comma);
            indices.push(this.SUBRULE1(this.typedValue));
          });
          this.CONSUME(t.RParen);
          return { op: "gep", sourceType, base, indices };
        },
      },
      {
        ALT: () => {
          const cast = this.CONSUME(t.CastOp).image as LlvmCast;
          this.CONSUME1(t.LParen);
          const value = this.SUBRULE2(this.typedValue);
          this.CONSUME(t.To);
          this.SUBRULE1(this.type);
          this.CONSUME1(t.RParen);
          return { op: "cast", cast, value };
        },
      },
      {
        ALT: () => {
          const binary = this.CONSUME(t.BinaryOp).image as LlvmBinary;
          this.SUBRULE1(this.words);
          this.CONSUME2(t.LParen);
          const left = this.SUBRULE3(this.typedValue);
          this.CONSUME2(t.Comma);
          const right = this.SUBRULE4(this.typedValue);
          this.CONSUME2(t.RParen);
          return { op: "binary", binary, left, right };
        },
      },
    ]);
  });

  /** Flags before an operand: `nuw nsw`, `inbounds inrange(-8, 8)`. */
  protected readonly words = this.RULE("words", (): string[] => {
    const words: string[] = [];
    this.MANY(() => {
      const word = this.CONSUME(t.Word);
      this.OPTION({
        // `inbounds (i8, …)`: those parentheses are the expression's, not the flag's.
        GATE: () => word.image === "inrange",
        DEF: () => this.SUBRULE(this.balanced),
      });
      words.push(this.ACTION(() => this.sliceFrom(word)));
    });
    return words;
  });

  private integer(type: LlvmType, token: IToken): LlvmValue {
    return this.ACTION(() => ({ kind: "int", type, value: integerValue(token.image) }));
  }

  private float(type: LlvmType, token: IToken): LlvmValue {
    return this.ACTION(() => ({ kind: "float", type, bits: floatBits(token.image, type) }));
  }

  private simple(type: LlvmType, image: string): LlvmValue {
    switch (image) {
      case "zeroinitializer":
        return { kind: "zero", type };
      case "null":
      case "undef":
      case "poison":
      case "none":
        return { kind: image, type };
      default:
        return this.ACTION(() => {
          throw new InternalError(`unknown constant ${image}`);
        });
    }
  }
}
