/** Names of functions from their Itanium-mangled form, as far as OpenCL's and plain C++ functions need it. */

const builtinTypes: Readonly<Record<string, string>> = {
  v: "void",
  b: "bool",
  c: "char",
  a: "char",
  h: "uchar",
  s: "short",
  t: "ushort",
  i: "int",
  j: "uint",
  l: "long",
  m: "ulong",
  x: "long",
  y: "ulong",
  f: "float",
  d: "double",
  z: "...",
};

const addressSpaces: Readonly<Record<string, string>> = {
  AS1: "__global",
  AS2: "__constant",
  AS3: "__local",
  AS4: "__generic",
  AS0: "__private",
};

export interface Demangled {
  /** With template arguments and namespaces: `ns::reduce<float,128>`. */
  readonly name: string;
  readonly parameters: readonly string[];
}

/** The name of a function and its parameter types; undefined when the name is not mangled or of a form not known here. */
export function demangle(mangled: string): Demangled | undefined {
  if (!mangled.startsWith("_Z")) return undefined;
  try {
    return new Demangler(mangled.slice(2)).encoding();
  } catch (error) {
    if (error instanceof UnknownForm) return undefined;
    throw error;
  }
}

/** The name of a variable; of a function's static variable only its own name. */
export function variableName(mangled: string): string {
  if (!mangled.startsWith("_Z")) return mangled;
  try {
    return new Demangler(mangled.slice(2)).variable();
  } catch (error) {
    if (error instanceof UnknownForm) return mangled;
    throw error;
  }
}

class UnknownForm extends Error {}

interface Name {
  readonly text: string;
  /** Whether it ends in template arguments: then the encoding of a function states its result type. */
  readonly isTemplate: boolean;
}

const standardNames: Readonly<Record<string, string>> = { t: "std", a: "std::allocator", s: "std::string" };

const operators: Readonly<Record<string, string>> = {
  cl: "()",
  ix: "[]",
  pl: "+",
  mi: "-",
  ml: "*",
  dv: "/",
  rm: "%",
  pL: "+=",
  mI: "-=",
  mL: "*=",
  dV: "/=",
  lt: "<",
  gt: ">",
  eq: "==",
  ne: "!=",
  nw: " new",
  na: " new[]",
  dl: " delete",
  da: " delete[]",
};

class Demangler {
  private position = 0;
  private readonly substitutions: string[] = [];
  /** What `T_`, `T0_`, … stand for: the arguments of the template that was named last. */
  private templateParameters: readonly string[] = [];

  constructor(private readonly text: string) {}

  encoding(): Demangled {
    const { text: name, isTemplate } = this.name();
    if (isTemplate && !this.atEnd()) this.type();
    const parameters: string[] = [];
    while (!this.atEnd() && !".E".includes(this.text[this.position]!)) parameters.push(this.type());
    return { name, parameters: parameters.length === 1 && parameters[0] === "void" ? [] : parameters };
  }

  variable(): string {
    if (this.eat("Z")) {
      this.encoding();
      if (!this.eat("E")) throw new UnknownForm();
    }
    return this.name().text;
  }

  private atEnd(): boolean {
    return this.position >= this.text.length;
  }

  private eat(token: string): boolean {
    if (!this.text.startsWith(token, this.position)) return false;
    this.position += token.length;
    return true;
  }

  private match(pattern: RegExp): string | undefined {
    const found = pattern.exec(this.text.slice(this.position));
    if (found) this.position += found[0].length;
    return found?.[0];
  }

  private digits(): string {
    const found = this.match(/^\d+/);
    if (found === undefined) throw new UnknownForm();
    return found;
  }

  private sourceName(): string {
    const length = Number(this.digits());
    const name = this.text.slice(this.position, this.position + length);
    if (name.length !== length) throw new UnknownForm();
    this.position += length;
    return name.startsWith("_GLOBAL__N") ? "(anonymous)" : name;
  }

  private remember(name: string): string {
    this.substitutions.push(name);
    return name;
  }

