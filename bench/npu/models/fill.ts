/**
 * The light_ models have full-size topologies, but their weights are ConstantOfShape nodes. This fills them with seeded random weights:
 * scaled by the fan-in (He et al.), so that activations keep their size through the net, normalisations near 1, residual branches
 * halved. `npx tsx bench/npu/models/fill.ts IN.onnx OUT.onnx [SEED]`
 */
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { decodeModel } from "../../../src/dl-frontend/onnx/decode.js";
import { encodeModel } from "../../../src/dl-frontend/onnx/encode.js";
import type { OnnxModel, OnnxNode, Tensor } from "../../../src/dl-frontend/onnx/model.js";

export function fillModel(bytes: Uint8Array, seed = 1): Uint8Array {
  const model = decodeModel(bytes, {
    file: "model",
    readExternal: () => {
      throw new Error("light models have no external data");
    },
  });
  const random = normals(seed);
  const initializers = new Map(model.initializers);
  const filled = new Set<OnnxNode>();
  for (const node of model.nodes) {
    const shape = initializers.get(node.inputs[0] ?? "");
    if (node.op !== "ConstantOfShape" || !shape) continue;
    const name = node.outputs[0]!;
    const user = model.nodes.find((each) => each.inputs.includes(name));
    if (!user) continue;
    initializers.set(name, weightsFor(model, user, user.inputs.indexOf(name), Array.from(shape.data), random));
    filled.add(node);
  }
  return encodeModel({ ...model, initializers, nodes: model.nodes.filter((node) => !filled.has(node)) });
}

function weightsFor(model: OnnxModel, user: OnnxNode, index: number, shape: number[], random: () => number): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  const make = (f: () => number): Tensor => ({ type: "float32", shape, data: Float32Array.from({ length: size }, f) });
  if (user.op === "BatchNormalization") {
    const readers = model.nodes.filter((node) => node.inputs.includes(user.outputs[0]!));
    const branch = readers.some((node) => node.op === "Add" || node.op === "Sum") ? 0.5 : 1;
    if (index === 1) return make(() => branch * Math.max(0.5, 1 + 0.1 * random()));
    if (index === 4) return make(() => Math.max(0.5, 1 + 0.1 * random()));
    return make(() => 0.1 * random());
  }
  if (index !== 1) return make(() => 0.05 * random());
  // Gemm's weights are [N, K] or [K, N]; a classifier has no function behind it.
  const transposed = user.attributes.get("transB");
  const fanIn =
    user.op === "Gemm"
      ? shape[transposed?.kind === "int" && transposed.value === 1 ? 1 : 0]!
      : shape.slice(1).reduce((a, b) => a * b, 1);
  const gain = user.op === "Gemm" ? 1 : 2;
  return make(() => random() * Math.sqrt(gain / fanIn));
}

/** Standard normal numbers (Box and Muller) from mulberry32. */
function normals(seed: number): () => number {
  let state = seed | 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [from, to, seed] = process.argv.slice(2);
  if (!from || !to) throw new Error("usage: npx tsx bench/npu/models/fill.ts IN.onnx OUT.onnx [SEED]");
  writeFileSync(to, fillModel(readFileSync(from), Number(seed ?? 1)));
}
