/** The operators under test with their parameters, and the Verilog and C++ tables generated from them. */

/** 8: four bits of exponent, three of fraction, so small that all pairs of operands can be tried. */
export type FloatWidth = 8 | 16 | 32 | 64;

/** One instance of an operator in the generated top. `key` is its row in the device family's latency table. */
export interface OperatorConfig {
  readonly name: string;
  readonly key: string;
  readonly module: string;
  readonly op: string;
  readonly parameters: Readonly<Record<string, number>>;
  readonly format: number;
  readonly out: number;
  readonly width: number;
  readonly widthB: number;
  readonly signed: boolean;
  readonly latency: number;
  /** Port to expression; `a`, `b`, `c` are 64-bit inputs, `y`, `z` 64-bit outputs. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
}

const shape: Readonly<Record<FloatWidth, { readonly EXP: number; readonly FRAC: number }>> = {
  8: { EXP: 4, FRAC: 3 },
  16: { EXP: 5, FRAC: 10 },
  32: { EXP: 8, FRAC: 23 },
  64: { EXP: 11, FRAC: 52 },
};

const plain = { format: 32, out: 32, width: 32, widthB: 32, signed: false } as const;
const low = (port: string, width: number) => `${port}[${width - 1}:0]`;

/** `latencyOf` gives the register stages of one family key. */
export type LatencyOf = (key: string) => number;

function floatOperator(
  op: string,
  key: string,
  width: FloatWidth,
  latencyOf: LatencyOf,
  inputs: Record<string, string>,
): OperatorConfig {
  return {
    ...plain,
    name: `${key}${width}`,
    key: `${key}${width}`,
    module: `soff_fp_${op}`,
    op: op.toUpperCase(),
    parameters: { ...shape[width] },
    format: width,
    out: width,
    latency: latencyOf(`${key}${width}`),
    inputs,
    outputs: { y: low("y", width) },
  };
}

/** Every FP operator of one width. */
export function floatOperators(width: FloatWidth, latencyOf: LatencyOf): OperatorConfig[] {
  const a = low("a", width);
  const b = low("b", width);
  const c = low("c", width);
  return [
    floatOperator("add", "fadd", width, latencyOf, { a, b }),
    floatOperator("mul", "fmul", width, latencyOf, { a, b }),
    floatOperator("fma", "fma", width, latencyOf, { a, b, c }),
    floatOperator("div", "fdiv", width, latencyOf, { a, b }),
    floatOperator("sqrt", "fsqrt", width, latencyOf, { a }),
    floatOperator("round", "fround", width, latencyOf, { a, mode: "b[2:0]" }),
  ];
}

/** The combinational ones. */
export function comparisons(width: FloatWidth): OperatorConfig[] {
  const inputs = { a: low("a", width), b: low("b", width) };
  const none = () => 0;
  return [
    { ...floatOperator("cmp", "fcmp", width, none, inputs), outputs: { lt: "y[2]", eq: "y[1]", un: "y[0]" } },
    floatOperator("minmax", "fminmax", width, none, { ...inputs, max: "c[0]" }),
  ];
}

export function toInteger(format: FloatWidth, width: number, signed: boolean, latencyOf: LatencyOf): OperatorConfig {
  return {
    ...plain,
    name: `ftoi${format}_${signed ? "s" : "u"}${width}`,
    key: `ftoi${format}`,
    module: "soff_fp_to_int",
    op: "TO_INT",
    parameters: { ...shape[format], INT: width, SIGNED: signed ? 1 : 0 },
    format,
    width,
    signed,
    latency: latencyOf(`ftoi${format}`),
    inputs: { a: low("a", format) },
    outputs: { y: low("y", width) },
  };
}

export function fromInteger(width: number, signed: boolean, format: FloatWidth, latencyOf: LatencyOf): OperatorConfig {
  return {
    ...plain,
    name: `itof${format}_${signed ? "s" : "u"}${width}`,
    key: `itof${format}`,
    module: "soff_int_to_fp",
    op: "FROM_INT",
    parameters: { ...shape[format], INT: width, SIGNED: signed ? 1 : 0 },
    out: format,
    width,
    signed,
    latency: latencyOf(`itof${format}`),
    inputs: { a: low("a", width) },
    outputs: { y: low("y", format) },
  };
}

export function convert(from: FloatWidth, to: FloatWidth, latencyOf: LatencyOf): OperatorConfig {
  const key = `ftof${Math.max(from, to)}`;
  return {
    ...plain,
    name: `ftof${from}_${to}`,
    key,
    module: "soff_fp_to_fp",
    op: "CONVERT",
    parameters: {
      EXP_IN: shape[from].EXP,
      FRAC_IN: shape[from].FRAC,
      EXP_OUT: shape[to].EXP,
      FRAC_OUT: shape[to].FRAC,
    },
    format: from,
    out: to,
    latency: latencyOf(key),
    inputs: { a: low("a", from) },
    outputs: { y: low("y", to) },
  };
}

const atLeast = (width: number) => [8, 16, 32, 64].find((w) => w >= width) ?? 64;

export function multiply(a: number, b: number, y: number, latencyOf: LatencyOf): OperatorConfig {
  const key = `imul${atLeast(Math.max(a, b))}`;
  return {
    ...plain,
    name: `imul${a}x${b}_${y}`,
    key,
    module: "soff_int_mul",
    op: "INT_MUL",
    parameters: { A_WIDTH: a, B_WIDTH: b, Y_WIDTH: y },
    out: y,
    width: a,
    widthB: b,
    latency: latencyOf(key),
    inputs: { a: low("a", a), b: low("b", b) },
    outputs: { y: low("y", y) },
  };
}

export function divide(width: number, signed: boolean, latencyOf: LatencyOf): OperatorConfig {
  const key = `idiv${atLeast(width)}`;
  return {
    ...plain,
    name: `${signed ? "s" : "u"}div${width}`,
    key,
    module: "soff_int_div",
    op: "INT_DIV",
    parameters: { WIDTH: width, SIGNED: signed ? 1 : 0 },
    width,
    widthB: width,
    signed,
    latency: latencyOf(key),
    inputs: { a: low("a", width), b: low("b", width) },
    outputs: { q: low("y", width), r: low("z", width) },
  };
}

const combinational = (config: OperatorConfig) => config.op === "CMP" || config.op === "MINMAX";
const used = (config: OperatorConfig, port: string) =>
  Object.values({ ...config.inputs, ...config.outputs }).some((text) => text.startsWith(`${port}[`));
const rename = (expression: string, index: number) => expression.replace(/^[abcyz]/, (port) => `${port}_${index}`);

/** The top module that instantiates every configuration with its own operands. */
export function topVerilog(configs: readonly OperatorConfig[]): string {
  const ports: string[] = ["    input  wire clk"];
  const body: string[] = [];
  for (const [index, config] of configs.entries()) {
    for (const port of ["a", "b", "c"]) if (used(config, port)) ports.push(`    input  wire [63:0] ${port}_${index}`);
    for (const port of ["y", "z"]) if (used(config, port)) ports.push(`    output wire [63:0] ${port}_${index}`);
    const parameters = Object.entries(config.parameters).map(([name, value]) => `.${name}(${value})`);
    if (!combinational(config)) parameters.push(`.LATENCY(${config.latency})`);
    const connections = [
      ...(combinational(config) ? [] : [".clk(clk)"]),
      ...Object.entries({ ...config.inputs, ...config.outputs }).map(([port, e]) => `.${port}(${rename(e, index)})`),
    ];
    body.push(`    ${config.module} #(${parameters.join(", ")}) op_${index} (${connections.join(", ")});`);
    for (const port of ["y", "z"]) {
      const bits = Object.values(config.outputs)
        .filter((e) => e.startsWith(`${port}[`))
        .map((e) => Number(/\[(\d+)/.exec(e)?.[1]));
      const width = Math.max(-1, ...bits) + 1;
      if (width > 0 && width < 64) body.push(`    assign ${port}_${index}[63:${width}] = ${64 - width}'d0;`);
    }
  }
  return `module operators_top (\n${ports.join(",\n")}\n);\n${body.join("\n")}\nendmodule\n`;
}

/** Rows of the harness's table of `Config`. */
export function harnessTable(configs: readonly OperatorConfig[]): string {
  const row = (config: OperatorConfig, index: number) => {
    const pointer = (port: string) => (used(config, port) ? `&top->${port}_${index}` : "nullptr");
    const numbers = [config.format, config.out, config.width, config.widthB, config.signed, config.latency];
    const pointers = ["a", "b", "c", "y", "z"].map(pointer);
    return `{"${config.name}", ${config.op}, ${numbers.join(", ")}, ${pointers.join(", ")}},`;
  };
  return `${configs.map(row).join("\n")}\n`;
}
