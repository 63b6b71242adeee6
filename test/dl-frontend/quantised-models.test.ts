import { describe, expect, it } from "vitest";
import { NodeHost } from "../../src/cli/node-host.js";
import { importModel, quantiseModel } from "../../src/dl-frontend/index.js";
import type { DataType, Tensor } from "../../src/dl-frontend/onnx/model.js";
import type { FloatTensor } from "../../src/dl-frontend/quantise/calibrate.js";
import { runPlan } from "../../src/dl-frontend/quantise/run-plan.js";
import { loadModel } from "../../src/tools/onnxruntime.js";
import { buildModel, float, type ModelParts, node, scalar, tensor } from "./build-model.js";
import { runner } from "./models.js";
import { Random } from "./random-graph.js";

type Type8 = "int8" | "uint8";

const random8 = (random: Random, type: Type8, size: number): Int8Array | Uint8Array =>
  type === "int8" ? random.int8(size) : Uint8Array.from(random.int8(size), (q) => q + 128);

/** Runs a quantised model in both; gives the number of values that differ, and by how much at most. */
async function differences(parts: ModelParts, inputs: ReadonlyMap<string, FloatTensor>) {
  const bytes = buildModel(parts);
  const model = importModel(bytes, { file: "model.onnx", host: new NodeHost() });
  const plan = await quantiseModel(model, { samples: [inputs], runner });
  expect(plan.stages.map(({ kind }) => kind)).toEqual(["npu"]);
  const got = await runPlan(plan, inputs, { runner });
  const session = await loadModel(bytes, { optimise: false });
  const want = await session.run(inputs as never);
  await session.release();
  let [count, differ, largest] = [0, 0, 0];
  for (const [name, { data, type }] of want) {
    const own = got.get(name)!;
    expect(own.type).toBe(type);
    for (let k = 0; k < data.length; k++) {
      const d = Math.abs(Number(data[k]) - Number(own.data[k]));
      count++;
      if (d > 0) differ++;
      largest = Math.max(largest, d);
    }
  }
  return { count, differ, largest };
}

/** At most ten in a million differ, and by one step. */
function expectNear({ count, differ, largest }: Awaited<ReturnType<typeof differences>>): void {
  expect(count).toBeGreaterThan(0);
  expect(largest).toBeLessThanOrEqual(1);
  expect(differ).toBeLessThanOrEqual(Math.max(2, count * 1e-5));
}

const quantisation = (
  name: string,
  scale: number | readonly number[],
  zero: number,
  type: DataType,
): Record<string, Tensor> => ({
  [`${name}_s`]: typeof scale === "number" ? scalar("float32", scale) : tensor("float32", [scale.length], scale),
  [`${name}_z`]:
    typeof scale === "number"
      ? scalar(type, zero)
      : tensor(
          type,
          [scale.length],
          scale.map(() => zero),
        ),
});

