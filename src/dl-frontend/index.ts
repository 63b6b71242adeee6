/** The deep-learning front end: an ONNX model read, judged, and quantised into a plan of integer graphs. */
import type { Host } from "../support/host.js";
import { buildGraph, type GraphOptions } from "./graph/build.js";
import type { FloatGraph } from "./graph/graph.js";
import { lowerGraph } from "./network/lower.js";
import type { Fate, Network } from "./network/network.js";
import { simplify } from "./network/simplify.js";
import { decodeModel } from "./onnx/decode.js";
import { externalReader } from "./onnx/external.js";
import type { OnnxNode } from "./onnx/model.js";
import type { Plan } from "./quantise/plan.js";
import { type QuantiseOptions, quantiseNetwork } from "./quantise/quantise.js";

export interface ImportOptions extends GraphOptions {
  /** The model's path: for messages, and external data is looked for beside it. */
  readonly file: string;
  readonly host: Host;
}

export interface ImportedModel {
  readonly graph: FloatGraph;
  readonly network: Network;
  /** What becomes of each node of the model, in topological order. */
  readonly fates: ReadonlyMap<OnnxNode, Fate>;
}

/** Reads a model. Throws SoffErrors with codes onnx/… for what cannot be read. */
export function importModel(bytes: Uint8Array, options: ImportOptions): ImportedModel {
  const { file, host } = options;
  const limits = options.limits ? { limits: options.limits } : {};
  const model = decodeModel(bytes, { file, readExternal: externalReader(host, file), ...limits });
  const graph = buildGraph(model, options);
  const { network, fates } = lowerGraph(graph);
  return { graph, network: simplify(network), fates };
}

/** Calibrates and quantises. */
export function quantiseModel(model: ImportedModel, options: QuantiseOptions): Promise<Plan> {
  return quantiseNetwork(model.graph, model.network, options);
}
