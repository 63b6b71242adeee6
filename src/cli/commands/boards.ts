import { Command } from "commander";
import type { Board } from "../../target/board.js";
import { type CommandContext, print, printJson } from "../context.js";

/** `soff boards [NAME]`: which boards there are, or everything about one, with the source of each figure. */
export function boardsCommand(context: CommandContext): Command {
  return new Command("boards")
    .description("List the boards, or show one with the source of every figure.")
    .argument("[name]", "a board")
    .option("--json", "print one JSON object")
    .action(async (name: string | undefined, options: { json?: boolean }) => {
      const { boardNames, loadBoard } = await import("../../target/load.js");
      const { columns } = await import("../../support/text.js");
      if (name !== undefined) {
        const board = loadBoard(context.host, name);
        if (options.json) return printJson(context, board);
        return print(context, columns(describe(board)));
      }
      const boards = boardNames(context.host).map((each) => loadBoard(context.host, each));
      if (options.json) return printJson(context, { boards });
      print(context, columns(boards.map((board) => [board.name, board.title, board.part, memoryLine(board)])));
    });
}

const gibibytes = (bytes: number) => `${(bytes / 2 ** 30).toLocaleString("en-US")} GiB`;

function memoryLine({ memory }: Board): string {
  const { channels, bytesPerChannel, timing } = memory;
  const bandwidth = (timing.peakBytesPerSecond.value * channels.value) / 1e9;
  return `${channels.value} x ${gibibytes(bytesPerChannel.value)} ${memory.kind}, ${bandwidth.toFixed(1)} GB/s`;
}

function describe(board: Board): string[][] {
  const { resources, memory, kernelClockMHz: clock } = board;
  const r = resources.value;
  const timing = Object.entries(memory.timing).map(([name, figure]) => [name, String(figure.value), figure.source]);
  return [
    ["board", board.name, board.title],
    ["part", board.part, `${board.vendor}, family ${board.family}`],
    ["resources", `${r.lut} LUT, ${r.ff} FF, ${r.dsp} DSP, ${r.bram} BRAM, ${r.uram} URAM`, resources.source],
    ["kernel clock", `${clock.value} MHz`, clock.source],
    ["channels", `${memory.channels.value} x ${memory.kind}`, memory.channels.source],
    ["channel size", gibibytes(memory.bytesPerChannel.value), memory.bytesPerChannel.source],
    ["first address", memory.baseAddress, `next channel: + ${memory.channelStride}`],
    ["AXI port", `${memory.axiDataBits} data bits`, `${memory.axiAddressBits} address bits`],
    ...timing,
  ];
}
