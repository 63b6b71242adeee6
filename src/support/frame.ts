import type { Diagnostic, Severity } from "./errors.js";
import { formatSpan, type SourceSpan } from "./source.js";

/** How a diagnostic is to be drawn. `readSource` gives the text of a source file, or undefined when it is not to be had. */
export interface FrameOptions {
  readonly color: boolean;
  readonly readSource: (file: string) => string | undefined;
}

const RESET = "\u001b[0m";
const STYLE = {
  error: "\u001b[1;31m",
  warning: "\u001b[1;35m",
  note: "\u001b[1;36m",
  strong: "\u001b[1m",
  dim: "\u001b[2m",
  help: "\u001b[1;32m",
} as const;

type Paint = (style: keyof typeof STYLE, text: string) => string;

const painter =
  (color: boolean): Paint =>
  (style, text) =>
    color ? `${STYLE[style]}${text}${RESET}` : text;

/** A tab takes this many columns in a frame; the caret line must agree with the source line. */
const TAB = "    ";
/** Longer source lines are cut around the place of interest: generated code can have lines of a megabyte. */
const MAX_LINE = 160;
const CONTEXT_LINES = 1;

/** One diagnostic with its place, code frame, help and notes, ending without a newline. */
export function renderDiagnostic(diagnostic: Diagnostic, options: FrameOptions): string {
  const paint = painter(options.color);
  return renderWith(diagnostic, options, paint).join("\n");
}

function renderWith(diagnostic: Diagnostic, options: FrameOptions, paint: Paint): string[] {
  const where = diagnostic.span ? formatSpan(diagnostic.span) : "";
  const lines = [
    `${where ? `${paint("strong", `${where}:`)} ` : ""}${paint(diagnostic.severity, `${diagnostic.severity}[${diagnostic.code}]`)}: ${diagnostic.message}`,
  ];
  if (diagnostic.span) lines.push(...codeFrame(diagnostic.span, diagnostic.severity, options, paint));
  if (diagnostic.help) lines.push(`${paint("help", "help")}: ${diagnostic.help}`);
  for (const note of diagnostic.notes ?? []) lines.push(...renderWith(note, options, paint));
  return lines;
}

function codeFrame(span: SourceSpan, severity: Severity, options: FrameOptions, paint: Paint): string[] {
  if (span.line <= 0) return [];
  const source = options.readSource(span.file)?.split(/\r?\n/);
  if (source?.[span.line - 1] === undefined) return [];
  const first = Math.max(1, span.line - CONTEXT_LINES);
  const last = Math.min(source.length, span.line + CONTEXT_LINES);
  const gutter = String(last).length;
  const lines: string[] = [];
  for (let number = first; number <= last; number++) {
    const here = number === span.line;
    const text = source[number - 1]!;
    if (!here && text.trim() === "") continue;
    const cut = here ? cutAround(text, span.column) : { text: text.slice(0, MAX_LINE), column: 0 };
    const mark = here ? ">" : " ";
    const bar = paint("dim", `${mark} ${String(number).padStart(gutter)} |`);
    lines.push(`${bar} ${printable(cut.text)}`.trimEnd());
    if (here && span.column > 0) {
      const indent = " ".repeat(printable(cut.text.slice(0, cut.column - 1)).length);
      lines.push(`${paint("dim", `  ${" ".repeat(gutter)} |`)} ${indent}${paint(severity, "^")}`);
    }
  }
  return lines;
}

/** The part of a long line that contains `column` (from 1), and the column within that part. */
function cutAround(text: string, column: number): { readonly text: string; readonly column: number } {
  if (text.length <= MAX_LINE) return { text, column: Math.max(1, column) };
  const start = Math.max(0, Math.min(column - 1 - MAX_LINE / 2, text.length - MAX_LINE));
  return { text: text.slice(start, start + MAX_LINE), column: Math.max(1, column - start) };
}

/** Tabs as blanks; control characters, which could drive a terminal, as dots. */
function printable(text: string): string {
  let out = "";
  for (const character of text) {
    if (character === "\t") out += TAB;
    else if (character < " " || character === "\u007f" || (character >= "\u0080" && character < "\u00a0")) out += ".";
    else out += character;
  }
  return out;
}
