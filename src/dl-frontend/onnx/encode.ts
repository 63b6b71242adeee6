/** An {@link OnnxModel} to the bytes of a .onnx file: for the parts of a model that the host runs, and for models made by programs. */
import { type Attribute, DATA_TYPES, type OnnxModel, type OnnxNode, type Tensor, type ValueInfo } from "./model.js";
import { ModelProto } from "./schema.js";
import { toBytes } from "./tensor.js";

/** The newest version of the file format (not of the operators) that the field table covers. */
const IR_VERSION = 8;

export function encodeModel(model: OnnxModel): Uint8Array {
  const message = {
    irVersion: IR_VERSION,
    producerName: "soff",
    opsetImport: [...model.opsets].map(([domain, version]) => ({ domain, version })),
    graph: {
      name: model.name || "graph",
      node: model.nodes.map(encodeNode),
      initializer: [...model.initializers].map(([name, tensor]) => encodeTensor(tensor, name)),
      input: model.inputs.map(encodeInfo),
      output: model.outputs.map(encodeInfo),
      valueInfo: [...model.valueInfos.values()]
        .filter(({ name }) => !model.outputs.some((output) => output.name === name))
        .map(encodeInfo),
    },
  };
  return ModelProto.encode(ModelProto.fromObject(message)).finish();
}

export function encodeTensor(tensor: Tensor, name: string): object {
  return { name, dims: tensor.shape, dataType: DATA_TYPES[tensor.type], rawData: toBytes(tensor) };
}

function encodeInfo({ name, type, dimensions }: ValueInfo): object {
  const dim = dimensions?.map((d) => (typeof d === "number" ? { dimValue: d } : { dimParam: d }));
  return { name, type: { tensorType: { elemType: DATA_TYPES[type], ...(dim ? { shape: { dim } } : {}) } } };
}

function encodeNode(node: OnnxNode): object {
  return {
    name: node.name,
    opType: node.op,
    domain: node.domain,
    input: node.inputs,
    output: node.outputs,
    attribute: [...node.attributes].map(([name, attribute]) => encodeAttribute(name, attribute)),
  };
}

const text = new TextEncoder();

function encodeAttribute(name: string, attribute: Attribute): object {
  switch (attribute.kind) {
    case "float":
      return { name, type: 1, f: attribute.value };
    case "int":
      return { name, type: 2, i: attribute.value };
    case "string":
      return { name, type: 3, s: text.encode(attribute.value) };
    case "tensor":
      return { name, type: 4, t: encodeTensor(attribute.value, "") };
    case "floats":
      return { name, type: 6, floats: attribute.value };
    case "ints":
      return { name, type: 7, ints: attribute.value };
    case "strings":
      return { name, type: 8, strings: attribute.value.map((each) => text.encode(each)) };
    case "opaque":
      return attribute.message;
    default:
      return attribute satisfies never;
  }
}