  private substitution(): string {
    if (!this.eat("S")) throw new UnknownForm();
    const standard = this.text[this.position]!;
    if (Object.hasOwn(standardNames, standard)) {
      this.position++;
      return standardNames[standard]!;
    }
    const found = this.match(/^[0-9A-Z]*_/);
    if (found === undefined) throw new UnknownForm();
    const index = found === "_" ? 0 : Number.parseInt(found.slice(0, -1), 36) + 1;
    const name = this.substitutions[index];
    if (name === undefined) throw new UnknownForm();
    return name;
  }

  private name(): Name {
    if (this.eat("N")) return this.nestedName();
    if (this.eat("Z")) return this.localName();
    // A substitution here can only be the name of a template.
    const known = this.text[this.position] === "S" && !this.text.startsWith("St", this.position);
    let text: string;
    if (known) text = this.substitution();
    else if (this.eat("St")) text = `std::${this.unqualified("std")}`;
    else text = this.unqualified("");
    if (this.text[this.position] !== "I") return { text, isTemplate: false };
    if (!known) this.remember(text);
    return { text: text + this.templateArguments(), isTemplate: true };
  }

  /** The name of something in a function: `main::{lambda#1}`. */
  private localName(): Name {
    const saved = this.templateParameters;
    const scope = this.encoding();
    if (!this.eat("E")) throw new UnknownForm();
    if (this.eat("s")) {
      this.match(/^_\d*_?/);
      return { text: scope.name, isTemplate: false };
    }
    const inner = this.name();
    this.match(/^_\d|^__\d+_/);
    this.templateParameters = saved;
    return { text: `${scope.name}::${inner.text}`, isTemplate: inner.isTemplate };
  }

  private nestedName(): Name {
    this.match(/^[rVK]+/);
    if (this.eat("U")) this.sourceName();
    let text = "";
    let isTemplate = false;
    while (!this.eat("E")) {
      const next = this.text[this.position];
      if (next === undefined) throw new UnknownForm();
      isTemplate = next === "I";
      if (next === "I") text += this.templateArguments();
      else if (next === "S") {
        text = this.substitution();
        continue;
      } else if (next === "T") text = this.templateParameter();
      else text = text === "" ? this.unqualified("") : `${text}::${this.unqualified(text)}`;
      if (this.text[this.position] !== "E") this.remember(text);
    }
    return { text, isTemplate };
  }

  private unqualified(scope: string): string {
    this.eat("L");
    const kind = this.match(/^[CD][0-5]/);
    if (kind !== undefined) {
      const own = scope.replace(/<.*$/s, "").split("::").at(-1) ?? "";
      return kind[0] === "D" ? `~${own}` : own;
    }
    if (this.eat("Ul")) {
      while (!this.eat("E")) this.type();
      const number = this.match(/^\d*_/);
      if (number === undefined) throw new UnknownForm();
      return `{lambda#${number === "_" ? 1 : Number.parseInt(number, 10) + 2}}`;
    }
    if (this.eat("Ut")) return `{unnamed#${this.match(/^\d*_/) ?? ""}}`;
    const operator = this.text.slice(this.position, this.position + 2);
    if (Object.hasOwn(operators, operator)) {
      this.position += 2;
      return `operator${operators[operator]}`;
    }
    const name = this.sourceName();
    while (this.eat("B")) this.sourceName();
    return name;
  }

  private templateArguments(): string {
    if (!this.eat("I")) throw new UnknownForm();
    const args: string[] = [];
    while (!this.eat("E")) args.push(...this.templateArgument());
    this.templateParameters = args;
    return `<${args.join(",")}>`;
  }

