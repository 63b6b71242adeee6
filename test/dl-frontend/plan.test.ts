import { describe, expect, it } from "vitest";
import { NodeHost } from "../../src/cli/node-host.js";
import { importModel, quantiseModel } from "../../src/dl-frontend/index.js";
import { randomSamples } from "../../src/dl-frontend/quantise/calibrate.js";
import { runPlan } from "../../src/dl-frontend/quantise/run-plan.js";
import { loadModel } from "../../src/tools/onnxruntime.js";
import { buildModel, float, floats, int64s, type ModelParts, node, scalar, tensor } from "./build-model.js";
import { runner, sqnr } from "./models.js";
import { Random } from "./random-graph.js";

const random = new Random(3);
const normal = (...shape: number[]) =>
  tensor(
    "float32",
    shape,
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => (random.next() + random.next() - 1) * 0.8),
  );

async function compare(parts: ModelParts) {
  const bytes = buildModel(parts);
  const model = importModel(bytes, { file: "model.onnx", host: new NodeHost() });
  const plan = await quantiseModel(model, { samples: randomSamples(model.graph, 8, 1), runner });
  const session = await loadModel(bytes);
  const decibels = new Map<string, number>();
  const [sample] = randomSamples(model.graph, 1, 9) as [ReturnType<typeof randomSamples>[number]];
  const got = await runPlan(plan, sample, { runner });
  for (const [name, want] of await session.run(sample as never)) {
    expect(got.get(name)!.shape).toEqual(want.shape);
    decibels.set(name, sqnr(want.data as Float32Array, got.get(name)!.data as Float32Array));
  }
  await session.release();
  const kinds = plan.stages.map((stage) =>
    stage.kind === "npu" ? stage.graph.operations.map(({ kind }) => kind).join(" ") : stage.nodes.join(" "),
  );
  return { plan, model, decibels, kinds };
}

const image = { name: "x", type: "float32", shape: [1, 3, 12, 12] } as const;
const y = { name: "y", type: "float32" } as const;

describe("plans", () => {
  it("leave the middle of a model to the host", async () => {
    const { plan, decibels } = await compare({
      nodes: [
        node("Conv", ["x", "w"], ["a"], { pads: [1, 1, 1, 1] }),
        node("InstanceNormalization", ["a", "g", "b"], ["c"]),
        node("Relu", ["c"], ["d"]),
        node("Conv", ["d", "v"], ["y"]),
        node("ArgMax", ["y"], ["best"], { axis: 1 }),
      ],
      inputs: [image],
      outputs: [y, { name: "best", type: "int64" }],
      initializers: { w: normal(8, 3, 3, 3), v: normal(4, 8, 1, 1), g: normal(8), b: normal(8) },
    });
    expect(plan.stages.map(({ kind }) => kind)).toEqual(["npu", "host", "npu", "host"]);
    expect(decibels.get("y")).toBeGreaterThan(25);
  });

  it("work for outputs that are inputs, constants, or renamed", async () => {
    const { plan, decibels } = await compare({
      nodes: [
        node("Identity", ["x"], ["same"]),
        node("Relu", ["x"], ["y"]),
        node("Identity", ["k"], ["constant"]),
        node("Identity", ["y"], ["again"]),
      ],
      inputs: [image],
      outputs: [
        { name: "same", type: "float32" },
        y,
        { name: "constant", type: "float32" },
        { name: "again", type: "float32" },
      ],
      initializers: { k: normal(2, 2) },
    });
    expect(plan.constants.has("constant")).toBe(true);
    expect(decibels.get("same")).toBe(Number.POSITIVE_INFINITY);
    expect(decibels.get("again")).toBeGreaterThan(35);
  });
});

