/** Parameters of the post engine as it reads them: scalars, eight bytes a channel, tables. */
import type { Binary, Requantise } from "../../dl-frontend/integer/graph.js";
import { channelLines, LINE_BYTES, type NpuConfig, tableLines } from "../config.js";

/** y = clip(value + 0): what passes a sum through. */
export const IDENTITY: Requantise = {
  rounding: "half-even",
  multiplier: Int32Array.of(1),
  shift: Uint8Array.of(0),
  zeroPoint: 0,
  low: -128,
  high: 127,
};

export interface Scalars {
  /** Zero points and factors of two operands from the activation memory. */
  readonly zeroA?: number;
  readonly zeroB?: number;
  readonly factors?: readonly [number, number];
  readonly requantise: Requantise;
  /** The addition behind the requantisation: of its value and of operand b. */
  readonly addition?: {
    readonly zeroValue: number;
    readonly zeroB: number;
    readonly factors: readonly [number, number];
    readonly requantise: Requantise;
  };
}

/** Places of the scalars in their line, in bits (soff_npu_post). */
const places = {
  zeroA: 0,
  zeroB: 8,
  factorA: 16,
  factorB: 40,
  zero: 64,
  low: 72,
  high: 80,
  halfUp: 88,
  addedZeroValue: 96,
  addedZeroB: 104,
  addedFactorValue: 112,
  addedFactorB: 136,
  addedZero: 160,
  addedLow: 168,
  addedHigh: 176,
  addedHalfUp: 184,
  addedShift: 192,
} as const;

export function scalarLine({ zeroA, zeroB, factors, requantise, addition }: Scalars): Uint8Array {
  const bytes = new Uint8Array(LINE_BYTES);
  const put = (bit: number, value: number, size: 1 | 3): void => {
    for (let i = 0; i < size; i++) bytes[bit / 8 + i] = (value >> (8 * i)) & 0xff;
  };
  put(places.zeroA, zeroA ?? 0, 1);
  put(places.zeroB, zeroB ?? 0, 1);
  put(places.factorA, factors?.[0] ?? 0, 3);
  put(places.factorB, factors?.[1] ?? 0, 3);
  put(places.zero, requantise.zeroPoint, 1);
  put(places.low, requantise.low, 1);
  put(places.high, requantise.high, 1);
  put(places.halfUp, requantise.rounding === "half-up" ? 1 : 0, 1);
  if (addition) {
    put(places.addedZeroValue, addition.zeroValue, 1);
    put(places.addedZeroB, addition.zeroB, 1);
    put(places.addedFactorValue, addition.factors[0], 3);
    put(places.addedFactorB, addition.factors[1], 3);
    put(places.addedZero, addition.requantise.zeroPoint, 1);
    put(places.addedLow, addition.requantise.low, 1);
    put(places.addedHigh, addition.requantise.high, 1);
    put(places.addedHalfUp, addition.requantise.rounding === "half-up" ? 1 : 0, 1);
    put(places.addedShift, addition.requantise.shift[0]!, 1);
  }
  return bytes;
}

/** Lines of the channels `first` … of one word. Channels beyond the last are zero. */
export function channelBytes(
  config: NpuConfig,
  first: number,
  channels: number,
  bias: (channel: number) => number,
  { multiplier, shift }: Requantise,
): Uint8Array {
  const bytes = new Uint8Array(channelLines(config) * LINE_BYTES);
  const view = new DataView(bytes.buffer);
  for (let lane = 0; lane < config.inputs && first + lane < channels; lane++) {
    const channel = multiplier.length === 1 ? 0 : first + lane;
    view.setInt32(8 * lane, bias(first + lane), true);
    const m = multiplier[channel]!;
    const s = shift[channel]!;
    // 25 bits of the multiplier, then 6 of the shift.
    view.setUint32(8 * lane + 4, (m + s * 2 ** 25) >>> 0, true);
  }
  return bytes;
}

/** Entry by entry a word: the table of each channel of the word that starts with channel `first`. */
export function tableBytes(config: NpuConfig, table: Int8Array, first: number): Uint8Array {
  const bytes = new Uint8Array(tableLines(config) * LINE_BYTES);
  const tables = table.length / 256;
  for (let entry = 0; entry < 256; entry++)
    for (let lane = 0; lane < config.inputs; lane++) {
      const which = tables === 1 ? 0 : Math.min(first + lane, tables - 1);
      bytes[entry * config.inputs + lane] = table[256 * which + entry]! & 0xff;
    }
  return bytes;
}

/** Scalars of a convolution, with the addition behind it. */
export function scalarsOf(e: {
  readonly operation: { readonly requantise: Requantise };
  readonly addition?: { readonly operation: Binary; readonly first: boolean } | undefined;
  readonly valueZero: number;
  readonly addendZero: number;
}): Scalars {
  const { requantise } = e.operation;
  if (!e.addition) return { requantise };
  const { operation, first } = e.addition;
  const [fa, fb] = operation.factors ?? [1, 1];
  return {
    requantise,
    addition: {
      zeroValue: e.valueZero,
      zeroB: e.addendZero,
      factors: first ? [fa, fb] : [fb, fa],
      requantise: operation.requantise,
    },
  };
}
