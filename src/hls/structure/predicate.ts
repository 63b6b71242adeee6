/**
 * Predicates as reduced ordered binary decision diagrams over branch conditions (Bryant, "Graph-Based
 * Algorithms for Boolean Function Manipulation", 1986). They are canonical, so that the predicate of
 * a join is again the one of the branch that it closes, without pattern matching.
 */
import { InternalError } from "../../support/errors.js";

/** Index of a node in its {@link PredicateSpace}. 0 is false, 1 is true. */
export type Predicate = number;

interface BddNode {
  readonly variable: number;
  readonly high: Predicate;
  readonly low: Predicate;
}

/** More nodes than any sane control flow needs. */
const maxNodes = 200_000;

export class PredicateSpace {
  static readonly never: Predicate = 0;
  static readonly always: Predicate = 1;

  private readonly nodes: BddNode[] = [
    { variable: Number.POSITIVE_INFINITY, high: 0, low: 0 },
    { variable: Number.POSITIVE_INFINITY, high: 1, low: 1 },
  ];
  private readonly unique = new Map<string, Predicate>();
  private readonly iteCache = new Map<string, Predicate>();
  private readonly constrainCache = new Map<string, Predicate>();

  variable(index: number): Predicate {
    return this.node(index, 1, 0);
  }

  node(variable: number, high: Predicate, low: Predicate): Predicate {
    if (high === low) return high;
    const key = `${variable},${high},${low}`;
    let id = this.unique.get(key);
    if (id === undefined) {
      id = this.nodes.length;
      if (id > maxNodes) throw new InternalError("control flow too complex: predicate diagram exceeds its size limit");
      this.nodes.push({ variable, high, low });
      this.unique.set(key, id);
    }
    return id;
  }

  get(p: Predicate): BddNode {
    return this.nodes[p]!;
  }

  ite(f: Predicate, g: Predicate, h: Predicate): Predicate {
    if (f === 1) return g;
    if (f === 0) return h;
    if (g === h) return g;
    if (g === 1 && h === 0) return f;
    const key = `${f},${g},${h}`;
    const known = this.iteCache.get(key);
    if (known !== undefined) return known;
    const top = Math.min(this.get(f).variable, this.get(g).variable, this.get(h).variable);
    const result = this.node(
      top,
      this.ite(this.cofactor(f, top, true), this.cofactor(g, top, true), this.cofactor(h, top, true)),
      this.ite(this.cofactor(f, top, false), this.cofactor(g, top, false), this.cofactor(h, top, false)),
    );
    this.iteCache.set(key, result);
    return result;
  }

  and(a: Predicate, b: Predicate): Predicate {
    return this.ite(a, b, 0);
  }

  or(a: Predicate, b: Predicate): Predicate {
    return this.ite(a, 1, b);
  }

  not(a: Predicate): Predicate {
    return this.ite(a, 0, 1);
  }

  private cofactor(p: Predicate, variable: number, value: boolean): Predicate {
    const node = this.get(p);
    return node.variable === variable ? (value ? node.high : node.low) : p;
  }

  /**
   * Some function that equals `f` wherever `care` holds, chosen to be simple: the generalised cofactor
   * of Coudert and Madre. `care` must be satisfiable.
   */
  constrain(f: Predicate, care: Predicate): Predicate {
    if (care === 1 || f <= 1) return f;
    if (f === care) return 1;
    const key = `${f},${care}`;
    const known = this.constrainCache.get(key);
    if (known !== undefined) return known;
    const top = Math.min(this.get(f).variable, this.get(care).variable);
    const careHigh = this.cofactor(care, top, true);
    const careLow = this.cofactor(care, top, false);
    let result: Predicate;
    if (careHigh === 0) result = this.constrain(this.cofactor(f, top, false), careLow);
    else if (careLow === 0) result = this.constrain(this.cofactor(f, top, true), careHigh);
    else
      result = this.node(
        top,
        this.constrain(this.cofactor(f, top, true), careHigh),
        this.constrain(this.cofactor(f, top, false), careLow),
      );
    this.constrainCache.set(key, result);
    return result;
  }
}
