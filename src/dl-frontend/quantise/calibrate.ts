/** Ranges from runs of the float model: its values in between are made outputs, and watched over sample inputs. */
import { inputError } from "../../support/errors.js";
import type { FloatGraph } from "../graph/graph.js";
import { sizeOf } from "../integer/shape.js";
import { encodeModel } from "../onnx/encode.js";
import type { NumberArray } from "../onnx/model.js";
import { isFloat } from "../onnx/tensor.js";
import { Statistics } from "./statistics.js";

export interface FloatTensor {
  readonly type: string;
  readonly shape: readonly number[];
  readonly data: NumberArray | BigInt64Array;
}

/** Runs ONNX models in floating point: onnxruntime, behind an interface so that this part needs no package. */
export interface FloatRunner {
  load(model: Uint8Array): Promise<FloatSession>;
}
export interface FloatSession {
  run(inputs: ReadonlyMap<string, FloatTensor>): Promise<ReadonlyMap<string, FloatTensor>>;
  release(): Promise<void>;
}

/** One value for each input of the model. */
export type Sample = ReadonlyMap<string, FloatTensor>;

/** The graph as an ONNX model that also gives the values `also`. */
export function modelWithOutputs(graph: FloatGraph, also: Iterable<string>): Uint8Array {
  const { model } = graph;
  const names = new Set([...graph.outputs.map(({ name }) => name), ...also]);
  const made = new Set([...graph.nodes.flatMap((node) => node.outputs)]);
  const info = (name: string) => {
    const value = graph.values.get(name)!;
    return { name, type: value.type, ...(value.shape ? { dimensions: value.shape } : {}) };
  };
  return encodeModel({
    ...model,
    nodes: graph.nodes,
    inputs: graph.inputs.map(({ name }) => info(name)),
    outputs: [...names].filter((name) => made.has(name)).map(info),
    valueInfos: new Map(),
  });
}

/** Watches values of the float model over the samples: once for extremes and means, then, if wanted, for histograms. */
export class Calibration {
  readonly statistics = new Map<string, Statistics>();

  private constructor(
    private readonly session: FloatSession,
    private readonly watched: readonly string[],
    private readonly samples: readonly Sample[],
  ) {}

  static async observe(
    graph: FloatGraph,
    sources: ReadonlySet<string>,
    samples: readonly Sample[],
    runner: FloatRunner,
  ): Promise<Calibration> {
    const watched = [...sources].filter((name) => {
      const value = graph.values.get(name);
      return value && isFloat(value.type);
    });
    const inputs = new Set(graph.inputs.map(({ name }) => name));
    const made = watched.filter((name) => !inputs.has(name));
    const session = await runner.load(modelWithOutputs(graph, made));
    const calibration = new Calibration(session, watched, samples);
    await calibration.run((name, tensor) => {
      const known = calibration.statistics.get(name) ?? new Statistics(tensor.shape);
      calibration.statistics.set(name, known);
      known.observe(tensor.data as NumberArray);
    });
    calibration.requireFinite();
    return calibration;
  }

  async observeHistograms(): Promise<void> {
    await this.run((name, tensor) => this.statistics.get(name)!.observeHistogram(tensor.data as NumberArray));
  }

  /** The float values of one sample: of the watched values and the inputs. */
  async valuesOf(sample: Sample): Promise<ReadonlyMap<string, FloatTensor>> {
    return new Map([...sample, ...(await this.session.run(sample))]);
  }

  release(): Promise<void> {
    return this.session.release();
  }

  private async run(visit: (name: string, tensor: FloatTensor) => void): Promise<void> {
    for (const sample of this.samples) {
      const outputs = await this.session.run(sample);
      for (const name of this.watched) {
        const tensor = outputs.get(name) ?? sample.get(name);
        if (tensor) visit(name, tensor);
      }
    }
  }

