/** `soff npu run` as a function: a built NPU on data, in simulation, in integers, or the model in floating point. */
import { join } from "node:path";
import { executeInteger } from "../dl-frontend/integer/execute.js";
import type { IntegerGraph, TensorId } from "../dl-frontend/integer/graph.js";
import type { FloatTensor } from "../dl-frontend/quantise/calibrate.js";
import { runPlan } from "../dl-frontend/quantise/run-plan.js";
import { elementType } from "../launch/element.js";
import { descrOf, writeNpy } from "../launch/npy.js";
import { type CompiledProgram, compileGraph } from "../npu-gen/compile/compile.js";
import { graphOutputs } from "../npu-gen/compile/image-tensors.js";
import { LINE_BYTES, macsOf } from "../npu-gen/config.js";
import { memoryModel } from "../npu-gen/explore/explore.js";
import { predict } from "../npu-gen/explore/predict.js";
import { inputError, ToolError, usageError } from "../support/errors.js";
import type { Host } from "../support/host.js";
import { loadBoard } from "../target/load.js";
import { loadModel } from "../tools/onnxruntime.js";
import { durations, floatRunner, tensorOf } from "./npu-build.js";
import { type NpuFolder, readNpuFolder } from "./npu-folder.js";
import { simulateNpu } from "./npu-simulate.js";

export interface NpuRunRequest {
  readonly folder: string;
  readonly inputs: ReadonlyMap<string, string>;
  readonly engine: "rtl" | "int" | "float";
  readonly check: boolean;
  readonly out?: string;
  readonly stallSeed?: number;
}

export interface NpuLayerReport {
  readonly name: string;
  readonly op: string;
  readonly macs: number;
  readonly cycles: number | null;
  readonly predictedCycles: number;
  readonly utilisation: number | null;
  /** The engine that works longest. */
  readonly bound: string;
  /** Bytes to and from DRAM, and what would be left if nothing went twice. */
  readonly dramBytes: number;
  readonly dramBytesLeast: number;
}

export interface NpuMismatch {
  readonly layer: string;
  readonly tensor: string;
  /** Indices on the tensor's axes. */
  readonly position: readonly number[];
  readonly rtl: number;
  readonly int: number;
}

export interface FloatComparison {
  readonly name: string;
  /** Signal to quantisation noise, dB. */
  readonly sqnr: number;
  readonly cosine: number;
  /** Both have their largest value at the same place. */
  readonly top1: boolean;
}

export interface NpuRunReport {
  readonly model: string;
  readonly board: string;
  readonly engine: "rtl" | "int" | "float";
  readonly cycles: number | null;
  readonly predictedCycles: number;
  readonly clockMHz: number;
  readonly macUtilisation: number | null;
  readonly dramBytes: number | null;
  /** Weights, parameters, inputs and outputs once. */
  readonly dramBytesLeast: number;
  readonly check: {
    readonly mismatches: number;
    readonly first?: NpuMismatch;
    /** Empty when onnxruntime cannot run the model. */
    readonly float: readonly FloatComparison[];
  } | null;
  readonly layers: readonly NpuLayerReport[];
  readonly outputs: readonly {
    readonly name: string;
    readonly file: string | null;
    readonly dtype: string;
    readonly shape: readonly number[];
  }[];
}

interface StageRun {
  readonly program: CompiledProgram;
  readonly cycles: number;
  readonly layerEnds: ReadonlyMap<number, number>;
  readonly dramBytes: number;
}

