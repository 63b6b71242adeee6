/** A float graph to a network: one rule an operator. What no rule takes goes to the host, with a reason. */
import { BINARY, UNARY } from "../graph/functions.js";
import type { FloatGraph } from "../graph/graph.js";
import type { NodeView } from "../graph/node-view.js";
import type { OnnxNode } from "../onnx/model.js";
import { layerNormalisations } from "./layer-normalisation.js";
import { lowerBatchNormalization, lowerBinary, lowerClip, lowerUnary } from "./lower-elementwise.js";
import { lowerConv, lowerConvTranspose, lowerGemm, lowerMatMul, type WeightScales } from "./lower-linear.js";
import {
  lowerConcat,
  lowerDepthToSpace,
  lowerExpand,
  lowerGather,
  lowerPad,
  lowerReshape,
  lowerSlice,
  lowerSplit,
  lowerTranspose,
} from "./lower-movement.js";
import { lowerGlobalPool, lowerPool, lowerReduce, lowerSoftmax } from "./lower-pool.js";
import {
  lowerDequantize,
  lowerQLinearBinary,
  lowerQLinearConv,
  lowerQLinearMatMul,
  lowerQuantize,
  lowerRequantShift,
} from "./lower-quantised.js";
import { lowerResize } from "./lower-resize.js";
import { Lowering, NotAccelerated } from "./lowering.js";
import type { Fate, Network } from "./network.js";
import { ONNX_OPERATORS } from "./operators.js";
import { storedValues } from "./stored.js";

export type Rule = (lowering: Lowering, view: NodeView, scalesOf: WeightScales) => void;

const RULES: Readonly<Record<string, Rule>> = {
  ...Object.fromEntries(Object.keys(UNARY).map((op) => [op, lowerUnary])),
  ...Object.fromEntries(Object.keys(BINARY).map((op) => [op, lowerBinary])),
  Clip: lowerClip,
  BatchNormalization: lowerBatchNormalization,
  Conv: lowerConv,
  ConvTranspose: lowerConvTranspose,
  Gemm: lowerGemm,
  MatMul: lowerMatMul,
  MaxPool: lowerPool,
  AveragePool: lowerPool,
  GlobalAveragePool: lowerGlobalPool,
  GlobalMaxPool: lowerGlobalPool,
  ReduceMean: lowerReduce,
  ReduceSum: lowerReduce,
  ReduceMax: lowerReduce,
  Softmax: lowerSoftmax,
  Reshape: lowerReshape,
  Flatten: lowerReshape,
  Squeeze: lowerReshape,
  Unsqueeze: lowerReshape,
  Transpose: lowerTranspose,
  Slice: lowerSlice,
  Split: lowerSplit,
  Concat: lowerConcat,
  Pad: lowerPad,
  Gather: lowerGather,
  Expand: lowerExpand,
  Tile: lowerExpand,
  Resize: lowerResize,
  Upsample: lowerResize,
  DepthToSpace: lowerDepthToSpace,
  SpaceToDepth: lowerDepthToSpace,
  QuantizeLinear: lowerQuantize,
  DequantizeLinear: lowerDequantize,
  QLinearConv: lowerQLinearConv,
  QLinearMatMul: lowerQLinearMatMul,
  "com.microsoft.QLinearAdd": lowerQLinearBinary,
  "com.microsoft.QLinearMul": lowerQLinearBinary,
  "com.microsoft.Gelu": lowerUnary,
  // Quantised training's own operator (quantlib, Deeploy), with or without a domain.
  RequantShift: lowerRequantShift,
  "PACTOps.RequantShift": lowerRequantShift,
};

/** How the report calls what a node became. */
const NAMES: Readonly<Record<string, string>> = {
  pointwise: "table",
  conv: "convolution",
  matmul: "matrix product",
};

export interface Lowered {
  readonly network: Network;
  readonly fates: ReadonlyMap<OnnxNode, Fate>;
}

