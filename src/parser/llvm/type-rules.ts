import { EmbeddedActionsParser, type IToken, type ParserMethod } from "chevrotain";
import type { LlvmType } from "./module.js";
import { decodeName, decodeString } from "./names.js";
import * as t from "./tokens.js";

const primitives: ReadonlyMap<string, LlvmType> = new Map<string, LlvmType>([
  ["void", { kind: "void" }],
  ["label", { kind: "label" }],
  ["metadata", { kind: "metadata" }],
  ["token", { kind: "token" }],
  ["half", { kind: "float", name: "half" }],
  ["bfloat", { kind: "float", name: "bfloat" }],
  ["float", { kind: "float", name: "float" }],
  ["double", { kind: "float", name: "double" }],
  ["fp128", { kind: "float", name: "fp128" }],
]);

const genericPointer: LlvmType = { kind: "ptr", addressSpace: 0 };

/** Where a token ends; the lexer only keeps where it starts. */
export function endOf(token: IToken): number {
  return token.startOffset + token.image.length;
}

/** The grammar of types, and of what may follow in balanced parentheses. */
export class TypeRules extends EmbeddedActionsParser {
  /** The text being parsed: attributes are kept as written. */
  protected text = "";
  private readonly intTypes = new Map<string, LlvmType>();

  constructor() {
    super(t.vocabulary, { maxLookahead: 2, skipValidations: true, recoveryEnabled: false });
  }

  protected sliceFrom(first: IToken): string {
    return this.text.slice(first.startOffset, endOf(this.LA(0)));
  }

  protected readonly addressSpace = this.RULE("addressSpace", (): number => {
    this.CONSUME(t.Addrspace);
    this.CONSUME(t.LParen);
    const digits = this.OR([
      { ALT: () => this.CONSUME(t.Int).image },
      // Symbolic spaces of the data layout ("A", "G", "P"): all of them the generic space for a kernel.
      {
        ALT: () => {
          this.CONSUME(t.Str);
          return "0";
        },
      },
    ]);
    this.CONSUME(t.RParen);
    return Number(digits);
  });

  /** `( … )` whatever is inside, parentheses balanced. */
  protected readonly balanced: ParserMethod<[], void> = this.RULE("balanced", (): void => {
    this.CONSUME(t.LParen);
    this.MANY(() => {
      this.OR([{ ALT: () => this.SUBRULE(this.balanced) }, { ALT: () => this.CONSUME(t.NonParen) }]);
    });
    this.CONSUME(t.RParen);
  });

  protected readonly type: ParserMethod<[], LlvmType> = this.RULE("type", (): LlvmType => {
    let type = this.OR<LlvmType>([
      { ALT: () => this.intType(this.CONSUME(t.IntType)) },
      { ALT: () => this.primitive(this.CONSUME(t.PrimitiveType)) },
      {
        ALT: () => {
          this.CONSUME(t.Ptr);
          let addressSpace = 0;
          this.OPTION(() => {
            addressSpace = this.SUBRULE(this.addressSpace);
          });
          return addressSpace === 0 ? genericPointer : { kind: "ptr", addressSpace };
        },
      },
      { ALT: () => this.SUBRULE(this.angleType) },
      { ALT: () => this.SUBRULE(this.arrayType) },
      { ALT: () => ({ kind: "struct", packed: false, fields: this.SUBRULE(this.structFields) }) },
      { ALT: () => ({ kind: "named", name: decodeName(this.CONSUME(t.LocalName).image) }) },
      {
        ALT: () => {
          this.CONSUME(t.TargetType);
          const name = this.LA(2);
          this.SUBRULE(this.balanced);
          return { kind: "target", name: this.ACTION(() => decodeString(name.image)) };
        },
      },
    ]);
    this.OPTION1(() => {
      const result = type;
      type = { kind: "function", result, parameters: this.SUBRULE(this.parameterTypes) };
    });
    return type;
  });

  private readonly parameterTypes = this.RULE("parameterTypes", (): LlvmType[] => {
    const parameters: LlvmType[] = [];
    this.CONSUME(t.LParen);
    this.MANY_SEP({
      SEP: t.Comma,
      DEF: () => {
        this.OR([
          { ALT: () => this.CONSUME(t.Ellipsis) },
          {
            ALT: () => {
              parameters.push(this.SUBRULE(this.type));
            },
          },
        ]);
      },
    });
    this.CONSUME(t.RParen);
    return parameters;
  });

  /** `<4 x float>` or a packed struct `<{ i8, i32 }>`. */
  private readonly angleType = this.RULE("angleType", (): LlvmType => {
    this.CONSUME(t.Less);
    const type = this.OR<LlvmType>([
      { ALT: () => ({ kind: "struct", packed: true, fields: this.SUBRULE(this.structFields) }) },
      {
        ALT: () => {
          const length = Number(this.CONSUME(t.Int).image);
          this.CONSUME(t.Times);
          return { kind: "vector", length, element: this.SUBRULE(this.type) };
        },
      },
    ]);
    this.CONSUME(t.Greater);
    return type;
  });

  private readonly arrayType = this.RULE("arrayType", (): LlvmType => {
    this.CONSUME(t.LBracket);
    const length = Number(this.CONSUME(t.Int).image);
    this.CONSUME(t.Times);
    const element = this.SUBRULE(this.type);
    this.CONSUME(t.RBracket);
    return { kind: "array", length, element };
  });

  private readonly structFields = this.RULE("structFields", (): LlvmType[] => {
    const fields: LlvmType[] = [];
    this.CONSUME(t.LBrace);
    this.MANY_SEP({
      SEP: t.Comma,
      DEF: () => {
        fields.push(this.SUBRULE(this.type));
      },
    });
    this.CONSUME(t.RBrace);
    return fields;
  });

  private intType(token: IToken): LlvmType {
    let type = this.intTypes.get(token.image);
    if (!type) {
      type = { kind: "int", bits: Number(token.image.slice(1)) };
      this.intTypes.set(token.image, type);
    }
    return type;
  }

  private primitive(token: IToken): LlvmType {
    // Formats of other machines (x86_fp80, ppc_fp128) do not come out of our targets.
    return primitives.get(token.image) ?? { kind: "target", name: token.image };
  }
}