describe("layer normalisation", () => {
  it("stays together on the host when it is written out", async () => {
    const { model, plan, decibels } = await compare({
      nodes: [
        node("MatMul", ["x", "w"], ["a"]),
        node("ReduceMean", ["a"], ["m"], { axes: [-1] }),
        node("Sub", ["a", "m"], ["d"]),
        node("Pow", ["d", "two"], ["s"]),
        node("ReduceMean", ["s"], ["v"], { axes: [-1] }),
        node("Add", ["v", "epsilon"], ["ve"]),
        node("Sqrt", ["ve"], ["r"]),
        node("Div", ["d", "r"], ["n"]),
        node("Mul", ["n", "gamma"], ["ng"]),
        node("Add", ["ng", "beta"], ["l"]),
        node("MatMul", ["l", "u"], ["y"]),
      ],
      inputs: [{ name: "x", type: "float32", shape: [1, 8, 32] }],
      outputs: [y],
      initializers: {
        w: normal(32, 24),
        u: normal(24, 8),
        two: scalar("float32", 2),
        epsilon: scalar("float32", 1e-5),
        gamma: normal(24),
        beta: normal(24),
      },
    });
    expect(plan.stages.map(({ kind }) => kind)).toEqual(["npu", "host", "npu"]);
    expect([...model.fates.values()].filter(({ kind }) => kind === "host")).toHaveLength(9);
    expect(decibels.get("y")).toBeGreaterThan(25);
  });
});

describe("operator sets", () => {
  it("7: bounds, axes and scales are attributes", async () => {
    const { kinds, decibels } = await compare({
      nodes: [
        node("Conv", ["x", "w"], ["a"]),
        node("Clip", ["a"], ["b"], { min: float(-0.5), max: float(1.5) }),
        node("Slice", ["b"], ["c"], { axes: [2, 3], starts: [1, 0], ends: [9, 8] }),
        node("Pad", ["c"], ["d"], { pads: [0, 0, 1, 0, 0, 0, 1, 0], value: float(0.25) }),
        node("Upsample", ["d"], ["e"], { mode: "nearest", scales: floats([1, 1, 2, 2]) }),
        node("ReduceMean", ["e"], ["f"], { axes: [2, 3], keepdims: 0 }),
        node("Unsqueeze", ["f"], ["g"], { axes: [0] }),
        node("Squeeze", ["g"], ["h"], { axes: [0] }),
        node("Gemm", ["h", "v", "k"], ["y"], { alpha: float(0.5), beta: float(2), transB: 1 }),
      ],
      inputs: [image],
      outputs: [y],
      initializers: { w: normal(8, 3, 3, 3), v: normal(5, 8), k: normal(5) },
      opset: 7,
    });
    expect(kinds).toEqual(["conv slice pad gather gather average-pool conv reshape"]);
    expect(decibels.get("y")).toBeGreaterThan(25);
  });

  it("a sum of four values", async () => {
    const { kinds, decibels } = await compare({
      nodes: [
        node("Conv", ["x", "w"], ["a"]),
        node("Conv", ["x", "v"], ["b"]),
        node("Conv", ["x", "u"], ["c"]),
        node("Sum", ["a", "b", "c", "b"], ["y"]),
      ],
      inputs: [image],
      outputs: [y],
      initializers: { w: normal(8, 3, 3, 3), v: normal(8, 3, 3, 3), u: normal(1, 3, 3, 3) },
    });
    expect(kinds).toEqual(["conv conv conv add add add"]);
    expect(decibels.get("y")).toBeGreaterThan(25);
  });
});

