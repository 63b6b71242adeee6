/** Random statements. Every loop has a bound of its own, so that every program ends. */
import { constant, Expressions, randomScalarType, randomVectorType } from "./expressions.js";
import type { Random } from "./random.js";
import { inner, type Region, type Scope } from "./scope.js";
import {
  bool,
  expression,
  float,
  type Statement,
  sameType,
  scalar,
  statement,
  type Type,
  typeName,
  uint,
  vectorOf,
} from "./syntax.js";

export class Statements {
  private names = 0;
  constructor(
    private readonly random: Random,
    /** Levels of an expression. */
    private readonly height: number,
  ) {}

  fresh(prefix: string): string {
    return `${prefix}${this.names++}`;
  }

  /** Some statements in a row; what they declare is added to the scope. */
  several(scope: Scope, least: number, most: number): Statement[] {
    const count = this.random.between(least, most);
    return Array.from({ length: count }, () => this.one(scope)).flat();
  }

  private one(scope: Scope): Statement[] {
    const nested = scope.depth < 3;
    const loop = nested && scope.loops < 3;
    const kind = this.random.weighted([
      [6, "declare"],
      [8, "assign"],
      [scope.inKernel ? 4 : 0, "store"],
      [nested ? 5 : 0, "if"],
      [loop ? 3 : 0, "for"],
      [loop ? 2 : 0, "while"],
      [loop ? 1 : 0, "do"],
      [nested ? 2 : 0, "switch"],
      [scope.inLoop ? 3 : 0, "leave"],
      [((scope.inKernel && scope.mayReturn) || scope.result) && this.random.chance(40) ? 1 : 0, "return"],
    ] as const);
    switch (kind) {
      case "declare":
        return [this.declaration(scope)];
      case "assign":
        return [this.assignment(scope)];
      case "store":
        return [this.store(scope)];
      case "if":
        return [this.condition(scope)];
      case "for":
        return [this.forLoop(scope)];
      case "while":
        return this.whileLoop(scope);
      case "do":
        return this.doLoop(scope);
      case "switch":
        return [this.choice(scope)];
      case "leave":
        return [this.guarded(scope, this.random.pick(["break;", "continue;"]))];
      case "return": {
        if (!scope.result) return [this.guarded(scope, "return;", 1)];
        return [
          statement(
            "if (",
            this.expressions(scope).of(bool, 2),
            ") return ",
            this.expressions(scope).of(scope.result, 2),
            ";",
          ),
        ];
      }
    }
  }

  private expressions(scope: Scope): Expressions {
    return new Expressions(this.random, scope);
  }

  declaration(scope: Scope, wanted?: Type): Statement {
    const type = wanted ?? this.randomType();
    const name = this.fresh("v");
    const made = statement(`${typeName(type)} ${name} = `, this.expressions(scope).of(type, this.height), ";");
    scope.variables.push({ name, type, writable: true });
    return made;
  }

  private randomType(): Type {
    return this.random.weighted([
      [12, randomScalarType(this.random)],
      [3, randomVectorType(this.random)],
      [1, bool],
    ] as const);
  }

  private assignment(scope: Scope): Statement {
    const known = scope.variables.filter((v) => v.writable);
    if (known.length === 0) return this.declaration(scope);
    const { name, type } = this.random.pick(known);
    const expressions = this.expressions(scope);
    if (type.lanes > 1 && this.random.chance(30)) {
      const lane = this.random.below(type.lanes).toString(16);
      return statement(`${name}.s${lane} = `, expressions.of(vectorOf(type, 1), this.height), ";");
    }
    const compound = type.element.kind === "uint" && type.element.bits >= 32;
    if (compound && this.random.chance(30)) {
      return statement(
        `${name} ${this.random.pick(["+=", "-=", "*=", "^=", "|=", "&="])} `,
        expressions.of(type, this.height - 1),
        ";",
      );
    }
    if (type.element.kind === "float" && type.lanes === 1 && this.random.chance(30)) {
      return statement(
        `${name} ${this.random.pick(["+=", "-=", "*=", "/="])} `,
        expressions.of(type, this.height - 1),
        ";",
      );
    }
    return statement(`${name} = `, expressions.of(type, this.height), ";");
  }

  private store(scope: Scope): Statement {
    const region = this.random.pick(scope.regions.filter((r) => r.writable));
    return this.storeTo(scope, region);
  }

