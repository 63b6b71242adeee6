/** Resources of an NPU on a family of devices: what decides whether a candidate fits. */
import type { Board } from "../../target/board.js";
import { LINE_BYTES, type NpuConfig, wordsOf } from "../config.js";

export interface NpuArea {
  readonly lut: number;
  readonly dsp: number;
  /** Blocks of the board's block RAM, and its large blocks. */
  readonly bram: number;
  readonly uram: number;
}

/** Share of a board's resources that a design may take: beyond it, placement and routing suffer. */
const SHARE = 0.75;
/** Bits of a block: 36 Kbit on AMD's devices, 18 Kbit on ECP5. */
const blockBits = (board: Board): number => (board.family === "ecp5" ? 18_432 : 36_864);
const blockWidth = (board: Board): number => (board.family === "ecp5" ? 36 : 72);
const URAM_BITS = 294_912;
const URAM_WIDTH = 72;

export function areaOf(config: NpuConfig, board: Board): NpuArea {
  const { inputs, outputs } = config;
  const ram = (width: number, depth: number): number => {
    const bits = blockBits(board);
    const most = blockWidth(board);
    // The shape of block that needs the fewest.
    let least = Number.POSITIVE_INFINITY;
    for (let w = most; w >= 1; w = Math.floor(w / 2))
      least = Math.min(least, Math.ceil(width / w) * Math.ceil(depth / Math.floor(bits / w)));
    return least;
  };
  const activationWidth = 8 * inputs;
  const large =
    board.resources.value.uram > 0
      ? Math.ceil(activationWidth / URAM_WIDTH) * Math.ceil(wordsOf(config) / (URAM_BITS / URAM_WIDTH))
      : 0;
  const fifos =
    ram(8 * LINE_BYTES, config.weightLines) + ram(8 * LINE_BYTES, config.parameterLines) + 4 * ram(8 * LINE_BYTES, 64);
  const sums = 2 * ram(32 * outputs, 2 ** config.sumBits);
  const taps = config.columns * ram(8 * inputs, 2 ** config.tapBits);
  const uramFits = large > 0 && large <= SHARE * board.resources.value.uram;
  return {
    // Adders behind the multipliers, shadow weights, post lanes, queues of instructions.
    lut: Math.round(14 * inputs * outputs + 1500 * inputs + 24_000 + (config.softmax ? 3500 : 0)),
    // Two products a multiplier; a lane: requantisation 4, arithmetic 4, windows.
    dsp: (inputs * outputs) / 2 + (8 + config.columns) * inputs,
    bram: fifos + sums + taps + (uramFits ? 0 : ram(activationWidth, wordsOf(config))) + Math.ceil(inputs / 2),
    uram: uramFits ? large : 0,
  };
}

export function withinBudget(area: NpuArea, board: Board): boolean {
  const { lut, dsp, bram, uram } = board.resources.value;
  return area.lut <= SHARE * lut && area.dsp <= SHARE * dsp && area.bram <= SHARE * bram && area.uram <= SHARE * uram;
}
