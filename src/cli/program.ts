import { Command } from "commander";
import { boardsCommand } from "./commands/boards.js";
import { buildCommand } from "./commands/build.js";
import { doctorCommand } from "./commands/doctor.js";
import { npuCommand } from "./commands/npu.js";
import { passesCommand } from "./commands/passes.js";
import { runKernelCommand } from "./commands/run.js";
import { verifyCommand } from "./commands/verify.js";
import type { CommandContext, SetExitCode } from "./context.js";

const EXIT_CODES = `
Exit codes:
  0   done
  1   the input was rejected: the messages say where and why
  2   wrong usage
  3   valid input that soff does not support yet
  4   an external tool is missing or failed
  5   a check found a mismatch
  70  a fault of soff itself: please report it

Environment:
  SOFF_CACHE   folder for compiled simulators and designs (default ~/.cache/soff)
  NO_COLOR     any value: messages without colour
`;

/** The whole command line: one line a command, in the order of the help. */
export function createProgram(context: CommandContext, setExitCode: SetExitCode): Command {
  const program = new Command("soff")
    .description("Compiles OpenCL C kernels into pipelined Verilog, simulates it with your data and checks the result.")
    .version(context.version, "-V, --version", "print soff's version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .addHelpText("after", EXIT_CODES)
    .showSuggestionAfterError()
    .configureHelp({ helpWidth: 110 })
    .configureOutput({ writeOut: context.output.stdout, writeErr: context.output.stderr })
    .exitOverride();
  const commands = [
    buildCommand(context),
    runKernelCommand(context, setExitCode),
    verifyCommand(context, setExitCode),
    npuCommand(context, setExitCode),
    boardsCommand(context),
    doctorCommand(context, setExitCode),
    passesCommand(context),
  ];
  for (const command of commands) program.addCommand(inherit(command, program));
  return program;
}

/** Commander copies settings to subcommands only when they are created through their parent. */
function inherit(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent).helpOption("-h, --help", "print this help");
  for (const child of command.commands) inherit(child, parent);
  return command;
}