  private templateArgument(): readonly string[] {
    if (this.eat("J")) {
      const pack: string[] = [];
      while (!this.eat("E")) pack.push(...this.templateArgument());
      return pack;
    }
    if (this.eat("X")) {
      // An expression of template parameters: only a parameter by itself.
      const parameter = this.templateParameter();
      if (!this.eat("E")) throw new UnknownForm();
      return [parameter];
    }
    if (!this.eat("L")) return [this.type()];
    if (this.eat("_Z")) {
      const { name } = this.encoding();
      if (!this.eat("E")) throw new UnknownForm();
      return [name];
    }
    const type = this.type();
    const negative = this.eat("n");
    const value = this.digits();
    if (!this.eat("E")) throw new UnknownForm();
    if (type === "bool") return [value === "0" ? "false" : "true"];
    return [(negative ? "-" : "") + value];
  }

  private templateParameter(): string {
    const found = this.match(/^T\d*_/);
    if (found === undefined) throw new UnknownForm();
    const parameter = this.templateParameters[found === "T_" ? 0 : Number.parseInt(found.slice(1), 10) + 1];
    if (parameter === undefined) throw new UnknownForm();
    return parameter;
  }

  private type(): string {
    if (this.atEnd()) throw new UnknownForm();
    if (this.eat("P")) return this.remember(`${this.type()}*`);
    if (this.eat("R")) return this.remember(`${this.type()}&`);
    if (this.eat("O")) return this.remember(`${this.type()}&&`);
    if (this.eat("Dh") || this.eat("DF16_")) return "half";
    if (this.eat("Dn")) return "nullptr_t";
    if (this.eat("Dp")) return this.type();
    if (this.eat("Dv")) {
      const length = this.digits();
      if (!this.eat("_")) throw new UnknownForm();
      return this.remember(`${this.type()}${length}`);
    }
    if (this.eat("A")) {
      const length = this.digits();
      if (!this.eat("_")) throw new UnknownForm();
      return this.remember(`${this.type()}[${length}]`);
    }
    if (this.eat("F")) {
      const [result, ...parameters] = this.typesUntilEnd();
      return this.remember(`${result}(${parameters.filter((each) => each !== "void").join(",")})`);
    }
    // Atomic types are types of their own, inside any qualifiers.
    if (this.eat("U7_Atomic")) return this.remember(`_Atomic ${this.type()}`);
    const qualifiers: string[] = [];
    for (let more = true; more; ) {
      if (!this.text.startsWith("U7_Atomic", this.position) && this.eat("U")) {
        const qualifier = this.sourceName();
        qualifiers.push(addressSpaces[qualifier] ?? qualifier);
      } else if (this.eat("K")) qualifiers.push("const");
      else if (this.eat("V")) qualifiers.push("volatile");
      else if (this.eat("r")) qualifiers.push("restrict");
      else more = false;
    }
    if (qualifiers.length > 0) {
      // Innermost qualifiers read first: `__global const int`.
      return this.remember([...qualifiers, this.type()].join(" "));
    }
    return this.plainType();
  }

  private plainType(): string {
    const next = this.text[this.position]!;
    if (next === "T") {
      const parameter = this.remember(this.templateParameter());
      return parameter;
    }
    if (next === "S" && !this.text.startsWith("St", this.position)) {
      const name = this.substitution();
      return this.text[this.position] === "I" ? this.remember(name + this.keptArguments()) : name;
    }
    if (/[\dNSZ]/.test(next)) {
      // Template arguments of a type are not those that the function's parameters mean.
      const saved = this.templateParameters;
      const { text } = this.name();
      this.templateParameters = saved;
      return this.remember(text.replace(/^ocl_/, ""));
    }
    const builtin = Object.hasOwn(builtinTypes, next) ? builtinTypes[next] : undefined;
    if (builtin === undefined) throw new UnknownForm();
    this.position++;
    return builtin;
  }

  private keptArguments(): string {
    const saved = this.templateParameters;
    const text = this.templateArguments();
    this.templateParameters = saved;
    return text;
  }

  private typesUntilEnd(): readonly string[] {
    const types: string[] = [];
    while (!this.eat("E")) types.push(this.type());
    return types;
  }
}

/** `atomic_add(__global volatile int*, int)` for people; the name itself when it is not mangled. */
export function readableName(name: string): string {
  const found = demangle(name);
  return found ? `${found.name}(${found.parameters.join(", ")})` : name;
}
