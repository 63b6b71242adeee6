/**
 * Cross-layer equalisation (Nagel et al., "Data-free quantization through weight equalization and bias correction", 2019; for
 * activations as in SmoothQuant): between convolutions a channel may be divided by any positive number in the one and multiplied in
 * the other. Channels of like range use the 256 steps that they share better.
 */
import { Editor } from "../network/editor.js";
import type { ConvolutionOp, Network, NetworkOp, ValueId } from "../network/network.js";
import type { Statistics } from "./statistics.js";

/** The network with other weights; the statistics of its values are divided accordingly. */
export function equaliseChannels(network: Network, statistics: ReadonlyMap<string, Statistics>): Network {
  const editor = new Editor(network);
  for (const { output } of [...editor.operations()]) {
    // Asked for by its output, since the step before may have replaced it.
    const op = editor.makerOf(output);
    if (op?.kind !== "conv") continue;
    const found = chainAfter(editor, op);
    if (!found) continue;
    const known = found.values.map((id) => statistics.get(editor.value(id).source!));
    const channels = op.bias.length;
    if (known.some((each) => each?.means().length !== channels)) continue;
    const sizes = balance(known[0]!.reach(), found.readers);
    // Where nothing but convolutions see a channel its sign is free too: all of them turned to the side of the longer end leave the
    // other side short, and the steps finer.
    const turned = !op.post && found.values.length === 1;
    const signs = known[0]!.signs();
    const divisors = turned ? sizes.map((size, c) => size * signs[c]!) : sizes;
    for (const each of known) each!.divide(divisors);
    if (op.post) statistics.get(op.post.source)?.divide(divisors);
    divideOutputs(editor, op, divisors);
    for (const reader of found.readers) multiplyInputs(editor, reader, divisors);
    for (const id of found.values) editor.setValue(id, { name: `${editor.value(id).name}#equalised`, exact: false });
  }
  return editor.network();
}

/** The values that a convolution's output goes through until convolutions read it, when nothing else does. */
function chainAfter(editor: Editor, op: ConvolutionOp): { values: ValueId[]; readers: ConvolutionOp[] } | undefined {
  if (!isHomogeneous(op) || op.weightScales || op.prescribed) return undefined;
  const values: ValueId[] = [];
  const readers: ConvolutionOp[] = [];
  const pending = [op.output];
  while (pending.length > 0) {
    const id = pending.pop()!;
    const value = editor.value(id);
    if (editor.isOutput(id) || value.given || !value.exact || value.source === undefined) return undefined;
    values.push(id);
    for (const reader of editor.readersOf(id)) {
      if (reader.kind === "max-pool") pending.push(reader.output);
      else if (reader.kind === "conv" && !reader.weightScales && !reader.prescribed) readers.push(reader);
      else return undefined;
    }
  }
  return readers.length > 0 ? { values, readers } : undefined;
}

/** f(x / d) = f(x) / d for d > 0: nothing, or ReLU. */
function isHomogeneous(op: ConvolutionOp): boolean {
  if (!op.post) return true;
  const { clip } = op.post.apply;
  const free = (bound: number) => bound === 0 || !Number.isFinite(bound);
  return !op.post.given && clip !== undefined && free(clip.low) && free(clip.high);
}

/**
 * Depthwise readers have a scale a channel and lose nothing: all channels get the same range. Others share a scale among the channels
 * that they read: range and weights meet half way.
 */
function balance(reach: Float64Array, readers: readonly ConvolutionOp[]): Float64Array {
  const depthwise = readers.every((op) => op.groups === reach.length);
  const weights = new Float64Array(reach.length);
  for (const op of readers) {
    for (const [c, w] of largestByInput(op, reach.length).entries()) weights[c] = Math.max(weights[c]!, w);
  }
  const raw = reach.map((r, c) => {
    if (!(r > 0) || !(weights[c]! > 0)) return 0;
    return depthwise ? r : Math.sqrt(r / weights[c]!);
  });
  const largest = raw.reduce((a, b) => Math.max(a, b), 0);
  // A channel that was (nearly) silent in the samples must not be blown up.
  return raw.map((d) => (largest > 0 ? Math.max(d / largest, 1 / 64) : 1));
}

/** For each input channel the largest weight relative to the largest of its output channel. */
function largestByInput(op: ConvolutionOp, channels: number): Float64Array {
  const outputs = op.bias.length;
  const depth = op.weights.length / outputs;
  const taps = op.window.kernel[0] * op.window.kernel[1];
  const result = new Float64Array(channels);
  for (let o = 0; o < outputs; o++) {
    const first = Math.floor(o / (outputs / op.groups)) * (channels / op.groups);
    let most = 0;
    for (let k = 0; k < depth; k++) most = Math.max(most, Math.abs(op.weights[o * depth + k]!));
    if (most === 0) continue;
    for (let k = 0; k < depth; k++) {
      const c = first + Math.floor(k / taps);
      result[c] = Math.max(result[c]!, Math.abs(op.weights[o * depth + k]!) / most);
    }
  }
  return result;
}

function divideOutputs(editor: Editor, op: ConvolutionOp, divisors: Float64Array): void {
  const depth = op.weights.length / op.bias.length;
  const weights = Float64Array.from(op.weights, (w, k) => w / divisors[Math.floor(k / depth)]!);
  const bias = op.bias.map((b, c) => b / divisors[c]!);
  editor.replace(op, { ...op, weights, bias });
}

function multiplyInputs(editor: Editor, stale: ConvolutionOp, divisors: Float64Array): void {
  // An earlier reader may have been replaced since: the operation is known by its output.
  const op = editor.makerOf(stale.output) as NetworkOp & { kind: "conv" };
  const outputs = op.bias.length;
  const depth = op.weights.length / outputs;
  const taps = op.window.kernel[0] * op.window.kernel[1];
  const weights = Float64Array.from(op.weights, (w, k) => {
    const group = Math.floor(Math.floor(k / depth) / (outputs / op.groups));
    return w * divisors[group * (divisors.length / op.groups) + Math.floor((k % depth) / taps)]!;
  });
  editor.replace(op, { ...op, weights });
}
