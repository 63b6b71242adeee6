/** Design-space exploration: for models and a board, the NPU that runs them fastest within the board's resources. */
import type { IntegerGraph, IntegerOperation } from "../../dl-frontend/integer/graph.js";
import { UnsupportedError } from "../../support/errors.js";
import type { Board } from "../../target/board.js";
import { compileGraph, macsOfOperation } from "../compile/compile.js";
import { macsOf, type NpuConfig } from "../config.js";
import { areaOf, type NpuArea, withinBudget } from "./area.js";
import { type MemoryModel, predict } from "./predict.js";

export interface Candidate {
  readonly config: NpuConfig;
  readonly area: NpuArea;
  /** Of all graphs together; undefined when they do not fit this memory. */
  readonly cycles?: number;
  readonly framesPerSecond?: number;
  readonly utilisation?: number;
}

export interface Exploration {
  readonly chosen: NpuConfig;
  readonly candidates: readonly Candidate[];
}

export function memoryModel(board: Board): MemoryModel {
  const { timing } = board.memory;
  const clock = board.kernelClockMHz.value;
  return {
    readLatency: (timing.readLatencyNs.value * clock) / 1000,
    writeLatency: (timing.writeLatencyNs.value * clock) / 1000,
    bytesPerCycle: Math.min(timing.peakBytesPerSecond.value / (clock * 1e6), board.memory.axiDataBits / 8),
  };
}

const SHAPES: readonly (readonly [inputs: number, outputs: number])[] = [
  [4, 4],
  [8, 8],
  [8, 16],
  [16, 16],
  [16, 32],
  [16, 64],
  [32, 32],
  [32, 64],
];

/** Sizes of the activation memory that are tried, words as powers of two. */
const MEMORY_BITS: readonly number[] = [10, 12, 14, 16, 17, 18, 19, 20];

/** The configuration of an array shape with the largest activation memory that the budget allows, up to `most` words. */
function configOf(
  inputs: number,
  outputs: number,
  addressBits: number,
  { softmax, columns }: Pick<NpuConfig, "softmax" | "columns">,
): NpuConfig {
  return {
    inputs,
    outputs,
    addressBits,
    banks: addressBits >= 12 ? 8 : 2,
    sumBits: 9,
    tapBits: 10,
    columns,
    weightLines: 1024,
    parameterLines: 512,
    softmax,
  };
}

/** Smaller buffers for boards that are short of memory. */
const lean = (config: NpuConfig): NpuConfig => ({
  ...config,
  sumBits: 7,
  tapBits: 7,
  weightLines: 128,
  parameterLines: 64,
});

/**
 * Tries every array shape with just enough memory. A larger array must earn its place (see `merit`): multipliers that wait
 * serve nobody, and the smaller one leaves room for a second of its kind.
 */
export function explore(
  graphs: readonly IntegerGraph[],
  board: Board,
  progress: (message: string) => void = () => {},
): Exploration | undefined {
  const softmax = graphs.some((g) => g.operations.some((o) => o.kind === "softmax"));
  const columns = Math.max(3, ...graphs.flatMap((g) => g.operations.map(windowColumns)));
  const memory = memoryModel(board);
  const macs = graphs.reduce((n, g) => n + g.operations.reduce((m, o) => m + macsOfOperation(o, g), 0), 0);
  const candidates: Candidate[] = [];
  for (const [inputs, outputs] of SHAPES)
    for (const slim of [false, true]) {
      const shape = (bits: number): NpuConfig => {
        const config = configOf(inputs, outputs, bits, { softmax, columns });
        return slim ? lean(config) : config;
      };
      progress(`exploring ${outputs} x ${inputs} multipliers`);
      const tried = tryShape(graphs, board, memory, macs, shape);
      if (!tried) continue;
      candidates.push(tried);
      break;
    }
  const running = candidates.filter((c) => c.cycles !== undefined);
  const chosen = running.reduce<Candidate | undefined>((a, b) => (a && merit(a) >= merit(b) ? a : b), undefined);
  return chosen ? { chosen: chosen.config, candidates } : undefined;
}

/** Speed against the multipliers: twice as many must be 1.57 times as fast. */
const EARN = 0.65;
const merit = ({ config, cycles }: Candidate): number => 1 / (cycles! * macsOf(config) ** EARN);

/** Columns of windows that a channel has for itself. */
function windowColumns(operation: IntegerOperation): number {
  const { kind } = operation;
  if (kind === "max-pool" || kind === "average-pool" || (kind === "conv" && operation.groups > 1)) {
    const columns = operation.window.kernel[1];
    return columns <= 5 ? columns : 0;
  }
  return 0;
}

function tryShape(
  graphs: readonly IntegerGraph[],
  board: Board,
  memory: MemoryModel,
  macs: number,
  shape: (addressBits: number) => NpuConfig,
): Candidate | undefined {
  const most = MEMORY_BITS.at(-1)!;
  const largest = shape(most);
  let cycles = 0;
  let words = 1;
  try {
    for (const graph of graphs) {
      const compiled = compileGraph(graph, largest);
      words = Math.max(words, compiled.words);
      cycles += predict(compiled, memory).cycles;
    }
  } catch (error) {
    if (!(error instanceof UnsupportedError)) throw error;
    return undefined;
  }
  const config = shape(MEMORY_BITS.find((bits) => 2 ** bits >= words) ?? most);
  const area = areaOf(config, board);
  if (!withinBudget(area, board)) return undefined;
  const seconds = cycles / (board.kernelClockMHz.value * 1e6);
  return { config, area, cycles, framesPerSecond: 1 / seconds, utilisation: macs / (macsOf(config) * cycles) };
}