describe("fusion", () => {
  it("hard-swish from its pieces is a table of the convolution", async () => {
    const { kinds, decibels } = await compare({
      nodes: [
        node("Conv", ["x", "w"], ["a"]),
        node("Add", ["a", "three"], ["b"]),
        node("Clip", ["b", "zero", "six"], ["c"]),
        node("Mul", ["a", "c"], ["d"]),
        node("Div", ["d", "six"], ["y"]),
      ],
      inputs: [image],
      outputs: [y],
      initializers: {
        w: normal(8, 3, 3, 3),
        three: scalar("float32", 3),
        zero: scalar("float32", 0),
        six: scalar("float32", 6),
      },
    });
    expect(kinds).toEqual(["conv"]);
    expect(decibels.get("y")).toBeGreaterThan(30);
  });

  it("GELU from erf behind a matrix product with a bias is a table of it", async () => {
    const { kinds, decibels } = await compare({
      nodes: [
        node("MatMul", ["x", "w"], ["a"]),
        node("Add", ["a", "bias"], ["b"]),
        node("Div", ["b", "root"], ["c"]),
        node("Erf", ["c"], ["d"]),
        node("Add", ["d", "one"], ["e"]),
        node("Mul", ["b", "e"], ["f"]),
        node("Mul", ["f", "half"], ["y"]),
      ],
      inputs: [{ name: "x", type: "float32", shape: [1, 9, 32] }],
      outputs: [y],
      initializers: {
        w: normal(32, 24),
        bias: normal(24),
        root: scalar("float32", Math.SQRT2),
        one: scalar("float32", 1),
        half: scalar("float32", 0.5),
      },
    });
    expect(kinds).toEqual(["reshape conv reshape"]);
    expect(decibels.get("y")).toBeGreaterThan(30);
  });

  it("batch normalisation and scales go into the weights, dropout and identity go away", async () => {
    const { kinds, decibels } = await compare({
      nodes: [
        node("Conv", ["x", "w"], ["a"], { pads: [1, 1, 1, 1] }),
        node("BatchNormalization", ["a", "g", "b", "m", "v"], ["c"], { epsilon: float(1e-3) }),
        node("Dropout", ["c"], ["d"]),
        node("Mul", ["d", "k"], ["e"]),
        node("Identity", ["e"], ["f"]),
        node("Relu", ["f"], ["y"]),
      ],
      inputs: [image],
      outputs: [y],
      initializers: {
        w: normal(8, 3, 3, 3),
        g: normal(8),
        b: normal(8),
        m: normal(8),
        v: tensor("float32", [8], [1, 2, 1, 0.5, 1, 1, 3, 1]),
        k: scalar("float32", 2),
      },
    });
    expect(kinds).toEqual(["conv"]);
    expect(decibels.get("y")).toBeGreaterThan(30);
  });

  it("channel shuffle is movement; dynamic reshapes fold", async () => {
    const { kinds, decibels } = await compare({
      nodes: [
        node("Conv", ["x", "w"], ["a"], { pads: [1, 1, 1, 1] }),
        node("Reshape", ["a", "five"], ["b"]),
        node("Transpose", ["b"], ["c"], { perm: [0, 2, 1, 3, 4] }),
        node("Reshape", ["c", "four"], ["d"]),
        node("Conv", ["d", "v"], ["e"], { group: 2 }),
        node("Shape", ["e"], ["shape"]),
        node("Gather", ["shape", "zero"], ["n"], { axis: 0 }),
        node("Unsqueeze", ["n", "axes"], ["n1"]),
        node("Concat", ["n1", "rest"], ["to"], { axis: 0 }),
        node("Reshape", ["e", "to"], ["y"]),
      ],
      inputs: [image],
      outputs: [y],
      initializers: {
        w: normal(8, 3, 3, 3),
        v: normal(4, 4, 1, 1),
        five: int64s(1, 2, 4, 12, 12),
        four: int64s(1, 8, 12, 12),
        zero: scalar("int64", 0),
        axes: int64s(0),
        rest: int64s(-1),
      },
    });
    expect(kinds).toEqual(["conv reshape transpose reshape conv reshape"]);
    expect(decibels.get("y")).toBeGreaterThan(25);
  });

  it("a border of zeros is padding; squeeze-and-excitation and attention run", async () => {
    const { kinds, decibels } = await compare({
      nodes: [
        node("Pad", ["x", "pads"], ["p"]),
        node("Conv", ["p", "w"], ["a"]),
        node("GlobalAveragePool", ["a"], ["g"]),
        node("Conv", ["g", "u"], ["s"]),
        node("Sigmoid", ["s"], ["t"]),
        node("Mul", ["a", "t"], ["m"]),
        node("Reshape", ["m", "rows"], ["q"]),
        node("Transpose", ["q"], ["k"], { perm: [0, 2, 1] }),
        node("MatMul", ["q", "k"], ["scores"]),
        node("Div", ["scores", "twelve"], ["scaled"]),
        node("Softmax", ["scaled"], ["weights"], { axis: -1 }),
        node("MatMul", ["weights", "q"], ["y"]),
      ],
      inputs: [image],
      outputs: [y],
      initializers: {
        pads: int64s(0, 0, 1, 1, 0, 0, 1, 1),
        w: normal(8, 3, 3, 3),
        u: normal(8, 8, 1, 1),
        rows: int64s(1, 8, 144),
        twelve: scalar("float32", 12),
      },
    });
    expect(kinds).toEqual(["conv average-pool conv mul reshape matmul softmax matmul reshape"]);
    expect(decibels.get("y")).toBeGreaterThan(20);
  });
});
