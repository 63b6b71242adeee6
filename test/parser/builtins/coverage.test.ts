/** Every built-in function of OpenCL C 1.2 is known for every type and width that it has, and its text compiles. */
import { describe, expect, it } from "vitest";
import { builtinPrelude, undefinedFunctions } from "../../../src/parser/builtins/builtins.js";
import { compileToLlvm } from "../../../src/parser/clang/compile.js";
import { MemoryHost } from "../../support/memory-host.js";

const widths = [1, 2, 3, 4, 8, 16];
const reals = ["float", "double", "half"];
const integers = ["char", "uchar", "short", "ushort", "int", "uint", "long", "ulong"];
const words = (text: string) => text.split(/\s+/);

/** `T`: the type itself; `I`: int in as many lanes; `M`: integer of the same width; `*` in front: a pointer. */
interface Family {
  readonly names: readonly string[];
  readonly types: readonly string[];
  readonly parameters: readonly string[];
  readonly widths?: readonly number[];
}

const families: readonly Family[] = [
  {
    names: words(
      `acos acosh acospi asin asinh asinpi atan atanh atanpi cbrt ceil cos cosh cospi erfc erf exp exp2 exp10 expm1 fabs floor
      lgamma log log2 log10 log1p logb rint round rsqrt sin sinh sinpi sqrt tan tanh tanpi tgamma trunc degrees radians sign
      isfinite isinf isnan isnormal signbit ilogb`,
    ),
    types: reals,
    parameters: ["T"],
  },
  {
    names: words(
      `atan2 atan2pi copysign fdim fmax fmin fmod hypot maxmag minmag nextafter pow powr remainder max min step
      isequal isnotequal isgreater isgreaterequal isless islessequal islessgreater isordered isunordered`,
    ),
    types: reals,
    parameters: ["T", "T"],
  },
  { names: words("fma mad clamp mix smoothstep bitselect"), types: reals, parameters: ["T", "T", "T"] },
  { names: words("ldexp pown rootn"), types: reals, parameters: ["T", "I"] },
  { names: words("fract modf sincos"), types: reals, parameters: ["T", "*T"] },
  { names: words("frexp lgamma_r"), types: reals, parameters: ["T", "*I"] },
  { names: ["remquo"], types: reals, parameters: ["T", "T", "*I"] },
  { names: ["select"], types: [...reals, ...integers], parameters: ["T", "T", "M"] },
  { names: words("dot distance"), types: reals, parameters: ["T", "T"], widths: [1, 2, 3, 4] },
  { names: ["fast_distance"], types: ["float"], parameters: ["T", "T"], widths: [1, 2, 3, 4] },
  { names: words("fast_length fast_normalize"), types: ["float"], parameters: ["T"], widths: [1, 2, 3, 4] },
  {
    names: words("length normalize"),
    types: reals,
    parameters: ["T"],
    widths: [1, 2, 3, 4],
  },
  { names: ["cross"], types: reals, parameters: ["T", "T"], widths: [3, 4] },
  {
    names: words("cos exp exp2 exp10 log log2 log10 recip rsqrt sin sqrt tan").flatMap((n) => [
      `half_${n}`,
      `native_${n}`,
    ]),
    types: ["float"],
    parameters: ["T"],
  },
  {
    names: words("half_divide half_powr native_divide native_powr"),
    types: ["float"],
    parameters: ["T", "T"],
  },
  { names: words("abs clz popcount any all"), types: integers, parameters: ["T"] },
  {
    names: words("abs_diff add_sat hadd rhadd max min mul_hi rotate sub_sat"),
    types: integers,
    parameters: ["T", "T"],
  },
  { names: words("clamp mad_hi mad_sat bitselect"), types: integers, parameters: ["T", "T", "T"] },
  { names: ["mul24"], types: ["int", "uint"], parameters: ["T", "T"] },
  { names: ["mad24"], types: ["int", "uint"], parameters: ["T", "T", "T"] },
  ...[...reals, ...integers].map(
    (type): Family => ({
      names: [...reals, ...integers].map((to) => `convert_${to}W`),
      types: [type],
      parameters: ["T"],
    }),
  ),
];
// `any` and `all` are for signed types.
const exists = (name: string, type: string) => !(/^(any|all)$/.test(name) && type.startsWith("u"));

