import type { Scan, Token } from "./scan.js";

/** A stretch of host code that may be left out, and what stands in its place. */
export interface Region {
  readonly kind: "initialiser" | "statement" | "block" | "body" | "declaration";
  readonly start: number;
  readonly end: number;
  readonly instead: "" | ";";
}

/** What is known of a place in a source. */
export interface Place {
  /** Inside something that is compiled for the device: nothing of that may be left out. */
  readonly device: boolean;
  /** Host code around the place, innermost first. */
  readonly regions: readonly Region[];
  /** The device function around the place, if it is no kernel: a kernel that does not call it can do without it. */
  readonly helper?: Region;
}

const classKeywords = new Set(["class", "struct", "union"]);
const controlKeywords = new Set(["if", "for", "while", "do", "switch", "try", "catch", "else"]);
/** Words whose parentheses are no parameter list. */
const attributeWords = new Set(
  "__attribute__ alignas __align__ __builtin_align__ __declspec decltype noexcept throw __launch_bounds__ explicit requires".split(
    " ",
  ),
);
/** What a brace follows that opens a block of statements. */
const blockStarters = new Set([")", ";", "{", "}", ":", "else", "do", "try"]);
const accessLabels = new Set(["public", "private", "protected"]);

/** Finds what a place in a source belongs to. `markers`: the words that make a declaration the device's. */
export function placeAt(scan: Scan, markers: ReadonlySet<string>, offset: number): Place {
  return new Locator(scan, markers, offset).scope(0, scan.tokens.length);
}

const nowhere: Place = { device: false, regions: [] };

class Locator {
  private readonly tokens: readonly Token[];

  constructor(
    private readonly scan: Scan,
    private readonly markers: ReadonlySet<string>,
    private readonly offset: number,
  ) {
    this.tokens = scan.tokens;
  }

  /** Declarations of a namespace or class: tokens `from` up to `to`. */
  scope(from: number, to: number): Place {
    for (let at = from; at < to; ) {
      if (accessLabels.has(this.text(at)) && this.text(at + 1) === ":") {
        at += 2;
        continue;
      }
      const { end, body, kind } = this.declaration(at, to);
      if (this.covers(at, end)) return this.inDeclaration(at, end, body, kind);
      at = end;
    }
    return nowhere;
  }

  private inDeclaration(start: number, end: number, body: number | undefined, kind: BodyKind): Place {
    const whole = this.region("declaration", start, end, "");
    const inBody = body !== undefined && this.covers(body + 1, this.closing(body));
    if (kind === "namespace" && body !== undefined) {
      return inBody ? this.scope(body + 1, this.closing(body)) : nowhere;
    }
    if (kind === "class" && body !== undefined && inBody) {
      const inner = this.scope(body + 1, this.closing(body));
      return inner.device ? inner : { device: false, regions: [...inner.regions, whole] };
    }
    if (this.isMarked(start, kind === "class" ? start : (body ?? end))) {
      const isHelper = kind === "function" && !this.has("__global__", start, end) && this.has("__device__", start, end);
      return { device: true, regions: [], ...(isHelper ? { helper: whole } : {}) };
    }
    if (kind !== "function" || body === undefined) return { device: false, regions: [whole] };
    const inner = inBody ? this.block(body + 1, this.closing(body)) : nowhere;
    if (inner.device) return inner;
    const emptied = this.region("body", body, this.closing(body) + 1, ";");
    return { device: false, regions: [...inner.regions, emptied, whole] };
  }

  /** The declaration that starts at a token: where it ends, and its body's brace. */
  private declaration(start: number, to: number): { end: number; body?: number; kind: BodyKind } {
    let found: { body: number; kind: BodyKind } | undefined;
    for (let at = start; at < to; ) {
      const text = this.text(at);
      if (text === ";") return { end: at + 1, kind: "other", ...found };
      if (text === "(" || text === "[") at = this.closing(at) + 1;
      else if (text === "{") {
        const kind = this.bodyKind(start, at);
        if (kind === "namespace" || kind === "function") return { end: this.closing(at) + 1, body: at, kind };
        if (kind === "class") found ??= { body: at, kind };
        at = this.closing(at) + 1;
      } else at++;
    }
    return { end: to, kind: "other", ...found };
  }

  private bodyKind(start: number, brace: number): BodyKind {
    let head = start;
    while (this.text(head) === "template" && this.text(head + 1) === "<") head = this.closingAngle(head + 1) + 1;
    const first = this.text(head);
    if (first === "namespace" || (first === "inline" && this.text(head + 1) === "namespace")) return "namespace";
    if (first === "extern" && this.text(head + 1).startsWith('"') && head + 2 === brace) return "namespace";
    let parameters = false;
    let isClass = false;
    for (let at = head; at < brace; ) {
      const text = this.text(at);
      if (text === "(") {
        parameters ||= !attributeWords.has(this.text(at - 1));
        at = this.closing(at) + 1;
        continue;
      }
      if (text === "[") {
        at = this.closing(at) + 1;
        continue;
      }
      if (text === "=" && this.text(at - 1) !== "operator") return "other";
      if (classKeywords.has(text) && this.text(at - 1) !== "enum") isClass = true;
      at++;
    }
    if (parameters) return "function";
    return isClass ? "class" : "other";
  }

