/** Random expressions of a wanted type, without undefined behaviour and without side effects. */
import type { Random } from "./random.js";
import { type Region, type Scope, variablesOf } from "./scope.js";
import {
  bool,
  type Expression,
  elementName,
  expression,
  float,
  sameType,
  scalar,
  type Type,
  typeName,
  uint,
  vectorOf,
} from "./syntax.js";

type Maker = () => Expression | undefined;

const integerTypes: readonly Type[] = [8, 16, 32, 64].flatMap((bits) => [scalar("int", bits), scalar("uint", bits)]);

export function randomScalarType(random: Random): Type {
  return random.weighted([
    [5, scalar("int", 32)],
    [5, scalar("uint", 32)],
    [6, float],
    [2, scalar("uint", 64)],
    [2, scalar("int", 64)],
    [2, scalar("uint", 8)],
    [1, scalar("int", 8)],
    [2, scalar("uint", 16)],
    [2, scalar("int", 16)],
  ] as const);
}

export function randomVectorType(random: Random): Type {
  return vectorOf(
    randomScalarType(random),
    random.weighted([
      [4, 2],
      [2, 3],
      [5, 4],
      [1, 8],
      [1, 16],
    ] as const),
  );
}

export function constant(random: Random, type: Type): Expression {
  const { kind, bits } = type.element;
  if (type.lanes > 1) {
    const lane = vectorOf(type, 1);
    return expression(type, `(${typeName(type)})(`, constant(random, lane), ")");
  }
  if (kind === "bool") return expression(type, random.pick(["true", "false"]));
  if (kind === "float") {
    return expression(
      type,
      random.pick(["0.0f", "1.0f", "-1.5f", "0.1f", "3.25f", "-0.0f", "1e10f", "1e-39f", "16777216.0f", "INFINITY"]),
    );
  }
  const special = [
    0n,
    1n,
    2n,
    3n,
    10n,
    31n,
    (1n << BigInt(bits - 1)) - 1n,
    1n << BigInt(bits - 1),
    (1n << BigInt(bits)) - 1n,
  ];
  const value = BigInt.asUintN(bits, random.chance(60) ? random.pick(special) : random.bits64());
  // Unsigned hexadecimal, converted: every bit pattern can be written so.
  return expression(type, `(${typeName(type)})0x${value.toString(16)}${bits === 64 ? "UL" : "u"}`);
}

export class Expressions {
  constructor(
    private readonly random: Random,
    private readonly scope: Scope,
  ) {}

  /** An expression of the type, at most about `depth` levels high. */
  of(type: Type, depth: number): Expression {
    for (let attempt = 0; attempt < 8; attempt++) {
      const maker = depth <= 0 ? this.random.pick(this.leaves(type)) : this.random.weighted(this.makers(type, depth));
      const made = maker();
      if (made) return made;
    }
    return constant(this.random, type);
  }

  private leaves(type: Type): Maker[] {
    const variable: Maker = () => {
      const known = variablesOf(this.scope, type);
      return known.length ? expression(type, this.random.pick(known).name) : undefined;
    };
    const converted: Maker = () => {
      const known = this.scope.variables.filter((v) => v.type.lanes === 1);
      if (type.lanes > 1 || known.length === 0) return undefined;
      const from = this.random.pick(known);
      return this.convert(expression(from.type, from.name), type);
    };
    return [variable, variable, variable, converted, converted, () => constant(this.random, type)];
  }

  private makers(type: Type, depth: number): (readonly [number, Maker])[] {
    const leaf: Maker = () => this.random.pick(this.leaves(type))();
    if (type.element.kind === "bool") return [[1, leaf], ...this.truths(depth)];
    const shared: (readonly [number, Maker])[] = [
      [4, leaf],
      [3, () => this.load(type, depth)],
      [2, () => this.lane(type)],
      [3, () => this.choice(type, depth)],
      [2, () => this.call(type, depth)],
    ];
    if (type.lanes > 1) return [...shared, ...this.vectors(type, depth)];
    return [...shared, ...(type.element.kind === "float" ? this.floats(depth) : this.integers(type, depth))];
  }

  // ---- truth ----

  private truths(depth: number): (readonly [number, Maker])[] {
    const compare = (type: Type) =>
      expression(
        bool,
        "(",
        this.of(type, depth - 1),
        ` ${this.random.pick(["<", "<=", ">", ">=", "==", "!="])} `,
        this.of(type, depth - 1),
        ")",
      );
    const both = (op: string) => expression(bool, "(", this.of(bool, depth - 1), op, this.of(bool, depth - 1), ")");
    return [
      [5, () => compare(this.random.pick(integerTypes))],
      [3, () => compare(float)],
      [2, () => both(this.random.pick([" && ", " || "]))],
      [1, () => both(this.random.pick([" ^ ", " & ", " | ", " == "]))],
      [1, () => expression(bool, "!", this.of(bool, depth - 1))],
      [
        1,
        () =>
          expression(
            bool,
            `(bool)${this.random.pick(["isnan", "isinf", "isfinite"])}(`,
            this.of(float, depth - 1),
            ")",
          ),
      ],
    ].map(([weight, maker]) => [weight, () => widenTruth((maker as () => Expression)())] as [number, Maker]);
  }

