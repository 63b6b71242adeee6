import type { InstructionBody } from "./draft.js";
import { MemoryRules } from "./memory-rules.js";
import type { LlvmType, LlvmValue } from "./module.js";
import * as t from "./tokens.js";

const fastMath = new Set(["nnan", "ninf", "nsz", "arcp", "contract", "afn", "reassoc", "fast"]);

/** The number of `align 16` among attributes. */
function alignmentIn(attributes: readonly string[]): number {
  const text = attributes.find((attribute) => attribute.startsWith("align "));
  return text === undefined ? 0 : Number(text.slice("align ".length));
}

/** The grammar of calls and of attributes. */
export class CallRules extends MemoryRules {
  /** One attribute, calling convention or linkage word, as written: `noundef`, `align 4`, `byval(%struct.S)`, `cc 75`. */
  protected readonly attribute = this.RULE("attribute", (): string => {
    const first = this.LA(1);
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.Word);
          this.OPTION(() => {
            this.OR2([{ ALT: () => this.SUBRULE(this.balanced) }, { ALT: () => this.SUBRULE1(this.equalsInt) }]);
          });
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Align);
          this.OR1([
            { ALT: () => this.CONSUME(t.Int) },
            { ALT: () => this.SUBRULE1(this.balanced) },
            { ALT: () => this.SUBRULE(this.equalsInt) },
          ]);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Cc);
          this.CONSUME1(t.Int);
        },
      },
      { ALT: () => this.SUBRULE(this.addressSpace) },
      { ALT: () => this.CONSUME(t.AttributeGroup) },
      {
        ALT: () => {
          this.CONSUME(t.Str);
          this.OPTION1(() => {
            this.CONSUME(t.Equals);
            this.CONSUME1(t.Str);
          });
        },
      },
    ]);
    return this.ACTION(() => this.sliceFrom(first));
  });

  /** `alignstack=16`, `align=4`: the form inside attribute groups. */
  private readonly equalsInt = this.RULE("equalsInt", (): void => {
    this.CONSUME(t.Equals);
    this.CONSUME(t.Int);
  });

  protected readonly attributes = this.RULE("attributes", (): string[] => {
    const attributes: string[] = [];
    this.MANY(() => {
      attributes.push(this.SUBRULE(this.attribute));
    });
    return attributes;
  });

  protected readonly call = this.RULE("call", (): InstructionBody => {
    this.OPTION(() => this.CONSUME(t.TailMarker));
    this.CONSUME(t.Call);
    const prefix = this.SUBRULE(this.attributes);
    const written = this.SUBRULE(this.type);
    let assembly = false;
    this.OPTION1(() => {
      this.CONSUME(t.Asm);
      this.MANY(() => this.CONSUME(t.Word));
      this.CONSUME(t.Str);
      this.CONSUME(t.Comma);
      this.CONSUME1(t.Str);
      assembly = true;
    });
    const callee = this.OR<LlvmValue | undefined>([
      { ALT: () => this.SUBRULE(this.value, { ARGS: [{ kind: "ptr", addressSpace: 0 }] }) },
      { ALT: () => undefined },
    ]);
    const args = this.SUBRULE(this.callArguments);
    this.SUBRULE1(this.attributes);
    this.OPTION2(() => this.SUBRULE(this.operandBundles));
    return this.ACTION(() => {
      const type: LlvmType = written.kind === "function" ? written.result : written;
      if (assembly || !callee) return { op: "other", flags: [], opcode: "inline assembly", type };
      return {
        op: "call",
        flags: prefix.filter((word) => fastMath.has(word)),
        type,
        callee,
        arguments: args.map(({ value }) => value),
        alignments: args.map(({ align }) => align),
      };
    });
  });

  private readonly callArguments = this.RULE("callArguments", (): { value: LlvmValue; align: number }[] => {
    const values: { value: LlvmValue; align: number }[] = [];
    this.CONSUME(t.LParen);
    this.MANY_SEP({
      SEP: t.Comma,
      DEF: () => {
        const type = this.SUBRULE(this.type);
        const attributes = this.SUBRULE(this.attributes);
        const value = this.OR<LlvmValue>([
          { ALT: () => this.SUBRULE(this.value, { ARGS: [type] }) },
          {
            ALT: () => {
              const first = this.LA(1);
              this.SUBRULE(this.metadata);
              return this.ACTION(() => ({ kind: "metadata", type, text: this.sliceFrom(first) }));
            },
          },
          {
            // `metadata i32 %x`
            ALT: () => {
              const first = this.LA(1);
              this.SUBRULE(this.typedValue);
              return this.ACTION(() => ({ kind: "metadata", type, text: this.sliceFrom(first) }));
            },
          },
        ]);
        this.ACTION(() => values.push({ value, align: alignmentIn(attributes) }));
      },
    });
    this.CONSUME(t.RParen);
    return values;
  });

  /** `[ "deopt"(i32 1) ]` */
  private readonly operandBundles = this.RULE("operandBundles", (): void => {
    this.CONSUME(t.LBracket);
    this.MANY_SEP({
      SEP: t.Comma,
      DEF: () => {
        this.CONSUME(t.Str);
        this.SUBRULE(this.balanced);
      },
    });
    this.CONSUME(t.RBracket);
  });
}
