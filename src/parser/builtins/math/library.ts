import { InternalError } from "../../../support/errors.js";
import { double, type Format, helperName, single } from "./format.js";

/**
 * The text of one helper function or table: C that OpenCL C, CUDA C++ and C++ read alike, with the types of the
 * format as REAL, WORD, SWORD, WIDE, SWIDE and other helpers as `@name`.
 */
export type Helper = (f: Format) => string;
export type Helpers = Readonly<Record<string, Helper>>;

/** Which language the text is for. */
export interface Dialect {
  /** Ahead of every function. */
  readonly inline: string;
  /** Ahead of a constant table. */
  readonly constant: string;
  /** Types and functions that each language spells in its own way; by name, for a suffix `f` or `d`. */
  readonly primitive: Readonly<Record<string, (f: Format) => string>>;
  /** The integers of 128 bits. */
  readonly wideTypes: string;
}

const bitCasts = (cast: (value: string, type: string) => string, inline: string) => ({
  bits: () => `${inline} WORD @bits(REAL x) { return ${cast("x", "WORD")}; }`,
  real: () => `${inline} REAL @real(WORD x) { return ${cast("x", "REAL")}; }`,
});

const openclInline = "inline __attribute__((always_inline, nodebug))";

export const opencl: Dialect = {
  inline: openclInline,
  constant: "__constant",
  primitive: {
    ...bitCasts((value, type) => `__builtin_astype(${value}, ${type})`, openclInline),
    sqrt: () => `${openclInline} REAL @sqrt(REAL x) { return __builtin_elementwise_sqrt(x); }`,
    fma: () => `${openclInline} REAL @fma(REAL x, REAL y, REAL z) { return __builtin_elementwise_fma(x, y, z); }`,
    floor: () => `${openclInline} REAL @floor(REAL x) { return __builtin_elementwise_floor(x); }`,
    trunc: () => `${openclInline} REAL @trunc(REAL x) { return __builtin_elementwise_trunc(x); }`,
  },
  wideTypes: "typedef unsigned _BitInt(128) __soff_u128; typedef _BitInt(128) __soff_s128;",
};

const cxxInline = "static inline";
const cxxFunction = (name: string) => (f: Format) => `__builtin_${name}${f.suffix === "f" ? "f" : ""}`;

/** For the CPU: the bench compiles the same functions with g++. */
export const cxx: Dialect = {
  inline: cxxInline,
  constant: "static const",
  primitive: {
    ...bitCasts((value, type) => `__builtin_bit_cast(${type}, ${value})`, cxxInline),
    sqrt: (f) => `${cxxInline} REAL @sqrt(REAL x) { return ${cxxFunction("sqrt")(f)}(x); }`,
    fma: (f) => `${cxxInline} REAL @fma(REAL x, REAL y, REAL z) { return ${cxxFunction("fma")(f)}(x, y, z); }`,
    floor: (f) => `${cxxInline} REAL @floor(REAL x) { return ${cxxFunction("floor")(f)}(x); }`,
    trunc: (f) => `${cxxInline} REAL @trunc(REAL x) { return ${cxxFunction("trunc")(f)}(x); }`,
  },
  wideTypes:
    "typedef unsigned int uint; typedef unsigned long ulong; typedef unsigned __int128 __soff_u128; typedef __int128 __soff_s128;",
};

const LANGUAGE = new Set(
  (
    "inline static const void return while if else typedef unsigned int uint long ulong float double " +
    "always_inline nodebug"
  ).split(" "),
);

/** Names that no user writes, nor defines as a macro on the command line. */
function ownNames(text: string): string {
  return text.replace(/(?<![\w.])[A-Za-z_]\w*/g, (name) =>
    LANGUAGE.has(name) || name.startsWith("__") ? name : `__soff_${name}`,
  );
}

/** Collects the text of helpers with all that they need, each once, in an order in which it compiles. */
export class Library {
  private readonly done = new Set<string>();
  private readonly texts: string[] = [];

  constructor(
    private readonly helpers: Helpers,
    private readonly dialect: Dialect,
  ) {}

  /** Makes `@name` usable in a text of this format; gives the text with names and types in place. */
  expand(text: string, f: Format): string {
    return text
      .replace(/@(?:([fd]):)?(\w+)/g, (_, suffix: string | undefined, name: string) => {
        const format = suffix === undefined ? f : suffix === "f" ? single : double;
        this.need(name, format);
        return helperName(name, format);
      })
      .replace(/\b(?:REAL|S?WORD|S?WIDE)\b/g, (type) => f.types[type as keyof Format["types"]])
      .replace(/\bINLINE\b/g, this.dialect.inline)
      .replace(/\bCONSTANT\b/g, this.dialect.constant);
  }

  private need(name: string, f: Format): void {
    const key = helperName(name, f);
    if (this.done.has(key)) return;
    this.done.add(key);
    const helper = this.dialect.primitive[name] ?? this.helpers[name];
    if (!helper) throw new InternalError(`no helper of the built-in functions is called ${name}`);
    this.texts.push(ownNames(this.expand(helper(f), f)));
  }

  text(): string {
    return this.texts.length === 0 ? "" : `${this.dialect.wideTypes}\n${this.texts.join("\n")}\n`;
  }
}