  // ---- integers ----

  private integers(type: Type, depth: number): (readonly [number, Maker])[] {
    const name = typeName(type);
    const unsigned = scalar("uint", type.element.bits);
    const signed = type.element.kind === "int";
    const operand = () => this.of(type, depth - 1);
    const cast = (...parts: (string | Expression)[]) => expression(type, `(${name})(`, ...parts, ")");
    // Sums and products may overflow: they are made on unsigned values, of at least 32 bits.
    const wrapping = (op: string) =>
      cast(`1u * (${typeName(unsigned)})`, operand(), ` ${op} (${typeName(unsigned)})`, operand());
    const plain = () => cast(operand(), ` ${this.random.pick(["&", "|", "^"])} `, operand());
    const divisor = () => `(${name})${this.random.pick([2, 3, 5, 7, 10, 16, 100])}`;
    const amount = () => this.of(signed ? unsigned : type, depth - 2);
    return [
      [8, () => wrapping(this.random.pick(["+", "-", "*"]))],
      [4, plain],
      [1, () => cast("~", operand())],
      [1, () => cast(`0u - (${typeName(unsigned)})`, operand())],
      [2, () => cast(operand(), ` ${this.random.pick(["/", "%"])} ${divisor()}`)],
      [2, () => expression(type, `${this.random.pick(["div", "rem"])}_${name}(`, operand(), ", ", operand(), ")")],
      [2, () => cast(`(${typeName(unsigned)})`, operand(), " << (", amount(), ` & ${type.element.bits - 1})`)],
      [2, () => cast(operand(), " >> (", amount(), ` & ${type.element.bits - 1})`)],
      // OpenCL takes a shift amount modulo the width of the promoted left operand.
      [type.element.bits >= 32 && !signed ? 1 : 0, () => cast(operand(), this.random.pick([" << ", " >> "]), amount())],
      [3, () => this.convert(this.of(this.random.pick(integerTypes), depth - 1), type)],
      [2, () => this.convert(this.of(float, depth - 1), type)],
      [1, () => this.convert(this.of(bool, depth - 1), type)],
      [2, () => expression(type, `${this.random.pick(["min", "max"])}(`, operand(), ", ", operand(), ")")],
      [1, () => cast("abs(", operand(), ")")],
      [1, () => expression(type, "clamp(", operand(), `, (${name})3, (${name})100)`)],
      [sameType(type, uint) ? 2 : 0, () => expression(uint, "bits_of(", this.of(float, depth - 1), ")")],
    ];
  }

  // ---- floats ----

  private floats(depth: number): (readonly [number, Maker])[] {
    const operand = () => this.of(float, depth - 1);
    const unary = () =>
      expression(float, `${this.random.pick(["fabs", "sqrt", "floor", "ceil", "trunc", "rint"])}(`, operand(), ")");
    return [
      [10, () => expression(float, "(", operand(), ` ${this.random.pick(["+", "-", "*", "/"])} `, operand(), ")")],
      [2, () => expression(float, "fma(", operand(), ", ", operand(), ", ", operand(), ")")],
      [3, unary],
      [1, () => expression(float, "(- ", operand(), ")")],
      [2, () => expression(float, `${this.random.pick(["least", "most"])}(`, operand(), ", ", operand(), ")")],
      [3, () => this.convert(this.of(this.random.pick(integerTypes), depth - 1), float)],
      [1, () => expression(float, "finite_from(", this.of(uint, depth - 1), ")")],
    ];
  }

  // ---- vectors ----

  private vectors(type: Type, depth: number): (readonly [number, Maker])[] {
    const name = typeName(type);
    const { kind, bits } = type.element;
    const lane = vectorOf(type, 1);
    const operand = () => this.of(type, depth - 1);
    const unsigned = vectorOf(scalar("uint", bits), type.lanes);
    const arithmetic: Maker = () => {
      if (kind === "float")
        return expression(type, "(", operand(), ` ${this.random.pick(["+", "-", "*", "/"])} `, operand(), ")");
      const op = this.random.pick([" + ", " - ", " * ", " & ", " | ", " ^ "]);
      if (kind === "uint") return expression(type, "(", operand(), op, operand(), ")");
      const as = `as_${typeName(unsigned)}(`;
      return expression(type, `as_${name}(${as}`, operand(), `)${op}${as}`, operand(), "))");
    };
    const build: Maker = () => {
      if (this.random.chance(40)) return expression(type, `(${name})(`, this.of(lane, depth - 1), ")");
      const parts: (string | Expression)[] = [];
      for (let k = 0; k < type.lanes; k++) parts.push(k ? ", " : "", this.of(lane, Math.min(depth - 2, 1)));
      return expression(type, `(${name})(`, ...parts, ")");
    };
    const swizzle: Maker = () => {
      const sources = this.scope.variables.filter((v) => v.type.lanes > 1 && sameType(vectorOf(v.type, 1), lane));
      if (sources.length === 0) return undefined;
      const source = this.random.pick(sources);
      const lanes = Array.from({ length: type.lanes }, () => this.random.below(source.type.lanes).toString(16)).join(
        "",
      );
      return expression(type, `${source.name}.s${lanes}`);
    };
    const mask: Maker = () => {
      if (kind !== "int") return undefined;
      const compared = bits === 32 && this.random.chance(40) ? float : scalar(this.random.pick(["int", "uint"]), bits);
      const side = () => this.of(vectorOf(compared, type.lanes), depth - 1);
      return expression(type, "(", side(), ` ${this.random.pick(["<", "<=", "==", "!=", ">"])} `, side(), ")");
    };
    const selected: Maker = () => {
      const condition = this.of(vectorOf(scalar("int", bits), type.lanes), depth - 1);
      return expression(type, "select(", operand(), ", ", operand(), ", ", condition, ")");
    };
    const converted: Maker = () => {
      const from = vectorOf(this.random.pick(integerTypes), type.lanes);
      return expression(type, `convert_${name}(`, this.of(from, depth - 1), ")");
    };
    return [
      [6, arithmetic],
      [4, build],
      [3, swizzle],
      [2, mask],
      [2, selected],
      [2, converted],
    ];
  }

