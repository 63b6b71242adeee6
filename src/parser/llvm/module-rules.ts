import type { IToken } from "chevrotain";
import { unsupported } from "../../support/errors.js";
import type { DraftModule } from "./draft.js";
import { FunctionRules } from "./function-rules.js";
import type { MetadataNode } from "./metadata-rules.js";
import type { LlvmType, LlvmValue } from "./module.js";
import { decodeName } from "./names.js";
import * as t from "./tokens.js";

/** The grammar of a module: what stands at the top level. */
export class ModuleRules extends FunctionRules {
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
        {
          ALT: () => {
            const defined = this.SUBRULE(this.definition);
            this.ACTION(() => this.draft.functions.push(defined));
          },
        },
        {
          ALT: () => {
            const declared = this.SUBRULE(this.declaration);
            this.ACTION(() => this.draft.functions.push(declared));
          },
        },
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
}

function emptyModule(): DraftModule {
  return { types: new Map(), globals: new Map(), functions: [], nodes: new Map<number, MetadataNode>() };
}

/** One grammar for the process: its construction takes longer than a small module. */
let parser: ModuleRules | undefined;

export function moduleParser(): ModuleRules {
  parser ??= new ModuleRules();
  return parser;
}
