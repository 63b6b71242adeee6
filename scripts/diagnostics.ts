// Writes docs/diagnostics.md from the source: every diagnostic code with its exit code and the file that gives it.
// A test fails when the page is out of date: `npm run docs` mends it.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The functions and classes of src/support/errors.ts that take a code, and the exit code that follows. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/\binputError\(\s*$/, "1"],
  [/\busageError\(\s*$/, "2"],
  [/\bunsupported\(\s*$/, "3"],
  [/\btoolError\(\s*$/, "4"],
];

interface Entry {
  readonly code: string;
  readonly exits: Set<string>;
  readonly files: Set<string>;
}

/** Every text of the form `area/what` that stands where a diagnostic's code stands. */
export function collectCodes(): readonly Entry[] {
  const entries = new Map<string, Entry>();
  const files = (readdirSync(join(root, "src"), { recursive: true }) as string[])
    .filter((f) => f.endsWith(".ts"))
    .sort();
  for (const file of files) {
    const text = readFileSync(join(root, "src", file), "utf8");
    // Quoted, or a template whose variable part becomes a capital word.
    for (const match of text.matchAll(/["`]([a-z][a-z0-9-]*\/(?:[a-z0-9-]|\$\{[\w.]+\})+)["`]/g)) {
      const before = text.slice(Math.max(0, match.index - 200), match.index);
      const kind = KINDS.find(([pattern]) => pattern.test(before));
      const isCode =
        kind || /\bcode:\s*$/.test(before) || /\b(?:fail|refuse|problem|error|diagnostic)\w*\(\s*$/i.test(before);
      if (!isCode) continue;
      const code = match[1]!.replace(/\$\{(?:\w+\.)*(\w+)\}/g, (_, name: string) => name.toUpperCase());
      const entry = entries.get(code) ?? { code, exits: new Set(), files: new Set() };
      if (kind) entry.exits.add(kind[1]);
      entry.files.add(`src/${file}`);
      entries.set(code, entry);
    }
  }
  return [...entries.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
}

/** The whole page. */
export function diagnosticsPage(): string {
  const rows = collectCodes().map(
    ({ code, exits, files }) =>
      `| \`${code}\` | ${[...exits].sort().join(", ") || "–"} | ${[...files].map((f) => `\`${f}\``).join(", ")} |`,
  );
  return [...PREFACE, "| code | exit | where |", "|---|---|---|", ...rows, ""].join("\n");
}

const PREFACE = [
  "# Diagnostics and exit codes",
  "",
  "Every message has a code of the form `area/what`. Codes are stable: a script may rely on them. With `--json` a failed",
  'command prints `{"error": {exitCode, kind, diagnostics: [{code, severity, message, span?, help?, notes?}]}}`.',
  "",
  "| exit code | meaning | class in `src/support/errors.ts` |",
  "|---|---|---|",
  "| 0 | done | |",
  "| 1 | the input was rejected: the user's to mend | `InputError` |",
  "| 2 | wrong usage | `UsageError` |",
  "| 3 | valid input that is not supported yet | `UnsupportedError` |",
  "| 4 | an external tool is missing or failed | `ToolError` |",
  "| 5 | a check found a mismatch | `MismatchError` |",
  "| 70 | a fault of soff: the evidence is kept in a file, please report it | `InternalError`, anything else thrown |",
  "",
  "clang's own messages come as `clang/error`, `clang/warning`, `clang/note`, or `clang/FLAG` when clang names the flag that",
  "governs a warning.",
  "",
  "The table below is generated from the source by `npm run docs`. A dash means that the exit code depends on what the",
  "message is about.",
  "",
];

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(join(root, "docs", "diagnostics.md"), diagnosticsPage());
}
