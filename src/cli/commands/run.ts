import { Command, Option } from "commander";
import { ExitCode } from "../../support/errors.js";
import { type CommandContext, print, printJson, type SetExitCode } from "../context.js";
import { renderDiagnostics } from "../failure.js";
import { type CompileFlags, collect, compileOptions, dimensions, wholeNumber, withCompileOptions } from "../options.js";

interface Flags extends CompileFlags {
  readonly kernel?: string;
  readonly global: readonly number[];
  readonly local?: readonly number[];
  readonly offset?: readonly number[];
  readonly arg?: readonly string[];
  readonly board?: string;
  readonly engine: "rtl" | "ir";
  readonly check?: boolean;
  readonly out?: string;
  readonly trace?: string;
  readonly stallSeed?: number;
  readonly profile?: boolean;
  readonly port?: string;
  readonly json?: boolean;
}

const ARGUMENTS = `
Arguments, one --arg a kernel parameter, in order:
  @x.npy                     a buffer with the bytes of this array; a struct or vector by value likewise
  zeros:TYPE:SHAPE           a buffer of zeros, such as zeros:float32:64x64
  iota:TYPE:SHAPE            0, 1, 2, …
  rand:TYPE:SHAPE:SEED       random: floats in [0,1), integers over the whole type
  rand:TYPE:SHAPE:SEED:A:B   random with A <= value < B
  42, -1.5, 0x10; 1,2,3,4    a scalar; a vector
  local:4096                 bytes for a __local pointer
  null                       a NULL buffer
TYPE is int8 to int64, uint8 to uint64, float16 to float64, or OpenCL C's name.`;

/** `soff run FILE|DIR`: one launch on the simulated circuit, the interpreter, or both. */
export function runKernelCommand(context: CommandContext, setExitCode: SetExitCode): Command {
  const command = new Command("run")
    .description("Run a kernel with your data on its simulated circuit, and check the result.")
    .argument("<file|dir>", "a source file, or a folder that `soff build` has written")
    .option("--kernel <name>", "the kernel (may be left out when there is only one)")
    .addOption(new Option("--global <x[,y[,z]]>", "work-items").argParser(dimensions).makeOptionMandatory())
    .addOption(new Option("--local <x[,y[,z]]>", "work-items of a work-group (default: chosen)").argParser(dimensions))
    .addOption(new Option("--offset <x[,y[,z]]>", "global offset (default: 0)").argParser(dimensions))
    .addOption(new Option("--arg <spec>", "one kernel parameter (repeatable, see below)").argParser(collect))
    .option("--board <name>", "the board (default: u250, or the design's)")
    .addOption(
      new Option("--engine <name>", "rtl: the circuit in Verilator; ir: the reference interpreter")
        .choices(["rtl", "ir"] as const)
        .default("rtl"),
    )
    .option("--check", "run both engines and compare every byte of every buffer")
    .option("--out <dir>", "write every buffer that is not const as PARAM.npy")
    .option("--trace <file.fst>", "write the circuit's waveforms")
    .addOption(new Option("--stall-seed <n>", "make every memory port stall at random").argParser(wholeNumber(0)))
    .option("--profile", "say where the cycles went, by source line")
    .option("--port <tty>", "run on a real board, by its serial port, in place of the simulator")
    .option("--json", "print one JSON object")
    .addHelpText("after", ARGUMENTS);
  return withCompileOptions(command).action(async (target: string, flags: Flags) => {
    const { runKernel } = await import("../../flow/run.js");
    const { kernel, local, offset, board, out, trace, stallSeed, port } = flags;
    const { report, warnings } = await runKernel(context.host, {
      target,
      compile: compileOptions(flags),
      global: flags.global,
      arguments: flags.arg ?? [],
      engine: flags.engine,
      check: flags.check ?? false,
      profile: flags.profile ?? false,
      ...(kernel === undefined ? {} : { kernel }),
      ...(board === undefined ? {} : { board }),
      ...(local ? { local } : {}),
      ...(offset ? { offset } : {}),
      ...(out === undefined ? {} : { out }),
      ...(trace === undefined ? {} : { trace }),
      ...(stallSeed === undefined ? {} : { stallSeed }),
      ...(port === undefined ? {} : { port }),
    });
    renderDiagnostics(warnings, context);
    if (report.check?.first) setExitCode(ExitCode.mismatch);
    if (flags.json) return printJson(context, report);
    if (report.printed !== undefined) print(context, report.printed.replace(/\n$/, ""));
    const { runTable } = await import("../render.js");
    print(context, runTable(report));
    if (report.counters) {
      const { eventCountsText } = await import("../render.js");
      print(context, eventCountsText(report.counters));
    }
    if (report.profile) {
      const { profileText } = await import("../profile-text.js");
      print(context, profileText(report.profile));
    }
  });
}
