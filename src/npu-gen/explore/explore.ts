/** Design-space exploration: for models and a board, the NPU that runs them fastest within the board's resources. */
import type { IntegerGraph, IntegerOperation } from "../../dl-frontend/integer/graph.js";
import { UnsupportedError } from "../../support/errors.js";
import type { Board } from "../../target/board.js";
import { compileGraph } from "../compile/compile.js";
import { macsOfOperation } from "../compile/work.js";
import { LINE_BYTES, macsOf, type NpuConfig } from "../config.js";
import { areaOf, type NpuArea, withinBudget } from "./area.js";
import { type MemoryModel, predict } from "./predict.js";

export interface Candidate {
  readonly config: NpuConfig;
  readonly area: NpuArea;
  /** Of all graphs together; undefined where even an array that never waits would be worth less than the one chosen. */
  readonly cycles?: number;
  readonly framesPerSecond?: number;
  readonly utilisation?: number;
  /** Tensors that live in DRAM for want of memory on the chip. */
  readonly spilled?: number;
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
const MEMORY_BITS: readonly number[] = [10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20];

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
 * Tries the array shapes with just enough memory, but for those that could not be the best if their multipliers never waited. A larger array must earn its place (see `merit`): multipliers that wait
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
  let best: Candidate | undefined;
  // The largest first: it bounds what smaller ones can be worth.
  for (const [inputs, outputs] of [...SHAPES].reverse())
    for (const slim of [false, true]) {
      const shape = (bits: number): NpuConfig => {
        const config = configOf(inputs, outputs, bits, { softmax, columns });
        return slim ? lean(config) : config;
      };
      const most = MEMORY_BITS.findLast((bits) => withinBudget(areaOf(shape(bits), board), board));
      if (most === undefined) continue;
      const largest = shape(most);
      if (best && merit(largest, macs / macsOf(largest)) <= meritOf(best)) {
        candidates.push({ config: largest, area: areaOf(largest, board) });
        break;
      }
      progress(`exploring ${outputs} x ${inputs} multipliers`);
      const tried = tryShape(graphs, board, memory, macs, shape, most);
      if (!tried) continue;
      candidates.push(tried);
      if (!best || meritOf(tried) > meritOf(best)) best = tried;
      // Smaller buffers leave more memory for activations.
      if (!tried.spilled) break;
    }
  return best ? { chosen: best.config, candidates: candidates.reverse() } : undefined;
}

/** Speed against the multipliers: twice as many must be 1.57 times as fast. */
const EARN = 0.65;
const merit = (config: NpuConfig, cycles: number): number => 1 / (cycles * macsOf(config) ** EARN);
const meritOf = ({ config, cycles }: Candidate): number => merit(config, cycles ?? Number.POSITIVE_INFINITY);

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
  /** The largest memory that there is room for; as little of it as is used is taken. */
  most: number,
): Candidate | undefined {
  const largest = shape(most);
  let cycles = 0;
  let words = 1;
  let spilled = 0;
  try {
    for (const graph of graphs) {
      const compiled = compileGraph(graph, largest);
      if (compiled.image.lines * LINE_BYTES > board.memory.bytesPerChannel.value) return undefined;
      words = Math.max(words, compiled.words);
      spilled += compiled.spilled;
      cycles += predict(compiled, memory).cycles;
    }
  } catch (error) {
    if (!(error instanceof UnsupportedError)) throw error;
    return undefined;
  }
  const config = spilled > 0 ? largest : shape(MEMORY_BITS.find((bits) => 2 ** bits >= words) ?? most);
  const area = areaOf(config, board);
  const seconds = cycles / (board.kernelClockMHz.value * 1e6);
  return { config, area, cycles, framesPerSecond: 1 / seconds, utilisation: macs / (macsOf(config) * cycles), spilled };
}
