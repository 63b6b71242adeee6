/** A lowered model to a plan of integer graphs: calibration, quantisation of every value, integers, partition. */
import { invariant } from "../../support/errors.js";
import type { FloatGraph } from "../graph/graph.js";
import type { Network, NetworkValue, ValueId } from "../network/network.js";
import { assignQuantisations } from "./assign.js";
import { Calibration, type FloatRunner, type Sample } from "./calibrate.js";
import { correctBiases } from "./correct.js";
import type { Accumulator } from "./emit.js";
import { equaliseChannels } from "./equalise.js";
import { makePlan } from "./partition.js";
import type { Plan } from "./plan.js";
import type { Range, RangeMethod, Statistics } from "./statistics.js";

export interface QuantiseOptions {
  readonly samples: readonly Sample[];
  readonly runner: FloatRunner;
  readonly method?: RangeMethod;
  /** Bring the channels between convolutions to like ranges by their weights. Default: true. */
  readonly equalise?: boolean;
  /** Take the mean error of quantised weights out of the bias. Default: true. */
  readonly correctBias?: boolean;
}

export async function quantiseNetwork(graph: FloatGraph, lowered: Network, options: QuantiseOptions): Promise<Plan> {
  const method = options.method ?? "mse";
  const settled = settleIntegerInputs(lowered, options.samples);
  const sources = sourcesOf(settled);
  const calibration =
    sources.size > 0 ? await Calibration.observe(graph, sources, options.samples, options.runner) : undefined;
  const statistics = calibration?.statistics ?? new Map<string, Statistics>();
  const network = (options.equalise ?? true) ? equaliseChannels(settled, statistics) : settled;
  if (method !== "min-max") await calibration?.observeHistograms();
  const ranges = new Map<string, Range>();
  const range = (source: string): Range => {
    const known = ranges.get(source) ?? statistics.get(source)?.range(method);
    invariant(known, `the value ${source} was not observed`);
    ranges.set(source, known);
    return known;
  };
  const assignment = assignQuantisations(network, (value) => rangeOf(value, range));
  const correct = options.correctBias ?? true;
  const accumulators = new Map<ValueId, Accumulator>();
  const plan = makePlan(graph, assignment, {
    accumulator: (output, is) => accumulators.set(output, is),
    range,
    means: (value) => (correct ? meansOf(statistics, value) : undefined),
  });
  if (!calibration) return plan;
  const corrected = correct
    ? await correctBiases(plan, accumulators, assignment.network, calibration, options.samples)
    : plan;
  await calibration.release();
  return corrected;
}

/** Inputs of whole numbers are 0 … 255, unless the data has negative ones. */
function settleIntegerInputs(network: Network, samples: readonly Sample[]): Network {
  const values = network.values.map((value) => {
    if (!value.integer) return value;
    const data = samples.flatMap((sample) => {
      const tensor = sample.get(value.name);
      return tensor ? [Float64Array.from(tensor.data as Float32Array)] : [];
    });
    // Random samples are fractions and tell nothing.
    const signed = data.every((all) => all.every(Number.isInteger)) && data.some((all) => all.some((x) => x < 0));
    return { ...value, given: { scale: 1, zeroPoint: signed ? 0 : -128 } };
  });
  return { ...network, values };
}

/** The ONNX values whose ranges are needed: those that the assignment asks for, and what functions within operations are applied to. */
function sourcesOf(network: Network): Set<string> {
  const sources = new Set<string>();
  const asked = (value: NetworkValue) =>
    rangeOf(value, (source) => {
      sources.add(source);
      return { low: 0, high: 1 };
    });
  assignQuantisations(network, asked);
  for (const op of network.operations) {
    if (!("post" in op) || !op.post || op.post.given) continue;
    // A clip needs no range of its own; only the correction of a bias wants the mean before it.
    const corrected = op.kind === "conv" && !op.weightScales;
    if (!op.post.apply.clip || corrected) sources.add(op.post.source);
  }
  return sources;
}

function rangeOf(value: NetworkValue, range: (source: string) => Range): Range {
  if (value.constant) {
    let [low, high] = [0, 0];
    for (const x of value.constant) [low, high] = [Math.min(low, x), Math.max(high, x)];
    return { low, high };
  }
  if (value.sumOf) {
    const parts = value.sumOf.map(range);
    return { low: parts.reduce((sum, { low }) => sum + low, 0), high: parts.reduce((sum, { high }) => sum + high, 0) };
  }
  // What no operation touches has no range; nobody asks for its quantisation.
  return value.source === undefined ? { low: 0, high: 0 } : range(value.source);
}

/** Means a channel of a convolution's input, where its channels are those of the ONNX value that was observed. */
function meansOf(statistics: ReadonlyMap<string, Statistics>, value: NetworkValue): Float64Array | undefined {
  const known = value.source === undefined ? undefined : statistics.get(value.source);
  return known && known.count > 0 && known.channelsAreThoseOf(value.shape) ? known.means() : undefined;
}
