/** One operation of an island as Verilog: an expression, or an instance of a library operator. */
import {
  binary,
  type Comparison,
  compare,
  concat,
  constant,
  type Expr,
  mux,
  not,
  or,
  repeat,
  resize,
  shift,
  signExtend,
  slice,
  zeroExtend,
} from "../../rtl/expr.js";
import type { ModuleBuilder } from "../../rtl/module.js";
import type { Turn } from "../datapath/sharing.js";
import type { FloatPredicate, IntPredicate, Type } from "../ir/types.js";
import type { PureInstruction } from "../structure/types.js";
import type { SharedUnits } from "./shared-units.js";

type Computation = Exclude<PureInstruction, { op: "workitem" }>;

const clk: Expr = { text: "clk", width: 1, atom: "name" };

/** Exponent and fraction widths of the IEEE formats by total width. */
export function floatFormat(bits: number): { EXP: number; FRAC: number } {
  return bits === 16 ? { EXP: 5, FRAC: 10 } : bits === 64 ? { EXP: 11, FRAC: 52 } : { EXP: 8, FRAC: 23 };
}

/**
 * Emits `x` and returns its result, `latency` cycles after the operands. `args` are names or
 * constants, in the order of `instructionOperands`; `typeOf` their types; `width` the result's width. The factors of a
 * product may be narrower than it: bits that are left out are zeros. `shared`: the operator that `x` takes turns at.
 */
export function emitOperation(
  m: ModuleBuilder,
  x: Computation,
  args: readonly Expr[],
  argTypes: readonly Type[],
  label: string,
  latency: number,
  width: number,
  shared?: { readonly units: SharedUnits; readonly turn: Turn },
): Expr {
  const [a, b] = args as [Expr, Expr];
  /** A module with operands, and a result at one of its outputs. */
  const operator = (
    module: string,
    parameters: Record<string, number>,
    operands: Record<string, Expr>,
    outputs: readonly string[] = ["y"],
    output = "y",
  ): Expr => {
    if (shared) return shared.units.use(shared.turn, { module, parameters, outputs, width }, operands, output);
    const y = m.wire(label, width);
    const others = outputs.filter((port) => port !== output);
    const unused = others.map((port) => [port, m.wire(`unused_${label}`, width)] as const);
    m.instance(module, `u_${label}`, parameters, { clk, ...operands, [output]: y, ...Object.fromEntries(unused) });
    return y;
  };
  /** One without registers. */
  const instance = (module: string, parameters: Record<string, number>, ports: Record<string, Expr>): Expr => {
    const y = m.wire(label, width);
    m.instance(module, `u_${label}`, parameters, { ...ports, y });
    return y;
  };
  switch (x.op) {
    case "binary":
      switch (x.kind) {
        case "add":
        case "sub":
          return binary(x.kind === "add" ? "+" : "-", a, b);
        case "and":
        case "or":
        case "xor":
          return binary(x.kind === "and" ? "&" : x.kind === "or" ? "|" : "^", a, b);
        case "mul":
          return operator(
            "soff_int_mul",
            { A_WIDTH: a.width, B_WIDTH: b.width, Y_WIDTH: width, LATENCY: latency },
            { a, b },
          );
        case "udiv":
        case "sdiv":
        case "urem":
        case "srem": {
          const quotient = x.kind === "udiv" || x.kind === "sdiv";
          return operator(
            "soff_int_div",
            { WIDTH: width, SIGNED: x.kind === "sdiv" || x.kind === "srem" ? 1 : 0, LATENCY: latency },
            { a, b },
            ["q", "r"],
            quotient ? "q" : "r",
          );
        }
        case "shl":
        case "lshr":
        case "ashr":
          return emitShift(x.kind, a, b);
        case "umin":
        case "umax":
        case "smin":
        case "smax":
          return mux(compare(x.kind.endsWith("min") ? "<" : ">", a, b, x.kind.startsWith("s")), a, b);
        case "fadd":
        case "fsub":
          return operator(
            "soff_fp_add",
            { ...floatFormat(width), LATENCY: latency },
            { a, b: x.kind === "fadd" ? b : flipSign(b) },
          );
        case "fmul":
        case "fdiv":
          return operator(`soff_fp_${x.kind.slice(1)}`, { ...floatFormat(width), LATENCY: latency }, { a, b });
        case "fmin":
        case "fmax":
          return instance("soff_fp_minmax", floatFormat(width), { a, b, max: constant(x.kind === "fmax" ? 1 : 0, 1) });
        case "copysign":
          return concat(slice(b, width - 1, 1), slice(a, 0, width - 1));
        default:
          return x satisfies never;
      }
    case "unary":
      switch (x.kind) {
        case "fneg":
          return flipSign(a);
        case "fabs":
          return concat(constant(0, 1), slice(a, 0, width - 1));
        case "fsqrt":
          return operator("soff_fp_sqrt", { ...floatFormat(width), LATENCY: latency }, { a });
        case "floor":
        case "ceil":
        case "ftrunc":
        case "rint":
        case "round": {
          const mode = { floor: 0, ceil: 1, ftrunc: 2, rint: 3, round: 4 }[x.kind];
          return operator("soff_fp_round", { ...floatFormat(width), LATENCY: latency }, { a, mode: constant(mode, 3) });
        }
        case "abs":
          return mux(slice(a, width - 1, 1), binary("-", constant(0, width), a), a);
        case "ctlz":
          return instance("soff_leading_zeros", { WIDTH: width }, { a });
        case "cttz":
          return instance("soff_leading_zeros", { WIDTH: width }, { a: reverse(a, 1) });
        case "ctpop":
          return instance("soff_count_ones", { WIDTH: width }, { a });
        case "bitreverse":
          return reverse(a, 1);
        case "bswap":
          return reverse(a, 8);
        default:
          return x satisfies never;
      }
    case "fma":
      return operator("soff_fp_fma", { ...floatFormat(width), LATENCY: latency }, { a, b, c: args[2]! });
    case "icmp":
      return emitIntCompare(x.predicate, a, b);
    case "fcmp":
      return emitFloatCompare(m, x.predicate, a, b, label);
    case "cast": {
      const from = argTypes[0]!;
      switch (x.kind) {
        case "trunc":
        case "ptrtoint":
        case "inttoptr":
        case "bitcast":
        case "zext":
          return resize(a, width);
        case "sext":
          return signExtend(a, width);
        case "fptosi":
        case "fptoui":
          return operator(
            "soff_fp_to_int",
            { ...floatFormat(a.width), INT: width, SIGNED: x.kind === "fptosi" ? 1 : 0, LATENCY: latency },
            { a },
          );
        case "sitofp":
        case "uitofp":
          return operator(
            "soff_int_to_fp",
            { INT: a.width, SIGNED: x.kind === "sitofp" ? 1 : 0, ...floatFormat(width), LATENCY: latency },
            { a },
          );
        case "fptrunc":
        case "fpext": {
          const source = floatFormat(from.kind === "float" ? from.bits : a.width);
          const target = floatFormat(width);
          return operator(
            "soff_fp_to_fp",
            { EXP_IN: source.EXP, FRAC_IN: source.FRAC, EXP_OUT: target.EXP, FRAC_OUT: target.FRAC, LATENCY: latency },
            { a },
          );
        }
        default:
          return x satisfies never;
      }
    }
    case "select":
      return mux(a, b, args[2]!);
    case "ptradd":
      return binary("+", a, resize(b, width));
    default:
      return x satisfies never;
  }
}

