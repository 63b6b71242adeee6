import type { IToken } from "chevrotain";
import { unsupported } from "../../support/errors.js";
import type { DraftBlock, DraftFunction, DraftInstruction, DraftModule } from "./draft.js";
import { InstructionRules } from "./instruction-rules.js";
import type { Attachment, MetadataNode } from "./metadata-rules.js";
import type { LlvmParameter, LlvmType, LlvmValue } from "./module.js";
import { decodeLabel, decodeName } from "./names.js";
import { FunctionNumbering } from "./numbering.js";
import * as t from "./tokens.js";

type Signature = Omit<DraftFunction, "blocks">;

/** The grammar of a module: what stands at the top level, and the shape of functions. */
export class ModuleRules extends InstructionRules {
  private draft: DraftModule = emptyModule();

  constructor() {
    super();
    this.performSelfAnalysis();
  }

  /** Parses `tokens` of `text`. Look at `errors` after it. */
  parse(text: string, tokens: IToken[]): DraftModule {
    this.text = text;
    this.draft = emptyModule();
    this.types = this.draft.types;
    this.input = tokens;
    this.module();
    return this.draft;
  }

  readonly module = this.RULE("module", (): void => {
    this.MANY(() => {
      this.OR([
        { ALT: () => this.SUBRULE(this.numberedMetadata) },
        { ALT: () => this.SUBRULE(this.namedMetadata) },
        { ALT: () => this.SUBRULE(this.definition) },
        { ALT: () => this.SUBRULE(this.declaration) },
        { ALT: () => this.SUBRULE(this.global) },
        { ALT: () => this.SUBRULE(this.namedType) },
        { ALT: () => this.SUBRULE(this.attributeGroup) },
        { ALT: () => this.SUBRULE(this.comdat) },
        { ALT: () => this.SUBRULE(this.header) },
      ]);
    });
  });

  /** `source_filename = …`, `target triple = …`: nothing that a kernel depends on. */
  private readonly header = this.RULE("header", (): void => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.SourceFilename);
          this.CONSUME(t.Equals);
          this.CONSUME(t.Str);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.TargetType);
          this.CONSUME(t.Word);
          this.CONSUME1(t.Equals);
          this.CONSUME1(t.Str);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.ModuleKeyword);
          this.ACTION(() => {
            throw unsupported("llvm/inline-assembly", "assembly at file scope is not supported");
          });
        },
      },
    ]);
  });

  private readonly comdat = this.RULE("comdat", (): void => {
    this.CONSUME(t.ComdatName);
    this.CONSUME(t.Equals);
    this.CONSUME(t.Comdat);
    this.CONSUME(t.Word);
  });

  private readonly attributeGroup = this.RULE("attributeGroup", (): void => {
    this.CONSUME(t.Attributes);
    this.CONSUME(t.AttributeGroup);
    this.CONSUME(t.Equals);
    this.CONSUME(t.LBrace);
    this.SUBRULE(this.attributes);
    this.CONSUME(t.RBrace);
  });

  private readonly namedType = this.RULE("namedType", (): void => {
    const name = decodeName(this.CONSUME(t.LocalName).image);
    this.CONSUME(t.Equals);
    this.CONSUME(t.TypeKeyword);
    const type = this.OR<LlvmType | undefined>([
      {
        ALT: () => {
          this.CONSUME(t.Opaque);
          return undefined;
        },
      },
      { ALT: () => this.SUBRULE(this.type) },
    ]);
    this.ACTION(() => this.draft.types.set(name, type));
  });

  private readonly numberedMetadata = this.RULE("numberedMetadata", (): void => {
    const id = Number(this.CONSUME(t.MetadataId).image.slice(1));
    this.CONSUME(t.Equals);
    this.OPTION(() => this.CONSUME(t.Distinct));
    const node = this.SUBRULE(this.metadata);
    this.ACTION(() => this.draft.nodes.set(id, node));
  });

  private readonly namedMetadata = this.RULE("namedMetadata", (): void => {
    this.CONSUME(t.MetadataName);
    this.CONSUME(t.Equals);
    this.SUBRULE(this.metadata);
  });

  private readonly global = this.RULE("global", (): void => {
    const name = decodeName(this.CONSUME(t.GlobalName).image);
    this.CONSUME(t.Equals);
    const words = this.SUBRULE(this.attributes);
    this.OR([
      { ALT: () => this.SUBRULE(this.globalVariable, { ARGS: [name, words] }) },
      {
        ALT: () => {
          this.CONSUME(t.AliasKind);
          this.ACTION(() => {
            throw unsupported("llvm/alias", `the alias \`${name}\` is not supported: name the object itself`);
          });
        },
      },
    ]);
  });

  private readonly globalVariable = this.RULE("globalVariable", (name: string, words: string[]): void => {
    const constant = this.CONSUME(t.GlobalKind).image === "constant";
    const type = this.SUBRULE(this.type);
    let initializer: LlvmValue | undefined;
    this.OPTION({
      // After an external declaration `@next = …` may follow.
      GATE: () => this.LA(2).tokenType !== t.Equals,
      DEF: () => {
        initializer = this.SUBRULE(this.value, { ARGS: [type] });
      },
    });
    let align = 0;
    this.MANY(() => {
      this.CONSUME(t.Comma);
      this.OR([
        { ALT: () => this.SUBRULE(this.attachment) },
        {
          ALT: () => {
            this.CONSUME(t.Align);
            align = Number(this.CONSUME(t.Int).image);
          },
        },
        { ALT: () => this.SUBRULE(this.placement) },
        { ALT: () => this.CONSUME(t.Word) },
      ]);
    });
    this.MANY1(() => this.CONSUME(t.AttributeGroup));
    this.ACTION(() => {
      const space = words.map((word) => /^addrspace\((\d+)\)$/.exec(word)?.[1]).find((digits) => digits !== undefined);
      this.draft.globals.set(name, {
        name,
        addressSpace: Number(space ?? 0),
        constant,
        type,
        ...(initializer ? { initializer } : {}),
        align,
      });
    });
  });

  /** `section "x"`, `comdat`, `comdat($f)`. */
  private readonly placement = this.RULE("placement", (): void => {
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

  private readonly declaration = this.RULE("declaration", (): void => {
    this.CONSUME(t.Declare);
    const before = this.SUBRULE(this.attachments);
    const signature = this.SUBRULE(this.signature, { ARGS: [before] });
    this.ACTION(() => this.draft.functions.push({ ...signature, blocks: [] }));
  });

  private readonly definition = this.RULE("definition", (): void => {
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
    this.ACTION(() => this.draft.functions.push({ ...signature, blocks }));
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

function emptyModule(): DraftModule {
  return { types: new Map(), globals: new Map(), functions: [], nodes: new Map<number, MetadataNode>() };
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

/** One grammar for the process: its construction takes longer than a small module. */
let parser: ModuleRules | undefined;

export function moduleParser(): ModuleRules {
  parser ??= new ModuleRules();
  return parser;
}
