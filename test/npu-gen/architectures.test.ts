/** Small networks of the architectures that users bring: close to the float model, and on the circuit equal to the executor. */
import { describe, expect, it } from "vitest";
import { ARCHITECTURES } from "../../bench/npu/models/architectures.js";
import { importModel, quantiseModel } from "../../src/dl-frontend/index.js";
import { executeInteger } from "../../src/dl-frontend/integer/execute.js";
import { randomSamples } from "../../src/dl-frontend/quantise/calibrate.js";
import { runPlan } from "../../src/dl-frontend/quantise/run-plan.js";
import { floatRunner } from "../../src/flow/npu-build.js";
import { compileGraph } from "../../src/npu-gen/compile/compile.js";
import { sqnr } from "../dl-frontend/models.js";
import { differencesOn, host, smallNpu } from "./machine.js";

/** Size of the image and width of the network; the share of the memory that it would need, where it gets less. */
const SIZES: Readonly<Record<string, readonly [size: number, width: number, share?: number]>> = {
  yolo: [64, 8, 0.4],
  unet: [16, 8, 0.4],
  shufflenet: [32, 16],
  mobilenetv3: [24, 8],
  densenet: [8, 8, 0.6],
  keywords: [16, 16],
  vit: [32, 16],
};

describe.each(Object.keys(ARCHITECTURES))("%s", (name) => {
  it("is quantised well and runs on the circuit", { timeout: 300_000 }, async () => {
    const [size, width, share = 1] = SIZES[name]!;
    const bytes = ARCHITECTURES[name]!(size, width);
    const model = importModel(bytes, { file: `${name}.onnx`, host, shapes: new Map() });
    const plan = await quantiseModel(model, { samples: randomSamples(model.graph, 4, 1), runner: floatRunner });
    const sample = randomSamples(model.graph, 1, 9)[0]!;
    const session = await floatRunner.load(bytes);
    const want = await session.run(sample);
    await session.release();
    const found: string[] = [];
    let stages = 0;
    const got = await runPlan(plan, sample, {
      runner: floatRunner,
      runGraph: async (graph, inputs) => {
        stages++;
        const words = compileGraph(graph, smallNpu, { keepAll: true, moveAll: true }).words;
        const options = share < 1 ? { capacity: Math.floor(words * share) } : {};
        if (share < 1) {
          const { spilled } = compileGraph(graph, smallNpu, { keepAll: true, moveAll: true, ...options });
          expect(spilled).toBeGreaterThan(0);
        }
        found.push(...(await differencesOn(graph, inputs, 0, options)));
        const values = executeInteger(graph, inputs);
        return new Map(graph.outputs.map((id) => [id, values.get(id)!]));
      },
    });
    expect(stages).toBeGreaterThan(0);
    expect(found).toEqual([]);
    for (const [output, { data }] of want) {
      const decibels = sqnr(Array.from(data as Float32Array), Array.from(got.get(output)!.data as Float32Array));
      expect(decibels, output).toBeGreaterThan(20);
    }
  });
});
