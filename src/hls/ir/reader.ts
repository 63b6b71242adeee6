/** Reading Kernel IR text token by token, with messages that say where. */
import { inputError } from "../../support/errors.js";
import { spanAt, type Token, type TokenKind, tokenize } from "./lex.js";

export class TokenReader {
  protected readonly tokens: readonly Token[];
  protected at = 0;

  constructor(
    private readonly text: string,
    private readonly file: string,
  ) {
    this.tokens = tokenize(text, file);
  }

  protected name(): string {
    return this.peek().kind === "string" ? this.string() : this.next("word", "a name").text;
  }

  protected string(): string {
    return this.unquote(this.next("string", "a string").text);
  }

  protected unquote(text: string): string {
    try {
      return JSON.parse(text) as string;
    } catch {
      throw this.error("ir/bad-string", `${text} is no string: escapes are those of JSON`, -1);
    }
  }

  protected count(): number {
    const { text } = this.next("number", "a number");
    if (!/^\d+$/.test(text)) throw this.error("ir/bad-number", `${text} is no whole number`, -1);
    return Number(text);
  }

  protected integer(width?: number): bigint {
    const { text } = this.next("number", "a whole number");
    if (!/^-?(?:0x[0-9a-fA-F]+|\d+)$/.test(text)) throw this.error("ir/bad-number", `${text} is no whole number`, -1);
    const value = text.startsWith("-") ? -BigInt(text.slice(1)) : BigInt(text);
    if (width !== undefined && (value >= 1n << BigInt(width) || value < -(1n << BigInt(width - 1))))
      throw this.error("ir/constant-too-wide", `${text} does not fit ${width} bits`, -1);
    return value;
  }

  protected oneOf<T extends string>(words: readonly T[]): T {
    return this.word((text): text is T => words.includes(text as T), words.map((w) => `\`${w}\``).join(" or "));
  }

  protected word<T extends string>(accepts: (text: string) => text is T, wanted: string): T {
    const token = this.peek();
    if (token.kind !== "word" || !accepts(token.text)) throw this.unexpected(wanted);
    this.at++;
    return token.text;
  }

  protected peek(): Token {
    return this.tokens[this.at]!;
  }

  protected next(kind: TokenKind, wanted: string): Token {
    const token = this.peek();
    if (token.kind !== kind) throw this.unexpected(wanted);
    this.at++;
    return token;
  }

  protected take(punctuation: string): boolean {
    const token = this.peek();
    const found = token.kind === "punctuation" && token.text === punctuation;
    if (found) this.at++;
    return found;
  }

  protected takeWord(word: string): boolean {
    const token = this.peek();
    const found = token.kind === "word" && token.text === word;
    if (found) this.at++;
    return found;
  }

  protected expect(punctuation: string): void {
    if (!this.take(punctuation)) throw this.unexpected(`\`${punctuation}\``);
  }

  protected expectWord(word: string): void {
    if (!this.takeWord(word)) throw this.unexpected(`\`${word}\``);
  }

  protected unexpected(wanted: string) {
    return this.error("ir/unexpected-token", `expected ${wanted}, found ${this.peek().text}`, 0);
  }

  /** `back`: 0 for the token that comes, -1 for the one just taken. */
  protected error(code: string, message: string, back: 0 | -1) {
    const token = this.tokens[Math.max(0, this.at + back)]!;
    return inputError(code, message, {
      span: spanAt(this.text, this.file, token.offset),
      help: "See src/hls/ir/print.ts for the form of the text.",
    });
  }
}

/** Number and name of `%12.acc` or `b3."for end"`. */
export function splitName(text: string): { number: number; name: string } {
  const dot = text.indexOf(".");
  if (dot < 0) return { number: Number(text.slice(1)), name: "" };
  const name = text.slice(dot + 1);
  return { number: Number(text.slice(1, dot)), name: name.startsWith('"') ? (JSON.parse(name) as string) : name };
}
