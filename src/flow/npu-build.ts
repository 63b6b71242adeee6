/** `soff npu build` as a function: quantise, choose the NPU, compile, emit. */
import { basename, join } from "node:path";
import { type ImportedModel, quantiseModel } from "../dl-frontend/index.js";
import type { IntegerGraph } from "../dl-frontend/integer/graph.js";
import {
  type FloatRunner,
  type FloatTensor,
  randomSamples,
  type Sample,
  samplesOf,
} from "../dl-frontend/quantise/calibrate.js";
import type { Plan } from "../dl-frontend/quantise/plan.js";
import { arrayOf } from "../launch/arguments.js";
import { elementTypeName } from "../launch/element.js";
import { type CompiledProgram, compileGraph } from "../npu-gen/compile/compile.js";
import { macsOf } from "../npu-gen/config.js";
import { type Candidate, memoryModel } from "../npu-gen/explore/explore.js";
import { predict } from "../npu-gen/explore/predict.js";
import { disassemble, encode } from "../npu-gen/isa/instruction.js";
import { unsupported, usageError } from "../support/errors.js";
import type { Host } from "../support/host.js";
import type { Board } from "../target/board.js";
import { loadBoard } from "../target/load.js";
import { loadModel } from "../tools/onnxruntime.js";
import { readModel } from "./npu-check.js";
import { exploreCached } from "./npu-explore.js";
import { writeNpuFolder } from "./npu-folder.js";
import { npuVerilog, TOP_MODULE } from "./npu-simulate.js";

export interface NpuBuildRequest {
  readonly model: string;
  readonly board: string;
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** Arrays by input, as specifications. None: smooth random data, which the report says. */
  readonly calibrate: ReadonlyMap<string, string>;
  /** Default: build/STEM-BOARD. */
  readonly folder?: string;
}

export interface NpuLayerEstimate {
  readonly name: string;
  readonly op: string;
  readonly macs: number;
  readonly predictedCycles: number;
}

export interface NpuBuildReport {
  readonly model: string;
  readonly board: string;
  readonly folder: string;
  readonly clockMHz: number;
  /** Multipliers: outputs x inputs. */
  readonly array: readonly [number, number];
  readonly activationBytes: number;
  readonly predictedCycles: number;
  readonly framesPerSecond: number;
  readonly macUtilisation: number;
  readonly calibration: "data" | "random";
  readonly stages: readonly string[];
  readonly layers: readonly NpuLayerEstimate[];
  readonly candidates: readonly Candidate[];
}

export const floatRunner: FloatRunner = { load: (model) => loadModel(model) } as FloatRunner;

/** Samples for a calibration without data. */
const RANDOM_SAMPLES = 8;

export async function buildNpu(host: Host, request: NpuBuildRequest): Promise<NpuBuildReport> {
  const board = loadBoard(host, request.board);
  const model = readModel(host, request.model, request.shapes);
  host.progress("quantising");
  const samples = calibrationSamples(host, model, request.calibrate);
  const plan = await quantiseModel(model, { samples, runner: floatRunner });
  const graphs = graphsOf(plan);
  if (graphs.length === 0) {
    throw unsupported("npu/nothing-to-accelerate", `no part of ${request.model} runs on the NPU`, {
      help: `See \`soff npu check ${request.model}\`.`,
    });
  }
  const exploration = await exploreCached(host, graphs, board);
  if (!exploration) throw doesNotFit(request.model, board);
  const config = exploration.chosen;
  host.progress("compiling");
  const programs = graphs.map((graph) => compileGraph(graph, config));
  const verilog = npuVerilog(host, config, board);
  const folder = request.folder ?? join("build", `${basename(request.model).replace(/\.onnx$/, "")}-${board.name}`);
  const report: NpuBuildReport = {
    ...estimate(programs, board),
    model: basename(request.model),
    board: board.name,
    folder,
    array: [config.outputs, config.inputs],
    activationBytes: 2 ** config.addressBits * config.inputs,
    calibration: request.calibrate.size > 0 ? "data" : "random",
    stages: plan.stages.map((s) => (s.kind === "npu" ? "npu" : `host: ${s.nodes.join(", ")}`)),
    candidates: exploration.candidates,
  };
  host.progress("writing");
  writeNpuFolder(host, folder, {
    design: {
      format: 1,
      generator: "soff",
      model: basename(request.model),
      board: board.name,
      clockMHz: board.kernelClockMHz.value,
      config,
      topModule: TOP_MODULE,
      files: [...verilog.keys()].map((name) => `rtl/${name}`),
      shapes: Object.fromEntries(request.shapes),
      candidates: exploration.candidates,
    },
    plan,
    model: host.readFile(request.model),
    verilog,
    images: programs.map((p) => p.image.bytes()),
    listings: programs.map((p) => `${p.instructions.map((i) => disassemble(encode(i))).join("\n")}\n`),
    report: { ...report, folder: undefined },
  });
  return report;
}

