import { type IToken, Lexer } from "chevrotain";
import { InternalError } from "../../support/errors.js";
import { keywordType, lexerTokens, Word } from "./tokens.js";

let lexer: Lexer | undefined;

/** Splits LLVM IR text into tokens; comments and debug records are left out. */
export function lexLlvm(text: string): IToken[] {
  lexer ??= new Lexer(lexerTokens, {
    // Lines are only wanted in the message about our own fault: they are counted then.
    positionTracking: "onlyOffset",
    ensureOptimizations: true,
    skipValidations: true,
  });
  const { tokens, errors } = lexer.tokenize(text);
  const error = errors[0];
  if (error) throw syntaxFault(text, error.offset, "unexpected character");
  const wordIndex = Word.tokenTypeIdx!;
  for (const token of tokens) {
    if (token.tokenTypeIdx !== wordIndex) continue;
    const type = keywordType.get(token.image);
    if (type === undefined) continue;
    token.tokenType = type;
    token.tokenTypeIdx = type.tokenTypeIdx!;
  }
  return tokens;
}

/** clang wrote something that this parser does not know: our fault (or that of a newer LLVM), never the user's. */
export function syntaxFault(text: string, offset: number, what: string): InternalError {
  const line = text.slice(0, offset).split("\n").length;
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  const end = text.indexOf("\n", offset);
  const content = text.slice(start, end < 0 ? undefined : end).trim();
  return new InternalError(`LLVM IR line ${line}: ${what} in \`${content}\` (at column ${offset - start + 1})`);
}
