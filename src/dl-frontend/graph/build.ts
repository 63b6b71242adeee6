/** An ONNX model to the float graph: order, types, shapes, constants. */
import { inputError } from "../../support/errors.js";
import { nodeDiagnostic } from "../onnx/decode.js";
import { LIMITS, type Limits, type OnnxModel, type OnnxNode, type ValueInfo } from "../onnx/model.js";
import { checkedSize } from "../onnx/tensor.js";
import { EVALUATORS } from "./evaluate.js";
import type { FloatGraph, Value } from "./graph.js";
import { NodeView } from "./node-view.js";
import { type Inferred, SHAPE_RULES } from "./shape-rules.js";

export interface GraphOptions {
  /** Shapes for inputs, by name: they fix open dimensions. */
  readonly shapes?: ReadonlyMap<string, readonly number[]>;
  readonly limits?: Limits;
}

/** Elements that may be computed from constants in all: bounds the time of reading a model. */
const FOLDED_ELEMENTS = 2 ** 28;

export function buildGraph(model: OnnxModel, options: GraphOptions = {}): FloatGraph {
  const limits = options.limits ?? LIMITS;
  const remarks: string[] = [];
  const values = new Map<string, Value>();
  for (const [name, constant] of model.initializers) {
    values.set(name, { name, type: constant.type, shape: constant.shape, constant });
  }
  for (const name of options.shapes?.keys() ?? []) {
    if (!model.inputs.some((input) => input.name === name)) {
      const names = model.inputs.map((input) => JSON.stringify(input.name)).join(", ");
      throw inputError("onnx/unknown-input", `the model has no input ${JSON.stringify(name)}`, {
        help: `It has: ${names}.`,
      });
    }
  }
  const inputs = model.inputs.map((info) => inputValue(info, options.shapes?.get(info.name), remarks));
  for (const value of inputs) {
    if (values.has(value.name)) throw madeTwice(value.name);
    values.set(value.name, value);
  }
  const nodes = sortNodes(model, values);
  let folded = 0;
  for (const node of nodes) {
    const opset = model.opsets.get(node.domain) ?? model.opset;
    const view = new NodeView(node, node.domain === "" ? model.opset : opset, (name) => values.get(name));
    const made = infer(view, model, limits);
    for (const [k, name] of node.outputs.entries()) {
      if (name === "") continue;
      const value = made[k]!;
      if (value.shape) checkActivation(node, value.shape, limits);
      if (value.constant) folded += value.constant.data.length;
      values.set(name, { name, ...value });
    }
    if (folded > FOLDED_ELEMENTS) {
      throw inputError(
        "onnx/too-large",
        nodeDiagnostic(node, `computing the model's constants needs more than ${FOLDED_ELEMENTS} elements`),
      );
    }
  }
  const outputs = model.outputs.map(({ name }) => {
    const value = values.get(name);
    if (!value) throw inputError("onnx/undefined-value", `nothing makes the output ${JSON.stringify(name)}`);
    return value;
  });
  return { model, nodes, values, inputs, outputs, remarks };
}

function inputValue(info: ValueInfo, given: readonly number[] | undefined, remarks: string[]): Value {
  const name = info.name;
  const { dimensions } = info;
  if (given) {
    const fits =
      !dimensions ||
      (given.length === dimensions.length && dimensions.every((d, k) => typeof d === "string" || d === given[k]));
    if (!fits) {
      throw inputError(
        "onnx/shape-mismatch",
        `the input ${JSON.stringify(name)} is ${dimensions.map((d) => d || "?").join("x")}, not ${given.join("x")}`,
      );
    }
    return { name, type: info.type, shape: given };
  }
  const shape = dimensions?.map((d, axis) => (typeof d === "string" && axis === 0 ? 1 : d));
  if (!shape || shape.some((d) => typeof d === "string")) {
    const shown = dimensions ? `the shape ${dimensions.map((d) => (d === "" ? "?" : d)).join("x")}` : "no shape";
    const example = (dimensions ?? ["", 3, "", ""])
      .map((d, axis) => (typeof d === "number" ? d : axis === 0 ? 1 : 224))
      .join("x");
    throw inputError(
      "onnx/dynamic-shape",
      `the input ${JSON.stringify(name)} has ${shown}, which leaves its size open`,
      {
        help: `Fix it: --shape ${name}=${example}`,
      },
    );
  }
  if (typeof dimensions?.[0] === "string") {
    remarks.push(
      `the batch of input ${JSON.stringify(name)} is open (${dimensions[0] || "?"}): 1 is taken; --shape gives another`,
    );
  }
  return { name, type: info.type, shape: shape as number[] };
}

function madeTwice(name: string) {
  return inputError("onnx/duplicate-name", `the value ${JSON.stringify(name)} is made twice`, {
    help: "Every value of an ONNX graph has one maker; the exporter is at fault.",
  });
}

