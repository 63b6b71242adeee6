/** What the operations of a kernel take on a device. */
import { type Operand, type Type, widthOf } from "../ir/types.js";
import type { PureInstruction } from "../structure/types.js";

/** Rough area: figures of bench/README.md (UltraScale+), scaled by width between the formats there. */
export function operationArea(x: PureInstruction, typeOf: (o: Operand) => Type): { lut: number; dsp: number } {
  const bits = widthOf(x.result.type);
  const wide = bits > 32;
  switch (x.op) {
    case "fma":
      return wide ? { lut: 3800, dsp: 11 } : { lut: 1600, dsp: 2 };
    case "binary":
      switch (x.kind) {
        case "fadd":
        case "fsub":
          return { lut: wide ? 1150 : 530, dsp: 0 };
        case "fmul":
          return wide ? { lut: 1230, dsp: 11 } : { lut: 410, dsp: 2 };
        case "fdiv":
          return { lut: wide ? 5500 : 1400, dsp: 0 };
        case "mul":
          return x.left.kind === "const" || x.right.kind === "const"
            ? { lut: bits, dsp: 0 }
            : { lut: wide ? 240 : 30, dsp: wide ? 8 : bits > 18 ? 3 : 1 };
        case "udiv":
        case "sdiv":
        case "urem":
        case "srem":
          return { lut: Math.ceil((bits * bits) / 0.62), dsp: 0 };
        case "fmin":
        case "fmax":
          return { lut: 2 * bits, dsp: 0 };
        case "shl":
        case "lshr":
        case "ashr":
          return { lut: x.right.kind === "const" ? 0 : 3 * bits, dsp: 0 };
        default:
          return { lut: bits, dsp: 0 };
      }
    case "unary":
      return x.kind === "fsqrt" ? { lut: wide ? 3300 : 800, dsp: 0 } : { lut: 3 * bits, dsp: 0 };
    case "cast":
      switch (x.kind) {
        case "fptosi":
        case "fptoui":
        case "sitofp":
        case "uitofp":
        case "fptrunc":
        case "fpext":
          return { lut: Math.max(160, 4 * Math.max(bits, widthOf(typeOf(x.value)))), dsp: 0 };
        default:
          return { lut: 0, dsp: 0 };
      }
    case "workitem":
      return { lut: 0, dsp: 0 };
    default:
      return { lut: bits, dsp: 0 };
  }
}
