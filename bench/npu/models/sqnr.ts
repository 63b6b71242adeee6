/**
 * Signal to quantisation noise of whole networks: the integer executor against onnxruntime in floating point, on random smooth images
 * that calibration did not see. `npx tsx bench/npu/models/sqnr.ts [--range LO,HI] MODEL.onnx[:NAME=1x3x48x192]…`; without models: those
 * of the shared folder. Exits with 1 when an output is below 20 dB.
 */

import { quantiseModel } from "../../../src/dl-frontend/index.js";
import { randomSamples, type Sample } from "../../../src/dl-frontend/quantise/calibrate.js";
import { runPlan } from "../../../src/dl-frontend/quantise/run-plan.js";
import { loadModel } from "../../../src/tools/onnxruntime.js";
import { importFile, runner, sharedModel, sqnr } from "../../../test/dl-frontend/models.js";

const SHARED = ["mnist_cnn", "cifar10_cnn", "yunet_n_320", "rfb_320", "ppocr_angle_cls:x=1x3x48x192"];

const words = process.argv.slice(2);
const at = words.indexOf("--range");
const [low, high] = at >= 0 ? words.splice(at, 2)[1]!.split(",").map(Number) : [-1, 1];
const models = words.length > 0 ? words : SHARED.map((name) => withPath(name)).filter((path) => path !== undefined);
let worst = Number.POSITIVE_INFINITY;
for (const word of models) {
  const [path, shape] = word.split(/:(?=[^:]*=)/) as [string, string?];
  const [name, extents] = shape?.split("=") ?? [];
  const model = importFile(path, name ? { [name]: extents!.split("x").map(Number) } : {});
  const began = Date.now();
  const plan = await quantiseModel(model, { samples: randomSamples(model.graph, 16, 1).map(scaled), runner });
  const quantised = (Date.now() - began) / 1000;
  const session = await loadModel(path);
  const sums = new Map<string, { signal: number[]; noise: number[] }>();
  let ran = 0;
  for (const sample of randomSamples(model.graph, 4, 99).map(scaled)) {
    const start = Date.now();
    const got = await runPlan(plan, sample, { runner });
    ran += (Date.now() - start) / 4000;
    for (const [output, want] of await session.run(sample as never)) {
      const all = sums.get(output) ?? { signal: [], noise: [] };
      sums.set(output, all);
      for (const value of want.data) all.signal.push(Number(value));
      for (const value of got.get(output)!.data) all.noise.push(Number(value));
    }
  }
  await session.release();
  console.log(`${path.split("/").at(-1)}: quantised in ${quantised.toFixed(1)} s, executor ${ran.toFixed(1)} s a run`);
  for (const [output, { signal, noise }] of sums) {
    const decibels = sqnr(signal, noise);
    worst = Math.min(worst, decibels);
    console.log(`  ${output.padEnd(24)} ${decibels.toFixed(1)} dB${decibels < 20 ? "  BELOW 20" : ""}`);
  }
}
if (worst < 20) process.exitCode = 1;

function withPath(name: string): string | undefined {
  const [stem, shape] = name.split(":") as [string, string?];
  const path = sharedModel(`${stem}.onnx`);
  return path && (shape ? `${path}:${shape}` : path);
}

function scaled(sample: Sample): Sample {
  return new Map(
    [...sample].map(([name, tensor]) => {
      const data = Float32Array.from(tensor.data as Float32Array, (v) => low! + ((v + 1) / 2) * (high! - low!));
      return [name, { ...tensor, data }];
    }),
  );
}
