/** Several random programs in one source file: compilers then read their headers and link their libraries once for all. */

/** Names that a program declares, each at the start of a line: functions and constant tables. */
function declaredNames(source: string): string[] {
  const functions = source.matchAll(/^(?:__kernel )?\w+ (\w+)\(/gm);
  const tables = source.matchAll(/^__constant \w+ (\w+)\[/gm);
  return [...functions, ...tables].map((match) => match[1]!);
}

/** The source with `suffix` behind every name that it declares, so that sources may stand behind one another. */
export function withSuffix(source: string, suffix: string): string {
  const names = new RegExp(`\\b(?:${declaredNames(source).join("|")})\\b`, "g");
  return source.replaceAll(names, (name) => name + suffix);
}