export const graphsOf = (plan: Plan): IntegerGraph[] =>
  plan.stages.flatMap((stage) => (stage.kind === "npu" ? [stage.graph] : []));

function estimate(
  programs: readonly CompiledProgram[],
  board: Board,
): Pick<NpuBuildReport, "clockMHz" | "predictedCycles" | "framesPerSecond" | "macUtilisation" | "layers"> {
  const memory = memoryModel(board);
  const clockMHz = board.kernelClockMHz.value;
  const layers: NpuLayerEstimate[] = [];
  let cycles = 0;
  for (const program of programs) {
    const prediction = predict(program, memory);
    const own = durations(prediction.layerEnds);
    program.layers.forEach(({ name, op, macs }, i) => {
      layers.push({ name, op, macs, predictedCycles: own.get(i) ?? 0 });
    });
    cycles += prediction.cycles;
  }
  const macs = layers.reduce((n, l) => n + l.macs, 0);
  return {
    clockMHz,
    predictedCycles: cycles,
    framesPerSecond: (clockMHz * 1e6) / cycles,
    macUtilisation: macs / (macsOf(programs[0]!.config) * cycles),
    layers,
  };
}

/** Time from the end of the layer that ended before: layers overlap a little. */
export function durations(ends: ReadonlyMap<number, number>): Map<number, number> {
  const result = new Map<number, number>();
  let last = 0;
  for (const [layer, end] of [...ends].sort((a, b) => a[1] - b[1])) {
    result.set(layer, end - last);
    last = end;
  }
  return result;
}

function doesNotFit(model: string, board: Board) {
  return unsupported("npu/does-not-fit", `no NPU that fits ${board.name} holds the activations of ${model}`, {
    help: "A smaller input (--shape), or a board with more memory on the chip.",
  });
}

/** An array of the command line as a tensor of the float model. */
export function tensorOf(host: Host, specification: string, which: string): FloatTensor {
  const { bytes, form } = arrayOf(host, specification, which);
  const type = form.element ? elementTypeName(form.element) : "";
  const own = bytes.slice().buffer;
  const data = {
    float32: () => new Float32Array(own),
    float64: () => new Float64Array(own),
    int8: () => new Int8Array(own),
    uint8: () => new Uint8Array(own),
    int16: () => new Int16Array(own),
    uint16: () => new Uint16Array(own),
    int32: () => new Int32Array(own),
    int64: () => new BigInt64Array(own),
  }[type];
  if (!data) throw usageError("npu/array-type", `${which}: arrays of ${type || "this type"} are not for models`);
  return { type, shape: form.shape, data: data() as FloatTensor["data"] };
}

function calibrationSamples(host: Host, model: ImportedModel, given: ReadonlyMap<string, string>): readonly Sample[] {
  if (given.size === 0) return randomSamples(model.graph, RANDOM_SAMPLES, 1);
  const names = model.graph.inputs.map((i) => i.name);
  for (const name of given.keys())
    if (!names.includes(name)) {
      throw usageError("npu/no-such-input", `the model has no input "${name}"`, {
        help: `Its inputs: ${names.join(", ")}`,
      });
    }
  const data = new Map([...given].map(([name, spec]) => [name, tensorOf(host, spec, `--calibrate ${name}`)]));
  return samplesOf(model.graph, data);
}