  /** One lane of a vector variable. */
  private lane(type: Type): Expression | undefined {
    if (type.lanes > 1) return undefined;
    const sources = this.scope.variables.filter((v) => v.type.lanes > 1 && sameType(vectorOf(v.type, 1), type));
    if (sources.length === 0) return undefined;
    const source = this.random.pick(sources);
    return expression(type, `${source.name}.s${this.random.below(source.type.lanes).toString(16)}`);
  }

  // ---- what all types have ----

  private choice(type: Type, depth: number): Expression {
    const condition = this.of(bool, depth - 1);
    // C promotes small integers here: back to the type, because overloaded functions look at it.
    const cast = type.lanes === 1 && type.element.kind !== "float" ? `(${typeName(type)})` : "";
    return expression(
      type,
      `${cast}(`,
      condition,
      " ? ",
      this.of(type, depth - 1),
      " : ",
      this.of(type, depth - 1),
      ")",
    );
  }

  private call(type: Type, depth: number): Expression | undefined {
    const known = this.scope.functions.filter((f) => sameType(f.result, type));
    if (known.length === 0) return undefined;
    const callee = this.random.pick(known);
    const parts = callee.parameters.flatMap((p, k) => [k ? ", " : "", this.of(p.type, Math.min(depth - 1, 1))]);
    return expression(type, `${callee.name}(`, ...parts, ")");
  }

  private load(type: Type, depth: number): Expression | undefined {
    const tables = this.scope.tables.filter((t) => sameType(t.type, type));
    const places: Maker[] = tables.map(
      (t) => () => expression(type, `${t.name}[`, this.of(uint, depth - 1), ` & ${t.mask}u]`),
    );
    for (const region of this.scope.regions.filter((r) => r.readable)) {
      if (sameType(region.type, type))
        places.push(() => expression(type, `${region.name}[`, ...this.index(region, depth), "]"));
      if (region.bytewise && type.element.bits === 8 && type.lanes === 1 && region.type.element.bits > 8) {
        const bytes = region.type.element.bits / 8;
        places.push(() =>
          expression(
            type,
            `((${region.space} const ${typeName(type)} *)${region.name})[(`,
            ...this.index(region, depth),
            `) * ${bytes} + ${this.random.below(bytes)}]`,
          ),
        );
      }
      if (type.lanes > 1 && sameType(region.type, vectorOf(type, 1)) && region.mask + 1 >= type.lanes) {
        places.push(() =>
          expression(type, `vload${type.lanes}(0, ${region.name} + `, ...this.index(region, depth, type.lanes), ")"),
        );
      }
    }
    return places.length ? this.random.pick(places)() : undefined;
  }

  /** An index into the region at which `lanes` elements lie within it. */
  index(region: Region, depth: number, lanes = 1): (string | Expression)[] {
    let mask = region.mask;
    while (lanes > 1 && mask + lanes > region.mask + 1) mask >>= 1;
    // Often the same few places, so that stores and loads meet.
    const index = this.random.chance(35)
      ? expression(uint, `${this.random.below(4)}u`)
      : this.of(uint, Math.min(depth - 1, 2));
    return [`${region.base}(`, index, ` & ${mask}u)`];
  }

  /** A scalar in another type. */
  convert(from: Expression, type: Type): Expression {
    const target = type.element;
    const source = from.type.element;
    if (sameType(from.type, type)) return from;
    if (target.kind === "bool") return expression(type, "(bool)(", from, ")");
    if (source.kind === "float" && target.kind !== "float")
      return expression(type, `to_${elementName(target)}(`, from, ")");
    return expression(type, `(${elementName(target)})(`, from, ")");
  }
}

/** `a < b` is an int in C; the generator's bool is a bool. */
function widenTruth(node: Expression): Expression {
  return expression(bool, "(bool)", "(", node, ")");
}
