import { describe, expect, it } from "vitest";
import { folderWith, soff } from "../cli/soff.js";
import { buildModel, node, tensor } from "./build-model.js";

const image = { name: "x", type: "float32" } as const;
const weights = { w: tensor("float32", [4, 3, 3, 3], new Float32Array(108).fill(0.1)) };
const cwd = folderWith({
  "small.onnx": buildModel({
    nodes: [node("Conv", ["x", "w"], ["a"]), node("Relu", ["a"], ["b"]), node("ArgMax", ["b"], ["y"], { axis: 1 })],
    inputs: [{ ...image, shape: [1, 3, "h", "w"] }],
    outputs: [{ name: "y", type: "int64" }],
    initializers: weights,
  }),
  "unknown.onnx": buildModel({
    nodes: [node("Frobnicate", ["x"], ["y"])],
    inputs: [{ ...image, shape: [1, 3] }],
    outputs: [{ name: "y", type: "float32" }],
  }),
  "garbage.onnx": "no model at all",
});

describe("soff npu check", () => {
  it("tells every node's fate", async () => {
    const { code, stdout } = await soff(["npu", "check", "small.onnx", "--shape", "x=1x3x8x8", "--json"], { cwd });
    expect(code).toBe(0);
    const report = JSON.parse(stdout);
    expect(report.counts).toEqual({ accelerated: 2, folded: 0, host: 1, unsupported: 0 });
    expect(report.macs).toBe(4 * 27 * 36);
    expect(report.nodes.map(({ op, status }: { op: string; status: string }) => [op, status])).toEqual([
      ["Conv", "accelerated"],
      ["Relu", "accelerated"],
      ["ArgMax", "host"],
    ]);
    expect(report.nodes[2].fix).toBeTruthy();
  });

  it("prints a table and ends with 3 when nobody can run a node", async () => {
    const { code, stdout } = await soff(["npu", "check", "unknown.onnx"], { cwd });
    expect(code).toBe(3);
    expect(stdout).toMatch(/unsupported\s+Frobnicate\s+frobnicate_y/);
  });

  it.each([
    ["garbage.onnx", [], 1, "onnx/malformed"],
    ["gone.onnx", [], 1, "input/file-not-found"],
    [".", [], 1, "input/file-not-found"],
    ["small.onnx", [], 1, "onnx/dynamic-shape"],
    ["small.onnx", ["--shape", "x=1x3x0x8"], 2, "argument 'x=1x3x0x8' is invalid"],
    ["small.onnx", ["--shape", "z=1x3x8x8"], 1, "onnx/unknown-input"],
  ])("%s %j: exit code %i, %s", async (file, more, exitCode, word) => {
    const { code, stderr } = await soff(["npu", "check", file, ...more], { cwd });
    expect(code).toBe(exitCode);
    expect(stderr).toContain(word);
  });
});
