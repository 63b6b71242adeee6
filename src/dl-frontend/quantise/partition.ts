/** A quantised network to a plan: runs of operations for the NPU and runs of nodes for the host, alternating. */
import { invariant } from "../../support/errors.js";
import type { FloatGraph } from "../graph/graph.js";
import type { IntegerGraph, IntegerTensor, Quantisation, TensorId } from "../integer/graph.js";
import { verifyIntegerGraph } from "../integer/verify.js";
import {
  type AcceleratedOp,
  type HostOp,
  type NetworkOp,
  type NetworkValue,
  readsOf,
  type ValueId,
  writesOf,
} from "../network/network.js";
import { encodeModel } from "../onnx/encode.js";
import type { Tensor, ValueInfo } from "../onnx/model.js";
import { quantise } from "./arithmetic.js";
import type { Assignment } from "./assign.js";
import { type EmitContext, emitOperation } from "./emit.js";
import type { Plan, Port, Stage } from "./plan.js";

type Context = Pick<EmitContext, "range" | "means" | "accumulator">;

interface Group {
  readonly host: boolean;
  readonly operations: NetworkOp[];
}

export function makePlan(graph: FloatGraph, { network, quantisation }: Assignment, context: Context): Plan {
  const groups = groupOperations(network.operations);
  const groupOf = new Map<ValueId, Group>();
  for (const group of groups) for (const op of group.operations) for (const id of writesOf(op)) groupOf.set(id, group);
  // For every value the ONNX names under which the host wants it.
  const wanted = new Map<ValueId, Set<string>>();
  const want = (id: ValueId, name: string) => wanted.set(id, (wanted.get(id) ?? new Set()).add(name));
  for (const op of network.operations) {
    if (op.kind === "host") for (const [k, name] of variableInputs(graph, op).entries()) want(op.inputs[k]!, name);
  }
  const outputs = graph.outputs.map((output, k) => {
    const id = network.outputs[k]!;
    const fromNpu = groupOf.get(id)?.host === false;
    if (fromNpu) want(id, output.name);
    return { ...described(output), value: fromNpu || output.constant ? output.name : network.values[id]!.name };
  });
  const hostType = (name: string): Port["hostType"] => {
    const type = graph.values.get(name)?.type;
    return type === "int8" || type === "uint8" ? type : "float32";
  };
  const stages = groups.map((group): Stage => {
    if (group.host) return hostStage(graph, group.operations as HostOp[], network.outputs);
    const build = new GraphBuilder(graph.model.name, network.values, quantisation, context);
    const made = new Set(group.operations.map((op) => op.output));
    const inputs: Port[] = [];
    const seen = new Set<ValueId>();
    for (const id of group.operations.flatMap(readsOf)) {
      const value = network.values[id]!;
      if (made.has(id) || value.constant || seen.has(id)) continue;
      seen.add(id);
      const maker = groupOf.get(id);
      const internal = maker !== undefined && !maker.host;
      if (internal) want(id, `npu:${id}`);
      inputs.push(build.port(id, internal ? `npu:${id}` : value.name, internal ? "int8" : hostType(value.name)));
    }
    for (const op of group.operations) build.add(op as AcceleratedOp);
    return { kind: "npu", graph: build.graph(inputs, []), inputs, outputs: [] };
  });
  const complete = stages.map((stage, index): Stage => {
    if (stage.kind === "host") return stage;
    const ports: Port[] = [];
    for (const op of groups[index]!.operations) {
      for (const name of wanted.get(op.output) ?? []) {
        const tensor = stage.graph.tensors.find((each) => each.id === op.output)!;
        const { shape, quantisation: q } = tensor;
        ports.push({
          value: name,
          tensor: tensor.id,
          shape,
          quantisation: q,
          hostType: name.startsWith("npu:") ? "int8" : hostType(name),
        });
      }
    }
    const whole = { ...stage.graph, outputs: [...new Set(ports.map(({ tensor }) => tensor))] };
    const problems = verifyIntegerGraph(whole);
    invariant(problems.length === 0, `the integer graph is not sound: ${problems.slice(0, 5).join("; ")}`);
    return { ...stage, graph: whole, outputs: ports };
  });
  const constants = new Map<string, ArrayLike<number>>();
  for (const output of graph.outputs) if (output.constant) constants.set(output.name, output.constant.data);
  const inputs = graph.inputs.map((input) => ({ ...described(input), value: input.name }));
  return { name: graph.model.name, inputs, outputs, stages: complete, constants };
}

function described(value: FloatGraph["inputs"][number]) {
  invariant(value.shape, `the shape of ${value.name} is known`);
  return { name: value.name, type: value.type, shape: value.shape };
}

