/** Reads the header of a library module: parameters and ports with their widths. */

export interface Sidecar {
  readonly name: string;
  readonly description: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly default: number | string;
    readonly meaning: string;
  }[];
  readonly ports: readonly { readonly name: string; readonly direction: string; readonly width: string | number }[];
  readonly latency: string | number;
}

export interface Header {
  readonly parameters: readonly { readonly name: string; readonly value: string }[];
  /** `width` is an expression over the parameters. */
  readonly ports: readonly { readonly name: string; readonly direction: string; readonly width: string }[];
}

/** Index after the parenthesis that closes the one at `open`. */
function closing(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === "(") depth++;
    if (text[i] === ")" && --depth === 0) return i + 1;
  }
  throw new Error("unbalanced parentheses");
}

/** Splits at commas outside parentheses, brackets and braces. */
function items(text: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const c of text) {
    if ("([{".includes(c)) depth++;
    if (")]}".includes(c)) depth--;
    if (c === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += c;
  }
  return parts.map((p) => p.trim()).filter((p) => p !== "");
}

/** ANSI-style headers with ranges `[something:0]`, which is what the library uses. */
export function moduleHeader(source: string, module: string): Header {
  const text = source.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
  let at = text.search(new RegExp(`\\bmodule\\s+${module}\\b`));
  if (at < 0) throw new Error(`no module ${module}`);
  const parameters: { name: string; value: string }[] = [];
  const rest = () => text.slice(at);
  at += /^module\s+\w+\s*/.exec(rest())![0].length;
  if (text[at] === "#") {
    const open = text.indexOf("(", at);
    const end = closing(text, open);
    for (const item of items(text.slice(open + 1, end - 1))) {
      const found = /^(?:parameter\s+)?(?:integer\s+)?(?:signed\s+)?(?:\[[^\]]*\]\s*)?(\w+)\s*=\s*([\s\S]+)$/.exec(
        item,
      );
      if (!found) throw new Error(`parameter "${item}" of ${module} is not understood`);
      parameters.push({ name: found[1]!, value: found[2]! });
    }
    at = end;
  }
  const open = text.indexOf("(", at);
  const ports: { name: string; direction: string; width: string }[] = [];
  let last = { direction: "", width: "1" };
  for (const item of items(text.slice(open + 1, closing(text, open) - 1))) {
    const found =
      /^(?:(input|output|inout)\s+)?(?:(?:wire|reg)\s+)?(?:signed\s+)?(?:\[([\s\S]+):\s*0\s*\]\s*)?(\w+)$/.exec(item);
    if (!found) throw new Error(`port "${item}" of ${module} is not understood`);
    // A bare name repeats the declaration before it.
    if (found[1]) last = { direction: found[1], width: found[2] ? `(${found[2]})+1` : "1" };
    ports.push({ name: found[3]!, ...last });
  }
  return { parameters, ports };
}

const clog2 = (value: number) => (value <= 1 ? 0 : Math.ceil(Math.log2(value)));

/** Value of a Verilog expression of integers and parameters. */
export function evaluate(expression: string | number, values: ReadonlyMap<string, number>): number {
  const script = String(expression)
    .replace(/\$clog2|\bclog2\b|\blog2\b/g, "CLOG2")
    .replace(/\d+'[dh]([0-9a-fA-F]+)/g, (whole, digits: string) => (whole.includes("'h") ? `0x${digits}` : digits))
    .replace(/·/g, "*");
  if (!/^[\w\s+\-*/%<>=!?:&|()]+$/.test(script)) throw new Error(`"${expression}" is no expression of parameters`);
  const names = [...values.keys()];
  const result = new Function("CLOG2", ...names, `return (${script});`)(clog2, ...values.values()) as number;
  return Number(result);
}
