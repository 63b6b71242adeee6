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

/** The name of a function and its parameter types; undefined when the name is not mangled or of a form not known here. */
export function demangle(
  mangled: string,
): { readonly name: string; readonly parameters: readonly string[] } | undefined {
  if (!mangled.startsWith("_Z")) return undefined;
  try {
    return new Demangler(mangled.slice(2)).functionName();
  } catch (error) {
    if (error instanceof UnknownForm) return undefined;
    throw error;
  }
}

class UnknownForm extends Error {}

class Demangler {
  private position = 0;
  private readonly substitutions: string[] = [];

  constructor(private readonly text: string) {}

  functionName() {
    const { name, isTemplate } = this.name();
    // The encoding of a template function states its result type first.
    if (isTemplate && !this.atEnd()) this.type();
    const parameters: string[] = [];
    while (!this.atEnd() && this.text[this.position] !== ".") parameters.push(this.type());
    return { name, parameters: parameters.length === 1 && parameters[0] === "void" ? [] : parameters };
  }

  private atEnd(): boolean {
    return this.position >= this.text.length;
  }

  private eat(token: string): boolean {
    if (!this.text.startsWith(token, this.position)) return false;
    this.position += token.length;
    return true;
  }

  private digits(): string {
    const found = /^\d+/.exec(this.text.slice(this.position));
    if (!found) throw new UnknownForm();
    this.position += found[0].length;
    return found[0];
  }

  private sourceName(): string {
    const length = Number(this.digits());
    const name = this.text.slice(this.position, this.position + length);
    if (name.length !== length) throw new UnknownForm();
    this.position += length;
    return name;
  }

  private remember(name: string): string {
    this.substitutions.push(name);
    return name;
  }

  private substitution(): string {
    if (!this.eat("S")) throw new UnknownForm();
    const found = /^([0-9A-Z]*)_/.exec(this.text.slice(this.position));
    if (!found) throw new UnknownForm();
    this.position += found[0].length;
    const index = found[1] === "" ? 0 : Number.parseInt(found[1]!, 36) + 1;
    const name = this.substitutions[index];
    if (name === undefined) throw new UnknownForm();
    return name;
  }

  private name(): { readonly name: string; readonly isTemplate: boolean } {
    if (!this.eat("N")) {
      const name = this.text[this.position] === "S" ? this.substitution() : this.sourceName();
      if (this.text[this.position] !== "I") return { name, isTemplate: false };
      this.remember(name);
      return { name: name + this.templateArguments(), isTemplate: true };
    }
    while (/^[KVr]/.test(this.text.slice(this.position))) this.position++;
    if (this.eat("U")) this.sourceName();
    let name = "";
    let isTemplate = false;
    while (!this.eat("E")) {
      if (this.text[this.position] === "I") {
        name += this.templateArguments();
        isTemplate = true;
      } else {
        const part = this.text[this.position] === "S" ? this.substitution() : this.sourceName();
        name = name === "" ? part : `${name}::${part}`;
        isTemplate = false;
      }
      if (this.text[this.position] !== "E") this.remember(name);
    }
    return { name, isTemplate };
  }

  private templateArguments(): string {
    if (!this.eat("I")) throw new UnknownForm();
    const args: string[] = [];
    while (!this.eat("E")) {
      if (this.eat("L")) {
        this.type();
        const negative = this.eat("n");
        args.push((negative ? "-" : "") + this.digits());
        if (!this.eat("E")) throw new UnknownForm();
      } else args.push(this.type());
    }
    return `<${args.join(",")}>`;
  }

  private type(): string {
    if (this.atEnd()) throw new UnknownForm();
    if (this.eat("P")) return this.remember(`${this.type()}*`);
    if (this.eat("R")) return this.remember(`${this.type()}&`);
    if (this.eat("Dh")) return "half";
    if (this.eat("Dv")) {
      const length = this.digits();
      if (!this.eat("_")) throw new UnknownForm();
      return this.remember(`${this.type()}${length}`);
    }
    const qualifiers: string[] = [];
    for (let more = true; more; ) {
      if (this.eat("U")) {
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
    const next = this.text[this.position]!;
    if (next === "S") return this.substitution();
    if (/\d/.test(next) || next === "N") return this.remember(this.name().name.replace(/^ocl_/, ""));
    const builtin = Object.hasOwn(builtinTypes, next) ? builtinTypes[next] : undefined;
    if (builtin === undefined) throw new UnknownForm();
    this.position++;
    return builtin;
  }
}

/** `atomic_add(__global volatile int*, int)` for people; the name itself when it is not mangled. */
export function readableName(name: string): string {
  const found = demangle(name);
  return found ? `${found.name}(${found.parameters.join(", ")})` : name;
}
