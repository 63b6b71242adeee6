/** Runs a compiled program on an NPU's Verilog in the simulator that the kernels have as well. */

import type { TensorId } from "../dl-frontend/integer/graph.js";
import { type ChannelTraffic, channelLines, watchdogOf } from "../launch/launch-file.js";
import { runSimulator } from "../launch/run-simulator.js";
import type { CompiledProgram } from "../npu-gen/compile/compile.js";
import { readStored, writeInputs } from "../npu-gen/compile/image-tensors.js";
import { LINE_BYTES, macsOf, type NpuConfig } from "../npu-gen/config.js";
import { type BoardPort, npuTop, registers } from "../npu-gen/rtl/top.js";
import { libraryClosure } from "../rtl/library.js";
import { InternalError } from "../support/errors.js";
import type { Host } from "../support/host.js";
import type { Board } from "../target/board.js";
import { channelBase } from "../target/load.js";
import { buildSimulator } from "../tools/verilator.js";

export const TOP_MODULE = "npu_top";

export const boardPort = (board: Board): BoardPort => ({
  addressBits: board.memory.axiAddressBits,
  axiBytes: board.memory.axiDataBits / 8,
});

/** Verilog by file name, the library first. */
export function npuVerilog(host: Host, config: NpuConfig, board: Board): Map<string, string> {
  const top = npuTop(TOP_MODULE, config, boardPort(board));
  return new Map([...libraryClosure(host, [top]), [`${TOP_MODULE}.v`, top]]);
}

export interface NpuRunRequest {
  readonly compiled: CompiledProgram;
  readonly files: ReadonlyMap<string, string>;
  readonly board: Board;
  readonly inputs: ReadonlyMap<TensorId, Int8Array>;
  readonly stallSeed?: number;
  readonly maxCycles?: number;
}

export interface NpuRunResult {
  readonly cycles: number;
  /** Every tensor that the program stored. */
  readonly stored: ReadonlyMap<TensorId, Int8Array>;
  /** Cycle at which each layer was complete, by its index. */
  readonly layerEnds: ReadonlyMap<number, number>;
  readonly traffic: readonly ChannelTraffic[];
  /** Of the simulation itself. */
  readonly seconds: number;
}

/** Arrays from this size on are worth a slower compilation. */
const FAST_MACS = 256;

export async function simulateNpu(host: Host, request: NpuRunRequest): Promise<NpuRunResult> {
  const { compiled, board } = request;
  const port = boardPort(board);
  const simulator = await buildSimulator(host, {
    topModule: TOP_MODULE,
    files: request.files,
    channels: 1,
    axiBytes: port.axiBytes,
    trace: false,
    fast: macsOf(compiled.config) >= FAST_MACS,
  });
  const bytes = compiled.image.bytes();
  writeInputs(compiled, request.inputs, bytes);
  const base = channelBase(board, 0);
  const clockMHz = board.kernelClockMHz.value;
  const channel = { base: base.toString(), size: board.memory.bytesPerChannel.value.toString() };
  const register = (offset: number, value: bigint | number): string => `register ${offset} ${value}`;
  const launchText = [
    `clock ${clockMHz}`,
    ...channelLines([channel], board, clockMHz),
    `buffer 0 ${base} ${bytes.length}`,
    register(registers.image, base & 0xffffffffn),
    register(registers.image + 4, base >> 32n),
    register(registers.programLine, compiled.programLine),
    register(registers.lastInstruction, compiled.instructions.length - 1),
    `watchdog ${watchdogOf(board, clockMHz)}`,
    ...(request.maxCycles === undefined ? [] : [`max-cycles ${request.maxCycles}`]),
    ...(request.stallSeed ? [`stall-seed ${request.stallSeed}`] : []),
    "",
  ].join("\n");
  return runSimulator(
    host,
    { name: compiled.graph.name, simulator, launchText, buffers: [bytes] },
    ({ raw, stdout, written }) => {
      if (raw.status !== "done") {
        const states = stdout.split("\n").filter((line) => line.startsWith("SOFF-STATE"));
        throw new InternalError(`the NPU did not finish (${raw.status}, ${raw.cycles} cycles)\n${states.join("\n")}`);
      }
      const layerEnds = new Map<number, number>();
      for (const [, tag, cycle] of stdout.matchAll(/^SOFF-LAYER (\d+) (\d+)/gm))
        layerEnds.set(Number(tag) - 1, Number(cycle));
      const after = raw.written.includes(0) ? written(0) : bytes;
      return {
        cycles: raw.cycles,
        stored: readStored(compiled, after),
        layerEnds,
        traffic: raw.channels,
        seconds: raw.seconds,
      };
    },
  );
}

export const bytesOfImage = (compiled: CompiledProgram): number => compiled.image.lines * LINE_BYTES;
