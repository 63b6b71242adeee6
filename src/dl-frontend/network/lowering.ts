/** The state of lowering a float graph to a network: which ONNX value is which network value, or which function of one. */
import { invariant } from "../../support/errors.js";
import type { FloatGraph, Value } from "../graph/graph.js";
import { NodeView } from "../graph/node-view.js";
import type { Quantisation } from "../integer/graph.js";
import { sameShape, sizeOf } from "../integer/shape.js";
import type { OnnxNode, Tensor } from "../onnx/model.js";
import { isFloat } from "../onnx/tensor.js";
import type { AcceleratedOp, ConvolutionOp, Fate, NetworkOp, NetworkValue, ValueId } from "./network.js";
import { compose, IDENTITY, type Pointwise } from "./pointwise.js";

/** Thrown by a rule before it changes anything: the node is not for the NPU. */
export class NotAccelerated extends Error {
  constructor(
    readonly reason: string,
    readonly fix: string,
    readonly kind: "host" | "unsupported" = "host",
  ) {
    super(reason);
  }
}

/** An ONNX value as a function of a network value of the same shape. */
export interface Reference {
  readonly root: ValueId;
  readonly apply: Pointwise;
}

type Distribute<T> = T extends unknown ? Omit<T, "output" | "name"> : never;
/** An operation without its name and output. */
export type Draft = Distribute<AcceleratedOp>;

export class Lowering {
  readonly values: NetworkValue[] = [];
  readonly operations: NetworkOp[] = [];
  readonly fates = new Map<OnnxNode, Fate>();
  private readonly references = new Map<string, Reference>();
  /** Where a value is stored that is a function of another one. */
  private readonly definitions = new Map<ValueId, Reference>();
  /** The convolution whose output a value is, and the axis of its channels there. */
  private readonly linear = new Map<ValueId, { readonly index: number; readonly axis: number }>();
  private readonly consumers = new Map<string, number>();
  private readonly outputs: ReadonlySet<string>;
  /** Names of convolutions that have taken in the node that is being lowered. */
  readonly absorbedBy: string[] = [];

  constructor(
    readonly graph: FloatGraph,
    /** Values that something other than a pointwise function reads: those are stored. */
    private readonly stored: ReadonlySet<string>,
  ) {
    this.outputs = new Set(graph.outputs.map(({ name }) => name));
    for (const node of graph.nodes) {
      for (const name of node.inputs) this.consumers.set(name, (this.consumers.get(name) ?? 0) + 1);
    }
  }

  view(node: OnnxNode): NodeView {
    const opset = node.domain === "" ? this.graph.model.opset : (this.graph.model.opsets.get(node.domain) ?? 1);
    return new NodeView(node, opset, (name) => this.graph.values.get(name));
  }

  /** Only this node reads the value, and it is no output of the model. */
  usedOnce(name: string): boolean {
    return this.consumers.get(name) === 1 && !this.outputs.has(name);
  }

  // ---- values

  addValue(value: Omit<NetworkValue, "id">): ValueId {
    const id = this.values.length;
    this.values.push({ ...value, id });
    return id;
  }

  valueOf(id: ValueId): NetworkValue {
    return this.values[id]!;
  }

  /** A value that comes from outside: an input of the model, or what the host makes. */
  addExternal(value: Value, given?: Quantisation): ValueId {
    const id = this.addValue({
      name: value.name,
      shape: value.shape ?? [],
      source: value.name,
      exact: true,
      ...(given ? { given } : {}),
    });
    this.references.set(value.name, { root: id, apply: IDENTITY });
    return id;
  }

  reference(name: string): Reference | undefined {
    return this.references.get(name);
  }

  /** The network value that holds an ONNX value; functions of others are computed now. */
  store(name: string): ValueId {
    const found = this.references.get(name);
    if (!found) return this.storeConstant(name);
    if (found.apply.identity) return found.root;
    const root = this.valueOf(found.root);
    const maker = this.operations.findLast((op) => op.output === found.root);
    const output = this.addValue({ name, shape: root.shape, source: name, exact: true });
    this.operations.push({
      kind: "pointwise",
      name: maker?.name ?? name,
      input: found.root,
      apply: found.apply,
      output,
    });
    this.definitions.set(output, found);
    this.references.set(name, { root: output, apply: IDENTITY });
    return output;
  }