describe("quantised operators against onnxruntime", () => {
  it.each<[Type8, boolean]>([
    ["int8", true],
    ["int8", false],
    ["uint8", true],
    ["uint8", false],
  ])("QLinearConv %s, scales a channel: %s", async (type, perChannel) => {
    const random = new Random(perChannel ? 11 : 12);
    const [size, channels, outputs] = [96, 5, 48];
    const scales = Array.from({ length: outputs }, () => 0.002 + 0.01 * random.next());
    const initializers = {
      ...quantisation("x", 0.0173, type === "int8" ? -9 : 119, type),
      ...quantisation("w", perChannel ? scales : 0.0071, 0, "int8"),
      ...quantisation("y", 0.0391, type === "int8" ? 5 : 133, type),
      w: tensor(
        "int8",
        [outputs, channels, 3, 3],
        random.int8(outputs * channels * 9).map((q) => Math.trunc(q / 2)),
      ),
      b: tensor(
        "int32",
        [outputs],
        Array.from({ length: outputs }, () => random.between(-9999, 9999)),
      ),
    };
    const inputs = new Map([
      ["x", { type, shape: [1, channels, size, size], data: random8(random, type, channels * size * size) }],
    ]);
    const result = await differences(
      {
        nodes: [
          node("QLinearConv", ["x", "x_s", "x_z", "w", "w_s", "w_z", "y_s", "y_z", "b"], ["y"], { pads: [1, 1, 1, 1] }),
        ],
        inputs: [{ name: "x", type, shape: [1, channels, size, size] }],
        outputs: [{ name: "y", type }],
        initializers,
        opset: 13,
      },
      inputs,
    );
    expect(result.count).toBe(outputs * size * size);
    expectNear(result);
  });

  it.each<Type8>(["int8", "uint8"])("QLinearMatMul by weights, %s", async (type) => {
    const random = new Random(21);
    const [rows, depth, columns] = [700, 40, 300];
    const initializers = {
      ...quantisation("a", 0.0173, type === "int8" ? -9 : 119, type),
      ...quantisation("b", 0.0071, 0, "int8"),
      ...quantisation("y", 0.0391, type === "int8" ? 5 : 133, type),
      b: tensor(
        "int8",
        [depth, columns],
        random.int8(depth * columns).map((q) => Math.trunc(q / 2)),
      ),
    };
    const inputs = new Map([["a", { type, shape: [rows, depth], data: random8(random, type, rows * depth) }]]);
    const operands = ["a", "a_s", "a_z", "b", "b_s", "b_z", "y_s", "y_z"];
    expectNear(
      await differences(
        {
          nodes: [node("QLinearMatMul", operands, ["y"])],
          inputs: [{ name: "a", type, shape: [rows, depth] }],
          outputs: [{ name: "y", type }],
          initializers,
          opset: 13,
        },
        inputs,
      ),
    );
  });

  it.each<[string, Type8]>([
    ["QLinearAdd", "int8"],
    ["QLinearAdd", "uint8"],
    ["QLinearMul", "int8"],
    ["QLinearMul", "uint8"],
  ])("%s %s", async (op, type) => {
    const random = new Random(31);
    const shape = [1, 8, 160, 160];
    const size = 8 * 160 * 160;
    const initializers = {
      ...quantisation("a", 0.0173, type === "int8" ? -9 : 119, type),
      ...quantisation("b", 0.0071, type === "int8" ? 3 : 100, type),
      ...quantisation("y", 0.0191, type === "int8" ? 5 : 133, type),
    };
    const inputs = new Map(["a", "b"].map((name) => [name, { type, shape, data: random8(random, type, size) }]));
    expectNear(
      await differences(
        {
          nodes: [node(op, ["a", "a_s", "a_z", "b", "b_s", "b_z", "y_s", "y_z"], ["y"], {}, "com.microsoft")],
          inputs: ["a", "b"].map((name) => ({ name, type, shape })),
          outputs: [{ name: "y", type }],
          initializers,
          opset: 13,
          domains: { "com.microsoft": 1 },
        },
        inputs,
      ),
    );
  });

  it("a QDQ network keeps its own parameters", async () => {
    const random = new Random(41);
    const initializers: Record<string, Tensor> = {
      ...quantisation("x", 0.02, 10, "int8"),
      ...quantisation("c", 0.05, -128, "int8"),
      ...quantisation("d", 0.04, -10, "int8"),
      ...quantisation("s", 0.07, 4, "int8"),
      w1: tensor("int8", [8, 3, 3, 3], random.int8(216)),
      ...quantisation(
        "w1",
        Array.from({ length: 8 }, () => 0.002 + 0.004 * random.next()),
        0,
        "int8",
      ),
      b1: tensor(
        "int32",
        [8],
        Array.from({ length: 8 }, () => random.between(-999, 999)),
      ),
      w2: tensor("int8", [8, 1, 3, 3], random.int8(72)),
      ...quantisation(
        "w2",
        Array.from({ length: 8 }, () => 0.002 + 0.004 * random.next()),
        0,
        "int8",
      ),
    };
    initializers.b1_s = tensor(
      "float32",
      [8],
      Float32Array.from(initializers.w1_s!.data, (s) => s * Math.fround(0.02)),
    );
    initializers.b1_z = tensor("int32", [8], new Int32Array(8));
    const dequantise = (name: string, to: string, from = name, attributes = {}) =>
      node("DequantizeLinear", [from, `${name}_s`, `${name}_z`], [to], attributes);
    const quantise = (name: string, from: string) =>
      node("QuantizeLinear", [from, `${name}_s`, `${name}_z`], [`${name}q`]);
    const nodes = [
      quantise("x", "input"),
      dequantise("x", "xf", "xq"),
      dequantise("w1", "w1f", "w1", { axis: 0 }),
      dequantise("b1", "b1f", "b1", { axis: 0 }),
      node("Conv", ["xf", "w1f", "b1f"], ["c0"], { pads: [1, 1, 1, 1] }),
      node("Relu", ["c0"], ["c1"]),
      quantise("c", "c1"),
      dequantise("c", "cf", "cq"),
      dequantise("w2", "w2f", "w2", { axis: 0 }),
      node("Conv", ["cf", "w2f"], ["d0"], { group: 8, pads: [1, 1, 1, 1] }),
      quantise("d", "d0"),
      dequantise("d", "df", "dq"),
      node("Add", ["cf", "df"], ["s0"]),
      quantise("s", "s0"),
      dequantise("s", "output", "sq"),
    ];
    const data = Float32Array.from({ length: 3 * 40 * 40 }, () => random.next() * 4 - 2);
    const bytes = buildModel({
      nodes,
      inputs: [{ name: "input", type: "float32", shape: [1, 3, 40, 40] }],
      outputs: [{ name: "output", type: "float32" }],
      initializers,
      opset: 13,
    });
    const model = importModel(bytes, { file: "model.onnx", host: new NodeHost() });
    const refuse = { load: () => Promise.reject(new Error("a quantised model needs no calibration")) };
    const plan = await quantiseModel(model, { samples: [], runner: refuse });
    const inputs = new Map<string, FloatTensor>([["input", { type: "float32", shape: [1, 3, 40, 40], data }]]);
    const got = (await runPlan(plan, inputs, { runner: refuse })).get("output")!;
    const session = await loadModel(bytes, { optimise: false });
    const want = (await session.run(inputs as never)).get("output")!;
    await session.release();
    // In steps of the output; an operand that was one step off may move a sum by more than one.
    const steps = Array.from(got.data as Float32Array, (y, k) => Math.round((y - Number(want.data[k])) / 0.07));
    expect(Math.max(...steps.map(Math.abs))).toBeLessThanOrEqual(1);
    expect(steps.filter((d) => d !== 0).length).toBeLessThan(0.005 * steps.length);
  });

  it("RequantShift: addends that its factor does not divide are refused with the node's name", () => {
    const make = (add: number) =>
      buildModel({
        nodes: [
          node("Conv", ["x", "w"], ["c"]),
          node("RequantShift", ["c", "m", "a"], ["y"], {
            div: tensor("float32", [1], [65536]),
            n_levels_out: tensor("float32", [1], [256]),
            signed: tensor("float32", [1], [1]),
          }),
        ],
        inputs: [{ name: "x", type: "float32", shape: [1, 1, 4, 4] }],
        outputs: [{ name: "y", type: "float32", shape: [1, 1, 2, 2] }],
        initializers: {
          w: tensor(
            "float32",
            [1, 1, 3, 3],
            Array.from({ length: 9 }, (_, k) => k - 4),
          ),
          m: tensor("float32", [1, 1, 1], [300]),
          a: tensor("float32", [1, 1, 1], [add]),
        },
      });
    const fate = (add: number) => [...importModel(make(add), { file: "m", host: new NodeHost() }).fates.values()][1]!;
    expect(fate(900).kind).toBe("folded");
    expect(fate(901)).toMatchObject({ kind: "unsupported", reason: expect.stringContaining("multiple") });
  });

  it("leaky slopes and other functions between quantised values become tables", async () => {
    const initializers = { ...quantisation("x", 0.03, -7, "int8"), ...quantisation("y", 0.021, 11, "int8") };
    const inputs = new Map([
      ["x", { type: "int8", shape: [1, 256], data: Int8Array.from({ length: 256 }, (_, k) => k - 128) }],
    ]);
    const nodes = [
      node("DequantizeLinear", ["x", "x_s", "x_z"], ["a"]),
      node("LeakyRelu", ["a"], ["b"], { alpha: float(0.3) }),
      node("Tanh", ["b"], ["c"]),
      node("Mul", ["b", "c"], ["d"]),
      node("QuantizeLinear", ["d", "y_s", "y_z"], ["y"]),
    ];
    const parts = {
      nodes,
      inputs: [{ name: "x", type: "int8" as const, shape: [1, 256] }],
      outputs: [{ name: "y", type: "int8" as const }],
      initializers,
      opset: 13,
    };
    const result = await differences(parts, inputs);
    expect(result.largest).toBe(0);
  });
});
