/** The measured functions and how far they may be off: OpenCL C 1.2, table 7.4 (full profile), in ulp. */
export interface Measured {
  readonly name: string;
  readonly operands: "unary" | "binary" | "int";
  /** Undefined where the specification leaves the accuracy open. */
  readonly float: number | undefined;
  readonly double: number | undefined;
}

const functions = (operands: Measured["operands"], limits: Readonly<Record<string, number | undefined>>): Measured[] =>
  Object.entries(limits).map(([name, limit]) => ({ name, operands, float: limit, double: limit }));

export const measured: readonly Measured[] = [
  ...functions("unary", {
    acos: 4,
    acosh: 4,
    acospi: 5,
    asin: 4,
    asinh: 4,
    asinpi: 5,
    atan: 5,
    atanh: 5,
    atanpi: 5,
    cbrt: 2,
    cos: 4,
    cosh: 4,
    cospi: 4,
    erf: 16,
    erfc: 16,
    exp: 3,
    exp2: 3,
    exp10: 3,
    expm1: 3,
    lgamma: undefined,
    log: 3,
    log2: 3,
    log10: 3,
    log1p: 2,
    logb: 0,
    rsqrt: 2,
    sin: 4,
    sinh: 4,
    sinpi: 4,
    tan: 5,
    tanh: 5,
    tanpi: 6,
    tgamma: 16,
  }),
  ...functions("binary", {
    atan2: 6,
    atan2pi: 6,
    fmod: 0,
    hypot: 4,
    nextafter: 0,
    pow: 16,
    powr: 16,
    remainder: 0,
  }),
  ...functions("int", { ldexp: 0.5, pown: 16, rootn: 16 }),
];