  private storeConstant(name: string): ValueId {
    const value = this.graph.values.get(name);
    invariant(value?.constant, `the value ${name} was not lowered`);
    const id = this.addValue({
      name,
      shape: value.constant.shape,
      exact: true,
      constant: Float64Array.from(value.constant.data),
    });
    this.references.set(name, { root: id, apply: IDENTITY });
    return id;
  }

  /** Says that an ONNX value is a function of a stored one. */
  define(name: string, reference: Reference): void {
    this.references.set(name, reference);
    if (this.stored.has(name) && !reference.apply.identity) this.store(name);
  }

  /** Both values as functions of one stored value, when there is one. */
  commonRoot(a: Reference, b: Reference): { root: ValueId; first: Pointwise; second: Pointwise } | undefined {
    const chain = (from: Reference): Reference[] => {
      const all = [from];
      for (let at = this.definitions.get(from.root); at; at = this.definitions.get(at.root)) {
        all.push({ root: at.root, apply: compose(all.at(-1)!.apply, at.apply) });
      }
      return all;
    };
    const second = chain(b);
    for (const left of chain(a)) {
      const right = second.find((each) => each.root === left.root);
      if (right) return { root: left.root, first: left.apply, second: right.apply };
    }
    return undefined;
  }

  /** The ONNX value as an operand of `rank` axes: leading axes of length 1 are added. */
  operand(name: string, rank = this.shapeOf(name).length): ValueId {
    const id = this.store(name);
    const shape = this.valueOf(id).shape;
    if (shape.length === rank) return id;
    return this.reshape(id, [...new Array<number>(rank - shape.length).fill(1), ...shape], name);
  }

  shapeOf(name: string): readonly number[] {
    const shape = this.graph.values.get(name)?.shape;
    invariant(shape, `the shape of ${name} is not known`);
    return shape;
  }

  // ---- operations

  /** Adds an operation for a node; gives its output. `as`: the ONNX value that it is, when it is one. */
  emit(
    node: string,
    draft: Draft,
    shape: readonly number[],
    from: { source?: string; as?: string; sumOf?: readonly string[] },
  ): ValueId {
    const source = from.as ?? from.source;
    const output = this.addValue({
      name: from.as ?? `${from.source ?? node}#${this.values.length}`,
      shape,
      exact: from.as !== undefined,
      ...(source === undefined ? {} : { source }),
      ...(from.sumOf ? { sumOf: from.sumOf } : {}),
    });
    this.operations.push({ ...draft, name: node, output } as NetworkOp);
    if (from.as !== undefined) this.references.set(from.as, { root: output, apply: IDENTITY });
    if (draft.kind === "conv") this.linear.set(output, { index: this.operations.length - 1, axis: 1 });
    return output;
  }

  reshape(input: ValueId, shape: readonly number[], node: string, as?: string): ValueId {
    const from = this.valueOf(input);
    if (sameShape(from.shape, shape) && as === undefined) return input;
    if (from.constant) return this.addValue({ ...from, shape });
    invariant(
      sizeOf(from.shape) === sizeOf(shape),
      `${node}: ${from.shape.join("x")} cannot become ${shape.join("x")}`,
    );
    return this.emit(node, { kind: "reshape", input }, shape, as === undefined ? { source: from.source! } : { as });
  }

  /** Marks a value as the output of a convolution with its channels on another axis (a rearranged matrix product). */
  markLinear(value: ValueId, of: ValueId, axis: number): void {
    const found = this.linear.get(of);
    if (found) this.linear.set(value, { index: found.index, axis });
  }