function flipSign(a: Expr): Expr {
  return concat(not(slice(a, a.width - 1, 1)), slice(a, 0, a.width - 1));
}

/** The word with its groups of `step` bits in the opposite order. */
function reverse(a: Expr, step: number): Expr {
  const parts: Expr[] = [];
  for (let low = 0; low < a.width; low += step) parts.push(slice(a, low, step));
  return concat(...parts);
}

function emitShift(kind: "shl" | "lshr" | "ashr", a: Expr, amount: Expr): Expr {
  const w = a.width;
  if (amount.constant === undefined) return shift(kind === "shl" ? "<<" : kind === "lshr" ? ">>" : ">>>", a, amount);
  const k = amount.constant >= BigInt(w) ? w : Number(amount.constant);
  if (k === 0) return a;
  if (k === w) return kind === "ashr" ? signBits(a, w) : constant(0, w);
  if (kind === "shl") return concat(slice(a, 0, w - k), constant(0, k));
  const kept = slice(a, k, w - k);
  if (kind === "lshr") return zeroExtend(kept, w);
  return concat(signBits(a, k), kept);
}

function signBits(a: Expr, count: number): Expr {
  return repeat(slice(a, a.width - 1, 1), count);
}

const plain: Record<string, Comparison> = { eq: "==", ne: "!=", lt: "<", le: "<=", gt: ">", ge: ">=" };

function emitIntCompare(predicate: IntPredicate, a: Expr, b: Expr): Expr {
  if (predicate === "eq" || predicate === "ne") return compare(plain[predicate]!, a, b);
  return compare(plain[predicate.slice(1)]!, a, b, predicate.startsWith("s"));
}

function emitFloatCompare(m: ModuleBuilder, predicate: FloatPredicate, a: Expr, b: Expr, label: string): Expr {
  const lt = m.wire(`${label}_lt`);
  const eq = m.wire(`${label}_eq`);
  const un = m.wire(`${label}_un`);
  m.instance("soff_fp_cmp", `u_${label}`, floatFormat(a.width), { a, b, lt, eq, un });
  m.sink(lt, eq, un);
  switch (predicate) {
    case "oeq":
      return eq;
    case "one":
      return not(or(eq, un));
    case "olt":
      return lt;
    case "ole":
      return or(lt, eq);
    case "ogt":
      return not(or(lt, eq, un));
    case "oge":
      return not(or(lt, un));
    case "ord":
      return not(un);
    case "ueq":
      return or(eq, un);
    case "une":
      return not(eq);
    case "ult":
      return or(lt, un);
    case "ule":
      return or(lt, eq, un);
    case "ugt":
      return not(or(lt, eq));
    case "uge":
      return not(lt);
    case "uno":
      return un;
    default:
      return predicate satisfies never;
  }
}