export async function runNpu(host: Host, request: NpuRunRequest): Promise<NpuRunReport> {
  const built = readNpuFolder(host, request.folder);
  const { design, plan } = built;
  const board = loadBoard(host, design.board);
  const inputs = inputTensors(host, built, request.inputs);
  const programs = new Map<IntegerGraph, CompiledProgram>();
  for (const stage of plan.stages)
    if (stage.kind === "npu") programs.set(stage.graph, compileGraph(stage.graph, design.config));

  const runs: StageRun[] = [];
  let mismatches = 0;
  let first: NpuMismatch | undefined;
  const onCircuit = async (graph: IntegerGraph, values: ReadonlyMap<TensorId, Int8Array>) => {
    const program = programs.get(graph)!;
    const simulation = { files: built.verilog, board, inputs: values, stallSeed: request.stallSeed ?? 0 };
    const run = await simulateNpu(host, { ...simulation, compiled: program });
    const traffic = run.traffic.reduce((n, c) => n + c.bytesRead + c.bytesWritten, 0);
    runs.push({ program, cycles: run.cycles, layerEnds: run.layerEnds, dramBytes: traffic });
    const outputs = graphOutputs(program, run.stored, values);
    if (request.check) {
      host.progress("computing the integer golden");
      const golden = executeInteger(graph, values);
      for (const [id, got] of outputs) mismatches += differing(got, golden.get(id)!);
      if (mismatches > 0 && !first) {
        // The same circuit with a program that keeps every layer's output: the first that differs is where to look.
        const keeping = compileGraph(graph, design.config, { keepAll: true });
        const again = await simulateNpu(host, { ...simulation, compiled: keeping });
        first = firstMismatch(keeping, again.stored, golden) ?? firstMismatch(program, outputs, golden);
      }
    }
    return outputs;
  };

  const runtime = { runner: floatRunner };
  const circuit = request.engine === "rtl" || request.check;
  const results =
    request.engine === "float" && !request.check
      ? await floatOutputs(built, inputs)
      : await runPlan(plan, inputs, circuit ? { ...runtime, runGraph: onCircuit } : runtime);
  const float =
    request.engine === "float"
      ? await floatOutputs(built, inputs)
      : request.check
        ? await floatWhereItRuns(built, inputs)
        : undefined;
  const integer = request.check && request.engine === "int" ? await runPlan(plan, inputs, runtime) : results;
  const chosen = request.engine === "float" ? float! : request.engine === "int" ? integer : results;

  const memory = memoryModel(board);
  const layers: NpuLayerReport[] = [];
  let predicted = 0;
  let least = 0;
  const width = macsOf(design.config);
  let index = 0;
  for (const program of programs.values()) {
    const prediction = predict(program, memory);
    predicted += prediction.cycles;
    least += program.leastLines * LINE_BYTES;
    const run = runs[index++];
    const own = run ? durations(run.layerEnds) : undefined;
    const expected = durations(prediction.layerEnds);
    program.layers.forEach(({ name, op, macs }, i) => {
      const cycles = own ? (own.get(i) ?? 0) : null;
      const utilisation = cycles === null ? null : cycles === 0 ? 0 : macs / (width * cycles);
      const traffic = prediction.traffic.get(i);
      layers.push({
        name,
        op,
        macs,
        cycles,
        predictedCycles: expected.get(i) ?? 0,
        utilisation,
        bound: traffic?.bound ?? "nothing",
        dramBytes: traffic?.bytes ?? 0,
        dramBytesLeast: traffic?.leastBytes ?? 0,
      });
    });
  }
  const cycles = runs.length > 0 ? runs.reduce((n, r) => n + r.cycles, 0) : null;
  const macs = layers.reduce((n, l) => n + l.macs, 0);
  return {
    model: design.model,
    board: design.board,
    engine: request.engine,
    cycles,
    predictedCycles: predicted,
    clockMHz: design.clockMHz,
    macUtilisation: cycles === null ? null : macs / (width * cycles),
    dramBytes: cycles === null ? null : runs.reduce((n, r) => n + r.dramBytes, 0),
    dramBytesLeast: least,
    check: request.check
      ? { mismatches, ...(first ? { first } : {}), float: float ? compareWithFloat(results, float) : [] }
      : null,
    layers,
    outputs: writeOutputs(host, chosen, request.out),
  };
}

function inputTensors(host: Host, { plan }: NpuFolder, given: ReadonlyMap<string, string>): Map<string, FloatTensor> {
  const names = plan.inputs.map((i) => i.name);
  for (const name of given.keys())
    if (!names.includes(name)) {
      throw usageError("npu/no-such-input", `the model has no input "${name}"`, {
        help: `Its inputs: ${names.join(", ")}`,
      });
    }
  return new Map(
    plan.inputs.map(({ name, type, shape }) => {
      const specification = given.get(name);
      const wanted = `rand:${type}:${shape.join("x")}:1`;
      if (specification === undefined) {
        throw usageError(
          "npu/missing-input",
          `there is no value for the input "${name}" (${type}, ${shape.join("x")})`,
          {
            help: `Give it: --input ${name}=@data.npy or --input ${name}=${wanted}`,
          },
        );
      }
      const tensor = tensorOf(host, specification, `--input ${name}`);
      if (tensor.type !== type || tensor.shape.join() !== shape.join()) {
        throw inputError(
          "npu/wrong-input",
          `the input "${name}" is ${type} of ${shape.join("x")}, but ${tensor.type} of ${tensor.shape.join("x")} was given`,
        );
      }
      return [name, tensor];
    }),
  );
}

