/** ONNX's elementwise functions on numbers: for folding constants and for filling tables. */
import type { NodeView } from "./node-view.js";

export type UnaryFunction = (x: number) => number;
export type BinaryFunction = (x: number, y: number) => number;

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const softplus = (x: number) => (x > 30 ? x : Math.log1p(Math.exp(x)));
const clamp = (x: number, low: number, high: number) => Math.min(Math.max(x, low), high);

/** erf to about 1e-15: the Taylor series near 0, the continued fraction of erfc (Lentz) beyond. */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (size > 6) return Math.sign(x);
  if (size < 2.5) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= (-x * x) / n;
      sum += term / (2 * n + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = size;
  for (let k = 60; k > 0; k--) fraction = size + k / 2 / fraction;
  return Math.sign(x) * (1 - Math.exp(-size * size) / (Math.sqrt(Math.PI) * fraction));
}

/** Halves to even, as ONNX's Round. */
function roundEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
}

type Make = (node: NodeView) => UnaryFunction;

const plain =
  (f: UnaryFunction): Make =>
  () =>
    f;
const SELU_ALPHA = 1.6732632423543772;
const SELU_GAMMA = 1.0507009873554805;

/** Functions of one tensor, by operator; the node gives the attributes. */
export const UNARY: Readonly<Record<string, Make>> = {
  Identity: plain((x) => x),
  Dropout: plain((x) => x),
  Relu: plain((x) => Math.max(x, 0)),
  LeakyRelu: (node) => {
    const alpha = node.float("alpha", 0.01);
    return (x) => (x < 0 ? alpha * x : x);
  },
  ThresholdedRelu: (node) => {
    const alpha = node.float("alpha", 1);
    return (x) => (x > alpha ? x : 0);
  },
  Elu: (node) => {
    const alpha = node.float("alpha", 1);
    return (x) => (x < 0 ? alpha * Math.expm1(x) : x);
  },
  Celu: (node) => {
    const alpha = node.float("alpha", 1);
    return (x) => Math.max(0, x) + Math.min(0, alpha * Math.expm1(x / alpha));
  },
  Selu: (node) => {
    const alpha = node.float("alpha", SELU_ALPHA);
    const gamma = node.float("gamma", SELU_GAMMA);
    return (x) => gamma * (x <= 0 ? alpha * Math.expm1(x) : x);
  },
  Sigmoid: plain(sigmoid),
  HardSigmoid: (node) => {
    const alpha = node.float("alpha", 0.2);
    const beta = node.float("beta", 0.5);
    return (x) => clamp(alpha * x + beta, 0, 1);
  },
  HardSwish: plain((x) => x * clamp(x / 6 + 0.5, 0, 1)),
  Tanh: plain(Math.tanh),
  Softplus: plain(softplus),
  Softsign: plain((x) => x / (1 + Math.abs(x))),
  Mish: plain((x) => x * Math.tanh(softplus(x))),
  Erf: plain(erf),
  Gelu: (node) =>
    node.string("approximate", "none") === "tanh"
      ? (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))
      : (x) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
  Exp: plain(Math.exp),
  Log: plain(Math.log),
  Sqrt: plain(Math.sqrt),
  Reciprocal: plain((x) => 1 / x),
  Abs: plain(Math.abs),
  Neg: plain((x) => -x),
  Sign: plain(Math.sign),
  Floor: plain(Math.floor),
  Ceil: plain(Math.ceil),
  Round: plain(roundEven),
  Sin: plain(Math.sin),
  Cos: plain(Math.cos),
  Tan: plain(Math.tan),
  Asin: plain(Math.asin),
  Acos: plain(Math.acos),
  Atan: plain(Math.atan),
  Sinh: plain(Math.sinh),
  Cosh: plain(Math.cosh),
  Asinh: plain(Math.asinh),
  Acosh: plain(Math.acosh),
  Atanh: plain(Math.atanh),
};

/** Functions of two tensors with broadcasting, by operator. */
export const BINARY: Readonly<Record<string, BinaryFunction>> = {
  Add: (x, y) => x + y,
  Sub: (x, y) => x - y,
  Mul: (x, y) => x * y,
  Div: (x, y) => x / y,
  Pow: (x, y) => x ** y,
  PRelu: (x, slope) => (x < 0 ? x * slope : x),
  Max: (x, y) => Math.max(x, y),
  Min: (x, y) => Math.min(x, y),
  Sum: (x, y) => x + y,
};
