import { readFileSync } from "node:fs";
import { inflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { quantiseModel } from "../../src/dl-frontend/index.js";
import { randomSamples } from "../../src/dl-frontend/quantise/calibrate.js";
import { runPlan } from "../../src/dl-frontend/quantise/run-plan.js";
import { readNpy } from "../../src/launch/npy.js";
import { floatOutputs, importFile, quantiseOnRandom, runner, sharedModel, sqnr } from "./models.js";

/** The first file in a .npz archive (a zip), as int64 numbers. */
function firstArray(path: string): number[] {
  const zip = readFileSync(path);
  const [method, size, name, extra] = [
    zip.readUInt16LE(8),
    zip.readUInt32LE(18),
    zip.readUInt16LE(26),
    zip.readUInt16LE(28),
  ];
  const end = size === 0xffffffff ? zip.length : 30 + name + extra + size;
  const content = zip.subarray(30 + name + extra, end);
  const array = readNpy(method === 0 ? content : inflateRawSync(content), path);
  expect(array.descr).toBe("'<i8'");
  return Array.from(new BigInt64Array(array.bytes.slice().buffer), Number);
}

describe("models of the shared folder", () => {
  it("mlperf_tiny_resnet8_int: exactly the third party's outputs", async () => {
    const path = sharedModel("mlperf_tiny_resnet8_int/network.onnx");
    if (!path) return;
    const model = importFile(path);
    const plan = await quantiseModel(model, { samples: [], runner });
    expect(plan.stages.map(({ kind }) => kind)).toEqual(["npu"]);
    const [input] = plan.inputs as [(typeof plan.inputs)[number]];
    const data = Float32Array.from(firstArray(path.replace("network.onnx", "inputs.npz")));
    const outputs = await runPlan(plan, new Map([[input.name, { type: "float32", shape: input.shape, data }]]), {
      runner,
    });
    const want = firstArray(path.replace("network.onnx", "outputs.npz"));
    expect(Array.from(outputs.get("output")!.data, Number)).toEqual(want);
  });

  it.each(["mnist_cnn", "cifar10_cnn"])("%s: integers near the floating-point outputs", async (name) => {
    const path = sharedModel(`${name}.onnx`);
    if (!path) return;
    const model = importFile(path);
    const plan = await quantiseOnRandom(model);
    expect(plan.stages.map(({ kind }) => kind)).toEqual(["npu"]);
    const [signal, noise]: [number[], number[]] = [[], []];
    for (const sample of randomSamples(model.graph, 8, 77)) {
      const outputs = await runPlan(plan, sample, { runner });
      for (const [output, want] of await floatOutputs(path, sample)) {
        signal.push(...Array.from(want.data, Number));
        noise.push(...Array.from(outputs.get(output)!.data, Number));
      }
    }
    expect(sqnr(signal, noise)).toBeGreaterThan(25);
  });
});