  /**
   * Multiplies by `scale` and adds `shift` in the weights of the convolution that makes `input`, when nobody else sees its result;
   * the ONNX value `output` is then what the convolution gives. Operands are constants or undefined.
   */
  foldAffine(input: string, output: string, scale: Tensor | number, shift: Tensor | number): boolean {
    const reference = this.references.get(input);
    if (!reference?.apply.identity || !this.usedOnce(input)) return false;
    const linear = this.linear.get(reference.root);
    const shape = this.valueOf(reference.root).shape;
    if (!linear || !sameShape(shape, this.shapeOf(output))) return false;
    const factors = alongAxis(scale, shape, linear.axis);
    const offsets = alongAxis(shift, shape, linear.axis);
    if (!factors || !offsets) return false;
    const conv = this.operations[linear.index] as ConvolutionOp;
    if (conv.weightScales || conv.prescribed) return false;
    const depth = conv.weights.length / conv.bias.length;
    const weights = Float64Array.from(conv.weights, (w, k) => w * pick(factors, Math.floor(k / depth)));
    const bias = conv.bias.map((b, c) => b * pick(factors, c) + pick(offsets, c));
    this.operations[linear.index] = { ...conv, weights, bias };
    this.absorbedBy.push(conv.name);
    // The values between the convolution and this point are the new ones, rearranged.
    this.rename(conv.output, output);
    if (reference.root !== conv.output) this.rename(reference.root, output);
    this.references.set(output, { root: reference.root, apply: IDENTITY });
    return true;
  }

  private rename(id: ValueId, name: string): void {
    const old = this.values[id]!;
    this.values[id] = { ...old, name: old.exact ? name : `${name}#${id}`, source: name };
  }

  /** A value turns out to be another ONNX value. */
  retell(id: ValueId, name: string, shape: readonly number[]): void {
    const old = this.values[id]!;
    const exact = sameShape(old.shape, shape);
    this.values[id] = { ...old, name: exact ? name : `${name}#${id}`, source: name, exact };
  }

  markInteger(id: ValueId): void {
    this.values[id] = { ...this.values[id]!, integer: true };
  }

  annotate(id: ValueId, given: Quantisation): void {
    this.values[id] = { ...this.values[id]!, given };
  }

  replaceOperation(index: number, op: NetworkOp): void {
    this.operations[index] = op;
  }

  makerIndex(id: ValueId): number {
    return this.operations.findLastIndex((op) => op.output === id);
  }

  /** Throws unless the node's data operands are floating point and of known, non-empty shape. */
  requireKnown(node: OnnxNode): void {
    const used = node.outputs.filter((name, k) => k === 0 || this.consumers.has(name) || this.outputs.has(name));
    for (const name of [...node.inputs, ...used]) {
      if (name === "") continue;
      const value = this.graph.values.get(name);
      if (value?.constant) continue;
      if (!value?.shape) {
        throw new NotAccelerated(
          `the shape of ${JSON.stringify(name)} is not known before the model runs`,
          "export the model with fixed shapes",
        );
      }
      if (value.shape.includes(0)) throw new NotAccelerated(`${JSON.stringify(name)} is empty`, "remove the node");
      if (!isFloat(value.type) && !["int8", "uint8"].includes(value.type)) {
        throw new NotAccelerated(
          `${JSON.stringify(name)} is of type ${value.type}`,
          "the NPU computes with quantised floating-point values",
        );
      }
    }
  }
}

const pick = (list: Float64Array, index: number) => list[list.length === 1 ? 0 : index]!;

/**
 * A constant that is broadcast to `shape` as one number for every position of `axis` (or one for all); undefined when it varies along
 * another axis.
 */
export function alongAxis(constant: Tensor | number, shape: readonly number[], axis: number): Float64Array | undefined {
  if (typeof constant === "number") return Float64Array.of(constant);
  if (constant.data.length === 1) return Float64Array.of(constant.data[0]!);
  const first = shape.length - constant.shape.length;
  if (first < 0) return undefined;
  const fits = constant.shape.every((extent, k) => extent === 1 || (k + first === axis && extent === shape[axis]));
  return fits ? Float64Array.from(constant.data) : undefined;
}
