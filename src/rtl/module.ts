/** Builds one Verilog-2005 module and prints it. The only Verilog printer of soff. */
import { InternalError, invariant } from "../support/errors.js";
import { type Expr, name } from "./expr.js";

export interface Port {
  readonly direction: "input" | "output";
  readonly name: string;
  readonly width: number;
  /** Only under this macro. */
  readonly guard?: string;
}

const keywords = new Set(
  (
    "always and assign automatic begin buf bufif0 bufif1 case casex casez cell cmos config deassign default defparam design " +
    "disable edge else end endcase endconfig endfunction endgenerate endmodule endprimitive endspecify endtable endtask event " +
    "for force forever fork function generate genvar highz0 highz1 if ifnone incdir include initial inout input inside instance " +
    "integer join large liblist library localparam macromodule medium module nand negedge nmos nor noshowcancelled not " +
    "notif0 notif1 or output parameter pmos posedge primitive pull0 pull1 pulldown pullup pulsestyle_onevent " +
    "pulsestyle_ondetect rcmos real realtime reg release repeat rnmos rpmos rtran rtranif0 rtranif1 scalared showcancelled " +
    "signed small specify specparam strong0 strong1 supply0 supply1 table task time tran tranif0 tranif1 tri tri0 tri1 " +
    "triand trior trireg unsigned use vectored wait wand weak0 weak1 while wire wor xnor xor logic bit byte int shortint " +
    "longint string enum struct union interface package program class final do return break continue"
  ).split(" "),
);

/** Makes an identifier of the checked alphabet out of any text. */
export function identifier(text: string): string {
  const clean = text
    .replace(/[^A-Za-z0-9_]/g, "_")
    .replace(/_+/g, "_")
    .slice(0, 60);
  return clean === "" || /^[0-9]/.test(clean) || keywords.has(clean) ? `n_${clean}` : clean;
}

const range = (width: number): string => (width === 1 ? "" : `[${width - 1}:0] `);

export class ModuleBuilder {
  private readonly ports: Port[] = [];
  private readonly lines: string[] = [];
  private readonly used = new Set<string>();
  private readonly sinks: string[] = [];

  constructor(
    readonly moduleName: string,
    private readonly header: readonly string[] = [],
  ) {
    this.used.add(moduleName);
  }

  input(portName: string, width = 1): Expr {
    return this.port("input", portName, width);
  }

  output(portName: string, width = 1): Expr {
    return this.port("output", portName, width);
  }

  /** An output that exists only when the macro is defined. Its driver stands under the same guard. */
  guardedOutput(guard: string, portName: string, value: Expr): void {
    this.port("output", portName, value.width, guard);
    this.lines.push(`\`ifdef ${guard}`, `  assign ${portName} = ${value.text};`, "`endif");
  }

  private port(direction: Port["direction"], portName: string, width: number, guard?: string): Expr {
    invariant(!this.used.has(portName), `duplicate port ${portName} in ${this.moduleName}`);
    this.used.add(portName);
    this.ports.push({ direction, name: portName, width, ...(guard ? { guard } : {}) });
    return name(portName, width);
  }

  /** A name not used in this module yet, near the wished one. */
  fresh(wish: string): string {
    const base = identifier(wish);
    let candidate = base;
    for (let k = 2; this.used.has(candidate); k++) candidate = `${base}_${k}`;
    this.used.add(candidate);
    return candidate;
  }

  comment(text: string): void {
    this.lines.push(`  // ${text.replace(/[\r\n]+/g, " ")}`);
  }

  blank(): void {
    this.lines.push("");
  }

  /** Declares a wire that something else drives (an instance). */
  wire(wish: string, width = 1): Expr {
    const id = this.fresh(wish);
    this.lines.push(`  wire ${range(width)}${id};`);
    return name(id, width);
  }

  /** Names the value of an expression. */
  define(wish: string, value: Expr, comment = ""): Expr {
    const id = this.fresh(wish);
    this.lines.push(`  wire ${range(value.width)}${id} = ${value.text};${comment ? ` // ${comment}` : ""}`);
    return name(id, value.width);
  }

  /** A name for the value: itself when it is a name or constant already. */
  named(wish: string, value: Expr): Expr {
    return value.atom === "none" ? this.define(wish, value) : value;
  }

  assign(target: Expr, value: Expr): void {
    invariant(target.width === value.width, `assign ${target.text} (${target.width}) = ${value.text} (${value.width})`);
    this.lines.push(`  assign ${target.text} = ${value.text};`);
  }

  /** A register without reset that takes `next` at every clock edge, or at those where `enable` is set. */
  register(wish: string, next: Expr, enable?: Expr): Expr {
    const id = this.fresh(wish);
    const when = enable ? `if (${enable.text}) ` : "";
    this.lines.push(`  reg ${range(next.width)}${id};`, `  always @(posedge clk) ${when}${id} <= ${next.text};`);
    return name(id, next.width);
  }

  /** A register with synchronous reset; `body` is told its name and gives the next value. */
  state(wish: string, width: number, reset: string, next: (self: Expr) => Expr): Expr {
    const id = this.fresh(wish);
    const self = name(id, width);
    const value = next(self);
    invariant(value.width === width, `next value of ${id} is ${value.width} bits, not ${width}`);
    this.lines.push(
      `  reg ${range(width)}${id};`,
      `  always @(posedge clk)`,
      `    if (rst) ${id} <= ${reset};`,
      `    else ${id} <= ${value.text};`,
    );
    return self;
  }

  instance(
    moduleName: string,
    wish: string,
    parameters: Readonly<Record<string, number | Expr>>,
    connections: Readonly<Record<string, Expr>>,
  ): string {
    const id = this.fresh(wish);
    const params = Object.entries(parameters).map(([k, v]) => `.${k}(${typeof v === "number" ? v : v.text})`);
    this.lines.push(`  ${moduleName}${params.length > 0 ? ` #(${params.join(", ")})` : ""} ${id} (`);
    const rows = Object.entries(connections).map(([k, v]) => `    .${k}(${v.text})`);
    this.lines.push(rows.join(",\n"), "  );");
    return id;
  }

  /** States that not every bit of these signals need be read. */
  sink(...signals: readonly Expr[]): void {
    for (const s of signals) if (s.atom === "name") this.sinks.push(s.text);
  }

  raw(...text: readonly string[]): void {
    this.lines.push(...text.map((t) => `  ${t}`));
  }

  print(): string {
    if (this.ports.length === 0) throw new InternalError(`module ${this.moduleName} has no ports`);
    // Guarded ports come first, so that every one of them can bring its comma along.
    const text = (p: Port): string => `  ${p.direction} wire ${range(p.width)}${p.name}`;
    const guarded = this.ports.flatMap((p) => (p.guard ? [`\`ifdef ${p.guard}`, `${text(p)},`, "`endif"] : []));
    const ports = [
      ...guarded,
      this.ports
        .filter((p) => !p.guard)
        .map(text)
        .join(",\n"),
    ].join("\n");
    const sinks = [...new Set(this.sinks)];
    const sink =
      sinks.length > 0
        ? ["", "  // Bits that are computed but not needed.", `  wire unused_bits = &{1'b0, ${sinks.join(", ")}};`]
        : [];
    return [
      ...this.header.map((h) => `// ${h}`),
      "`default_nettype none",
      `module ${this.moduleName} (`,
      `${ports}`,
      ");",
      ...this.lines,
      ...sink,
      "endmodule",
      "`default_nettype wire",
      "",
    ].join("\n");
  }
}
