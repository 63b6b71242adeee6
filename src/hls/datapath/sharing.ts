/**
 * Folding: operators of one kind shared by several operations, so that a kernel fits a small device. With an interval of N
 * cycles every island that has such operations admits a token in one cycle of N at most, always in turn 0 of a counter
 * modulo N that runs freely. An operation that starts in cycle c of its island so has its operator in turn c mod N, and no
 * two operations have the same operator in the same turn: nobody ever waits for an operator. (A modulo reservation table,
 * after Rau, "Iterative Modulo Scheduling", 1994, with one table for all islands of the datapath.)
 */
import { InternalError, invariant } from "../../support/errors.js";
import { type Operand, type Type, widthOf } from "../ir/types.js";
import type { Datapath, Operation, Segment } from "./types.js";

/** What an operation has of a shared operator. */
export interface Turn {
  /** Name of the operator, unique in the datapath. */
  readonly unit: string;
  /** Cycle modulo the interval in which it takes its operands. */
  readonly turn: number;
}

/** Registers between the choice of operands and the operator. */
export const choiceCycles = 1;

/** Who has which operator when. With an interval of 1 nothing is shared. */
export class Reservations {
  /** Operations of a class, those of launch-wide values aside. */
  private readonly counts: ReadonlyMap<string, number>;
  /** By class and operator, which turns are taken. */
  private readonly units: ReadonlyMap<string, readonly boolean[][]>;
  private readonly typeOf: (operand: Operand) => Type;

  constructor(
    datapath: Datapath,
    readonly interval: number,
  ) {
    this.typeOf = (o) => (o.kind === "value" ? datapath.types.get(o.id)! : o.type);
    this.counts = countClasses(datapath, this.typeOf);
    this.units = new Map(
      [...this.counts].map(([kind, count]) => [
        kind,
        Array.from({ length: Math.ceil(count / interval) }, () => new Array<boolean>(interval).fill(false)),
      ]),
    );
  }

  /** Whether the operation has no operator of its own. */
  isShared(x: Operation): boolean {
    const kind = sharedClass(x, this.typeOf);
    return kind !== undefined && this.units.get(kind)!.length < this.counts.get(kind)!;
  }

  /** Takes the first turn, from cycle `earliest` on, in which an operator for the operation is free. */
  take(x: Operation, earliest: number): { readonly cycle: number; readonly turn: Turn } {
    const kind = sharedClass(x, this.typeOf);
    invariant(kind !== undefined && this.isShared(x), "an operation with an operator of its own takes no turn");
    for (let cycle = earliest; cycle < earliest + this.interval; cycle++) {
      const turn = cycle % this.interval;
      const unit = this.units.get(kind)!.findIndex((turns) => !turns[turn]);
      if (unit < 0) continue;
      this.units.get(kind)![unit]![turn] = true;
      return { cycle, turn: { unit: `${kind}_${unit}`, turn } };
    }
    throw new InternalError(`there are more operations ${kind} than turns`);
  }
}

/** The interval with which all operations of every class have one operator: a longer one saves nothing. */
export function longestInterval(datapath: Datapath): number {
  const counts = countClasses(datapath, (o) => (o.kind === "value" ? datapath.types.get(o.id)! : o.type));
  return Math.max(1, ...counts.values());
}

function countClasses(datapath: Datapath, typeOf: (operand: Operand) => Type): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const visit = ({ islands, steps }: Segment): void => {
    for (const x of islands.flat()) count(x);
    for (const step of steps) {
      if (step.kind === "loop") visit(step.body);
      if (step.kind !== "decoupled") continue;
      for (const x of [...step.generator, ...step.collector]) count(x);
      visit(step.feed);
      if (step.post) visit(step.post);
    }
  };
  const count = (x: Operation): void => {
    const kind = sharedClass(x, typeOf);
    if (kind !== undefined) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  };
  visit(datapath.body);
  return counts;
}

/** Operations of one class can take turns at one operator. Undefined where an operator is no larger than the choice of its operands. */
export function sharedClass(x: Operation, typeOf: (operand: Operand) => Type): string | undefined {
  switch (x.op) {
    case "binary": {
      const bits = widthOf(x.result.type);
      switch (x.kind) {
        case "mul":
          return isShiftsAndAdds(x.left) || isShiftsAndAdds(x.right) ? undefined : `imul${bits}`;
        case "udiv":
        case "urem":
          return `udiv${bits}`;
        case "sdiv":
        case "srem":
          return `sdiv${bits}`;
        case "fadd":
        case "fsub":
          return `fadd${bits}`;
        case "fmul":
        case "fdiv":
          return `${x.kind}${bits}`;
        default:
          return undefined;
      }
    }
    case "unary":
      return x.kind === "fsqrt" ? `fsqrt${widthOf(x.result.type)}` : undefined;
    case "fma":
      return `fma${widthOf(x.result.type)}`;
    case "cast":
      switch (x.kind) {
        case "fptosi":
        case "fptoui":
        case "sitofp":
        case "uitofp":
        case "fptrunc":
        case "fpext":
          return `${x.kind}${widthOf(typeOf(x.value))}to${widthOf(x.result.type)}`;
        default:
          return undefined;
      }
    default:
      return undefined;
  }
}

/** A factor with few ones costs less than its way to a multiplier. */
function isShiftsAndAdds(o: Operand): boolean {
  if (o.kind !== "const") return false;
  return [...o.bits.toString(2)].filter((bit) => bit === "1").length <= 3;
}
