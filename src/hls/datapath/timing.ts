/** Latency and delay of operations for a device family (data: `boards/families`). */
import { InternalError, invariant } from "../../support/errors.js";
import type { DeviceFamily } from "../../target/board.js";
import { i, type Operand, type Type, widthOf } from "../ir/types.js";
import type { Operation } from "./types.js";

export interface Timing {
  /** Register stages; 0 for combinational operations. */
  readonly latency: number;
  /** Combinational delay of an operation without register stages, nanoseconds. */
  readonly delayNs: number;
}

type DelayClass = "logic" | "add" | "compare" | "mux" | "shift";

export class TimingModel {
  /** What a register's clock-to-output and the way to the first gate take, nanoseconds. */
  readonly launchNs = 0.3;
  /** Logic must settle by then: the rest is routing and setup margin. */
  readonly budgetNs: number;

  constructor(
    private readonly family: DeviceFamily,
    private readonly typeOf: (operand: Operand) => Type,
  ) {
    this.budgetNs = family.periodNs * 0.85;
  }

  of(x: Operation): Timing {
    switch (x.op) {
      case "rom":
        return pipelined(1);
      case "binary":
        switch (x.kind) {
          case "mul":
            // Fixed-point arithmetic of double functions multiplies to 128 bits.
            return this.library("imul", widthOf(x.result.type) > 64 ? 128 : bucket(widthOf(x.result.type)));
          case "udiv":
          case "sdiv":
          case "urem":
          case "srem":
            return this.library("idiv", bucket(widthOf(x.result.type)));
          case "fadd":
          case "fsub":
            return this.library("fadd", widthOf(x.result.type));
          case "fmul":
            return this.library("fmul", widthOf(x.result.type));
          case "fdiv":
            return this.library("fdiv", widthOf(x.result.type));
          case "add":
          case "sub":
            return this.delay("add", x.result.type);
          case "and":
          case "or":
          case "xor":
          case "copysign":
            return this.delay("logic", x.result.type);
          case "shl":
          case "lshr":
          case "ashr":
            return x.right.kind === "const" ? wires : this.delay("shift", x.result.type);
          case "umin":
          case "umax":
          case "smin":
          case "smax":
          case "fmin":
          case "fmax":
            return this.delay("compare", x.result.type, "mux");
          default:
            return x satisfies never;
        }
      case "unary":
        switch (x.kind) {
          case "fsqrt":
            return this.library("fsqrt", widthOf(x.result.type));
          case "floor":
          case "ceil":
          case "ftrunc":
          case "rint":
          case "round":
            return this.library("fround", widthOf(x.result.type));
          case "fneg":
          case "fabs":
          case "bitreverse":
          case "bswap":
            return wires;
          case "abs":
            return this.delay("add", x.result.type, "mux");
          case "ctlz":
          case "cttz":
          case "ctpop":
            return this.delay("shift", x.result.type, "logic");
          default:
            return x satisfies never;
        }
      case "fma":
        return this.library("fma", widthOf(x.result.type));
      case "icmp":
        return this.delay("compare", this.typeOf(x.left));
      case "fcmp":
        return this.delay("compare", this.typeOf(x.left), "logic");
      case "cast":
        switch (x.kind) {
          case "fptosi":
          case "fptoui":
            return this.library("ftoi", widthOf(this.typeOf(x.value)));
          case "sitofp":
          case "uitofp":
            return this.library("itof", widthOf(x.result.type));
          case "fptrunc":
          case "fpext":
            return this.library("ftof", Math.max(widthOf(x.result.type), widthOf(this.typeOf(x.value))));
          case "trunc":
          case "zext":
          case "sext":
          case "bitcast":
          case "ptrtoint":
          case "inttoptr":
            return wires;
          default:
            return x satisfies never;
        }
      case "select":
        return this.delay("mux", x.result.type);
      case "ptradd":
        return this.delay("add", x.result.type);
      case "workitem":
        return wires;
      default:
        return x satisfies never;
    }
  }

  /** Delay of the choice between `ways` words by a one-hot mask. */
  choiceNs(ways: number): number {
    return this.delay("mux", i(1)).delayNs * Math.ceil(1 + Math.log2(ways) / 2);
  }

  private library(operator: string, bits: number): Timing {
    const latency = this.family.latency[`${operator}${bits}`];
    if (latency === undefined)
      throw new InternalError(`device family ${this.family.name} has no latency for ${operator}${bits}`);
    return pipelined(latency);
  }

  private delay(first: DelayClass, type: Type, second?: DelayClass): Timing {
    const one = (c: DelayClass): number => {
      const d = this.family.delayNs[c];
      invariant(d, `device family ${this.family.name} has no delay for ${c}`);
      return d.base + d.perBit * widthOf(type);
    };
    return { latency: 0, delayNs: one(first) + (second ? one(second) : 0) };
  }
}

const wires: Timing = { latency: 0, delayNs: 0 };
const pipelined = (latency: number): Timing => ({ latency, delayNs: 0.5 });

/** The family's tables know 8, 16, 32 and 64 bits. */
function bucket(bits: number): number {
  return bits <= 8 ? 8 : bits <= 16 ? 16 : bits <= 32 ? 32 : 64;
}
