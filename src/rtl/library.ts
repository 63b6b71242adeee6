/** The Verilog library in `templates/verilog`: which files a design needs. */
import { invariant } from "../support/errors.js";
import type { Host } from "../support/host.js";

const folder = (host: Host): string => `${host.packageRoot}/templates/verilog`;

/**
 * The library modules that `sources` instantiate, directly or through each other, as a map from
 * file name to text. Every library module is called `soff_…` and lives in a file of its name.
 */
export function libraryClosure(host: Host, sources: readonly string[]): Map<string, string> {
  const available = new Set(host.list(folder(host)).filter((f) => f.endsWith(".v")));
  const texts = new Map<string, string>();
  const visit = (text: string): void => {
    for (const [module] of text.matchAll(/\bsoff_[a-z0-9_]+\b/g)) {
      const file = `${module}.v`;
      if (texts.has(file) || !available.has(file)) continue;
      const content = host.readText(`${folder(host)}/${file}`);
      texts.set(file, content);
      visit(content);
    }
  };
  for (const source of sources) visit(source);
  invariant(available.size > 0, `no Verilog library in ${folder(host)}`);
  return new Map([...texts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
