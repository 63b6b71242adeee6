/** `soff npu build` and `soff npu run --check` on a whole model, through the functions behind the commands. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NodeHost } from "../../src/cli/node-host.js";
import { buildNpu } from "../../src/flow/npu-build.js";
import { runNpu } from "../../src/flow/npu-run.js";
import { sharedModel } from "../dl-frontend/models.js";

const host = new NodeHost();
const model = sharedModel("mnist_cnn.onnx");

describe.skipIf(!model)("mnist_cnn on its own NPU", () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "soff-npu-"));
    await buildNpu(host, {
      model: model!,
      board: "u250",
      shapes: new Map(),
      calibrate: new Map(),
      folder: join(folder, "mnist"),
    });
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("equals the integer golden, stays near the float model, and takes the predicted time", {
    timeout: 300_000,
  }, async () => {
    const report = await runNpu(host, {
      folder: join(folder, "mnist"),
      inputs: new Map([["Input3", "rand:float32:1x1x28x28:3"]]),
      engine: "rtl",
      check: true,
    });
    expect(report.check?.mismatches).toBe(0);
    expect(report.check?.float[0]?.sqnr).toBeGreaterThan(20);
    expect(report.check?.float[0]?.top1).toBe(true);
    expect(report.layers.reduce((n, l) => n + l.macs, 0)).toBe(786_560);
    expect(Math.abs(report.predictedCycles / report.cycles! - 1)).toBeLessThan(0.05);
  });

  it("writes the same bytes when built again", { timeout: 120_000 }, async () => {
    const again = join(folder, "again");
    await buildNpu(host, { model: model!, board: "u250", shapes: new Map(), calibrate: new Map(), folder: again });
    for (const name of ["npu.json", "plan.json", "plan.bin", "image-0.bin", "program-0.txt", "report.json"]) {
      expect(
        Buffer.from(host.readFile(join(again, name))).equals(Buffer.from(host.readFile(join(folder, "mnist", name)))),
        name,
      ).toBe(true);
    }
  });

  it("refuses inputs that are missing, unknown or of another shape", { timeout: 60_000 }, async () => {
    const run = (inputs: [string, string][]) =>
      runNpu(host, { folder: join(folder, "mnist"), inputs: new Map(inputs), engine: "int", check: false });
    await expect(run([])).rejects.toThrow(/no value for the input "Input3"/);
    await expect(run([["x", "zeros:float32:1"]])).rejects.toThrow(/no input "x"/);
    await expect(run([["Input3", "zeros:float32:1x1x28x27"]])).rejects.toThrow(/1x1x28x28/);
  });
});
