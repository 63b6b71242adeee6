/**
 * What the work-items of a group do together, without races by construction. A tile of local memory is either
 * everybody's own, each work-item reading and writing its own elements, or read by all and written by none; a
 * barrier lies between. Counters are changed by atomic operations that may come in any order, and their results are
 * not looked at. Barriers stand where all work-items come by: at the top, or in loops and branches on what is the
 * same for the whole launch.
 */
import { Expressions, randomScalarType } from "./expressions.js";
import type { Random } from "./random.js";
import type { Region, Scope } from "./scope.js";
import { inner } from "./scope.js";
import type { Statements } from "./statements.js";
import { expression, type Statement, scalar, statement, type Type, typeName, uint } from "./syntax.js";

const BARRIER = "barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);";

interface Tile {
  readonly name: string;
  readonly type: Type;
  /** Elements that each work-item has to itself, a power of two. */
  readonly own: number;
  /** Elements of the whole group. */
  readonly total: number;
}

interface Counters {
  readonly name: string;
  readonly type: Type;
  readonly count: number;
  /** Operations that may be mixed in any order. */
  readonly operations: readonly string[];
}

const operationFamilies: readonly (readonly string[])[] = [
  ["add", "sub", "inc", "dec"],
  ["min"],
  ["max"],
  ["and"],
  ["or"],
  ["xor"],
];

/** Arrays in private memory, declared with their first values. */
export function privateArrays(
  random: Random,
  scope: Scope,
  statements: Statements,
): { made: Statement[]; regions: Region[] } {
  const made: Statement[] = [];
  const regions: Region[] = [];
  for (let k = random.between(0, 2); k > 0; k--) {
    const type = random.chance(80)
      ? randomScalarType(random)
      : { ...randomScalarType(random), lanes: random.pick([2, 4]) };
    const name = statements.fresh("arr");
    const length = random.pick([2, 4, 8]);
    const value = new Expressions(random, scope).of(type, 2);
    made.push(
      statement(
        `${typeName(type)} ${name}[${length}]; for (uint q = 0; q < ${length}u; q++) ${name}[q] = `,
        value,
        ";",
      ),
    );
    regions.push(privateRegion(name, type, length));
    // A pointer into it or, when there is another of its type, into either.
    const other = regions.find((r) => r.name !== name && typeName(r.type) === typeName(type));
    if (random.chance(40)) {
      const pointer = statements.fresh("ptr");
      const test = new Expressions(random, scope).of(uint, 2);
      const from = other?.name ?? name;
      made.push(statement(`${typeName(type)} *${pointer} = ((`, test, `) & 1u) ? ${name} : ${from};`));
      const least = Math.min(length, (other?.mask ?? length - 1) + 1);
      regions.push(privateRegion(pointer, type, least));
    }
  }
  return { made, regions };
}

function privateRegion(name: string, type: Type, length: number): Region {
  const bytewise = type.element.kind !== "float" && type.lanes === 1;
  return { name, type, mask: length - 1, readable: true, writable: true, base: "", bytewise, space: "__private" };
}

export class Groups {
  private readonly tiles: Tile[] = [];

  constructor(
    private readonly random: Random,
    private readonly statements: Statements,
    /** Work-items of a group. */
    private readonly items: number,
    /** Text of values that are the same for all work-items, as uint. */
    private readonly uniform: readonly string[],
    /** A buffer of counters that is only ever changed by atomic operations. */
    private readonly counters: Counters | undefined,
  ) {}

  /** Declares the tiles, each element filled by its owner, and gives what the group does with them. */
  body(scope: Scope): Statement[] {
    const { random } = this;
    const start: Statement[] = [];
    for (let k = random.between(1, 2); k > 0; k--) {
      const own = random.pick([1, 2, 4]);
      const tile = {
        name: this.statements.fresh("tile"),
        type: randomScalarType(random),
        own,
        total: this.items * own,
      };
      this.tiles.push(tile);
      const value = new Expressions(random, scope).of(tile.type, 2);
      start.push(
        statement(
          `__local ${typeName(tile.type)} ${tile.name}[${tile.total}]; for (uint q = 0; q < ${own}u; q++) ${tile.name}[lid * ${own}u + q] = `,
          value,
          ";",
        ),
      );
    }
    return [...start, ...this.phases(scope, random.between(2, 4)), this.shared(scope)];
  }

  private phases(scope: Scope, count: number): Statement[] {
    return Array.from({ length: count }, () => this.phase(scope)).flat();
  }

