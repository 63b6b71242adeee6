/**
 * C++ text as tokens with matched brackets: enough to know where statements, functions and classes begin
 * and end. Clang does the real parsing; this says what may be left out when it cannot.
 */

export interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export interface Directive {
  /** `if`, `else`, `define`, … */
  readonly name: string;
  /** What follows the name, continuation lines included. */
  readonly rest: string;
  readonly start: number;
  /** Behind the end of its last line. */
  readonly end: number;
}

export interface Scan {
  readonly tokens: readonly Token[];
  /** For a bracket the index of its partner; -1 for one without. */
  readonly partner: readonly number[];
  readonly directives: readonly Directive[];
}

/** One token, or something to skip. Raw strings and digit separators included; `'` in a number is no quote. */
const PIECE = new RegExp(
  [
    /(?<space>\s+|\\\r?\n|\/\/(?:[^\n\\]|\\[\s\S])*|\/\*[\s\S]*?(?:\*\/|$))/,
    /(?<raw>(?:u8|[uUL])?R"(?<mark>[^()\\\s]{0,16})\([\s\S]*?\)\k<mark>")/,
    /(?<quoted>(?:u8|[uUL])?(?:"(?:[^"\\\n]|\\[\s\S])*"?|'(?:[^'\\\n]|\\[\s\S])*'?))/,
    /(?<number>\.?\d(?:[\w.]|'\w|[eEpP][+-])*)/,
    /(?<word>[A-Za-z_$\u0080-\uffff][\w$\u0080-\uffff]*)/,
    /(?<other>::|->|&&|[\s\S])/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "y",
);

/** A directive's line with its continuations; comments may span lines as well. */
const DIRECTIVE = /[ \t]*#[ \t]*(\w*)((?:\/\*[\s\S]*?\*\/|\\\r?\n|[^\n])*)\n?/y;

/** `skipped`: stretches that the preprocessor leaves out. */
export function scan(text: string, skipped: readonly (readonly [number, number])[] = []): Scan {
  const tokens: Token[] = [];
  const directives: Directive[] = [];
  let lineStart = true;
  let skip = 0;
  for (let at = 0; at < text.length; ) {
    while (skip < skipped.length && skipped[skip]![1] <= at) skip++;
    const gap = skipped[skip];
    if (gap && gap[0] <= at) {
      at = gap[1];
      lineStart = true;
      continue;
    }
    if (lineStart) {
      DIRECTIVE.lastIndex = at;
      const found = DIRECTIVE.exec(text);
      if (found) {
        const end = at + found[0].length;
        directives.push({ name: found[1]!, rest: found[2]!, start: at, end });
        at = end;
        continue;
      }
    }
    PIECE.lastIndex = at;
    const { 0: piece, groups } = PIECE.exec(text)!;
    if (groups!.space === undefined) {
      tokens.push({ text: piece, start: at, end: at + piece.length });
      lineStart = false;
    } else if (/^\s/.test(piece)) lineStart ||= piece.includes("\n");
    at += piece.length;
  }
  return { tokens, partner: partners(tokens), directives };
}

const closing: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

function partners(tokens: readonly Token[]): readonly number[] {
  const partner = new Array<number>(tokens.length).fill(-1);
  const open: number[] = [];
  tokens.forEach(({ text }, index) => {
    if (Object.hasOwn(closing, text)) open.push(index);
    else if (text === ")" || text === "]" || text === "}") {
      // A bracket that closes nothing is passed over; one left open ends with what encloses it.
      const found = open.findLastIndex((at) => closing[tokens[at]!.text] === text);
      if (found < 0) return;
      partner[open[found]!] = index;
      partner[index] = open[found]!;
      open.length = found;
    }
  });
  return partner;
}
