/** Helpers of the tests with whole models. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { NodeHost } from "../../src/cli/node-host.js";
import { type ImportedModel, importModel, quantiseModel } from "../../src/dl-frontend/index.js";
import type { FloatRunner, Sample } from "../../src/dl-frontend/quantise/calibrate.js";
import { randomSamples } from "../../src/dl-frontend/quantise/calibrate.js";
import type { Plan } from "../../src/dl-frontend/quantise/plan.js";
import { loadModel } from "../../src/tools/onnxruntime.js";

const folder = fileURLToPath(new URL("../../../shared/models/", import.meta.url));

/** Path of a model of the shared folder, which is no part of the project; undefined, with a loud word, when it is not there. */
export function sharedModel(name: string): string | undefined {
  const path = `${folder}${name}`;
  if (existsSync(path)) return path;
  console.warn(`SKIPPED: ${path} is not there; the test with this model did not run`);
  return undefined;
}

export const runner = { load: (model: Uint8Array) => loadModel(model) } as unknown as FloatRunner;

export function importFile(path: string, shapes: Readonly<Record<string, readonly number[]>> = {}): ImportedModel {
  return importModel(readFileSync(path), { file: path, host: new NodeHost(), shapes: new Map(Object.entries(shapes)) });
}

export function quantiseOnRandom(model: ImportedModel, samples = 8): Promise<Plan> {
  return quantiseModel(model, { samples: randomSamples(model.graph, samples, 1), runner });
}

/** Values of the model itself in floating point, by onnxruntime. */
export async function floatOutputs(path: string, sample: Sample) {
  const session = await loadModel(path);
  try {
    return await session.run(sample as never);
  } finally {
    await session.release();
  }
}

/** Signal to quantisation noise in dB. */
export function sqnr(want: ArrayLike<number | bigint>, got: ArrayLike<number | bigint>): number {
  let [signal, noise] = [0, 0];
  for (let k = 0; k < want.length; k++) {
    signal += Number(want[k]) ** 2;
    noise += (Number(want[k]) - Number(got[k])) ** 2;
  }
  return 10 * Math.log10(signal / noise);
}