  /** Statements: tokens `from` up to `to`. */
  private block(from: number, to: number): Place {
    for (let at = from; at < to; ) {
      const end = this.statementEnd(at, to);
      if (this.covers(at, end)) return this.inStatement(at, end);
      at = end;
    }
    return nowhere;
  }

  private inStatement(start: number, end: number): Place {
    const own: Region[] = [];
    const equals = this.initialiser(start, end);
    if (equals !== undefined) own.push(this.region("initialiser", equals, end - 1, ""));
    own.push(this.region("statement", start, end, ";"));
    for (let at = start; at < end; at++) {
      if (this.text(at) !== "{" || !this.covers(at + 1, this.closing(at))) continue;
      // A lambda for the device is device code in the middle of the host's.
      const lambda = this.lambdaStart(at);
      if (this.isMarked(lambda, at)) return { device: true, regions: [] };
      // Braces round a list of values hold no statements.
      if (at > start && lambda === at && !blockStarters.has(this.text(at - 1))) continue;
      const inner = this.block(at + 1, this.closing(at));
      if (inner.device) return inner;
      const content = this.region("block", at + 1, this.closing(at), "");
      return { device: false, regions: [...inner.regions, content, ...own] };
    }
    return { device: false, regions: own };
  }

  /** A statement with what belongs to it: `else` to its `if`, `catch` to its `try`, `while` to its `do`. */
  private statementEnd(start: number, to: number): number {
    const follower = { if: "else", else: "else", try: "catch", do: "while" }[this.text(start)];
    let end = this.partEnd(start, to);
    while (follower !== undefined && end < to && this.text(end) === follower) end = this.partEnd(end, to);
    return end;
  }

  private partEnd(start: number, to: number): number {
    const first = this.text(start);
    if (first === "{") return this.closing(start) + 1;
    for (let at = start; at < to; ) {
      const text = this.text(at);
      if (text === ";") return at + 1;
      if (text === "{" && controlKeywords.has(first)) return this.closing(at) + 1;
      at = text === "(" || text === "[" || text === "{" ? this.closing(at) + 1 : at + 1;
    }
    return to;
  }

  /** Where the initialiser of a variable's definition starts, when the place is in it and the variable may do without. */
  private initialiser(start: number, end: number): number | undefined {
    if (controlKeywords.has(this.text(start))) return undefined;
    for (let at = start; at < end; ) {
      const text = this.text(at);
      if (text === "=") {
        const words = at - start >= 2 && this.offset >= this.tokens[at]!.end && this.text(end - 1) === ";";
        return words ? at : undefined;
      }
      if (!/^[\w:<>*,[]/.test(text) || text === "auto" || text === "const" || text === "return") return undefined;
      at = text === "[" ? this.closing(at) + 1 : at + 1;
    }
    return undefined;
  }

  /** From the `[` of the lambda whose body a brace opens; the brace itself when it opens none. */
  private lambdaStart(brace: number): number {
    let at = brace - 1;
    while (at >= 0 && /^(?:[\w:<>*&-]|->|&&)/.test(this.text(at))) at--;
    if (this.text(at) === ")") at = this.scan.partner[at]! - 1;
    while (at >= 0 && /^\w/.test(this.text(at))) at--;
    return this.text(at) === "]" ? at : brace;
  }

  private has(word: string, from: number, to: number): boolean {
    return this.tokens.slice(from, to).some(({ text }) => text === word);
  }

  private isMarked(from: number, to: number): boolean {
    for (let at = from; at < to; at++) if (this.markers.has(this.text(at))) return true;
    return false;
  }

  private closingAngle(open: number): number {
    let depth = 0;
    for (let at = open; at < this.tokens.length; at++) {
      const text = this.text(at);
      if (text === "<") depth++;
      else if (text === ">" && --depth === 0) return at;
      else if (text === "(") at = this.closing(at);
      else if (text === ";" || text === "{") return at - 1;
    }
    return open;
  }

  private text(at: number): string {
    return this.tokens[at]?.text ?? "";
  }

  /** The partner of an opening bracket; the last token when it is never closed. */
  private closing(at: number): number {
    const partner = this.scan.partner[at] ?? -1;
    return partner < 0 ? this.tokens.length - 1 : partner;
  }

  /** Whether the place is in these tokens, or right behind them. */
  private covers(from: number, to: number): boolean {
    if (from >= to || from >= this.tokens.length) return false;
    return (
      this.tokens[from]!.start <= this.offset && this.offset <= this.tokens[Math.min(to, this.tokens.length) - 1]!.end
    );
  }

  private region(kind: Region["kind"], from: number, to: number, instead: Region["instead"]): Region {
    const start = this.tokens[from]!.start;
    const end = this.tokens[Math.min(to, this.tokens.length) - 1]?.end ?? start;
    return { kind, start, end: Math.max(start, end), instead };
  }
}

type BodyKind = "namespace" | "class" | "function" | "other";
