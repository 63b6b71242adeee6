/**
 * Networks of the architectures that users bring, of any size, with seeded random weights: what the check, the compiler and the
 * circuit make of them. `npx tsx bench/npu/models/architectures.ts NAME SIZE WIDTH OUT.onnx`
 */
import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { OnnxNode, Tensor } from "../../../src/dl-frontend/onnx/model.js";
import { type AttributeValue, buildModel, int64s, node, tensor } from "../../../test/dl-frontend/build-model.js";

type Act = "Relu" | "LeakyRelu" | "HardSwish" | "SiLU" | "none";

/** A network as it grows: values are names with a shape of three axes (channels, height, width), the batch being 1. */
class Net {
  private readonly nodes: OnnxNode[] = [];
  private readonly initializers: Record<string, Tensor> = {};
  private readonly shapes = new Map<string, readonly number[]>();
  private state = 1;
  private next = 0;

  input(shape: readonly number[]): string {
    this.shapes.set("x", shape);
    return "x";
  }

  private random(): number {
    this.state = (this.state * 1664525 + 1013904223) % 2 ** 32;
    return (this.state / 2 ** 32) * 2 - 1;
  }

  /** Weights that keep the size of activations, by the number of inputs that add up. */
  private weights(shape: readonly number[], fanIn: number): string {
    const name = `w${this.next++}`;
    const size = shape.reduce((a, b) => a * b, 1);
    const reach = Math.sqrt(6 / fanIn);
    this.initializers[name] = tensor(
      "float32",
      shape,
      Array.from({ length: size }, () => reach * this.random()),
    );
    return name;
  }

  constant(value: Tensor): string {
    const name = `c${this.next++}`;
    this.initializers[name] = value;
    return name;
  }

  op(
    kind: string,
    inputs: string[],
    shape: readonly number[],
    attributes: Record<string, AttributeValue> = {},
  ): string {
    const name = `t${this.next++}`;
    this.nodes.push(node(kind, inputs, [name], attributes));
    this.shapes.set(name, shape);
    return name;
  }

  shape(x: string): readonly number[] {
    return this.shapes.get(x)!;
  }

  act(x: string, act: Act): string {
    const shape = this.shape(x);
    if (act === "none") return x;
    if (act === "SiLU") return this.op("Mul", [x, this.op("Sigmoid", [x], shape)], shape);
    return this.op(act, [x], shape);
  }

  conv(
    x: string,
    channels: number,
    k: number,
    { stride = 1, groups = 1, act = "Relu" as Act, dilation = 1 } = {},
  ): string {
    const [c, h, w] = this.shape(x) as [number, number, number];
    const pad = (dilation * (k - 1)) >> 1;
    const size = (extent: number): number => Math.floor((extent + 2 * pad - dilation * (k - 1) - 1) / stride) + 1;
    const weights = this.weights([channels, c / groups, k, k], (c / groups) * k * k);
    const bias = this.weights([channels], 600);
    const shape = [channels, size(h), size(w)];
    const out = this.op("Conv", [x, weights, bias], shape, {
      kernel_shape: [k, k],
      strides: [stride, stride],
      pads: [pad, pad, pad, pad],
      dilations: [dilation, dilation],
      group: groups,
    });
    return this.act(out, act);
  }

