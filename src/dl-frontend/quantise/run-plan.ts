/** Runs a plan: host stages by a float runner, integer graphs by the executor or by whoever is given (the simulated NPU). */
import { invariant } from "../../support/errors.js";
import { executeInteger } from "../integer/execute.js";
import type { IntegerGraph, TensorId } from "../integer/graph.js";
import { sizeOf } from "../integer/shape.js";
import type { NumberArray } from "../onnx/model.js";
import { quantise } from "./arithmetic.js";
import type { FloatRunner, FloatTensor } from "./calibrate.js";
import type { Plan, Port } from "./plan.js";

/** Runs one integer graph: values of its inputs to values of (at least) its outputs. */
export type RunGraph = (
  graph: IntegerGraph,
  inputs: ReadonlyMap<TensorId, Int8Array>,
) => ReadonlyMap<TensorId, Int8Array> | Promise<ReadonlyMap<TensorId, Int8Array>>;

export interface RunPlanOptions {
  readonly runner: FloatRunner;
  /** Default: the integer executor. */
  readonly runGraph?: RunGraph;
}

/** The model's outputs by name. */
export async function runPlan(
  plan: Plan,
  inputs: ReadonlyMap<string, FloatTensor>,
  options: RunPlanOptions,
): Promise<Map<string, FloatTensor>> {
  const runGraph = options.runGraph ?? ((graph, values) => executeInteger(graph, values, { outputsOnly: true }));
  const values = new Map<string, FloatTensor>();
  for (const { name } of plan.inputs) {
    const value = inputs.get(name);
    invariant(value, `no value for the input ${name}`);
    values.set(name, value);
  }
  const made = (name: string) => {
    const value = values.get(name);
    invariant(value, `the plan does not make ${name}`);
    return value;
  };
  for (const stage of plan.stages) {
    if (stage.kind === "npu") {
      const operands = new Map(stage.inputs.map((port) => [port.tensor, toInteger(port, made(port.value))]));
      const results = await runGraph(stage.graph, operands);
      for (const port of stage.outputs) values.set(port.value, fromInteger(port, results.get(port.tensor)!));
    } else {
      const session = await options.runner.load(stage.model);
      try {
        const results = await session.run(new Map(stage.inputs.map((name) => [name, made(name)])));
        for (const [name, value] of results) values.set(name, value);
      } finally {
        await session.release();
      }
    }
  }
  return new Map(
    plan.outputs.map(({ name, value, type, shape }) => {
      const constant = plan.constants.get(name);
      return [name, constant ? { type, shape, data: Float64Array.from(constant) } : made(value)];
    }),
  );
}

/** A value of the host as the integer graph takes it. */
export function toInteger(port: Port, value: FloatTensor): Int8Array {
  const data = value.data as NumberArray;
  invariant(data.length === sizeOf(port.shape), `${port.value} has ${data.length} elements, not ${sizeOf(port.shape)}`);
  switch (port.hostType) {
    case "float32":
      return Int8Array.from(data, (x) => quantise(x, port.quantisation));
    case "int8":
      return Int8Array.from(data);
    case "uint8":
      return Int8Array.from(data, (x) => x - 128);
    default:
      return port.hostType satisfies never;
  }
}

/** A value of the integer graph as the host takes it. */
export function fromInteger(port: Port, data: Int8Array): FloatTensor {
  const { scale, zeroPoint } = port.quantisation;
  const shape = port.shape;
  switch (port.hostType) {
    case "float32":
      return { type: "float32", shape, data: Float32Array.from(data, (q) => scale * (q - zeroPoint)) };
    case "int8":
      return { type: "int8", shape, data };
    case "uint8":
      return { type: "uint8", shape, data: Uint8Array.from(data, (q) => q + 128) };
    default:
      return port.hostType satisfies never;
  }
}
