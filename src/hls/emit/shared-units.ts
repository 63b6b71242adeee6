/**
 * Prints operators that operations share: the free-running counter of turns, and for every operator the choice of its
 * operands, a register and one instance of the library's module. See `datapath/sharing.ts`.
 */
import { concat, constant, type Expr, slice } from "../../rtl/expr.js";
import type { ModuleBuilder } from "../../rtl/module.js";
import { invariant } from "../../support/errors.js";
import type { Turn } from "../datapath/sharing.js";
import { clk } from "./stream.js";

/** What operations that take turns must agree in. */
export interface UnitKind {
  readonly module: string;
  readonly parameters: Readonly<Record<string, number>>;
  readonly outputs: readonly string[];
  /** Of every output. */
  readonly width: number;
}

interface SharedUnit {
  readonly kind: UnitKind;
  readonly outputs: ReadonlyMap<string, Expr>;
  /** Operands by turn. */
  readonly operands: Map<number, Readonly<Record<string, Expr>>>;
}

export class SharedUnits {
  private readonly units = new Map<string, SharedUnit>();
  private readonly mask: Expr;

  /** Prints the counter: a mask with one bit. */
  constructor(
    private readonly m: ModuleBuilder,
    readonly interval: number,
  ) {
    m.comment(`Operations take turns at their operators: ${interval} turns, a cycle each.`);
    this.mask = m.state("turn", interval, constant(1, interval).text, (turn) =>
      concat(slice(turn, 0, interval - 1), slice(turn, interval - 1, 1)),
    );
  }

  /** Whether it is this turn; `cycle` may be any that is the same modulo the interval. */
  turn(cycle: number): Expr {
    return slice(this.mask, cycle % this.interval, 1);
  }

  /** Lets an operation have the operator in its turn; its result is at `output`. */
  use({ unit, turn }: Turn, kind: UnitKind, operands: Readonly<Record<string, Expr>>, output: string): Expr {
    let shared = this.units.get(unit);
    if (!shared) {
      const wires = kind.outputs.map((port) => [port, this.m.wire(`${unit}_${port}`, kind.width)] as const);
      shared = { kind, outputs: new Map(wires), operands: new Map() };
      this.units.set(unit, shared);
      this.m.sink(...shared.outputs.values());
    }
    invariant(JSON.stringify(shared.kind) === JSON.stringify(kind), `operations of different kinds share ${unit}`);
    invariant(!shared.operands.has(turn), `two operations have ${unit} in turn ${turn}`);
    shared.operands.set(turn, operands);
    return shared.outputs.get(output)!;
  }

  /** Prints the operators, when all operations are known. */
  emit(): void {
    const { m } = this;
    for (const [unit, { kind, outputs, operands }] of this.units) {
      const turns = [...operands].sort(([a], [b]) => a - b);
      const ports = Object.keys(turns[0]![1]).map((port) => {
        const words = turns.map(([, of]) => of[port]!);
        const { width } = words[0]!;
        const chosen = m.wire(`${unit}_${port}_chosen`, width);
        m.instance(
          "soff_select",
          `${unit}_${port}_choice`,
          { N: turns.length, WIDTH: width },
          {
            onehot: concat(...turns.map(([turn]) => this.turn(turn)).reverse()),
            a: concat(...[...words].reverse()),
            y: chosen,
          },
        );
        return [port, m.register(`${unit}_${port}`, chosen)] as const;
      });
      m.instance(kind.module, `shared_${unit}`, kind.parameters, {
        clk,
        ...Object.fromEntries(ports),
        ...Object.fromEntries(outputs),
      });
    }
  }
}