const variableInputs = (graph: FloatGraph, op: HostOp) =>
  op.node.inputs.filter((name) => name !== "" && !graph.values.get(name)?.constant);

/** An operation joins the earliest run of its side that comes after everything it reads. */
function groupOperations(operations: readonly NetworkOp[]): Group[] {
  const place = new Map<ValueId, { level: number; host: boolean }>();
  const levels = new Map<string, Group>();
  let highest = 0;
  for (const op of operations) {
    const host = op.kind === "host";
    let level = 0;
    for (const id of readsOf(op)) {
      const from = place.get(id);
      if (from) level = Math.max(level, from.host === host ? from.level : from.level + 1);
    }
    for (const id of writesOf(op)) place.set(id, { level, host });
    const key = `${level}${host}`;
    const group = levels.get(key) ?? { host, operations: [] };
    group.operations.push(op);
    levels.set(key, group);
    highest = Math.max(highest, level);
  }
  const order = Array.from({ length: highest + 1 }, (_, level) => [`${level}true`, `${level}false`]).flat();
  return order.flatMap((key) => levels.get(key) ?? []);
}

class GraphBuilder {
  private readonly tensors = new Map<TensorId, IntegerTensor>();
  private readonly names = new Set<string>();
  private readonly operations: ReturnType<typeof emitOperation>[] = [];

  constructor(
    private readonly name: string,
    private readonly values: readonly NetworkValue[],
    private readonly quantisation: ReadonlyMap<ValueId, Quantisation>,
    private readonly context: Context,
  ) {}

  port(id: ValueId, value: string, hostType: Port["hostType"]): Port {
    const tensor = this.tensors.get(this.tensor(id))!;
    return { value, tensor: tensor.id, shape: tensor.shape, quantisation: tensor.quantisation, hostType };
  }

  add(op: AcceleratedOp): void {
    const emitted = emitOperation(op, {
      ...this.context,
      value: (id) => this.values[id]!,
      quantisation: (id) => this.quantisation.get(id)!,
      tensor: (id) => this.tensor(id),
    });
    this.operations.push(emitted);
  }

  graph(inputs: readonly Port[], outputs: readonly TensorId[]): IntegerGraph {
    const { name, operations } = this;
    return {
      name,
      tensors: [...this.tensors.values()],
      operations,
      inputs: inputs.map(({ tensor }) => tensor),
      outputs,
    };
  }

  private tensor(id: ValueId): TensorId {
    if (!this.tensors.has(id)) {
      const { name, shape, constant } = this.values[id]!;
      const quantisation = this.quantisation.get(id)!;
      const unique = this.names.has(name) ? `${name}#${id}` : name;
      this.names.add(unique);
      const data = constant && Int8Array.from(constant, (x) => quantise(x, quantisation));
      this.tensors.set(id, { id, name: unique, shape, quantisation, ...(data ? { constant: data } : {}) });
    }
    return id;
  }
}

/** The nodes of a host stage as an ONNX model of their own. */
function hostStage(graph: FloatGraph, operations: readonly HostOp[], modelOutputs: readonly ValueId[]): Stage {
  const nodes = operations.map(({ node }) => node);
  const made = new Set(nodes.flatMap(({ outputs }) => outputs));
  const initializers = new Map<string, Tensor>();
  const inputs = new Set<string>();
  for (const name of nodes.flatMap((node) => node.inputs)) {
    if (name === "" || made.has(name)) continue;
    const constant = graph.values.get(name)?.constant;
    if (constant) initializers.set(name, constant);
    else inputs.add(name);
  }
  const outside = graph.nodes.filter((node) => !nodes.includes(node)).flatMap((node) => node.inputs);
  const read = new Set([...outside, ...graph.outputs.map(({ name }) => name)]);
  for (const op of operations) {
    for (const [k, id] of op.outputs.entries()) {
      if (modelOutputs.includes(id)) read.add(op.node.outputs.filter((name) => name !== "")[k]!);
    }
  }
  const outputs = [...made].filter((name) => name !== "" && read.has(name));
  const info = (name: string): ValueInfo => {
    const value = graph.values.get(name)!;
    return { name, type: value.type, ...(value.shape ? { dimensions: value.shape } : {}) };
  };
  const model = encodeModel({
    name: "host",
    opset: graph.model.opset,
    opsets: graph.model.opsets,
    nodes,
    initializers,
    inputs: [...inputs].map(info),
    outputs: outputs.map(info),
    valueInfos: new Map(),
  });
  return { kind: "host", model, nodes: nodes.map(({ name }) => name), inputs: [...inputs], outputs };
}
