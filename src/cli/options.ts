import { type Command, InvalidArgumentError, Option } from "commander";

/** Repeatable option: collects the values in order. */
export const collect = (value: string, previous: readonly string[] | undefined): readonly string[] => [
  ...(previous ?? []),
  value,
];

/** A whole number of at least `least`. */
export const wholeNumber =
  (least: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`A whole number of at least ${least} is expected.`);
    }
    return value;
  };

/** A clock in MHz. */
export function megahertz(text: string): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value < 1 || value > 2000) {
    throw new InvalidArgumentError("A clock from 1 to 2000 MHz is expected, such as 75 or 62.5.");
  }
  return value;
}

/** `X[,Y[,Z]]` for sizes and offsets of an NDRange. */
export function dimensions(text: string): readonly number[] {
  const parts = text.split(",");
  const values = parts.map((part) => (/^\d+$/.test(part) ? Number(part) : Number.NaN));
  if (parts.length > 3 || !values.every(Number.isSafeInteger)) {
    throw new InvalidArgumentError("One to three whole numbers separated by commas are expected, such as 64 or 64,32.");
  }
  return values;
}

/** What decides how a source file is compiled. */
export interface CompileFlags {
  readonly define?: readonly string[];
  readonly include?: readonly string[];
  readonly clStd?: string;
  readonly clang?: string;
}

/** Adds the options that decide how a source file is compiled. */
export function withCompileOptions(command: Command): Command {
  return command
    .addOption(new Option("-D, --define <name[=value]>", "define a macro (repeatable)").argParser(collect))
    .addOption(new Option("-I, --include <dir>", "search this folder for headers (repeatable)").argParser(collect))
    .option("--cl-std <standard>", "language standard, such as CL1.2, CL2.0 or C++17")
    .option("--clang <path>", "use this clang (18 or later) in place of the built-in one");
}

/** The flags in the compiler's words. */
export function compileOptions(flags: CompileFlags) {
  return {
    ...(flags.define ? { defines: flags.define } : {}),
    ...(flags.include ? { includeDirs: flags.include } : {}),
    ...(flags.clStd === undefined ? {} : { std: flags.clStd }),
    ...(flags.clang === undefined ? {} : { clang: flags.clang }),
  };
}