async function floatOutputs({ model, plan }: NpuFolder, inputs: ReadonlyMap<string, FloatTensor>) {
  const session = await loadModel(model);
  try {
    const results = await session.run(inputs as never);
    return new Map(plan.outputs.map(({ name }) => [name, results.get(name) as FloatTensor]));
  } finally {
    await session.release();
  }
}

/** Models with operators that onnxruntime lacks (integer nets of other tools) have no float reference. */
async function floatWhereItRuns(built: NpuFolder, inputs: ReadonlyMap<string, FloatTensor>) {
  try {
    return await floatOutputs(built, inputs);
  } catch (error) {
    if (error instanceof ToolError) return undefined;
    throw error;
  }
}

function differing(a: Int8Array, b: Int8Array): number {
  let count = 0;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) count++;
  return count;
}

/** The first layer, in the order of the program, whose output differs from the executor's. */
function firstMismatch(
  program: CompiledProgram,
  got: ReadonlyMap<TensorId, Int8Array>,
  golden: ReadonlyMap<TensorId, Int8Array>,
): NpuMismatch | undefined {
  const layerOf = new Map(program.layers.map((layer) => [layer.output, layer.name]));
  const order = [...program.layers.map((l) => l.output), ...got.keys()];
  for (const id of order) {
    const values = got.get(id);
    const wanted = golden.get(id);
    if (!values || !wanted) continue;
    const at = values.findIndex((v, i) => v !== wanted[i]);
    if (at < 0) continue;
    const tensor = program.maps.tensor(id);
    const position: number[] = [];
    let rest = at;
    for (const extent of [...tensor.shape].reverse()) {
      position.unshift(rest % extent);
      rest = Math.floor(rest / extent);
    }
    return { layer: layerOf.get(id) ?? tensor.name, tensor: tensor.name, position, rtl: values[at]!, int: wanted[at]! };
  }
  return undefined;
}

function compareWithFloat(
  got: ReadonlyMap<string, FloatTensor>,
  float: ReadonlyMap<string, FloatTensor>,
): FloatComparison[] {
  return [...float].map(([name, wanted]) => {
    const a = Array.from(wanted.data as ArrayLike<number | bigint>, Number);
    const b = Array.from(got.get(name)!.data as ArrayLike<number | bigint>, Number);
    let [signal, noise, dot, norm] = [0, 0, 0, 0];
    a.forEach((x, i) => {
      signal += x * x;
      noise += (x - b[i]!) ** 2;
      dot += x * b[i]!;
      norm += b[i]! ** 2;
    });
    const top = (values: readonly number[]): number => values.reduce((best, v, i) => (v > values[best]! ? i : best), 0);
    return {
      name,
      sqnr: noise === 0 ? 999 : 10 * Math.log10(signal / noise),
      cosine: signal === 0 || norm === 0 ? (signal === norm ? 1 : 0) : dot / Math.sqrt(signal * norm),
      top1: top(a) === top(b),
    };
  });
}

function writeOutputs(
  host: Host,
  values: ReadonlyMap<string, FloatTensor>,
  folder: string | undefined,
): NpuRunReport["outputs"] {
  if (folder !== undefined) host.makeDirectory(folder);
  return [...values].map(([name, { type, shape, data }]) => {
    if (folder === undefined) return { name, file: null, dtype: type, shape };
    const view = data as Float32Array;
    const file = join(folder, `${name.replace(/[^\w.-]/g, "_")}.npy`);
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    const element = elementType(type);
    if (!element) throw inputError("npu/output-type", `the output "${name}" of ${type} cannot be written as .npy`);
    host.writeFile(file, writeNpy({ descr: descrOf(element), shape, bytes }));
    return { name, file, dtype: type, shape };
  });
}
