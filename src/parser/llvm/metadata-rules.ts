import type { ParserMethod } from "chevrotain";
import type { LlvmValue } from "./module.js";
import { decodeString } from "./names.js";
import * as t from "./tokens.js";
import { ValueRules } from "./value-rules.js";

/** A metadata node or operand as written; references stay ids until {@link resolveMetadata} and the spans follow them. */
export type MetadataNode =
  | { readonly kind: "ref"; readonly id: number }
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "null" }
  | { readonly kind: "tuple"; readonly elements: readonly MetadataNode[] }
  /** `!DILocation(line: 4, …)`: only the labelled fields. */
  | { readonly kind: "record"; readonly name: string; readonly fields: ReadonlyMap<string, MetadataNode> }
  | { readonly kind: "value"; readonly value: LlvmValue }
  | { readonly kind: "int"; readonly value: number }
  | { readonly kind: "word"; readonly text: string };

export interface Attachment {
  readonly name: string;
  readonly node: MetadataNode;
}

/** The grammar of metadata nodes and attachments. */
export class MetadataRules extends ValueRules {
  /** A node where metadata is expected: `!5`, `!"text"`, `!{…}`, `!DIExpression()`. */
  protected readonly metadata: ParserMethod<[], MetadataNode> = this.RULE("metadata", (): MetadataNode => {
    return this.OR<MetadataNode>([
      { ALT: () => ({ kind: "ref", id: Number(this.CONSUME(t.MetadataId).image.slice(1)) }) },
      { ALT: () => ({ kind: "string", text: decodeString(this.CONSUME(t.MetadataString).image) }) },
      { ALT: () => this.SUBRULE(this.tuple) },
      { ALT: () => this.SUBRULE(this.record) },
    ]);
  });

  private readonly tuple = this.RULE("tuple", (): MetadataNode => {
    const elements: MetadataNode[] = [];
    this.CONSUME(t.Bang);
    this.CONSUME(t.LBrace);
    this.MANY_SEP({
      SEP: t.Comma,
      DEF: () => {
        elements.push(
          this.OR<MetadataNode>([
            { ALT: () => this.SUBRULE(this.metadata) },
            {
              ALT: () => {
                this.CONSUME(t.SimpleConstant);
                return { kind: "null" };
              },
            },
            { ALT: () => ({ kind: "value", value: this.SUBRULE(this.typedValue) }) },
          ]),
        );
      },
    });
    this.CONSUME(t.RBrace);
    return { kind: "tuple", elements };
  });

  private readonly record = this.RULE("record", (): MetadataNode => {
    const name = this.CONSUME(t.MetadataName).image.slice(1);
    const fields = new Map<string, MetadataNode>();
    this.CONSUME(t.LParen);
    this.MANY_SEP({
      SEP: t.Comma,
      DEF: () => {
        let label = "";
        this.OPTION(() => {
          label = this.CONSUME(t.Label).image.slice(0, -1);
        });
        const value = this.SUBRULE(this.field);
        if (label !== "") fields.set(label, value);
      },
    });
    this.CONSUME(t.RParen);
    return { kind: "record", name, fields };
  });

  private readonly field = this.RULE("field", (): MetadataNode => {
    return this.OR<MetadataNode>([
      { ALT: () => this.SUBRULE(this.metadata) },
      { ALT: () => ({ kind: "int", value: Number(this.CONSUME(t.Int).image) }) },
      { ALT: () => ({ kind: "string", text: decodeString(this.CONSUME(t.Str).image) }) },
      {
        ALT: () => {
          const word = this.CONSUME(t.AnyWord);
          this.MANY(() => {
            this.CONSUME(t.Pipe);
            this.CONSUME1(t.AnyWord);
          });
          return { kind: "word", text: word.image };
        },
      },
      { ALT: () => ({ kind: "value", value: this.SUBRULE(this.typedValue) }) },
    ]);
  });

  /** `, !dbg !5, !tbaa !6` after an instruction. */
  protected readonly trailingAttachments = this.RULE("trailingAttachments", (): Attachment[] => {
    const attachments: Attachment[] = [];
    this.MANY(() => {
      this.CONSUME(t.Comma);
      attachments.push(this.SUBRULE(this.attachment));
    });
    return attachments;
  });

  /** `!dbg !5`. */
  protected readonly attachment = this.RULE("attachment", (): Attachment => {
    const name = this.CONSUME(t.MetadataName).image.slice(1);
    return { name, node: this.SUBRULE(this.metadata) };
  });
}
