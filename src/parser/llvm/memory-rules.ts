import { ComputeRules } from "./compute-rules.js";
import type { InstructionBody } from "./draft.js";
import type { LlvmType, LlvmValue } from "./module.js";
import { gepType } from "./result-types.js";
import * as t from "./tokens.js";

const one: LlvmValue = { kind: "int", type: { kind: "int", bits: 32 }, value: 1n };

/**
 * The grammar of instructions that reach memory or compute addresses. After most of them a comma may
 * start one more part or the attachments: gates look at the token behind it.
 */
export class MemoryRules extends ComputeRules {
  /** `, align 4`; 0 when not written. */
  private readonly alignment = this.RULE("alignment", (): number => {
    let align = 0;
    this.OPTION({
      GATE: () => this.LA(2).tokenType === t.Align,
      DEF: () => {
        this.CONSUME(t.Comma);
        this.CONSUME(t.Align);
        align = Number(this.CONSUME(t.Int).image);
      },
    });
    return align;
  });

  protected readonly alloca = this.RULE("alloca", (): InstructionBody => {
    this.CONSUME(t.Alloca);
    const flags = this.SUBRULE(this.words);
    const allocated = this.SUBRULE(this.type);
    let count = one;
    this.OPTION({
      GATE: () => ![t.Align, t.Addrspace, t.MetadataName].includes(this.LA(2).tokenType),
      DEF: () => {
        this.CONSUME(t.Comma);
        count = this.SUBRULE(this.typedValue);
      },
    });
    const align = this.SUBRULE(this.alignment);
    let addressSpace = 0;
    this.OPTION1({
      GATE: () => this.LA(2).tokenType === t.Addrspace,
      DEF: () => {
        this.CONSUME1(t.Comma);
        addressSpace = this.SUBRULE(this.addressSpace);
      },
    });
    return { op: "alloca", flags, type: { kind: "ptr", addressSpace }, allocated, count, align };
  });

  protected readonly load = this.RULE("load", (): InstructionBody => {
    this.CONSUME(t.Load);
    const { atomic, volatile } = this.SUBRULE(this.accessKind);
    const type = this.SUBRULE(this.type);
    this.CONSUME(t.Comma);
    const pointer = this.SUBRULE(this.typedValue);
    const flags = this.SUBRULE(this.scopedWords);
    const align = this.SUBRULE(this.alignment);
    return { op: "load", flags, type, pointer, align, volatile, atomic };
  });

  protected readonly store = this.RULE("store", (): InstructionBody => {
    this.CONSUME(t.Store);
    const { atomic, volatile } = this.SUBRULE(this.accessKind);
    const value = this.SUBRULE(this.typedValue);
    this.CONSUME(t.Comma);
    const pointer = this.SUBRULE1(this.typedValue);
    const flags = this.SUBRULE(this.scopedWords);
    const align = this.SUBRULE(this.alignment);
    return { op: "store", flags, value, pointer, align, volatile, atomic };
  });

  private readonly accessKind = this.RULE("accessKind", (): { atomic: boolean; volatile: boolean } => {
    let atomic = false;
    let volatile = false;
    this.OPTION(() => {
      this.CONSUME(t.Atomic);
      atomic = true;
    });
    this.OPTION1(() => {
      this.CONSUME(t.Volatile);
      volatile = true;
    });
    return { atomic, volatile };
  });

  /** `syncscope("workgroup") seq_cst`: words with an argument of their own. */
  private readonly scopedWords = this.RULE("scopedWords", (): string[] => {
    const words: string[] = [];
    this.MANY(() => {
      const first = this.CONSUME(t.Word);
      this.OPTION(() => this.SUBRULE(this.balanced));
      words.push(this.ACTION(() => this.sliceFrom(first)));
    });
    return words;
  });

  protected readonly gep = this.RULE("gep", (): InstructionBody => {
    this.CONSUME(t.GetElementPtr);
    const flags = this.SUBRULE(this.words);
    const sourceType = this.SUBRULE(this.type);
    this.CONSUME(t.Comma);
    const base = this.SUBRULE(this.typedValue);
    const indices: LlvmValue[] = [];
    this.MANY({
      GATE: () => this.LA(2).tokenType !== t.MetadataName,
      DEF: () => {
        this.CONSUME1(t.Comma);
        indices.push(this.SUBRULE1(this.typedValue));
      },
    });
    return this.ACTION(() => ({ op: "gep", flags, type: gepType(base, indices), sourceType, base, indices }));
  });

  protected readonly atomicRmw = this.RULE("atomicRmw", (): InstructionBody => {
    this.CONSUME(t.AtomicRmw);
    const isVolatile: string[] = [];
    this.OPTION(() => {
      isVolatile.push(this.CONSUME(t.Volatile).image);
    });
    const operation = this.CONSUME(t.AnyWord).image;
    const pointer = this.SUBRULE(this.typedValue);
    this.CONSUME(t.Comma);
    const value = this.SUBRULE1(this.typedValue);
    const ordering = this.SUBRULE(this.scopedWords);
    const align = this.SUBRULE(this.alignment);
    const flags = isVolatile.concat(ordering);
    return { op: "atomicrmw", flags, type: value.type, operation, pointer, value, align };
  });

  protected readonly cmpXchg = this.RULE("cmpXchg", (): InstructionBody => {
    this.CONSUME(t.CmpXchg);
    const flags: string[] = [];
    this.MANY(() => {
      flags.push(this.OR([{ ALT: () => this.CONSUME(t.Word).image }, { ALT: () => this.CONSUME(t.Volatile).image }]));
    });
    const pointer = this.SUBRULE(this.typedValue);
    this.CONSUME(t.Comma);
    const expected = this.SUBRULE1(this.typedValue);
    this.CONSUME1(t.Comma);
    const replacement = this.SUBRULE2(this.typedValue);
    const ordering = this.SUBRULE(this.scopedWords);
    const align = this.SUBRULE(this.alignment);
    const type: LlvmType = { kind: "struct", packed: false, fields: [expected.type, { kind: "int", bits: 1 }] };
    this.ACTION(() => flags.push(...ordering));
    return { op: "cmpxchg", flags, type, pointer, expected, replacement, align };
  });

  protected readonly fence = this.RULE("fence", (): InstructionBody => {
    this.CONSUME(t.Fence);
    return { op: "fence", flags: this.SUBRULE(this.scopedWords) };
  });
}
