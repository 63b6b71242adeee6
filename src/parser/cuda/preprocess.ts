import type { Scan } from "./scan.js";
import { scan } from "./scan.js";

/**
 * Which branches of `#if … #else … #endif` a compilation takes is asked of clang: every branch gets a
 * pragma, and those of the branches taken come out of the preprocessor.
 */
const BRANCHING = /^(?:if|ifdef|ifndef|elif|elifdef|elifndef|else)$/;

/** The text with a pragma at the start of each branch. */
export function markBranches(text: string, file: number): string {
  let marked = "";
  let from = 0;
  scan(text).directives.forEach(({ name, end }, index) => {
    if (!BRANCHING.test(name)) return;
    marked += `${text.slice(from, end)}${text[end - 1] === "\n" ? "" : "\n"}#pragma soff_branch ${file}_${index}\n`;
    from = end;
  });
  return marked + text.slice(from);
}

/** The marks that came through, as `FILE_DIRECTIVE`. */
export function takenBranches(preprocessed: string): ReadonlySet<string> {
  return new Set([...preprocessed.matchAll(/^#pragma soff_branch (\d+_\d+)/gm)].map((match) => match[1]!));
}

/** A source's tokens without those of branches that are not taken. */
export function scanTaken(text: string, file: number, taken: ReadonlySet<string>): Scan {
  const { directives } = scan(text);
  const skipped: [number, number][] = [];
  directives.forEach(({ name, end }, index) => {
    if (!BRANCHING.test(name) || taken.has(`${file}_${index}`)) return;
    let depth = 0;
    for (const next of directives.slice(index + 1)) {
      if (/^if/.test(next.name)) depth++;
      else if (!/^(?:el|endif)/.test(next.name)) continue;
      else if (depth === 0) {
        skipped.push([end, next.start]);
        return;
      } else if (next.name === "endif") depth--;
    }
    skipped.push([end, text.length]);
  });
  return scan(text, merged(skipped));
}

/** Branches within a branch that is not taken are in it. */
function merged(stretches: readonly [number, number][]): readonly [number, number][] {
  const result: [number, number][] = [];
  for (const [start, end] of [...stretches].sort((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last && start < last[1]) last[1] = Math.max(last[1], end);
    else result.push([start, end]);
  }
  return result;
}

const QUALIFIERS = ["__device__", "__global__", "__constant__", "__shared__", "__managed__"];

/** CUDA's qualifiers and the user's macros that stand for one. */
export function deviceMarkers(scans: Iterable<Scan>): ReadonlySet<string> {
  const markers = new Set(QUALIFIERS);
  const macros = [...scans].flatMap(({ directives }) =>
    directives
      .filter(({ name }) => name === "define")
      .flatMap(({ rest }) => {
        const found = /^\s*([A-Za-z_]\w*)(?:\([^)]*\))?([\s\S]*)$/.exec(rest);
        return found ? [{ name: found[1]!, words: found[2]!.match(/\w+/g) ?? [] }] : [];
      }),
  );
  for (let before = -1; before !== markers.size; ) {
    before = markers.size;
    for (const { name, words } of macros) if (words.some((word) => markers.has(word))) markers.add(name);
  }
  return markers;
}
