import { CallRules } from "./call-rules.js";
import type { DraftInstruction, InstructionBody } from "./draft.js";
import type { Attachment } from "./metadata-rules.js";
import type { LlvmType, LlvmValue } from "./module.js";
import { decodeName } from "./names.js";
import * as t from "./tokens.js";
import { endOf } from "./type-rules.js";

/** The grammar of control flow, and the rule that joins all families of instructions. */
export class InstructionRules extends CallRules {
  protected readonly instruction = this.RULE("instruction", (): DraftInstruction => {
    let result: string | undefined;
    this.OPTION(() => {
      result = decodeName(this.CONSUME(t.LocalName).image);
      this.CONSUME(t.Equals);
    });
    const body = this.OR<InstructionBody>([
      { ALT: () => this.SUBRULE(this.binary) },
      { ALT: () => this.SUBRULE(this.cast) },
      { ALT: () => this.SUBRULE(this.gep) },
      { ALT: () => this.SUBRULE(this.load) },
      { ALT: () => this.SUBRULE(this.store) },
      { ALT: () => this.SUBRULE(this.icmp) },
      { ALT: () => this.SUBRULE(this.phi) },
      { ALT: () => this.SUBRULE(this.branch) },
      { ALT: () => this.SUBRULE(this.call) },
      { ALT: () => this.SUBRULE(this.select) },
      { ALT: () => this.SUBRULE(this.fcmp) },
      { ALT: () => this.SUBRULE(this.fneg) },
      { ALT: () => this.SUBRULE(this.extractElement) },
      { ALT: () => this.SUBRULE(this.insertElement) },
      { ALT: () => this.SUBRULE(this.shuffleVector) },
      { ALT: () => this.SUBRULE(this.extractValue) },
      { ALT: () => this.SUBRULE(this.insertValue) },
      { ALT: () => this.SUBRULE(this.freeze) },
      { ALT: () => this.SUBRULE(this.alloca) },
      { ALT: () => this.SUBRULE(this.atomicRmw) },
      { ALT: () => this.SUBRULE(this.cmpXchg) },
      { ALT: () => this.SUBRULE(this.fence) },
      { ALT: () => this.SUBRULE(this.switch) },
      { ALT: () => this.SUBRULE(this.ret) },
      { ALT: () => this.SUBRULE(this.unreachable) },
      { ALT: () => this.SUBRULE(this.other) },
    ]);
    const attachments = this.SUBRULE(this.trailingAttachments);
    return { body, result, location: this.ACTION(() => location(attachments)) };
  });

  private readonly phi = this.RULE("phi", (): InstructionBody => {
    this.CONSUME(t.Phi);
    const flags = this.SUBRULE(this.words);
    const type = this.SUBRULE(this.type);
    const incoming = [this.SUBRULE(this.incoming, { ARGS: [type] })];
    this.MANY({
      // A comma may also start the attachments.
      GATE: () => this.LA(2).tokenType === t.LBracket,
      DEF: () => {
        this.CONSUME(t.Comma);
        incoming.push(this.SUBRULE1(this.incoming, { ARGS: [type] }));
      },
    });
    return { op: "phi", flags, type, incoming };
  });

  private readonly incoming = this.RULE("incoming", (type: LlvmType): { value: LlvmValue; block: string } => {
    this.CONSUME(t.LBracket);
    const value = this.SUBRULE(this.value, { ARGS: [type] });
    this.CONSUME(t.Comma);
    const block = decodeName(this.CONSUME(t.LocalName).image);
    this.CONSUME(t.RBracket);
    return { value, block };
  });

  private readonly label = this.RULE("label", (): string => {
    this.CONSUME(t.PrimitiveType);
    return decodeName(this.CONSUME(t.LocalName).image);
  });

  private readonly branch = this.RULE("branch", (): InstructionBody => {
    this.CONSUME(t.Br);
    return this.OR<InstructionBody>([
      { ALT: () => ({ op: "br", flags: [], target: this.SUBRULE(this.label) }) },
      {
        ALT: () => {
          const condition = this.SUBRULE(this.typedValue);
          this.CONSUME(t.Comma);
          const whenTrue = this.SUBRULE1(this.label);
          this.CONSUME1(t.Comma);
          return { op: "condbr", flags: [], condition, whenTrue, whenFalse: this.SUBRULE2(this.label) };
        },
      },
    ]);
  });

  private readonly switch = this.RULE("switch", (): InstructionBody => {
    this.CONSUME(t.Switch);
    const value = this.SUBRULE(this.typedValue);
    this.CONSUME(t.Comma);
    const defaultTarget = this.SUBRULE(this.label);
    const cases: { value: bigint; target: string }[] = [];
    this.CONSUME(t.LBracket);
    this.MANY(() => {
      const chosen = this.SUBRULE1(this.typedValue);
      this.CONSUME1(t.Comma);
      const target = this.SUBRULE1(this.label);
      this.ACTION(() => cases.push({ value: chosen.kind === "int" ? chosen.value : 0n, target }));
    });
    this.CONSUME(t.RBracket);
    return { op: "switch", flags: [], value, defaultTarget, cases };
  });

  private readonly ret = this.RULE("ret", (): InstructionBody => {
    this.CONSUME(t.Ret);
    const type = this.SUBRULE(this.type);
    return this.OR<InstructionBody>([
      { ALT: () => ({ op: "ret", flags: [], value: this.SUBRULE(this.value, { ARGS: [type] }) }) },
      { ALT: () => ({ op: "ret", flags: [] }) },
    ]);
  });

  private readonly unreachable = this.RULE("unreachable", (): InstructionBody => {
    this.CONSUME(t.Unreachable);
    return { op: "unreachable", flags: [] };
  });

  /** An instruction that is only named: skips to the end of its text, which may go on over several lines. */
  private readonly other = this.RULE("other", (): InstructionBody => {
    const opcode = this.CONSUME(t.OtherOp).image;
    this.MANY({
      GATE: () => !this.startsInstruction(),
      DEF: () =>
        this.OR([
          { ALT: () => this.CONSUME(t.NonParen) },
          { ALT: () => this.CONSUME(t.LParen) },
          { ALT: () => this.CONSUME(t.RParen) },
        ]),
    });
    return { op: "other", flags: [], opcode };
  });

  /** The next token stands first in its line and is no continuation of the line before. */
  private startsInstruction(): boolean {
    const next = this.LA(1);
    const previous = this.LA(0);
    if (next.tokenType === t.Comma) return this.LA(2).tokenType === t.MetadataName;
    const between = this.text.slice(endOf(previous), next.startOffset);
    return between.includes("\n") && !/^(?:to|unwind|catch|cleanup|filter|\]|label)$/.test(next.image);
  }
}

function location(attachments: readonly Attachment[]) {
  return attachments.find((attachment) => attachment.name === "dbg")?.node;
}