const letters: Readonly<Record<string, string>> = {
  char: "c",
  uchar: "h",
  short: "s",
  ushort: "t",
  int: "i",
  uint: "j",
  long: "l",
  ulong: "m",
  half: "Dh",
  float: "f",
  double: "d",
};
const maskOf: Readonly<Record<string, string>> = { half: "short", float: "int", double: "long" };

const spelt = (parameter: string, type: string, width: number): readonly [string, boolean] => {
  const scalar = parameter.endsWith("I") ? "int" : parameter.endsWith("M") ? (maskOf[type] ?? type) : type;
  return [width === 1 ? scalar : `${scalar}${width}`, parameter.startsWith("*")];
};

/** Itanium's mangling, as far as these functions need it: vectors and pointers may come again. */
function mangle(name: string, parameters: readonly (readonly [string, boolean])[]): string {
  const seen: string[] = [];
  const code = (text: string): string => {
    const at = seen.indexOf(text);
    if (at >= 0) return at === 0 ? "S_" : `S${at - 1}_`;
    const [, scalar, width] = /^([a-z]+)(\d*)$/.exec(text)!;
    if (!width) return letters[scalar!]!;
    seen.push(text);
    return `Dv${width}_${letters[scalar!]}`;
  };
  return `_Z${name.length}${name}${parameters.map(([type, pointer]) => (pointer ? `P${code(type)}` : code(type))).join("")}`;
}

interface Call {
  readonly name: string;
  readonly parameters: readonly (readonly [string, boolean])[];
}
const calls: Call[] = families.flatMap((family) =>
  family.names.flatMap((name) =>
    family.types
      .filter((type) => exists(name, type))
      .flatMap((type) =>
        (family.widths ?? widths).map((width) => ({
          name: name.replace("W", width === 1 ? "" : String(width)),
          parameters: family.parameters.map((parameter) => spelt(parameter, type, width)),
        })),
      ),
  ),
);

describe("the built-in functions", () => {
  it("are known in every type and width", () => {
    expect(calls.length).toBeGreaterThan(2500);
    const unknown = calls
      .map(({ name, parameters }) => mangle(name, parameters))
      .filter((mangled) => builtinPrelude([mangled]) === undefined);
    expect(unknown).toEqual([]);
  });

  it("compile", { timeout: 300_000 }, async () => {
    // A few from all families, with few lanes, which compile quickly; all of them when asked for.
    const few = calls.filter(({ parameters }) => /^[a-z]+[23]?$/.test(parameters[0]![0]));
    const chosen = process.env.SOFF_EXHAUSTIVE === undefined ? few.filter((_, index) => index % 71 === 5) : calls;
    const batch = 30;
    for (let start = 0; start < chosen.length; start += batch) {
      const kernels = chosen.slice(start, start + batch).map(({ name, parameters }, index) => {
        const declared = parameters.map(([type], at) => `__global ${type} *p${at}`);
        const given = parameters.map(([, pointer], at) => (pointer ? `p${at}` : `p${at}[i]`));
        return `__kernel void k${index}(${declared.join(", ")}, __global uchar *r) {
  size_t i = get_global_id(0); __auto_type v = ${name}(${given.join(", ")}); vstore_any(v); }`.replace(
          "vstore_any(v)",
          "for (size_t b = 0; b < sizeof v; b++) r[i * sizeof v + b] = ((const uchar *)&v)[b]",
        );
      });
      const source = `#pragma OPENCL EXTENSION cl_khr_fp16 : enable\n${kernels.join("\n")}`;
      const { llvm } = await compileToLlvm(new MemoryHost({ "k.cl": source }), { file: "k.cl" });
      expect(undefinedFunctions(llvm).filter((name) => !name.includes("get_global_id"))).toEqual([]);
    }
  });
});
