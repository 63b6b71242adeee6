import type { DraftBlock, DraftFunction, DraftInstruction } from "./draft.js";
import { InstructionRules } from "./instruction-rules.js";
import type { Attachment } from "./metadata-rules.js";
import type { LlvmParameter, LlvmType } from "./module.js";
import { decodeLabel, decodeName } from "./names.js";
import { FunctionNumbering } from "./numbering.js";
import * as t from "./tokens.js";

type Signature = Omit<DraftFunction, "blocks">;

/** The grammar of functions: head, parameters and blocks. */
export class FunctionRules extends InstructionRules {
  /** `section "x"`, `comdat`, `comdat($f)`. */
  protected readonly placement = this.RULE("placement", (): void => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.Section);
          this.CONSUME(t.Str);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Comdat);
          this.OPTION(() => this.SUBRULE(this.balanced));
        },
      },
    ]);
  });

  protected readonly declaration = this.RULE("declaration", (): DraftFunction => {
    this.CONSUME(t.Declare);
    const before = this.SUBRULE(this.attachments);
    const signature = this.SUBRULE(this.signature, { ARGS: [before] });
    return { ...signature, blocks: [] };
  });

  protected readonly definition = this.RULE("definition", (): DraftFunction => {
    this.CONSUME(t.Define);
    const signature = this.SUBRULE(this.signature, { ARGS: [[]] });
    const blocks: DraftBlock[] = [];
    const numbering = this.ACTION(() => new FunctionNumbering(signature.parameters));
    this.CONSUME(t.LBrace);
    this.MANY(() => {
      this.OR([
        {
          ALT: () => {
            const label = decodeLabel(this.CONSUME(t.Label).image);
            this.ACTION(() => blocks.push({ label: numbering.named(label), instructions: [] }));
          },
        },
        {
          ALT: () => {
            const instruction = this.SUBRULE(this.instruction);
            this.ACTION(() => addInstruction(blocks, instruction, numbering));
          },
        },
      ]);
    });
    this.CONSUME(t.RBrace);
    return { ...signature, blocks };
  });

  private readonly attachments = this.RULE("attachments", (): Attachment[] => {
    const attachments: Attachment[] = [];
    this.MANY(() => {
      attachments.push(this.SUBRULE(this.attachment));
    });
    return attachments;
  });

  /** All of a function's head from its linkage to its attached metadata. */
  private readonly signature = this.RULE("signature", (before: Attachment[]): Signature => {
    const words = this.SUBRULE(this.attributes);
    const result = this.SUBRULE(this.type);
    const name = decodeName(this.CONSUME(t.GlobalName).image);
    const parameters: LlvmParameter[] = [];
    let variadic = false;
    this.CONSUME(t.LParen);
    this.MANY_SEP({
      SEP: t.Comma,
      DEF: () => {
        this.OR([
          {
            ALT: () => {
              this.CONSUME(t.Ellipsis);
              variadic = true;
            },
          },
          {
            ALT: () => {
              parameters.push(this.SUBRULE(this.parameter));
            },
          },
        ]);
      },
    });
    this.CONSUME(t.RParen);
    this.MANY(() => {
      this.OR1([{ ALT: () => this.SUBRULE(this.attribute) }, { ALT: () => this.SUBRULE(this.placement) }]);
    });
    const after = this.SUBRULE(this.attachments);
    return this.ACTION(() => ({
      name,
      result,
      parameters: numberParameters(parameters),
      variadic,
      callingConvention: words.find((word) => /^(?:cc \d+|ccc|\w+cc|\w+_(?:kernel|func|cc))$/.test(word)) ?? "",
      attachments: [...before, ...after],
    }));
  });

  private readonly parameter = this.RULE("parameter", (): LlvmParameter => {
    const type = this.SUBRULE(this.type);
    const attributes: string[] = [];
    let byval: LlvmType | undefined;
    this.MANY(() => {
      const isByval = this.LA(1).image === "byval";
      const written = this.OR([
        {
          GATE: () => isByval,
          ALT: () => {
            const first = this.CONSUME(t.Word);
            this.CONSUME(t.LParen);
            byval = this.SUBRULE1(this.type);
            this.CONSUME(t.RParen);
            return this.ACTION(() => this.sliceFrom(first));
          },
        },
        { ALT: () => this.SUBRULE(this.attribute) },
      ]);
      attributes.push(written);
    });
    let name = "";
    this.OPTION(() => {
      name = decodeName(this.CONSUME(t.LocalName).image);
    });
    return { name, type, attributes, ...(byval ? { byval } : {}) };
  });
}

function numberParameters(parameters: readonly LlvmParameter[]): LlvmParameter[] {
  let next = 0;
  return parameters.map((parameter) => {
    const name = parameter.name === "" ? String(next) : parameter.name;
    if (/^\d+$/.test(name)) next = Number(name) + 1;
    return { ...parameter, name };
  });
}

function addInstruction(blocks: DraftBlock[], instruction: DraftInstruction, numbering: FunctionNumbering): void {
  let block = blocks[blocks.length - 1];
  const last = block?.instructions[block.instructions.length - 1];
  if (!block || (last && isTerminator(last.body.op))) {
    block = { label: numbering.next(), instructions: [] };
    blocks.push(block);
  }
  // `store`, `br` and their like have no result; a call of type void neither.
  const { body } = instruction;
  const named =
    instruction.result !== undefined
      ? numbering.named(instruction.result)
      : "type" in body && body.type.kind !== "void"
        ? numbering.next()
        : undefined;
  if (isDebugIntrinsic(instruction)) return;
  block.instructions.push({ ...instruction, result: named });
}

/** What LLVM 18 writes where later ones write debug records. */
function isDebugIntrinsic({ body }: DraftInstruction): boolean {
  return body.op === "call" && body.callee.kind === "global" && body.callee.name.startsWith("llvm.dbg.");
}

function isTerminator(op: string): boolean {
  return op === "br" || op === "condbr" || op === "switch" || op === "ret" || op === "unreachable";
}
