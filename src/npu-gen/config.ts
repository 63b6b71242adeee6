/** The one record from which the compiler, the cycle model and the generator of the RTL take what an NPU is. */

export interface NpuConfig {
  /** Ti: channels of a word of the activation memory, and inputs of a dot product. A power of two from 4 to 64. */
  readonly inputs: number;
  /** To: dot products a cycle. A multiple of `inputs`. */
  readonly outputs: number;
  /** Words of the activation memory, as a power of two. */
  readonly addressBits: number;
  /** Banks of the activation memory, a power of two. Each serves one reader and one writer a cycle. */
  readonly banks: number;
  /** Pixels of an accumulator half, as a power of two. */
  readonly sumBits: number;
  /** Positions of a channel's window whose weights fit, as a power of two. */
  readonly tapBits: number;
  /** Columns of a window that a lane takes at once, at least 2. */
  readonly columns: number;
  /** Lines that wait in the FIFOs of weights and of parameters. */
  readonly weightLines: number;
  readonly parameterLines: number;
  /** The engine for softmax. */
  readonly softmax: boolean;
}

/** Bytes of a line: the unit of all transfers with DRAM, and an instruction. */
export const LINE_BYTES = 64;

export const macsOf = (config: NpuConfig): number => config.inputs * config.outputs;

/** Words of a line. */
export const wordsOfLine = (config: NpuConfig): number => LINE_BYTES / config.inputs;

export const wordsOf = (config: NpuConfig): number => 2 ** config.addressBits;

export const sumRows = (config: NpuConfig): number => 2 ** config.sumBits;

/** Lines of one step's weights. */
export const stepLines = (config: NpuConfig): number => Math.max(1, macsOf(config) / LINE_BYTES);

/** Lines of the parameters of a word's channels. */
export const channelLines = (config: NpuConfig): number => Math.max(1, (8 * config.inputs) / LINE_BYTES);

/** Lines of a table. */
export const tableLines = (config: NpuConfig): number => (256 * config.inputs) / LINE_BYTES;