/** Topological order, the file's order where it is free. Throws for values made twice, made by nobody, and cycles. */
function sortNodes(model: OnnxModel, known: ReadonlyMap<string, Value>): OnnxNode[] {
  const maker = new Map<string, number>();
  for (const [index, node] of model.nodes.entries()) {
    for (const name of node.outputs) {
      if (name === "") continue;
      if (maker.has(name) || known.has(name)) throw madeTwice(name);
      maker.set(name, index);
    }
  }
  const missing = model.nodes.map(() => 0);
  const readers = new Map<number, number[]>();
  for (const [index, node] of model.nodes.entries()) {
    for (const name of node.inputs) {
      if (name === "" || known.has(name)) continue;
      const from = maker.get(name);
      if (from === undefined) {
        throw inputError(
          "onnx/undefined-value",
          nodeDiagnostic(node, `nothing makes its input ${JSON.stringify(name)}`),
        );
      }
      missing[index]!++;
      const list = readers.get(from);
      if (list) list.push(index);
      else readers.set(from, [index]);
    }
  }
  // A node joins as soon as its operands are there; a file that is in order stays as it is.
  const order: OnnxNode[] = [];
  const done = model.nodes.map(() => false);
  for (let first = 0; first < model.nodes.length; first++) {
    const ready = missing[first] === 0 && !done[first] ? [first] : [];
    while (ready.length > 0) {
      const index = ready.pop()!;
      done[index] = true;
      order.push(model.nodes[index]!);
      for (const reader of readers.get(index) ?? []) if (--missing[reader]! === 0 && reader < first) ready.push(reader);
    }
  }
  if (order.length < model.nodes.length) {
    const stuck = cycleOf(model.nodes, done, maker);
    throw inputError("onnx/cycle", `the graph has a cycle: ${stuck.map((name) => JSON.stringify(name)).join(" -> ")}`, {
      help: "A node needs, in the end, its own output; ONNX graphs have no cycles (loops are Loop and Scan nodes).",
    });
  }
  return order;
}

/** Names of the nodes of one cycle: from any stuck node against the edges until a node comes again. */
function cycleOf(nodes: readonly OnnxNode[], done: readonly boolean[], maker: ReadonlyMap<string, number>): string[] {
  const path: number[] = [];
  let at = done.indexOf(false);
  while (!path.includes(at)) {
    path.push(at);
    at = nodes[at]!.inputs.map((name) => maker.get(name)).find((from) => from !== undefined && !done[from])!;
  }
  return [...path.slice(path.indexOf(at)), at]
    .reverse()
    .slice(0, 12)
    .map((index) => nodes[index]!.name);
}

/** What a node makes: by its rule; where there is none, by what the file tells about its outputs. */
function infer(view: NodeView, model: OnnxModel, limits: Limits): readonly Inferred[] {
  const { node } = view;
  const key = node.domain === "" ? node.op : `${node.domain}.${node.op}`;
  const rule = SHAPE_RULES[key];
  const told = node.outputs.map((name): Inferred => {
    const info = model.valueInfos.get(name);
    const shape = info?.dimensions?.every((d) => typeof d === "number") ? (info.dimensions as number[]) : undefined;
    return { type: info?.type ?? "float32", ...(shape ? { shape } : {}) };
  });
  if (!rule || !Object.hasOwn(SHAPE_RULES, key)) return told;
  if (!view.shapesKnown) return told;
  const inferred = rule(view).map((each, k) => (each.shape || !told[k] ? each : { ...told[k], type: each.type }));
  for (const [k, name] of node.outputs.entries()) {
    if (name !== "" && !inferred[k]) throw view.fail(`it has more outputs than the operator`);
  }
  const evaluate = Object.hasOwn(EVALUATORS, key) ? EVALUATORS[key] : undefined;
  const ready = node.inputs.every((name, k) => name === "" || view.constant(k)) && inferred.every(({ shape }) => shape);
  if (!evaluate || !ready || inferred.some(({ constant }) => constant)) return inferred;
  const outputs = inferred.map(({ type, shape }) => ({ type, shape: shape! }));
  for (const { type, shape } of outputs) checkedSize(shape, type, nodeDiagnostic(node, "its constant output"), limits);
  const data = evaluate(view, outputs);
  return outputs.map((output, k) => (data[k] ? { ...output, constant: { ...output, data: data[k] } } : output));
}

function checkActivation(node: OnnxNode, shape: readonly number[], limits: Limits): void {
  if (shape.some((extent) => !Number.isSafeInteger(extent) || extent < 0)) {
    throw inputError("onnx/invalid-shape", nodeDiagnostic(node, `its output has the shape ${shape.join("x")}`));
  }
  const size = shape.reduce((product, extent) => product * BigInt(extent), 1n);
  if (size > BigInt(limits.activationElements)) {
    throw inputError(
      "onnx/too-large",
      nodeDiagnostic(
        node,
        `its output ${shape.join("x")} has ${size} elements; at most ${limits.activationElements} are accepted`,
      ),
    );
  }
}