  private requireFinite(): void {
    for (const [name, { low, high }] of this.statistics) {
      if (Number.isFinite(low) && Number.isFinite(high)) continue;
      throw inputError("npu/not-finite", `the value ${JSON.stringify(name)} is not finite on the calibration data`, {
        help: "Infinities and NaNs cannot be quantised: is the data in the range that the model expects?",
      });
    }
  }
}

/** Checks that the user's data fits the model's inputs, and cuts it into samples along the first axis. */
export function samplesOf(graph: FloatGraph, data: ReadonlyMap<string, FloatTensor>): Sample[] {
  const counts = graph.inputs.map((input) => {
    const given = data.get(input.name);
    if (!given) {
      throw inputError(
        "npu/calibration-data",
        `there is no calibration data for the input ${JSON.stringify(input.name)}`,
        {
          help: `Give it: --calibrate ${input.name}=@data.npy`,
        },
      );
    }
    const size = sizeOf(input.shape!);
    const count = given.data.length / size;
    if (!Number.isInteger(count) || count < 1 || given.shape.slice(1).join() !== input.shape!.slice(1).join()) {
      throw inputError(
        "npu/calibration-data",
        `the calibration data for ${JSON.stringify(input.name)} is ${given.shape.join("x")}, but the input is ${input.shape!.join("x")}`,
        { help: "Several samples go one behind the other along the first axis." },
      );
    }
    return count;
  });
  if (new Set(counts).size > 1)
    throw inputError("npu/calibration-data", "the inputs have different numbers of samples", {});
  return Array.from({ length: counts[0] ?? 0 }, (_, k) => {
    return new Map(
      graph.inputs.map((input): [string, FloatTensor] => {
        const given = data.get(input.name)!;
        const size = sizeOf(input.shape!);
        const part = (given.data as Float32Array).slice(k * size, (k + 1) * size);
        return [input.name, { type: given.type, shape: input.shape!, data: part }];
      }),
    );
  });
}

/**
 * Random smooth images: low-frequency waves and an even share of noise in -1 … 1, where there is no data. Real data is better: ranges
 * of a trained network depend on what it sees.
 */
export function randomSamples(graph: FloatGraph, count: number, seed: number): Sample[] {
  const random = generator(seed);
  return Array.from(
    { length: count },
    () => new Map(graph.inputs.map(({ name, type, shape }) => [name, smooth(type, shape!, random)])),
  );
}

/** mulberry32: a small generator of pseudo-random numbers in [0, 1). */
function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function smooth(type: string, shape: readonly number[], random: () => number): FloatTensor {
  const [height, width] = [shape.at(-2) ?? 1, shape.at(-1) ?? 1];
  const planes = sizeOf(shape) / (height * width);
  const data = new Float32Array(sizeOf(shape));
  for (let plane = 0; plane < planes; plane++) {
    const waves = Array.from({ length: 6 }, () => ({
      fy: (random() * 6 * 2 * Math.PI) / Math.max(height, 2),
      fx: (random() * 6 * 2 * Math.PI) / Math.max(width, 2),
      phase: random() * 2 * Math.PI,
      size: random(),
    }));
    const total = waves.reduce((sum, { size }) => sum + size, 0.3);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        let value = (random() * 2 - 1) * 0.3;
        for (const { fy, fx, phase, size } of waves) value += size * Math.sin(fy * y + fx * x + phase);
        data[(plane * height + y) * width + x] = value / total;
      }
    }
  }
  if (isFloat(type as "float32")) return { type, shape, data };
  // Integers: the same waves over the type's range.
  const [low, high] = type === "uint8" ? [0, 255] : type === "int8" ? [-128, 127] : [0, 1];
  const integers = data.map((x) => Math.max(low, Math.min(high, Math.round(low + ((x + 1) / 2) * (high - low)))));
  const array = type === "uint8" ? Uint8Array.from(integers) : type === "int8" ? Int8Array.from(integers) : integers;
  return { type, shape, data: array };
}
