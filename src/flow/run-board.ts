/** A launch on a real board with soff's shell, over its serial line. */
import { join } from "node:path";
import { counterOffsets } from "../launch/event-counters.js";
import type { Launch } from "../launch/launch.js";
import { regionsOf, registerWrites } from "../launch/launch-file.js";
import type { DesignKernel } from "../rtl/design.js";
import { ShellDevice } from "../shell/device.js";
import { ShellLink } from "../shell/link.js";
import { designNumber } from "../shell/top.js";
import { toolError, usageError } from "../support/errors.js";
import type { Host } from "../support/host.js";
import type { Board } from "../target/board.js";
import { type Circuit, checkLaunch } from "./engines.js";

/** Registers of soff_control. */
const CONTROL = 0x00;
const STATUS = 0x10;
const CYCLES = 0x18;
const IDLE = 4;
/** A kernel that is not done by then is taken for stuck, milliseconds. */
const RUN_MS = 600_000;

export interface BoardRun {
  readonly cycles: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  readonly counters: readonly number[];
  readonly states: readonly [];
  readonly printed: "";
}

/** Runs a launch on the board at `port`; the launch's buffers are updated in place. */
export async function runOnBoard(
  host: Host,
  port: string,
  board: Board,
  circuit: Circuit,
  launch: Launch,
): Promise<BoardRun> {
  if (board.host.kind !== "serial" || board.flow.kind !== "open") {
    throw usageError("run/no-serial-line", `${board.name} has no shell with a serial line`, {
      help: "Leave --port out: the circuit is simulated then. `soff boards` says which boards have one.",
    });
  }
  const { kernel } = circuit;
  checkLaunch(kernel, launch);
  const baud = board.host.baud.value;
  const serial = await host.openSerial(port, baud);
  try {
    const device = new ShellDevice(new ShellLink(serial, baud));
    host.progress(`talking to ${board.name} at ${port}`);
    await device.identify(designNumber(kernel, textsOf(host, circuit)));
    await device.resetKernel();
    const regions = regionsOf(launch);
    for (const [index, { address, bytes }] of regions.entries()) {
      host.progress(`sending buffer ${index + 1} of ${regions.length}, ${bytes.length} bytes`);
      await device.writeMemory(Number(address), bytes);
    }
    await writeArguments(device, kernel, launch);
    await device.writeRegisters(CONTROL, Uint32Array.of(1));
    await finish(device, kernel);
    const [low, high] = [await device.readRegister(CYCLES), await device.readRegister(CYCLES + 4)];
    const counters: number[] = [];
    for (const offset of counterOffsets(kernel)) {
      counters.push((await device.readRegister(offset)) + (await device.readRegister(offset + 4)) * 2 ** 32);
    }
    const { wordsRead, wordsWritten } = await device.state();
    for (const { address, bytes, copies } of regions) {
      host.progress(`fetching ${bytes.length} bytes`);
      const result = await device.readMemory(Number(address), bytes.length);
      for (const copy of copies) copy.set(result);
    }
    const cycles = low + high * 2 ** 32;
    return { cycles, bytesRead: 4 * wordsRead, bytesWritten: 4 * wordsWritten, counters, states: [], printed: "" };
  } finally {
    await serial.close();
  }
}

const textsOf = (host: Host, { folder, kernel }: Circuit): string[] =>
  kernel.files.map((file) => host.readText(join(folder, file)));

/** Register writes in as few frames as their addresses allow. */
async function writeArguments(device: ShellDevice, kernel: DesignKernel, launch: Launch): Promise<void> {
  let start = 0;
  let words: number[] = [];
  const flush = async () => {
    if (words.length > 0) await device.writeRegisters(start, Uint32Array.from(words));
    words = [];
  };
  for (const [offset, value] of registerWrites(kernel, launch)) {
    if (offset !== start + 4 * words.length) {
      await flush();
      start = offset;
    }
    words.push(value);
  }
  await flush();
}

async function finish(device: ShellDevice, kernel: DesignKernel): Promise<void> {
  const end = Date.now() + RUN_MS;
  while (((await device.readRegister(CONTROL)) & IDLE) === 0) {
    if (Date.now() > end) throw toolError("board/no-end", `${kernel.name} does not end on the board`);
  }
  if ((await device.readRegister(STATUS)) !== 0) {
    throw toolError("board/memory-error", `the board's memory answered ${kernel.name} with an error`);
  }
}
