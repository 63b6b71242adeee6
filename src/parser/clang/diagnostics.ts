import type { Diagnostic, Severity } from "../../support/errors.js";
import type { SourceSpan } from "../../support/source.js";

const LOCATED = /^(.+?):(\d+):(?:(\d+):)? (fatal error|error|warning|note|remark): (.*)$/;
const UNLOCATED = /^(?:[\w.+-]*clang[\w.+-]*: )?(fatal error|error|warning|note): (.*)$/;
const INCLUDED = /^(?:In file included from|\s+from) (.+?):(\d+)(?::(\d+))?[:,]$/;

/** `    6 |   foo(x);` and the caret line below it: the user's text, which may look like anything. */
const SNIPPET = /^\s*\d* \| /;

/** clang's textual diagnostics as our own: notes below what they belong to, code snippets left out. */
export function parseClangDiagnostics(text: string): Diagnostic[] {
  const result: { head: Omit<Diagnostic, "notes">; notes: Diagnostic[] }[] = [];
  let including: Diagnostic[] = [];
  const spanOf = (file: string, line: string, column: string | undefined): SourceSpan => ({
    file,
    line: Number(line),
    column: Number(column ?? 1),
  });
  const add = (severity: Severity, message: string, span: SourceSpan | undefined) => {
    const diagnostic = describe(severity, message, span);
    const last = result[result.length - 1];
    if (severity === "note" && last) last.notes.push(diagnostic);
    else result.push({ head: diagnostic, notes: including });
    including = [];
  };
  for (const line of text.split("\n")) {
    if (SNIPPET.test(line)) continue;
    const located = LOCATED.exec(line);
    if (located) {
      add(severityOf(located[4]!), located[5]!, spanOf(located[1]!, located[2]!, located[3]));
      continue;
    }
    const included = INCLUDED.exec(line);
    if (included) {
      including.push(describe("note", "included from here", spanOf(included[1]!, included[2]!, included[3])));
      continue;
    }
    const unlocated = UNLOCATED.exec(line);
    // That there are too many errors says nothing beside the errors.
    if (unlocated && !unlocated[2]!.includes("-ferror-limit="))
      add(severityOf(unlocated[1]!), unlocated[2]!, undefined);
  }
  return result.map(({ head, notes }) => (notes.length > 0 ? { ...head, notes } : head));
}

function severityOf(word: string): Severity {
  if (word === "warning" || word === "note") return word;
  return word === "remark" ? "note" : "error";
}

/** `x [-Wfoo]` becomes the message `x` with the code `clang/foo`: clang's flag names are stable. */
function describe(severity: Severity, message: string, span: SourceSpan | undefined): Diagnostic {
  const flag = /^(.*\S) \[(?:-Werror,)?-W([\w+=#-]+)\]$/.exec(message);
  return {
    code: `clang/${flag?.[2] ?? severity}`,
    severity,
    message: flag?.[1] ?? message,
    ...(span ? { span } : {}),
  };
}
