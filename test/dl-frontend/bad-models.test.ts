import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { NodeHost } from "../../src/cli/node-host.js";
import { importModel } from "../../src/dl-frontend/index.js";
import { LIMITS } from "../../src/dl-frontend/onnx/model.js";
import { ModelProto } from "../../src/dl-frontend/onnx/schema.js";
import { SoffError } from "../../src/support/errors.js";
import { buildModel, int64s, type ModelParts, node, scalar, tensor } from "./build-model.js";
import { Random } from "./random-graph.js";

const folder = mkdtempSync(join(tmpdir(), "soff-onnx-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const host = new NodeHost();

function failure(bytes: Uint8Array, options: object = {}): SoffError {
  try {
    importModel(bytes, { file: join(folder, "model.onnx"), host, ...options });
  } catch (error) {
    if (error instanceof SoffError) return error;
    throw error;
  }
  throw new Error("the model was accepted");
}

function expectFailure(bytes: Uint8Array, code: string, exitCode: number, ...words: string[]): void {
  const error = failure(bytes);
  expect({ code: error.diagnostics[0]!.code, exitCode: error.exitCode }).toEqual({ code, exitCode });
  for (const word of words) expect(error.message).toContain(word);
}

const x = { name: "x", type: "float32", shape: [1, 3, 8, 8] } as const;
const y = { name: "y", type: "float32" } as const;
const conv = (parts: Partial<ModelParts> = {}) =>
  buildModel({
    nodes: [node("Conv", ["x", "w"], ["y"])],
    inputs: [x],
    outputs: [y],
    initializers: { w: tensor("float32", [4, 3, 3, 3], new Float32Array(108)) },
    ...parts,
  });

describe("files that are no models", () => {
  it("refuses what is empty, random or text", () => {
    expectFailure(new Uint8Array(0), "onnx/malformed", 1, "empty");
    expectFailure(new TextEncoder().encode("<html>not found</html>"), "onnx/malformed", 1, "byte");
    expectFailure(Uint8Array.of(8, 8), "onnx/malformed", 1, "no graph");
  });

  it("refuses every truncation, or reads what is left of it without a fault of its own", () => {
    const whole = conv();
    for (let length = 0; length < whole.length; length++) {
      try {
        importModel(whole.slice(0, length), { file: "model.onnx", host });
      } catch (error) {
        expect(error).toBeInstanceOf(SoffError);
      }
    }
  });

  it("survives random changes of bytes", () => {
    const whole = buildModel({
      nodes: [
        node("Shape", ["x"], ["s"]),
        node("Gather", ["s", "zero"], ["n"], { axis: 0 }),
        node("Unsqueeze", ["n", "zeros"], ["n1"]),
        node("Concat", ["n1", "rest"], ["shape"], { axis: 0 }),
        node("Conv", ["x", "w"], ["c"], { pads: [1, 1, 1, 1] }),
        node("Reshape", ["c", "shape"], ["r"]),
        node("Softmax", ["r"], ["y"], { axis: 1 }),
      ],
      inputs: [x],
      outputs: [y],
      initializers: {
        w: tensor("float32", [4, 3, 3, 3], new Float32Array(108).fill(0.1)),
        zero: scalar("int64", 0),
        zeros: int64s(0),
        rest: int64s(-1),
      },
    });
    const random = new Random(5);
    for (let k = 0; k < 3000; k++) {
      const changed = whole.slice();
      for (let n = random.between(1, 4); n > 0; n--)
        changed[random.between(0, whole.length - 1)] = random.between(0, 255);
      try {
        importModel(changed, { file: "model.onnx", host });
      } catch (error) {
        if (!(error instanceof SoffError)) throw new Error(`mutation ${k}: ${error}`, { cause: error });
      }
    }
  });

  it("bounds nesting and the number of messages before it decodes", () => {
    let graph: Uint8Array = new Uint8Array(0);
    // Attribute 6 (a graph) of node 5 (attributes) of a graph's field 1 (nodes), over and over.
    const wrap = (field: number, inner: Uint8Array): Uint8Array => {
      const length: number[] = [];
      for (let n = inner.length; ; n >>>= 7) {
        length.push(n > 127 ? (n & 127) | 128 : n);
        if (n <= 127) break;
      }
      return Uint8Array.from([field * 8 + 2, ...length, ...inner]);
    };
    for (let k = 0; k < 500; k++) graph = wrap(1, wrap(5, wrap(6, graph)));
    expectFailure(wrap(7, graph), "onnx/too-large", 1, "deep");
    const many = new Uint8Array(2 * 3000);
    for (let k = 0; k < many.length; k += 2) many[k] = 10;
    const error = failure(wrap(7, many), { limits: { ...LIMITS, messages: 1000 } });
    expect(error.diagnostics[0]!.code).toBe("onnx/too-large");
  });
});

describe("tensors", () => {
  const tampered = (change: (model: { graph: { initializer: Record<string, unknown>[] } }) => void): Uint8Array => {
    const message = ModelProto.decode(conv()) as unknown as { graph: { initializer: Record<string, unknown>[] } };
    change(message);
    return ModelProto.encode(message as never).finish();
  };

  it("refuses sizes beyond all bounds without allocating them", () => {
    const huge = [2 ** 30, 2 ** 30, 4];
    expectFailure(
      tampered((m) => Object.assign(m.graph.initializer[0]!, { dims: huge })),
      "onnx/too-large",
      1,
      '"w"',
    );
    const fill = buildModel({
      nodes: [node("ConstantOfShape", ["s"], ["c"]), node("Add", ["x", "c"], ["y"])],
      inputs: [x],
      outputs: [y],
      initializers: { s: int64s(2 ** 40, 2 ** 40) },
    });
    expect(fill.length).toBeLessThan(300);
    expectFailure(fill, "onnx/too-large", 1, "constantofshape_c");
    const expand = buildModel({
      nodes: [node("Expand", ["x", "s"], ["y"])],
      inputs: [x],
      outputs: [y],
      initializers: { s: int64s(2 ** 30, 3, 8, 8) },
    });
    expectFailure(expand, "onnx/too-large", 1, "expand_y");
  });

  it("refuses negative and wrong sizes", () => {
    expectFailure(
      tampered((m) => Object.assign(m.graph.initializer[0]!, { dims: [4, -3, 3, 3] })),
      "onnx/invalid-shape",
      1,
      '"w"',
    );
    expectFailure(
      tampered((m) => Object.assign(m.graph.initializer[0]!, { dims: [4, 3, 3] })),
      "onnx/tensor-size",
      1,
      '"w"',
    );
    expectFailure(
      tampered((m) => Object.assign(m.graph.initializer[0]!, { dataType: 99 })),
      "onnx/type-error",
      1,
      "99",
    );
    expectFailure(
      tampered((m) => Object.assign(m.graph.initializer[0]!, { dataType: 8 })),
      "onnx/element-type",
      3,
      "string",
    );
  });

  const external = (location: string, more: Record<string, string> = {}): Uint8Array =>
    tampered((m) => {
      const entries = Object.entries({ location, ...more }).map(([key, value]) => ({ key, value }));
      Object.assign(m.graph.initializer[0]!, { rawData: new Uint8Array(0), dataLocation: 1, externalData: entries });
    });

  it("reads external data beside the model", () => {
    mkdirSync(join(folder, "weights"), { recursive: true });
    const data = Float32Array.from({ length: 110 }, (_, k) => k);
    writeFileSync(join(folder, "weights/w.bin"), new Uint8Array(data.buffer));
    const bytes = external("weights/w.bin", { offset: "8", length: "432" });
    const { graph } = importModel(bytes, { file: join(folder, "model.onnx"), host });
    expect(graph.values.get("w")!.constant!.data[0]).toBe(2);
    expectFailure(external("weights/w.bin", { offset: "16" }), "onnx/external-data", 1, "440");
    expectFailure(external("weights/w.bin", { offset: "-8" }), "onnx/external-data", 1, "-8");
    expectFailure(external("weights/w.bin", { offset: "1e3" }), "onnx/external-data", 1);
  });

  it("refuses external data that is missing or outside the folder", () => {
    expectFailure(external("gone.bin"), "onnx/external-missing", 1, '"w"', "gone.bin");
    expectFailure(external("weights"), "onnx/external-missing", 1);
    for (const path of ["/etc/hostname", "../secret", "weights/../../secret", "C:\\x", "a\\..\\..\\b", ".", ""]) {
      expect(failure(external(path)).diagnostics[0]!.code, path).toMatch(/^onnx\/external-(path|data)$/);
    }
    symlinkSync("/etc/hostname", join(folder, "link.bin"));
    expectFailure(external("link.bin"), "onnx/external-path", 1, '"w"');
    symlinkSync("/etc", join(folder, "linked"));
    expectFailure(external("linked/hostname"), "onnx/external-path", 1);
  });
});

describe("graphs", () => {
  const graph = (parts: Partial<ModelParts>) => buildModel({ nodes: [], inputs: [x], outputs: [y], ...parts });

  it("names the nodes of a cycle", () => {
    const nodes = [node("Add", ["x", "b"], ["a"]), node("Relu", ["a"], ["b"]), node("Relu", ["b"], ["y"])];
    expectFailure(graph({ nodes }), "onnx/cycle", 1, "add_a", "relu_b");
  });

  it("takes nodes in any order", () => {
    const nodes = [node("Relu", ["b"], ["y"]), node("Neg", ["a"], ["b"]), node("Abs", ["x"], ["a"])];
    const { graph: sorted } = importModel(graph({ nodes }), { file: "m", host });
    expect(sorted.nodes.map(({ op }) => op)).toEqual(["Abs", "Neg", "Relu"]);
  });

  it("refuses values that are made twice or by nobody", () => {
    expectFailure(
      graph({ nodes: [node("Relu", ["x"], ["y"]), node("Abs", ["x"], ["y"])] }),
      "onnx/duplicate-name",
      1,
      '"y"',
    );
    expectFailure(graph({ nodes: [node("Relu", ["x"], ["x"])] }), "onnx/duplicate-name", 1, '"x"');
    expectFailure(graph({ nodes: [node("Relu", ["gone"], ["y"])] }), "onnx/undefined-value", 1, "relu_y", '"gone"');
    expectFailure(graph({ nodes: [node("Relu", ["x"], ["z"])] }), "onnx/undefined-value", 1, '"y"');
  });

  it("tells nodes of one name apart", () => {
    const twice = { ...node("Relu", ["a"], ["y"]), name: "same" };
    const { fates } = importModel(graph({ nodes: [{ ...node("Abs", ["x"], ["a"]), name: "same" }, twice] }), {
      file: "m",
      host,
    });
    expect([...fates.keys()].map(({ name }) => name)).toEqual(["same", "same_2"]);
  });

  it.each<[string, Partial<ModelParts>, string[]]>([
    [
      "channels",
      {
        nodes: [node("Conv", ["x", "w"], ["y"])],
        initializers: { w: tensor("float32", [4, 2, 3, 3], new Float32Array(72)) },
      },
      ["conv_y", "1x3x8x8", "4x2x3x3"],
    ],
    [
      "a kernel that does not fit",
      { nodes: [node("MaxPool", ["x"], ["y"], { kernel_shape: [9, 9] })] },
      ["maxpool_y", "9"],
    ],
    [
      "types",
      { nodes: [node("Add", ["x", "i"], ["y"])], initializers: { i: int64s(1) } },
      ["add_y", "float32 and int64"],
    ],
    [
      "integer weights",
      { nodes: [node("Conv", ["x", "w"], ["y"])], initializers: { w: tensor("int8", [1, 3, 1, 1], [1, 2, 3]) } },
      ["conv_y", "int8"],
    ],
    [
      "matrices",
      {
        nodes: [node("MatMul", ["x", "m"], ["y"])],
        initializers: { m: tensor("float32", [7, 2], new Float32Array(14)) },
      },
      ["matmul_y", "7x2"],
    ],
    [
      "broadcasting",
      { nodes: [node("Add", ["x", "c"], ["y"])], initializers: { c: tensor("float32", [5], new Float32Array(5)) } },
      ["add_y", "broadcast"],
    ],
    [
      "reshaping",
      { nodes: [node("Reshape", ["x", "s"], ["y"])], initializers: { s: int64s(7, -1) } },
      ["reshape_y", "7x-1"],
    ],
    ["axes", { nodes: [node("Softmax", ["x"], ["y"], { axis: 4 })] }, ["softmax_y", "axis 4"]],
    ["attributes", { nodes: [node("Softmax", ["x"], ["y"], { axis: "last" })] }, ["softmax_y", "axis", "string"]],
    ["permutations", { nodes: [node("Transpose", ["x"], ["y"], { perm: [0, 0, 1, 2] })] }, ["transpose_y", "0,0,1,2"]],
    ["missing operands", { nodes: [node("Conv", ["x"], ["y"])] }, ["conv_y", "input 1"]],
    [
      "strides",
      { nodes: [node("MaxPool", ["x"], ["y"], { kernel_shape: [2, 2], strides: [0, 1] })] },
      ["maxpool_y", "strides"],
    ],
  ])("names the node of an error in %s", (_, parts, words) => {
    expectFailure(graph(parts), "onnx/type-error", 1, ...words);
  });

  it("asks for shapes that the model leaves open, and checks those that are given", () => {
    const open = graph({ nodes: [node("Relu", ["x"], ["y"])], inputs: [{ ...x, shape: ["n", 3, "h", "w"] }] });
    expectFailure(open, "onnx/dynamic-shape", 1, '"x"', "nx3xhxw");
    expect(failure(open).diagnostics[0]!.help).toContain("--shape x=");
    expectFailure(
      graph({ nodes: [node("Relu", ["x"], ["y"])], inputs: [{ name: "x", type: "float32" }] }),
      "onnx/dynamic-shape",
      1,
    );
    const shapes = (shape: number[], name = "x") =>
      failure(open, { shapes: new Map([[name, shape]]) }).diagnostics[0]!.code;
    expect(shapes([1, 4, 8, 8])).toBe("onnx/shape-mismatch");
    expect(shapes([1, 3, 8])).toBe("onnx/shape-mismatch");
    expect(shapes([1], "z")).toBe("onnx/unknown-input");
    const { graph: fixed } = importModel(open, { file: "m", host, shapes: new Map([["x", [2, 3, 4, 5]]]) });
    expect(fixed.outputs[0]!.shape).toEqual([2, 3, 4, 5]);
  });

  it("knows the operator sets 7 to 21", () => {
    expectFailure(graph({ nodes: [node("Relu", ["x"], ["y"])], opset: 6 }), "onnx/opset", 3, "6");
    expectFailure(graph({ nodes: [node("Relu", ["x"], ["y"])], opset: 22 }), "onnx/opset", 3, "22");
  });

  it("leaves to the host what has no unit, and marks what nobody knows", () => {
    const nodes = [
      node("Det", ["x"], ["d"]),
      node("Frobnicate", ["x"], ["f"]),
      node("Custom", ["x"], ["y"], {}, "my.ops"),
    ];
    const { fates } = importModel(graph({ nodes, domains: { "my.ops": 1 } }), { file: "m", host });
    expect([...fates.values()].map(({ kind }) => kind)).toEqual(["host", "unsupported", "unsupported"]);
  });
});
