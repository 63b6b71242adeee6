/** The small NPU that the tests share, and one run of a graph on it against the integer executor. */
import { NodeHost } from "../../src/cli/node-host.js";
import { executeInteger } from "../../src/dl-frontend/integer/execute.js";
import type { IntegerGraph, TensorId } from "../../src/dl-frontend/integer/graph.js";
import { npuVerilog, simulateNpu } from "../../src/flow/npu-simulate.js";
import { type CompileOptions, compileGraph } from "../../src/npu-gen/compile/compile.js";
import { graphOutputs } from "../../src/npu-gen/compile/image-tensors.js";
import type { NpuConfig } from "../../src/npu-gen/config.js";
import { loadBoard } from "../../src/target/load.js";
import { randomInputs } from "../dl-frontend/random-graph.js";

export const host = new NodeHost();
export const board = loadBoard(host, "u250");

/** Odd on purpose: little memory, short tiles, two slices of accumulators. */
export const smallNpu: NpuConfig = {
  inputs: 8,
  outputs: 16,
  addressBits: 14,
  banks: 4,
  sumBits: 6,
  tapBits: 6,
  columns: 3,
  weightLines: 64,
  parameterLines: 64,
  softmax: true,
};

let files: Map<string, string> | undefined;

/** What differs from the executor, at most one line a tensor; every layer's output is compared, movements included. */
export async function differences(
  graph: IntegerGraph,
  seed: number,
  stallSeed = 0,
  options: CompileOptions = {},
): Promise<string[]> {
  return differencesOn(graph, randomInputs(graph, seed), stallSeed, options);
}

export async function differencesOn(
  graph: IntegerGraph,
  inputs: ReadonlyMap<TensorId, Int8Array>,
  stallSeed = 0,
  options: CompileOptions = {},
): Promise<string[]> {
  files ??= npuVerilog(host, smallNpu, board);
  const golden = executeInteger(graph, inputs);
  const compiled = compileGraph(graph, smallNpu, { keepAll: true, moveAll: true, ...options });
  const run = await simulateNpu(host, { compiled, files, board, inputs, stallSeed });
  const found: string[] = [];
  for (const [id, values] of [...run.stored, ...graphOutputs(compiled, run.stored, inputs)]) {
    const wanted = golden.get(id);
    // Tensors of the compiler's own are not the executor's.
    if (!wanted) continue;
    const at = values.findIndex((value, i) => value !== wanted[i]);
    if (at >= 0 || values.length !== wanted.length) {
      found.push(`tensor ${id}, element ${at}: ${values[at]}, expected ${wanted[at]}`);
    }
  }
  return found;
}