  private storeTo(scope: Scope, region: Region): Statement {
    const { type } = region;
    const expressions = this.expressions(scope);
    if (region.bytewise && type.element.bits > 8 && this.random.chance(15)) {
      const bytes = type.element.bits / 8;
      const byte = scalar("uint", 8);
      return statement(
        `((${region.space} uchar *)${region.name})[(`,
        ...expressions.index(region, this.height),
        `) * ${bytes} + ${this.random.below(bytes)}] = `,
        expressions.of(byte, this.height),
        ";",
      );
    }
    const lanes = this.random.pick([2, 3, 4, 8]);
    if (type.lanes === 1 && region.mask + 1 >= lanes && this.random.chance(15)) {
      const vector = vectorOf(type, lanes);
      return statement(
        `vstore${lanes}(`,
        expressions.of(vector, this.height - 1),
        `, 0, ${region.name} + `,
        ...expressions.index(region, this.height, lanes),
        ");",
      );
    }
    return statement(
      `${region.name}[`,
      ...expressions.index(region, this.height),
      "] = ",
      expressions.of(type, this.height),
      ";",
    );
  }

  private condition(scope: Scope): Statement {
    const test = this.expressions(scope).of(bool, this.height - 1);
    const then = this.several(inner(scope), 1, 3);
    if (this.random.chance(55)) return statement("if (", test, ") ", then);
    return statement("if (", test, ") ", then, " else ", this.several(inner(scope), 1, 3));
  }

  /** The trip count comes from data, and is at most the mask. */
  private forLoop(scope: Scope): Statement {
    const counter = this.fresh("i");
    const mask = scope.loops === 0 ? this.random.pick([3, 7, 15]) : this.random.pick([1, 3, 7]);
    const limit = this.expressions(scope).of(uint, 2);
    const body = inner(scope, { loops: scope.loops + 1, inLoop: true });
    body.variables.push({ name: counter, type: uint, writable: false });
    const step = this.random.weighted([
      [5, `${counter}++`],
      [1, `${counter} += 2`],
    ] as const);
    return statement(
      `for (uint ${counter} = ${this.random.below(3)}; ${counter} < (`,
      limit,
      ` & ${mask}u); ${step}) `,
      this.several(body, 1, 4),
    );
  }

  private whileLoop(scope: Scope): Statement[] {
    const fuel = this.fresh("fuel");
    const start = this.expressions(scope).of(uint, 2);
    const body = inner(scope, { loops: scope.loops + 1, inLoop: true });
    body.variables.push({ name: fuel, type: uint, writable: false });
    const test = this.expressions(body).of(bool, 2);
    const statements = this.several(body, 1, 4);
    // In a block of its own: declaration and loop go together when the program is shrunk.
    return [
      statement("", [
        statement(`uint ${fuel} = (`, start, ") & 7u;"),
        statement(`while (${fuel}-- > 0 && `, test, ") ", statements),
      ]),
    ];
  }

  private doLoop(scope: Scope): Statement[] {
    const turns = this.fresh("turn");
    const body = inner(scope, { loops: scope.loops + 1, inLoop: true });
    body.variables.push({ name: turns, type: uint, writable: false });
    const statements = this.several(body, 1, 3);
    const test = this.expressions({
      ...scope,
      variables: [...scope.variables, { name: turns, type: uint, writable: false }],
    }).of(bool, 2);
    return [
      statement("", [
        statement(`uint ${turns} = 0;`),
        statement("do ", statements, ` while (++${turns} < ${this.random.between(1, 6)}u && `, test, ");"),
      ]),
    ];
  }

  private choice(scope: Scope): Statement {
    const count = this.random.between(2, 6);
    const value = this.expressions(scope).of(uint, 2);
    const cases: Statement[] = [];
    for (let k = 0; k < count; k++) {
      // `break` inside belongs to the switch; `continue` to a loop around it, if there is one.
      const body = inner(scope, { inLoop: false });
      const end = this.random.chance(75) ? [statement("break;")] : [];
      cases.push(
        statement(`case ${k * (this.random.chance(20) ? 3 : 1) + 10 * k}: `, [...this.several(body, 1, 2), ...end]),
      );
    }
    if (this.random.chance(70)) cases.push(statement("default: ", this.several(inner(scope, { inLoop: false }), 1, 2)));
    const dense = this.random.chance(50) ? " & 7u) * 10u" : " % 40u)";
    return statement("switch ((", value, dense, ") ", cases);
  }

  private guarded(scope: Scope, action: string, height = 2): Statement {
    return statement("if (", this.expressions(scope).of(bool, height), `) ${action}`);
  }

  /** A helper function's last statement, and values for results. */
  result(scope: Scope, type: Type): Statement {
    const value =
      sameType(type, float) || type.lanes > 1
        ? this.expressions(scope).of(type, 2)
        : this.expressions(scope).of(type, this.height);
    return statement("return ", value, ";");
  }

  literal(type: Type) {
    return constant(this.random, type);
  }

  /** Writes a variable where others can see it. */
  expose(region: Region, at: number, value: string): Statement {
    return statement(`${region.name}[${region.base}${at}u] = `, expression(region.type, value), ";");
  }
}
