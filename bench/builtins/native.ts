/** The math functions as C++ for the CPU: the very text that is compiled into kernels, but for the few primitives. */
import { createHash } from "node:crypto";
import { double, type Format, helperName, single } from "../../src/parser/builtins/math/format.js";
import { cxx, Library } from "../../src/parser/builtins/math/library.js";
import { mathHelpers } from "../../src/parser/builtins/math/math.js";

export const formats = { float: single, double } as const;
export type FormatName = keyof typeof formats;

/** One helper with everything that it needs. */
export function nativeText(helper: string, format: Format): string {
  const library = new Library(mathHelpers, cxx);
  library.expand(`@${helper}`, format);
  return library.text();
}

/** Changes whenever the text of the function, or of anything that it uses, changes. */
export function contentKey(helper: string, format: Format, ...others: string[]): string {
  const hash = createHash("sha256").update(nativeText(helper, format));
  for (const other of others) hash.update("\0").update(other);
  return hash.digest("hex").slice(0, 16);
}

/** All the helpers in one text, with macros `CANDIDATE(name)` for the names of the floats' and of the doubles'. */
export function nativeLibrary(helpers: readonly string[]): string {
  const library = new Library(mathHelpers, cxx);
  for (const format of [single, double]) for (const helper of helpers) library.expand(`@${helper}`, format);
  const overloads = (["float", "double"] as const).map(
    (name) => `template <> struct Format<${name}> { ${helpers.map((h) => wrapper(h, name)).join("\n  ")} };`,
  );
  return `${library.text()}\ntemplate <class T> struct Format;\n${overloads.join("\n")}\n`;
}

/** A static member that forwards to the helper, whatever its parameters are. */
function wrapper(helper: string, name: FormatName): string {
  return `template <class... A> static auto ${helper}_(A... a) { return ${helperName(helper, formats[name])}(a...); }`;
}
