/**
 * The ONNX file format as a table: field numbers, names and types of the messages that soff reads and writes (onnx.proto, ir versions
 * 3 to 11). A table, and not a .proto file, because protobufjs would have to parse that at run time.
 */
import protobuf from "protobufjs/light.js";

type Field = readonly [id: number, type: string, rule?: "repeated"];

const MESSAGES = {
  OperatorSetIdProto: { domain: [1, "string"], version: [2, "int64"] },
  StringStringEntryProto: { key: [1, "string"], value: [2, "string"] },
  TensorProto: {
    dims: [1, "int64", "repeated"],
    dataType: [2, "int32"],
    floatData: [4, "float", "repeated"],
    int32Data: [5, "int32", "repeated"],
    stringData: [6, "bytes", "repeated"],
    int64Data: [7, "int64", "repeated"],
    name: [8, "string"],
    rawData: [9, "bytes"],
    doubleData: [10, "double", "repeated"],
    uint64Data: [11, "uint64", "repeated"],
    externalData: [13, "StringStringEntryProto", "repeated"],
    dataLocation: [14, "int32"],
  },
  Dimension: { dimValue: [1, "int64"], dimParam: [2, "string"] },
  TensorShapeProto: { dim: [1, "Dimension", "repeated"] },
  TensorType: { elemType: [1, "int32"], shape: [2, "TensorShapeProto"] },
  // Sequences, maps and optionals (fields 4, 5 and 9) are recognised by what is left: a type that is no tensor.
  TypeProto: { tensorType: [1, "TensorType"] },
  ValueInfoProto: { name: [1, "string"], type: [2, "TypeProto"] },
  AttributeProto: {
    name: [1, "string"],
    f: [2, "float"],
    i: [3, "int64"],
    s: [4, "bytes"],
    t: [5, "TensorProto"],
    g: [6, "GraphProto"],
    floats: [7, "float", "repeated"],
    ints: [8, "int64", "repeated"],
    strings: [9, "bytes", "repeated"],
    tensors: [10, "TensorProto", "repeated"],
    graphs: [11, "GraphProto", "repeated"],
    type: [20, "int32"],
    refAttrName: [21, "string"],
  },
  NodeProto: {
    input: [1, "string", "repeated"],
    output: [2, "string", "repeated"],
    name: [3, "string"],
    opType: [4, "string"],
    attribute: [5, "AttributeProto", "repeated"],
    domain: [7, "string"],
  },
  SparseTensorProto: { values: [1, "TensorProto"] },
  GraphProto: {
    node: [1, "NodeProto", "repeated"],
    name: [2, "string"],
    initializer: [5, "TensorProto", "repeated"],
    input: [11, "ValueInfoProto", "repeated"],
    output: [12, "ValueInfoProto", "repeated"],
    valueInfo: [13, "ValueInfoProto", "repeated"],
    sparseInitializer: [15, "SparseTensorProto", "repeated"],
  },
  FunctionProto: { name: [1, "string"] },
  ModelProto: {
    irVersion: [1, "int64"],
    producerName: [2, "string"],
    graph: [7, "GraphProto"],
    opsetImport: [8, "OperatorSetIdProto", "repeated"],
    functions: [25, "FunctionProto", "repeated"],
  },
} as const satisfies Record<string, Record<string, Field>>;

const namespace: protobuf.INamespace = {
  nested: Object.fromEntries(
    Object.entries(MESSAGES).map(([message, fields]) => [
      message,
      {
        fields: Object.fromEntries(
          Object.entries(fields as Record<string, Field>).map(([name, [id, type, rule]]) => [
            name,
            // Numbers in repeated fields are packed: onnx.proto says so for tensors' data; readers accept both.
            { id, type, ...(rule ? { rule } : {}), ...(rule && isPacked(type) ? { options: { packed: true } } : {}) },
          ]),
        ),
      },
    ]),
  ),
};

function isPacked(type: string): boolean {
  return ["int32", "int64", "uint64", "float", "double"].includes(type);
}

/** The message type that a model file is. */
export const ModelProto: protobuf.Type = protobuf.Root.fromJSON(namespace).lookupType("ModelProto");
