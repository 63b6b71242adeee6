import { commonBuiltins } from "./common.js";
import { convert } from "./convert.js";
import type { BuiltinTable, Definition } from "./definition.js";
import { geometricBuiltins } from "./geometric.js";
import { integerBuiltins } from "./integer.js";
import { readMangled } from "./mangling.js";
import { single } from "./math/format.js";
import { Library, opencl } from "./math/library.js";
import { mathBuiltins, mathHelpers } from "./math/math.js";
import { memoryBuiltins } from "./memory.js";
import { relationalBuiltins } from "./relational.js";
import { shuffleBuiltins } from "./shuffle.js";
import { spell } from "./types.js";

const table: BuiltinTable = {
  ...integerBuiltins,
  ...commonBuiltins,
  ...mathBuiltins,
  ...relationalBuiltins,
  ...geometricBuiltins,
  ...memoryBuiltins,
  ...shuffleBuiltins,
};

/**
 * OpenCL C text that defines those of the mangled names that are built-in functions known here;
 * undefined when none is. It is read ahead of the user's source. The definitions have names that no
 * user writes and reach his calls by their mangled names alone, so that he may use any name, also
 * that of a built-in, for something of his own. They carry no debug information: what is inlined
 * from them has the line of the call.
 */
export function builtinPrelude(mangledNames: Iterable<string>): string | undefined {
  const definitions: string[] = [];
  const library = new Library(mathHelpers, opencl);
  for (const mangled of mangledNames) {
    const remainder = REMAINDER.exec(mangled)?.[1];
    if (remainder !== undefined) {
      definitions.push(remainderFunction(mangled, remainder, library));
      continue;
    }
    const signature = readMangled(mangled);
    if (!signature) continue;
    const definition = define(signature.name, signature.parameters);
    if (!definition) continue;
    const name = `__soff_b${definitions.length}`;
    const parameters = signature.parameters.map((type, index) => `${spell(type)} __soff_${index}`).join(", ");
    // Not `static`: OpenCL C 1.0 and 1.1 have no such thing. Nothing is left of an inline function.
    const head = `inline ${spell(definition.result)} ${name}(${parameters === "" ? "void" : parameters})`;
    const body = library.expand(definition.body.replace(/\$(\d)/g, "__soff_$1"), single);
    definitions.push(`${head} __attribute__((always_inline, nodebug)) __asm("${mangled}");\n${head} { ${body} }`);
  }
  if (definitions.length === 0) return undefined;
  const text = `${library.text()}${definitions.join("\n")}`;
  // As at the start of any source, half is only for storage where the user's text begins.
  const usesHalf = /\bhalf\d*\b/.test(text);
  return `#pragma clang system_header\n${usesHalf ? halfExtension("enable") : ""}${text}\n${usesHalf ? halfExtension("disable") : ""}`;
}

const halfExtension = (state: string) => `#pragma OPENCL EXTENSION cl_khr_fp16 : ${state}\n`;

function define(name: string, parameters: Parameters<typeof convert>[0]): Definition | undefined {
  if (name.startsWith("convert_")) return convert(parameters, name);
  return Object.hasOwn(table, name) ? table[name]!(parameters, name) : undefined;
}

/**
 * The mangled names of functions that a module calls but does not define. LLVM's instruction `frem` counts as a call
 * of {@link remainderName}: hardware has no operator for it.
 */
export function undefinedFunctions(llvm: string): string[] {
  const called = [...llvm.matchAll(/^declare [^@\n]*@(_Z\w+)\(/gm)].map((match) => match[1]!);
  const remainders = [...llvm.matchAll(/ = frem (?:[a-z]+ )*(?:<\d+ x )?(half|float|double)\b/g)];
  return [...called, ...remainders.map(([, type]) => remainderName(type!))];
}

const REMAINDER = /^__soff_frem_(half|float|double)$/;

/** The function that computes LLVM's `frem` of a type, in a module that was compiled with what is asked for. */
export const remainderName = (type: string): string => `__soff_frem_${type}`;

/** Unlike other definitions it must be there after optimisation, for the importer to call it. */
function remainderFunction(name: string, type: string, library: Library): string {
  const body = type === "half" ? "(half)@f:fmod((float)x, (float)y)" : `@${type === "double" ? "d" : "f"}:fmod(x, y)`;
  const head = `${type} ${name}(${type} x, ${type} y)`;
  return `${head} __attribute__((nodebug)) __asm("${name}");\n${head} { return ${library.expand(body, single)}; }`;
}