  up(x: string): string {
    const [c, h, w] = this.shape(x) as [number, number, number];
    const scales = this.constant(tensor("float32", [4], [1, 1, 2, 2]));
    const attributes = { mode: "nearest", coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" };
    return this.op("Resize", [x, "", scales], [c, 2 * h, 2 * w], attributes);
  }

  transposed(x: string, channels: number): string {
    const [c, h, w] = this.shape(x) as [number, number, number];
    const weights = this.weights([c, channels, 2, 2], c);
    return this.op("ConvTranspose", [x, weights], [channels, 2 * h, 2 * w], { kernel_shape: [2, 2], strides: [2, 2] });
  }

  pool(x: string, k: number, stride: number): string {
    const [c, h, w] = this.shape(x) as [number, number, number];
    const pad = stride === 1 ? k >> 1 : 0;
    const size = (extent: number): number => Math.floor((extent + 2 * pad - k) / stride) + 1;
    const attributes = { kernel_shape: [k, k], strides: [stride, stride], pads: [pad, pad, pad, pad] };
    return this.op("MaxPool", [x], [c, size(h), size(w)], attributes);
  }

  concat(...xs: string[]): string {
    const [, h, w] = this.shape(xs[0]!) as [number, number, number];
    return this.op("Concat", xs, [xs.reduce((n, x) => n + this.shape(x)[0]!, 0), h, w], { axis: 1 });
  }

  add(a: string, b: string): string {
    return this.op("Add", [a, b], this.shape(a));
  }

  split(x: string): [string, string] {
    const [c, h, w] = this.shape(x) as [number, number, number];
    const names = [`t${this.next++}`, `t${this.next++}`] as [string, string];
    this.nodes.push(node("Split", [x, this.constant(int64s(c / 2, c / 2))], names, { axis: 1 }));
    for (const name of names) this.shapes.set(name, [c / 2, h, w]);
    return names;
  }

  mean(x: string): string {
    return this.op("GlobalAveragePool", [x], [this.shape(x)[0]!, 1, 1]);
  }

  excite(x: string): string {
    const c = this.shape(x)[0]!;
    const squeezed = this.conv(this.mean(x), Math.max(4, c >> 2), 1);
    const gate = this.op("HardSigmoid", [this.conv(squeezed, c, 1, { act: "none" })], [c, 1, 1], { alpha: 1 / 6 });
    return this.op("Mul", [x, gate], this.shape(x));
  }

  linear(x: string, from: number, to: number, shape: readonly number[]): string {
    const product = this.op("MatMul", [x, this.weights([from, to], from)], shape);
    return this.op("Add", [product, this.weights([to], 600)], shape);
  }

  normalise(x: string, width: number): string {
    const ones = this.constant(tensor("float32", [width], new Array<number>(width).fill(1)));
    return this.op("LayerNormalization", [x, ones, this.weights([width], 600)], this.shape(x), { axis: -1 });
  }

  classify(x: string, classes: number): string {
    const c = this.shape(x)[0]!;
    const flat = this.op("Flatten", [this.mean(x)], [c]);
    return this.op("Gemm", [flat, this.weights([c, classes], c)], [classes]);
  }

  done(...outputs: string[]): Uint8Array {
    const value = (name: string) => ({ name, type: "float32" as const, shape: [1, ...this.shape(name)] });
    return buildModel({
      nodes: this.nodes,
      initializers: this.initializers,
      inputs: [value("x")],
      outputs: outputs.map((name) => ({ name, type: "float32" as const })),
    });
  }
}

/** A detector: CSP stages with splits, pooling pyramid, upsampling path, two heads whose outputs are reshaped. */
function yolo(size: number, width: number): Uint8Array {
  const net = new Net();
  const options = { act: "SiLU" as Act };
  const csp = (x: string, channels: number): string => {
    const [a, b] = net.split(net.conv(x, channels, 1, options));
    const c = net.add(b, net.conv(net.conv(b, channels >> 1, 3, options), channels >> 1, 3, options));
    return net.conv(net.concat(a, b, c), channels, 1, options);
  };
  let x = net.conv(net.input([3, size, size]), width, 3, { ...options, stride: 2 });
  const levels: string[] = [];
  for (let level = 1; level <= 4; level++) {
    x = csp(net.conv(x, width << level, 3, { ...options, stride: 2 }), width << level);
    levels.push(x);
  }
  const p = net.conv(x, width << 3, 1, options);
  const [p1, p2] = [net.pool(p, 5, 1), net.pool(net.pool(p, 5, 1), 5, 1)];
  const deep = net.conv(net.concat(p, p1, p2), width << 4, 1, options);
  const middle = csp(net.concat(net.up(net.conv(deep, width << 3, 1, options)), levels[2]!), width << 3);
  const heads = [middle, deep].map((level) => {
    const out = net.conv(level, 3 * 9, 1, { act: "none" });
    const [, h, w] = net.shape(out) as [number, number, number];
    const cut = net.op("Reshape", [out, net.constant(int64s(1, 3, 9, h, w))], [3, 9, h, w]);
    const turned = net.op("Transpose", [cut], [3, h, w, 9], { perm: [0, 1, 3, 4, 2] });
    return net.op(
      "Sigmoid",
      [net.op("Reshape", [turned, net.constant(int64s(1, -1, 9))], [3 * h * w, 9])],
      [3 * h * w, 9],
    );
  });
  return net.done(net.op("Concat", heads, [heads.reduce((n, head) => n + net.shape(head)[0]!, 0), 9], { axis: 1 }));
}

/** Down and up again with skip connections and transposed convolutions. */
function unet(size: number, width: number): Uint8Array {
  const net = new Net();
  const twice = (x: string, c: number): string => net.conv(net.conv(x, c, 3), c, 3);
  let x = twice(net.input([3, size, size]), width);
  const skips: string[] = [];
  for (let level = 1; level <= 3; level++) {
    skips.push(x);
    x = twice(net.pool(x, 2, 2), width << level);
  }
  for (let level = 2; level >= 0; level--)
    x = twice(net.concat(skips.pop()!, net.transposed(x, width << level)), width << level);
  return net.done(net.op("Sigmoid", [net.conv(x, 1, 1, { act: "none" })], [1, size, size]));
}

/** Channel split, depthwise branch, shuffle by reshape and transpose. */
function shufflenet(size: number, width: number): Uint8Array {
  const net = new Net();
  let x = net.pool(net.conv(net.input([3, size, size]), width, 3, { stride: 2 }), 2, 2);
  for (let block = 0; block < 3; block++) {
    const [a, b] = net.split(x);
    const c = width / 2;
    const worked = net.conv(net.conv(net.conv(b, c, 1), c, 3, { groups: c, act: "none" }), c, 1);
    const joined = net.concat(a, worked);
    const [, h, w] = net.shape(joined) as [number, number, number];
    const cut = net.op("Reshape", [joined, net.constant(int64s(1, 2, c, h, w))], [2, c, h, w]);
    const turned = net.op("Transpose", [cut], [c, 2, h, w], { perm: [0, 2, 1, 3, 4] });
    x = net.op("Reshape", [turned, net.constant(int64s(1, width, h, w))], [width, h, w]);
  }
  return net.done(net.classify(x, 10));
}

/** Inverted residuals with squeeze and excitation, hard swish. */
function mobilenetv3(size: number, width: number): Uint8Array {
  const net = new Net();
  const act = "HardSwish" as Act;
  let x = net.conv(net.input([3, size, size]), width, 3, { stride: 2, act });
  for (const stride of [1, 2, 1]) {
    const wide = net.conv(x, 3 * width, 1, { act });
    const deep = net.conv(wide, 3 * width, 5, { groups: 3 * width, stride, act });
    const narrow = net.conv(net.excite(deep), width, 1, { act: "none" });
    x = stride === 1 ? net.add(x, narrow) : narrow;
  }
  return net.done(net.classify(net.conv(x, 4 * width, 1, { act }), 10));
}

/** Every layer reads all before it. */
function densenet(size: number, width: number): Uint8Array {
  const net = new Net();
  let x = net.conv(net.input([3, size, size]), width, 3);
  for (let stage = 0; stage < 2; stage++) {
    for (let layer = 0; layer < 4; layer++) x = net.concat(x, net.conv(net.conv(x, 2 * width, 1), width, 3));
    x = net.pool(net.conv(x, 2 * width, 1), 2, 2);
  }
  return net.done(net.classify(x, 10));
}

/** Depthwise separable convolutions over a spectrogram, without recurrence. */
function keywords(size: number, width: number): Uint8Array {
  const net = new Net();
  let x = net.conv(net.input([1, size, 40]), width, 5, { stride: 2 });
  for (let block = 0; block < 4; block++) x = net.conv(net.conv(x, width, 3, { groups: width }), width, 1);
  return net.done(net.op("Softmax", [net.classify(x, 12)], [12], { axis: -1 }));
}

/** Patches, one block of attention with normalisation, a multilayer perceptron with GELU. */
function vit(size: number, width: number): Uint8Array {
  const net = new Net();
  const patches = net.conv(net.input([3, size, size]), width, 1, { stride: 8, act: "none" });
  const [, h, w] = net.shape(patches) as [number, number, number];
  const n = h * w;
  const flat = net.op("Reshape", [patches, net.constant(int64s(1, width, n))], [width, n]);
  const x = net.op("Transpose", [flat], [n, width], { perm: [0, 2, 1] });
  const heads = 2;
  const norm = net.normalise(x, width);
  const part = (perm: number[], shape: number[]): string => {
    const all = net.linear(norm, width, width, [n, width]);
    const cut = net.op("Reshape", [all, net.constant(int64s(1, n, heads, width / heads))], [n, heads, width / heads]);
    return net.op("Transpose", [cut], shape, { perm });
  };
  const q = part([0, 2, 1, 3], [heads, n, width / heads]);
  const k = part([0, 2, 3, 1], [heads, width / heads, n]);
  const v = part([0, 2, 1, 3], [heads, n, width / heads]);
  const scale = net.constant(tensor("float32", [], [1 / Math.sqrt(width / heads)]));
  const scores = net.op("Mul", [net.op("MatMul", [q, k], [heads, n, n]), scale], [heads, n, n]);
  const mixed = net.op(
    "MatMul",
    [net.op("Softmax", [scores], [heads, n, n], { axis: -1 }), v],
    [heads, n, width / heads],
  );
  const turned = net.op("Transpose", [mixed], [n, heads, width / heads], { perm: [0, 2, 1, 3] });
  const joined = net.op("Reshape", [turned, net.constant(int64s(1, n, width))], [n, width]);
  const y = net.add(x, net.linear(joined, width, width, [n, width]));
  const hidden = net.linear(net.normalise(y, width), width, 2 * width, [n, 2 * width]);
  const root = net.constant(tensor("float32", [], [Math.SQRT1_2]));
  const one = net.constant(tensor("float32", [], [1]));
  const half = net.constant(tensor("float32", [], [0.5]));
  const shape = [n, 2 * width];
  const erf = net.op("Erf", [net.op("Mul", [hidden, root], shape)], shape);
  const gelu = net.op("Mul", [net.op("Mul", [hidden, net.op("Add", [erf, one], shape)], shape), half], shape);
  const z = net.add(y, net.linear(gelu, 2 * width, width, [n, width]));
  return net.done(net.linear(net.op("ReduceMean", [z], [width], { axes: [1], keepdims: 0 }), width, 10, [10]));
}

export const ARCHITECTURES: Readonly<Record<string, (size: number, width: number) => Uint8Array>> = {
  yolo,
  unet,
  shufflenet,
  mobilenetv3,
  densenet,
  keywords,
  vit,
};

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [name, size, width, out] = process.argv.slice(2);
  const make = ARCHITECTURES[name ?? ""];
  if (!make || !out) throw new Error("usage: npx tsx bench/npu/models/architectures.ts NAME SIZE WIDTH OUT.onnx");
  writeFileSync(out, make(Number(size), Number(width)));
}
