import type { SourceSpan } from "../../support/source.js";
import type { DraftFunction, DraftInstruction, DraftModule } from "./draft.js";
import { lexLlvm, syntaxFault } from "./lex.js";
import { plainMetadata } from "./metadata.js";
import type { LlvmBlock, LlvmFunction, LlvmInstruction, LlvmModule } from "./module.js";
import { moduleParser } from "./module-rules.js";
import { splitPartialStores } from "./partial-stores.js";
import { SpanResolver } from "./spans.js";

/**
 * Reads LLVM IR text (opaque pointers, as LLVM 18 to 22 write it). The text comes from our own
 * compiler run, so a syntax error is an {@link InternalError} that names the line of IR.
 */
export function parseLlvm(text: string): LlvmModule {
  const parser = moduleParser();
  const draft = parser.parse(text, lexLlvm(text));
  const error = parser.errors[0];
  if (error) {
    const offset = Number.isNaN(error.token.startOffset) ? text.length : error.token.startOffset;
    throw syntaxFault(
      text,
      offset,
      `unexpected ${error.token.image === "" ? "end of file" : `\`${error.token.image}\``}`,
    );
  }
  const spans = new SpanResolver(draft.nodes);
  const functions = draft.functions.map((each) => [each.name, finish(each, draft, spans)] as const);
  return { types: draft.types, globals: draft.globals, functions: new Map(functions) };
}

function finish(draft: DraftFunction, module: DraftModule, spans: SpanResolver): LlvmFunction {
  const { blocks, attachments, ...signature } = draft;
  const span = spans.subprogram(attachments.find(({ name }) => name === "dbg")?.node);
  return {
    ...signature,
    blocks: blocks.map(
      (block): LlvmBlock => ({
        label: block.label,
        instructions: splitPartialStores(block.label, placeInstructions(block.instructions, spans, span)),
      }),
    ),
    metadata: new Map(
      attachments
        .filter(({ name }) => name !== "dbg")
        .map(({ name, node }) => [name, plainMetadata(node, module.nodes)]),
    ),
    span,
  };
}

/**
 * Gives every instruction a span. One without a location of its own (moved by an optimisation) gets
 * that of the instruction before it, at a block's start that of the next one, else the function's.
 */
function placeInstructions(
  drafts: readonly DraftInstruction[],
  spans: SpanResolver,
  functionSpan: SourceSpan,
): LlvmInstruction[] {
  const own = drafts.map((draft) => spans.location(draft.location));
  let nearest = own.find((span) => span !== undefined) ?? functionSpan;
  return drafts.map(({ body, result }, index) => {
    nearest = own[index] ?? nearest;
    return { ...body, span: nearest, ...(result === undefined ? {} : { result }) };
  });
}
