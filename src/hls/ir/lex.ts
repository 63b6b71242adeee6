/** Tokens of Kernel IR text. Hand-made: the language is small and line and column are all that is needed. */
import { inputError } from "../../support/errors.js";
import type { SourceSpan } from "../../support/source.js";

export type TokenKind = "value" | "block" | "object" | "string" | "number" | "word" | "punctuation" | "end";

export interface Token {
  readonly kind: TokenKind;
  /** As written. */
  readonly text: string;
  readonly offset: number;
}

const name = String.raw`[\w.$]+|"(?:[^"\\\n]|\\.)*"`;
const grammar = new RegExp(
  [
    String.raw`(?<skip>\s+|//[^\n]*)`,
    String.raw`(?<value>%(?:\d+(?![\w$])(?:\.(?:${name}))?|[A-Za-z_][\w.$]*))`,
    String.raw`(?<block>b\d+(?![\w$])(?:\.(?:${name}))?)`,
    String.raw`(?<object>@(?:[A-Za-z_][\w.$]*|"(?:[^"\\\n]|\\.)*"))`,
    String.raw`(?<string>"(?:[^"\\\n]|\\.)*")`,
    String.raw`(?<number>-?(?:0x[0-9a-fA-F]+|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?))`,
    String.raw`(?<word>[A-Za-z_][\w.$]*)`,
    String.raw`(?<punctuation>[{}()\[\]:,=!@])`,
  ].join("|"),
  "uy",
);

/** Splits the text. The last token is of kind `end`. */
export function tokenize(text: string, file: string): readonly Token[] {
  const tokens: Token[] = [];
  grammar.lastIndex = 0;
  for (let offset = 0; offset < text.length; offset = grammar.lastIndex) {
    const match = grammar.exec(text);
    if (!match) {
      const character = String.fromCodePoint(text.codePointAt(offset)!);
      throw inputError("ir/unexpected-character", `unexpected character ${JSON.stringify(character)} in kernel IR`, {
        span: spanAt(text, file, offset),
        help: "See src/hls/ir/print.ts for the form of the text.",
      });
    }
    const [kind] = Object.entries(match.groups!).find(([, value]) => value !== undefined)!;
    if (kind !== "skip") tokens.push({ kind: kind as TokenKind, text: match[0], offset });
  }
  tokens.push({ kind: "end", text: "end of text", offset: text.length });
  return tokens;
}

export function spanAt(text: string, file: string, offset: number): SourceSpan {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  return { file, line, column: offset - before.lastIndexOf("\n") };
}
