import type { ClType, PointerType, Scalar, ValueType } from "./types.js";

const scalars: Readonly<Record<string, Scalar>> = {
  c: "char",
  a: "char",
  h: "uchar",
  s: "short",
  t: "ushort",
  i: "int",
  j: "uint",
  l: "long",
  m: "ulong",
  f: "float",
  d: "double",
};

/** A built-in function as its mangled name gives it. */
export interface Signature {
  readonly name: string;
  readonly parameters: readonly ClType[];
}

/** Reads the Itanium-mangled name of a built-in function of OpenCL C; undefined for any other. */
export function readMangled(mangled: string): Signature | undefined {
  const head = /^_Z(\d+)/.exec(mangled);
  if (!head) return undefined;
  const start = head[0].length;
  const end = start + Number(head[1]);
  if (end > mangled.length) return undefined;
  const reader = new TypeReader(mangled, end);
  const parameters = reader.all();
  return parameters && { name: mangled.slice(start, end), parameters };
}

/** Types one after the other; components seen before may come again as `S_`, `S0_`, `S1_`, … */
class TypeReader {
  private readonly seen: ClType[] = [];

  constructor(
    private readonly text: string,
    private at: number,
  ) {}

  all(): ClType[] | undefined {
    const types: ClType[] = [];
    while (this.at < this.text.length) {
      const type = this.type();
      if (!type) return undefined;
      types.push(type);
    }
    return types.length === 1 && types[0]!.kind === "void" ? [] : types;
  }

  private type(): ClType | undefined {
    if (this.eat(/v/y)) return { kind: "void" };
    if (this.eat(/Dh|DF16_/y)) return { kind: "value", scalar: "half", lanes: 1 };
    const vector = this.eat(/Dv(\d+)_/y);
    if (vector) {
      const element = this.type();
      if (element?.kind !== "value" || element.lanes !== 1) return undefined;
      return this.remember({ ...element, lanes: Number(vector[1]) });
    }
    const substitution = this.eat(/S([0-9A-Z]*)_/y);
    if (substitution) {
      return this.seen[substitution[1] === "" ? 0 : Number.parseInt(substitution[1]!, 36) + 1];
    }
    if (this.eat(/P/y)) return this.pointer();
    const scalar = this.eat(/[cahstijlmfd]/y);
    return scalar ? { kind: "value", scalar: scalars[scalar[0]]!, lanes: 1 } : undefined;
  }

  private pointer(): ClType | undefined {
    const space = this.eat(/U3AS(\d)/y);
    const qualifiers = this.eat(/V?K?/y)?.[0] ?? "";
    const to = this.type();
    if (to?.kind !== "value" && to?.kind !== "void") {
      // A substitution may stand for the qualified type: `PS_` after `PU3AS1Kf`.
      return to?.kind === "pointer" && !space && qualifiers === "" ? this.remember(to) : undefined;
    }
    const pointer: PointerType = {
      kind: "pointer",
      space: Number(space?.[1] ?? 0),
      constant: qualifiers.includes("K"),
      volatile: qualifiers.includes("V"),
      to: to satisfies ValueType | { kind: "void" },
    };
    // A qualified type is a component of its own, before the pointer to it. It is kept as the pointer.
    if (space || qualifiers !== "") this.remember(pointer);
    return this.remember(pointer);
  }

  private eat(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (match) this.at += match[0].length;
    return match;
  }

  private remember<T extends ClType>(type: T): T {
    this.seen.push(type);
    return type;
  }
}