export function lowerGraph(graph: FloatGraph): Lowered {
  const lowering = new Lowering(graph, storedValues(graph));
  const scalesOf = weightScales(graph);
  for (const input of graph.inputs) lowering.addExternal(input);
  const inputs = lowering.values.map(({ id }) => id);
  const together = layerNormalisations(graph);
  for (const node of graph.nodes) {
    const fate =
      constantFate(graph, node) ??
      (together.has(node) ? NORMALISATION : undefined) ??
      attempt(lowering, node, scalesOf);
    lowering.fates.set(node, fate);
    if (fate.kind === "host" || fate.kind === "unsupported") leaveToHost(lowering, node);
  }
  const outputs = graph.outputs.map(({ name }) => lowering.store(name));
  return {
    network: { values: lowering.values, operations: lowering.operations, inputs, outputs },
    fates: lowering.fates,
  };
}

const NORMALISATION: Fate = {
  kind: "host",
  reason: "part of a layer normalisation, for which 8 bits are too coarse",
  fix: "none needed: onnxruntime computes it",
};

function constantFate(graph: FloatGraph, node: OnnxNode): Fate | undefined {
  const constant = node.outputs.every((name) => name === "" || graph.values.get(name)?.constant);
  return constant ? { kind: "folded", reason: "computed when the model is read" } : undefined;
}

function attempt(lowering: Lowering, node: OnnxNode, scalesOf: WeightScales): Fate {
  const key = node.domain === "" ? node.op : `${node.domain}.${node.op}`;
  const rule = Object.hasOwn(RULES, key) ? RULES[key] : undefined;
  if (!rule) {
    if (node.domain === "" && ONNX_OPERATORS.has(node.op)) {
      return {
        kind: "host",
        reason: `the NPU has no unit for ${node.op}`,
        fix: "none needed: onnxruntime computes it",
      };
    }
    return {
      kind: "unsupported",
      reason: `${key} is no operator that soff or onnxruntime knows`,
      fix: "express it with standard ONNX operators",
    };
  }
  const before = lowering.operations.length;
  lowering.absorbedBy.length = 0;
  try {
    lowering.requireKnown(node);
    rule(lowering, lowering.view(node), scalesOf);
  } catch (error) {
    if (error instanceof NotAccelerated) return { kind: error.kind, reason: error.reason, fix: error.fix };
    throw error;
  }
  const added = lowering.operations.slice(before).filter((op) => op.name === node.name);
  if (added.length === 0) return withoutOperation(lowering, node);
  const main = added.find((op) => !["reshape", "transpose", "slice", "pad"].includes(op.kind)) ?? added[0]!;
  return { kind: "accelerated", as: NAMES[main.kind] ?? main.kind };
}

/** The node has become part of something else. */
function withoutOperation(lowering: Lowering, node: OnnxNode): Fate {
  const [conv] = lowering.absorbedBy;
  if (conv !== undefined) return { kind: "folded", reason: `part of the weights of ${conv}` };
  if (["Identity", "Dropout"].includes(node.op)) return { kind: "folded", reason: "does nothing in inference" };
  if (/QuantizeLinear|DequantizeLinear/.test(node.op))
    return { kind: "folded", reason: "its scale is that of the value" };
  if (node.op.includes("RequantShift"))
    return { kind: "folded", reason: "the requantisation of the operation before it" };
  if (["Relu", "Clip"].includes(node.op)) return { kind: "accelerated", as: "clip" };
  return { kind: "accelerated", as: "table" };
}

function leaveToHost(lowering: Lowering, node: OnnxNode): void {
  const inputs = node.inputs.filter((name) => name !== "" && !lowering.graph.values.get(name)?.constant);
  const ids = inputs.map((name) => lowering.store(name));
  const outputs = node.outputs
    .filter((name) => name !== "")
    .map((name) => lowering.addExternal(lowering.graph.values.get(name)!));
  lowering.operations.push({ kind: "host", name: node.name, node, inputs: ids, outputs, output: outputs[0]! });
}

/** Scales of constants that a DequantizeLinear node made. */
function weightScales(graph: FloatGraph): WeightScales {
  const makers = new Map(
    graph.nodes.flatMap((node) => (node.op === "DequantizeLinear" ? [[node.outputs[0]!, node]] : [])),
  );
  return (name, axis) => {
    const node = makers.get(name);
    const scale = node && graph.values.get(node.inputs[1]!)?.constant;
    const weights = graph.values.get(name)?.constant;
    if (!node || !scale || !weights) return undefined;
    const given = node.attributes.get("axis");
    const own = given?.kind === "int" ? given.value : 1;
    if (scale.data.length > 1 && (own < 0 ? own + weights.shape.length : own) !== axis) return undefined;
    return Float64Array.from(scale.data);
  };
}