  private phase(scope: Scope): Statement[] {
    const { random } = this;
    const nested = scope.depth < 2;
    const kind = random.weighted([
      [3, "own"],
      [4, "shared"],
      [3, "count"],
      [this.counters ? 2 : 0, "global count"],
      [nested ? 2 : 0, "loop"],
      [nested ? 1 : 0, "branch"],
    ] as const);
    switch (kind) {
      case "own":
        return this.statements.several(this.with(scope, this.ownRegions()), 1, 3);
      case "shared":
        return [this.shared(scope)];
      case "count":
        return this.count(scope);
      case "global count":
        return [this.change(scope, this.counters!, "__global")];
      case "loop": {
        const round = this.statements.fresh("round");
        const limit = random.chance(50) || this.uniform.length === 0 ? "" : random.pick(this.uniform);
        const bound = limit === "" ? `${random.between(1, 3)}u` : `1u + (${limit} & 3u)`;
        const body = inner(scope);
        body.variables.push({ name: round, type: uint, writable: false });
        const phases = this.phases(body, random.between(1, 3));
        return [statement(`for (uint ${round} = 0; ${round} < ${bound}; ${round}++) `, phases)];
      }
      case "branch": {
        if (this.uniform.length === 0) return [];
        const test = `(${random.pick(this.uniform)} & ${random.pick([1, 2, 4])}u)`;
        const then = this.phases(inner(scope), random.between(1, 2));
        if (random.chance(50)) return [statement(`if (${test}) `, then)];
        return [statement(`if (${test}) `, then, " else ", this.phases(inner(scope), 1))];
      }
    }
  }

  /** All read all tiles, between two barriers. Private memory and buffers are used as ever. */
  private shared(scope: Scope): Statement {
    const regions = this.tiles.map(
      (tile): Region => ({
        ...this.region(tile),
        mask: 2 ** Math.floor(Math.log2(tile.total)) - 1,
        base: "",
        writable: false,
      }),
    );
    const body = this.statements.several(this.with(inner(scope), regions), 1, 4);
    return { ...statement(`${BARRIER} `, body, ` ${BARRIER}`), fixed: true };
  }

  /** Counters in local memory: set by the first work-items, changed by all, read by all. */
  private count(scope: Scope): Statement[] {
    const { random } = this;
    const type = scalar(random.pick(["int", "uint"]), 32);
    const name = this.statements.fresh("tally");
    const count = random.pick([1, 2, 4]);
    const counters: Counters = { name, type, count, operations: random.pick(operationFamilies) };
    const changes = Array.from({ length: random.between(1, 2) }, () => this.change(scope, counters, "__local"));
    const region: Region = {
      name,
      type,
      mask: count - 1,
      readable: true,
      writable: false,
      base: "",
      bytewise: false,
      space: "__local",
    };
    const reads = this.statements.several(this.with(inner(scope), [region, ...this.ownRegions()]), 1, 2);
    const start = `for (uint q = lid; q < ${count}u; q += ${this.items}u) ${name}[q] = (${typeName(type)})${random.below(1000)};`;
    // Local variables are declared at the top of the kernel only.
    this.declared.push(statement(`__local ${typeName(type)} ${name}[${count}];`));
    return [
      {
        ...statement(`${BARRIER} ${start} ${BARRIER} `, changes, ` ${BARRIER} `, reads, ` ${BARRIER}`),
        fixed: true,
      },
    ];
  }

  /** Declarations that belong before everything else. */
  readonly declared: Statement[] = [];

  /** One atomic operation, perhaps by some work-items only. */
  private change(scope: Scope, { name, type, count, operations }: Counters, space: string): Statement {
    const { random } = this;
    const expressions = new Expressions(random, this.with(scope, this.ownRegions()));
    const operation = random.pick(operations);
    const place = `(volatile ${space} ${typeName(type)} *)&${name}[(`;
    const index = expressions.of(uint, 2);
    const value = expression(type, expressions.of(type, 2));
    const action =
      operation === "inc" || operation === "dec"
        ? statement(`atomic_${operation}(${place}`, index, `) & ${count - 1}u]);`)
        : statement(`atomic_${operation}(${place}`, index, `) & ${count - 1}u], `, value, ");");
    if (random.chance(60)) return action;
    return statement("if ((", expressions.of(uint, 2), ") & 1u) ", [action]);
  }

  private ownRegions(): Region[] {
    return this.tiles.map((tile) => ({ ...this.region(tile), mask: tile.own - 1, base: `lid * ${tile.own}u + ` }));
  }

  private region({ name, type }: Tile): Region {
    const bytewise = type.element.kind !== "float";
    return { name, type, mask: 0, readable: true, writable: true, base: "", bytewise, space: "__local" };
  }

  /** The scope with more regions. Nobody may leave while others wait at a barrier. */
  private with(scope: Scope, regions: readonly Region[]): Scope {
    return { ...scope, regions: [...scope.regions, ...regions], inLoop: false, mayReturn: false };
  }
}
