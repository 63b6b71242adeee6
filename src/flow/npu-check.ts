/** `soff npu check`: what would become of every node of a model. */
import { type ImportedModel, importModel } from "../dl-frontend/index.js";
import { nodeDiagnostic } from "../dl-frontend/onnx/decode.js";
import type { OnnxNode } from "../dl-frontend/onnx/model.js";
import { inputError, type SoffError, UnsupportedError } from "../support/errors.js";
import type { Host } from "../support/host.js";

export interface CheckedNode {
  readonly name: string;
  readonly op: string;
  readonly status: "accelerated" | "folded" | "host" | "unsupported";
  /** What the NPU does for it, or why it does nothing. */
  readonly detail: string;
  /** For host and unsupported: the nearest change of the model that would help. */
  readonly fix?: string;
}

export interface CheckReport {
  readonly model: string;
  readonly opset: number;
  readonly inputs: readonly CheckedValue[];
  readonly outputs: readonly CheckedValue[];
  /** Multiplications and additions of convolutions and matrix products on the NPU, for one run. */
  readonly macs: number;
  readonly counts: Readonly<Record<CheckedNode["status"], number>>;
  readonly nodes: readonly CheckedNode[];
  readonly remarks: readonly string[];
}

export interface CheckedValue {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly number[] | null;
}

/** Reads the model in a file. */
export function readModel(host: Host, file: string, shapes: ReadonlyMap<string, readonly number[]>): ImportedModel {
  if (!host.exists(file) || host.isDirectory(file)) {
    throw inputError("input/file-not-found", `${file} ${host.exists(file) ? "is a folder" : "does not exist"}`, {
      help: "An ONNX model (.onnx) is expected.",
    });
  }
  return importModel(host.readFile(file), { file, host, shapes });
}

export function checkModel(host: Host, file: string, shapes: ReadonlyMap<string, readonly number[]>): CheckReport {
  const { graph, network, fates } = readModel(host, file, shapes);
  const nodes = [...fates].map(([node, fate]): CheckedNode => {
    const base = { name: node.name, op: operatorOf(node), status: fate.kind };
    if (fate.kind === "accelerated") return { ...base, detail: fate.as };
    return fate.kind === "folded" ? { ...base, detail: fate.reason } : { ...base, detail: fate.reason, fix: fate.fix };
  });
  const counts = { accelerated: 0, folded: 0, host: 0, unsupported: 0 };
  for (const { status } of nodes) counts[status]++;
  const size = (id: number) => network.values[id]!.shape.reduce((a, b) => a * b, 1);
  const macs = network.operations.reduce((sum, op) => {
    if (op.kind === "conv") return sum + (size(op.output) * op.weights.length) / op.bias.length;
    return op.kind === "matmul" ? sum + size(op.output) * network.values[op.a]!.shape.at(-1)! : sum;
  }, 0);
  const described = ({ name, type, shape }: (typeof graph.inputs)[number]) => ({ name, type, shape: shape ?? null });
  return {
    model: graph.model.name,
    opset: graph.model.opset,
    inputs: graph.inputs.map(described),
    outputs: graph.outputs.map(described),
    macs,
    counts,
    nodes,
    remarks: graph.remarks,
  };
}

/** The error of a model with nodes that neither the NPU nor onnxruntime can run; undefined for all others. */
export function unsupportedNodes(model: ImportedModel): SoffError | undefined {
  const found = [...model.fates].flatMap(([node, fate]) => (fate.kind === "unsupported" ? [{ node, fate }] : []));
  if (found.length === 0) return undefined;
  return new UnsupportedError(
    found.slice(0, 20).map(({ node, fate }) => ({
      code: "onnx/unsupported-operator",
      severity: "error",
      message: nodeDiagnostic(node, fate.reason),
      help: `Nearest fix: ${fate.fix}.`,
    })),
  );
}

const operatorOf = (node: OnnxNode) => (node.domain === "" ? node.op : `${node.domain}.${node.op}`);
