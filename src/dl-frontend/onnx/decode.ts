/** The bytes of a .onnx file to an {@link OnnxModel}: everything that the file says is checked before it is used. */
import { inputError, type SoffError, unsupported } from "../../support/errors.js";
import { type Attribute, LIMITS, type Limits, type OnnxModel, type OnnxNode, type ValueInfo } from "./model.js";
import { scanMessages } from "./scan.js";
import { ModelProto } from "./schema.js";
import { dataTypeOf, decodeTensor, type ReadExternal } from "./tensor.js";
import {
  numberOf,
  type WireAttribute,
  type WireGraph,
  type WireModel,
  type WireNode,
  type WireValueInfo,
} from "./wire.js";

export interface DecodeOptions {
  /** The file's name, for messages. */
  readonly file: string;
  readonly readExternal: ReadExternal;
  readonly limits?: Limits;
}

/** The oldest and the newest version of the standard operators that soff knows. */
export const OPSETS = { oldest: 7, newest: 21 } as const;

export function decodeModel(bytes: Uint8Array, options: DecodeOptions): OnnxModel {
  const { file } = options;
  const limits = options.limits ?? LIMITS;
  if (bytes.length === 0) throw inputError("onnx/malformed", `${file} is empty`);
  scanMessages(bytes, ModelProto, file, limits);
  const wire = decodeWire(bytes, file);
  const graph = wire.graph;
  if (!graph || wire.opsetImport.length === 0) {
    throw inputError("onnx/malformed", `${file} is no ONNX model: it has no ${graph ? "operator set" : "graph"}`);
  }
  if (wire.functions.length > 0) {
    throw unsupported("onnx/functions", `${file} defines functions of its own, which soff does not read`, {
      help: "Export it with the functions inlined (onnx.inliner.inline_local_functions).",
    });
  }
  if (graph.sparseInitializer.length > 0) {
    throw unsupported("onnx/sparse", `${file} has sparse initialisers`, { help: "Export it with dense weights." });
  }
  const opsets = new Map(wire.opsetImport.map(({ domain, version }) => [standardDomain(domain), numberOf(version)]));
  const opset = opsets.get("") ?? OPSETS.newest;
  if (opset < OPSETS.oldest || opset > OPSETS.newest) {
    throw unsupported("onnx/opset", `${file} uses operator set ${opset}`, {
      help: `soff knows ${OPSETS.oldest} to ${OPSETS.newest}; convert it with onnx.version_converter.`,
    });
  }
  const initializers = new Map<string, ReturnType<typeof decodeTensor>>();
  for (const tensor of graph.initializer) {
    if (initializers.has(tensor.name)) throw duplicate(tensor.name, "is initialised twice");
    const what = `the initialiser ${JSON.stringify(tensor.name)}`;
    initializers.set(tensor.name, decodeTensor(tensor, what, limits, options.readExternal));
  }
  const values = valueInfos(graph);
  return {
    name: graph.name,
    opset,
    opsets,
    nodes: decodeNodes(graph.node, limits, options.readExternal),
    initializers,
    inputs: graph.input.filter((info) => !initializers.has(info.name)).map((info) => valueInfo(info, true)!),
    outputs: graph.output.map((info) => valueInfo(info, false) ?? { name: info.name, type: "float32" }),
    valueInfos: values,
  };
}

const standardDomain = (domain: string) => (domain === "ai.onnx" ? "" : domain);

function duplicate(name: string, problem: string): SoffError {
  return inputError("onnx/duplicate-name", `the value ${JSON.stringify(name)} ${problem}`, {
    help: "Every value of an ONNX graph has one maker; the exporter is at fault.",
  });
}

function decodeWire(bytes: Uint8Array, file: string): WireModel {
  try {
    const message = ModelProto.decode(bytes);
    return ModelProto.toObject(message, { defaults: true }) as unknown as WireModel;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw inputError("onnx/malformed", `${file} cannot be read as ONNX: ${why}`, {
      help: "Is the file complete, and is it ONNX (a protobuf), not a checkpoint or an archive?",
    });
  }
}

function valueInfos(graph: WireGraph): Map<string, ValueInfo> {
  const infos = [...graph.valueInfo, ...graph.output].map((info) => valueInfo(info, false));
  return new Map(infos.flatMap((info) => (info ? [[info.name, info] as const] : [])));
}

function valueInfo(wire: WireValueInfo, required: boolean): ValueInfo | undefined {
  const tensor = wire.type?.tensorType;
  const type = tensor ? dataTypeOf(tensor.elemType) : undefined;
  if (!tensor || !type) {
    if (!required) return undefined;
    throw unsupported("onnx/input-type", `the input ${JSON.stringify(wire.name)} is no tensor`, {
      help: "soff takes models whose inputs are tensors; export it without sequences, maps and optionals.",
    });
  }
  const dimensions = tensor.shape?.dim.map(({ dimValue, dimParam }) => {
    const extent = numberOf(dimValue);
    return dimParam !== "" || extent === 0 ? dimParam : extent;
  });
  if (dimensions?.some((extent) => typeof extent === "number" && extent < 0)) {
    throw inputError("onnx/invalid-shape", `${JSON.stringify(wire.name)} has the shape ${dimensions.join("x")}`);
  }
  return { name: wire.name, type, ...(dimensions ? { dimensions } : {}) };
}

function decodeNodes(nodes: readonly WireNode[], limits: Limits, readExternal: ReadExternal): OnnxNode[] {
  const taken = new Set<string>();
  return nodes.map((node, index) => {
    const wanted = node.name || `${node.opType}_${node.output.find((name) => name !== "") ?? index}`;
    let name = wanted;
    for (let k = 2; taken.has(name); k++) name = `${wanted}_${k}`;
    taken.add(name);
    const attributes = new Map<string, Attribute>();
    for (const each of node.attribute) {
      attributes.set(each.name, decodeAttribute(each, name, limits, readExternal));
    }
    return {
      name,
      op: node.opType,
      domain: standardDomain(node.domain),
      inputs: node.input,
      outputs: node.output,
      attributes,
    };
  });
}

const text = new TextDecoder();

function decodeAttribute(wire: WireAttribute, node: string, limits: Limits, readExternal: ReadExternal): Attribute {
  switch (wire.type || guessType(wire)) {
    case 1:
      return { kind: "float", value: wire.f };
    case 2:
      return { kind: "int", value: numberOf(wire.i) };
    case 3:
      return { kind: "string", value: text.decode(wire.s) };
    case 4: {
      if (!wire.t) break;
      const what = `the attribute ${wire.name} of node ${node}`;
      return { kind: "tensor", value: decodeTensor(wire.t, what, limits, readExternal) };
    }
    case 6:
      return { kind: "floats", value: wire.floats };
    case 7:
      return { kind: "ints", value: wire.ints.map(numberOf) };
    case 8:
      return { kind: "strings", value: wire.strings.map((bytes) => text.decode(bytes)) };
  }
  return { kind: "opaque", message: wire };
}

/** Files of the first ir versions leave the type of an attribute out. */
function guessType(wire: WireAttribute): number {
  if (wire.t) return 4;
  if (wire.floats.length > 0) return 6;
  if (wire.ints.length > 0) return 7;
  if (wire.strings.length > 0) return 8;
  if (wire.s.length > 0) return 3;
  return wire.f !== 0 ? 1 : 2;
}

/** A warning or error that names a node. */
export function nodeDiagnostic(node: OnnxNode, problem: string): string {
  return `node ${JSON.stringify(node.name)} (${node.domain ? `${node.domain}.` : ""}${node.op}): ${problem}`;
}
